"""A small box office to ask: its fields fail in every way a field can, and its contexts count the work they were given."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

import strawberry
from starlette.requests import Request
from strawberry.scalars import JSON

from domain.identity import Role, Viewer
from domain.refusals import NotFound, NotSignedIn, Refused
from gateway.graphql.pipeline import Pipeline
from gateway.settings import Limits
from gateway.transports.http import GraphQLOverHTTP, HttpTerms
from resolvers.context import Context

SECRET = "postgresql://app:hunter2@db"  # what must never reach a client
ANONYMOUS = Viewer(organization_id=UUID(int=1))
BUYER = Viewer(organization_id=UUID(int=1), person_id=UUID(int=2), role=Role.USER)
OWNER = Viewer(organization_id=UUID(int=1), person_id=UUID(int=3), role=Role.OWNER)
TOKENS = {"Bearer buyer": BUYER, "Bearer owner": OWNER}


@dataclass
class Diary:
    """What happened in the toy, for tests to read."""

    opened: int = 0
    closed: int = 0
    calls: list[str] = field(default_factory=list)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)


def _work(info: strawberry.Info) -> int:
    return cast(int, info.context.loaders["work"])


def _diary(info: strawberry.Info) -> Diary:
    return cast(Diary, info.context.loaders["diary"])


@strawberry.type
class Venue:
    name: str = "Hall"

    @strawberry.field
    def events(self) -> "list[Event]":
        return [Event(id=strawberry.ID("1"))]


@strawberry.type
class Event:
    id: strawberry.ID
    title: str = "Concert"

    @strawberry.field
    def venue(self) -> Venue:
        return Venue()


@strawberry.input(one_of=True)
class SeatBy:
    number: strawberry.Maybe[int]
    label: strawberry.Maybe[str]


@strawberry.input
class Where:
    tags: list[str] | None = None
    either: "list[Where] | None" = None
    data: JSON | None = None


@strawberry.type
class Query:
    @strawberry.field
    async def hello(self, name: str = "you") -> str:
        return f"Hello, {name}"

    @strawberry.field
    def events(self, ids: list[strawberry.ID] | None = None, where: Where | None = None) -> list[Event]:
        return [Event(id=each) for each in ids or [strawberry.ID("1")]]

    @strawberry.field
    def seat(self, by: SeatBy) -> str:
        return str(by)

    @strawberry.field
    def needs(self, name: str = "given") -> str:
        return name

    @strawberry.field
    async def work(self, info: strawberry.Info) -> int:
        return _work(info)

    @strawberry.field
    def refused(self) -> str | None:
        raise Refused(NotFound("event", ("input", "id")))

    @strawberry.field
    async def broken(self) -> str | None:
        raise ValueError(SECRET)

    @strawberry.field
    def broken_soon(self) -> str:
        raise ValueError(SECRET)

    @strawberry.field
    def null(self) -> str:
        return cast(str, None)

    @strawberry.field
    def big(self) -> int | None:
        return 10**12

    @strawberry.field
    def odd(self) -> JSON:
        return cast(JSON, {"key": object()})

    @strawberry.field
    async def slow(self, info: strawberry.Info) -> str | None:
        diary = _diary(info)
        diary.waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            diary.cancelled.set()
            raise
        return None


@strawberry.type
class Noted:
    work: int

    @strawberry.field
    async def later(self, info: strawberry.Info) -> int:
        return _work(info)


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def note(self, info: strawberry.Info, word: str = "") -> Noted:
        _diary(info).calls.append(word)
        return Noted(work=_work(info))

    @strawberry.mutation
    async def refuse(self) -> str:
        raise Refused(NotSignedIn())

    @strawberry.mutation
    async def wait(self, info: strawberry.Info) -> str | None:
        await asyncio.Event().wait()
        return None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: strawberry.Info, to: int) -> AsyncGenerator[int, None]:
        try:
            for number in range(1, to + 1):
                yield number
        finally:
            _diary(info).calls.append("closed")

    @strawberry.subscription
    async def beats(self) -> AsyncGenerator[Noted, None]:
        for number in range(2):
            yield Noted(work=number)

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError(SECRET)

    @strawberry.subscription
    async def ends_refused(self) -> AsyncGenerator[int, None]:
        yield 1
        raise Refused(NotFound("event"))

    @strawberry.subscription
    async def never(self) -> AsyncGenerator[int, None]:
        yield _refused()


def _refused() -> int:
    raise Refused(NotSignedIn())


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)


@dataclass
class Toy:
    """A pipeline over the toy schema, its diary, and contexts to run with."""

    limits: Limits = field(default_factory=Limits)
    introspection: bool = True
    diary: Diary = field(default_factory=Diary)
    schema: strawberry.Schema = SCHEMA

    def __post_init__(self) -> None:
        self.pipeline = Pipeline(self.schema, self.limits, self.renew, introspection=self.introspection)

    @asynccontextmanager
    async def renew(self, context: Context) -> AsyncIterator[Context]:
        """A copy of the context with the number of its work."""
        self.diary.opened += 1
        try:
            yield replace(context, loaders={"work": self.diary.opened, "diary": self.diary})
        finally:
            self.diary.closed += 1

    def context(self, viewer: Viewer = ANONYMOUS) -> Context:
        """A context with no doors behind it."""
        return Context(viewer, *[cast(Any, None)] * 6)

    async def make_context(self, request: Request) -> Context:
        """The context of an HTTP request: `Bearer buyer`, `Bearer owner`, nobody, or refused."""
        token = request.headers.get("authorization")
        if token is not None and token not in TOKENS:
            raise Refused(NotSignedIn())
        return self.context(TOKENS[token] if token else ANONYMOUS)

    def over_http(self, *, draft: bool = False, **more: Any) -> GraphQLOverHTTP:
        """The HTTP door of this toy."""
        terms = HttpTerms(self.limits.body_bytes, draft, lambda origin: origin == "https://app.example")
        return GraphQLOverHTTP(self.pipeline, self.make_context, terms, **more)
