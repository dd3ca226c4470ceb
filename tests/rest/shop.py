"""A shop of one shelf, asked over REST: its operations fail in every way an operation can, and it notes what was done."""

# mypy: disable-error-code="untyped-decorator"
import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, cast

import httpx
import strawberry
from graphql import GraphQLObjectType, GraphQLUnionType
from starlette.applications import Starlette
from starlette.requests import Request
from strawberry.scalars import JSON

from domain.identity import Viewer
from domain.refusals import ErrorCode, Fault, InputInvalid, NotFound, NotSignedIn, Refused, VersionConflict
from gateway.graphql.pipeline import Pipeline
from gateway.rest.resources import Door, RestTerms
from gateway.rest.routes import mount_operations
from gateway.settings import Limits
from resolvers.context import Context
from tests.transports.toy import ANONYMOUS, SECRET, TOKENS

OPERATIONS = Path(__file__).parent / "shop_operations"
REQUEST_ID = "11111111-2222-3333-4444-555555555555"


@strawberry.enum(description="What colour a thing has.")
class Color(Enum):
    RED = strawberry.enum_value("RED", description="Like a tomato.")
    BLUE = strawberry.enum_value("BLUE", description="Like the sea.")


@strawberry.type(description="One thing on the shelf.")
class Thing:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")
    version: int = strawberry.field(description="Rises with every change.")

    @strawberry.field(description="What a broken service knows of it.")
    def rumour(self) -> str | None:
        raise ValueError(SECRET)


@strawberry.interface(description="What every refusal tells.")
class UserError:
    message: str = strawberry.field(description="One sentence.")
    code: strawberry.enum(ErrorCode) = strawberry.field(description="The code.")  # type: ignore[valid-type]
    path: list[str] | None = strawberry.field(description="The place in the input.")


@strawberry.type(name="Fault", description="One rule broken.")
class ShownFault:
    path: list[str] = strawberry.field(description="The place.")
    message: str = strawberry.field(description="What is wrong.")


@strawberry.type(name="InputInvalid", description="The input breaks rules.")
class ShownInvalid(UserError):
    faults: list[ShownFault] = strawberry.field(description="Every rule broken.")


@strawberry.type(name="NotFound", description="There is no such thing.")
class ShownNotFound(UserError):
    pass


@strawberry.type(name="VersionConflict", description="It was changed since the caller read it.")
class ShownConflict(UserError):
    current_version: int = strawberry.field(description="The version now.")


Refusals = Annotated[ShownInvalid | ShownNotFound | ShownConflict, strawberry.union("ThingError", description="Why not.")]


@strawberry.type(description="The answer to a change.")
class ThingPayload:
    thing: Thing | None = strawberry.field(default=None, description="The thing as it is now.")
    receipt: str | None = strawberry.field(default=None, description="A note of the change.")
    errors: list[Refusals] = strawberry.field(default_factory=list, description="Why it was refused.")


@strawberry.input(one_of=True, description="Names one thing.")
class ThingBy:
    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="By its id.")
    name: strawberry.Maybe[str] = strawberry.field(description="By its name.")


@strawberry.input(description="A part of a thing.")
class PartInput:
    weight: float = strawberry.field(description="In kilograms.")
    colors: list[Color] | None = strawberry.field(default=None, description="Its colours.")


@strawberry.input(description="A thing wished for.")
class AddThingInput:
    name: str = strawberry.field(description="Its name.")
    parts: list[PartInput] | None = strawberry.field(default=None, description="Its parts.")
    idempotency_key: str | None = strawberry.field(default=None, description="The same key gets the same answer.")


@strawberry.input(description="A change of a thing.")
class ChangeThingInput:
    id: strawberry.ID = strawberry.field(description="Which.")
    expected_version: int = strawberry.field(description="The version that was read.")
    name: str | None = strawberry.field(default=None, description="A new name.")


LIMITS = {("first",): "at most 100", ("weight",): "zero at least"}


