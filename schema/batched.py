"""The one place where a batch function becomes a field: declared here, run by aiodataloader or by a compiled plan alike."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Annotated, Any, TypeVar, cast

import strawberry
from aiodataloader import DataLoader
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.types.field import StrawberryField

from resolvers.context import Context

Key = TypeVar("Key", bound=Hashable)
BatchFunction = Callable[[Context, Sequence[Key], Mapping[str, object]], Awaitable[Sequence[object]]]
"""`(ctx, keys, args) -> one value per key, in the order of the keys`; an exception as a value is that key's error alone."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How a field is resolved for a whole list of parents: `key` reads a parent's key; a parent whose key is None has no value."""

    function: BatchFunction[Any]
    key: Callable[[Any], Hashable | None]


def batched(
    function: BatchFunction[Any],
    *,
    key: str = "id",
    description: str,
    arguments: Mapping[str, tuple[object, object, str]] | None = None,
) -> Any:
    """A field served by `function`; `key` names the parent's attribute, `arguments` maps names to (type, default, description).

    >>> class Event:
    ...     venue: Venue | None = batched(venues_by_id, key="venue_id", description="Where it takes place.")
    """
    batch = Batch(function, attrgetter(key))

    async def resolve(root: object, info: strawberry.Info, **args: object) -> object:
        return await load(info.context, batch, batch.key(root), args)

    _declare(resolve, arguments or {})
    return strawberry.field(resolver=resolve, description=description, metadata={"batch": batch})


async def load(ctx: Context, batch: Batch, key: Hashable | None, args: Mapping[str, object]) -> object:
    """The value of one key, loaded together with all others that are asked for in the same turn of the loop."""
    if key is None:
        return None
    place = (batch.function, tuple(sorted(args.items())))
    loader = cast("DataLoader[Hashable, object] | None", ctx.loaders.get(place))
    if loader is None:
        loader = DataLoader(partial(_run, batch.function, ctx, args))
        ctx.loaders[place] = loader
    # Shielded: graphql-core cancels the siblings of a field that failed, and others may wait for the same key.
    return await asyncio.shield(loader.load(key))


def publish_batches(schema: GraphQLSchema) -> None:
    """Copy every declared batch, and column, to `GraphQLField.extensions`, where a compiled plan finds it."""
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType):
            continue
        for field in kind.fields.values():
            declared = field.extensions.get("strawberry-definition")
            if isinstance(declared, StrawberryField):
                field.extensions.update({name: declared.metadata[name] for name in ("batch", "column") if name in declared.metadata})


async def _run(function: BatchFunction[Any], ctx: Context, args: Mapping[str, object], keys: Sequence[Hashable]) -> list[object]:
    return list(await function(ctx, keys, args))


def _declare(resolve: Callable[..., object], arguments: Mapping[str, tuple[object, object, str]]) -> None:
    """Give the resolver the signature that Strawberry reads arguments from."""
    own = [each for each in inspect.signature(resolve).parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, _said(text)])
        for name, (kind, default, text) in arguments.items()
    ]
    resolve.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]
    resolve.__annotations__ |= {each.name: each.annotation for each in added}


def _said(text: str) -> object:
    return strawberry.argument(description=text)
