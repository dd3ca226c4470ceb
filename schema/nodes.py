"""Nodes: anything with a global id, found by it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import strawberry

from resolvers.context import Context
from schema import ids
from schema.batched import Batch, BatchFunction, load
from schema.columns import column


def _ids(_ctx: Context, things: Sequence[Any]) -> Sequence[object]:
    typenames = {each.typename for each in things}
    if len(typenames) == 1:
        return ids.show_all(typenames.pop(), [each.id for each in things])
    return [ids.show(each.typename, each.id) for each in things]


@strawberry.interface(description="Anything with a global id.")
class Node:
    """The Relay node; `id` is made from the value's own UUID and type name."""

    id: strawberry.ID = column(_ids, description="The global id, opaque.")


FOUND_BY: dict[str, Batch] = {}
"""Which batch function finds the things of a type by their UUIDs; it answers None for what the viewer may not see."""


def found_by(typename: str, function: BatchFunction[Any]) -> None:
    """Let `node`, `nodes` and `_entities` find things of this type."""
    FOUND_BY[typename] = Batch(function, lambda key: key)


async def find_many(ctx: Context, global_ids: Sequence[str]) -> list[object | None]:
    """The things behind the ids, in the order asked; None for foreign, missing, forbidden and malformed ones."""
    return list(await asyncio.gather(*(_find(ctx, each) for each in global_ids)))


async def _find(ctx: Context, global_id: str) -> object | None:
    named = ids.read(global_id)
    if named is None or ctx.viewer.organization_id is None:
        return None
    batch = FOUND_BY.get(named[0])
    return await load(ctx, batch, named[1], {}) if batch else None