@strawberry.type
class Query:
    @strawberry.field(description="The shelf.")
    def things(
        self,
        first: Annotated[int | None, strawberry.argument(description="How many.")] = None,
        heavy: bool | None = None,
        weight: float | None = None,
        colors: list[Color] | None = None,
    ) -> list[Thing]:
        rules = {("first",): (first or 0) <= 100, ("weight",): (weight or 0) >= 0}
        if broken := tuple(Fault(place, f"must be {LIMITS[place]}") for place, kept in rules.items() if not kept):
            raise Refused(InputInvalid(broken))
        return [Thing(id=strawberry.ID("1"), name=f"{first} {heavy} {weight} {[each.value for each in colors or []]}", version=3)]

    @strawberry.field(description="One thing.")
    def thing(self, by: ThingBy) -> Thing | None:
        named = by.id.value if by.id else by.name.value if by.name else ""
        return Thing(id=strawberry.ID(named), name="id" if by.id else "name", version=3) if named != "nothing" else None

    @strawberry.field(description="What waits for ever.")
    async def slow(self) -> str | None:
        await asyncio.Event().wait()
        return None

    @strawberry.field(description="What no JSON can carry.")
    def odd(self) -> JSON:
        return cast(JSON, {"key": object()})


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Put a thing on the shelf.")
    async def add_thing(self, info: strawberry.Info, input: AddThingInput) -> ThingPayload:
        if input.name == "secret":
            raise Refused(NotSignedIn())
        if not input.name:
            faults = (Fault(("input", "name"), "must not be empty"), Fault(("input", "parts", "0", "weight"), "must be positive"))
            return _refuse(InputInvalid(faults))
        _note(info, f"added {input.name} {input.idempotency_key}")
        return ThingPayload(thing=Thing(id=strawberry.ID("a/b"), name=input.name, version=1), receipt="paid")

    @strawberry.mutation(description="Change a thing.")
    async def change_thing(self, info: strawberry.Info, input: ChangeThingInput) -> ThingPayload:
        if input.id == "nothing":
            return _refuse(NotFound("thing", ("input", "id")))
        if input.expected_version != 3:
            return _refuse(VersionConflict(3))
        _note(info, f"changed {input.id}")
        return ThingPayload(thing=Thing(id=input.id, name=input.name or "old", version=4))


def _refuse(refusal: object) -> ThingPayload:
    return ThingPayload(errors=[cast(Any, refusal)])


def _note(info: strawberry.Info, deed: str) -> None:
    info.context.loaders["deeds"].append(deed)


def _build() -> strawberry.Schema:
    """The schema; its refusals are domain values, which know the names of their types."""
    schema = strawberry.Schema(Query, Mutation)
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLUnionType):
            kind.resolve_type = lambda value, *_: value.typename
        elif isinstance(kind, GraphQLObjectType):
            kind.is_type_of = None
    return schema


SCHEMA = _build()
CODES = {"InputInvalid": ErrorCode.BAD_USER_INPUT, "NotFound": ErrorCode.NOT_FOUND, "VersionConflict": ErrorCode.CONFLICT}


@dataclass
class Shop:
    """The shop behind its REST door; `deeds` are what was done."""

    limits: Limits = field(default_factory=Limits)
    deeds: list[str] = field(default_factory=list)
    fault: Exception | None = None
    new_request_id: Callable[[], object] = lambda: REQUEST_ID
    folder: Path = OPERATIONS
    body_seconds: float = 10.0

    def __post_init__(self) -> None:
        pipeline = Pipeline(SCHEMA, self.limits, self.renew)
        terms = RestTerms(self.limits.body_bytes, lambda origin: origin == "https://app.example", self.body_seconds)
        door = Door(pipeline, self.make_context, terms, self.new_request_id)
        self.app = Starlette(routes=mount_operations(door, SCHEMA, self.folder, CODES))

    @asynccontextmanager
    async def renew(self, context: Context) -> AsyncIterator[Context]:
        """The same context with the shop's diary."""
        yield replace(context, loaders={"deeds": self.deeds})

    async def make_context(self, request: Request) -> Context:
        """A context with no doors behind it: nobody's, a buyer's, one with a cart, or none."""
        if self.fault:
            raise self.fault
        token, cart = request.headers.get("authorization"), request.headers.get("x-cart")
        if token is not None and token not in TOKENS:
            raise Refused(NotSignedIn())
        viewer: Viewer = TOKENS[token] if token else ANONYMOUS
        return Context(replace(viewer, cart=cart), *[cast(Any, None)] * 6)

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request without a socket."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
            return await client.request(method, path, **more)
