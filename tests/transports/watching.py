"""A gateway over the toy schema with live availability added: every transport, one cohort store, and a count of what was rendered."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID, uuid4

import strawberry
from starlette.requests import HTTPConnection
from strawberry.scalars import JSON

from domain.availability import Availability, TypeAvailability, read_mark
from domain.identity import Viewer
from domain.live import Topic
from domain.refusals import NotAllowed, NotSignedIn, Refused
from gateway.transports.cohorts import Cohorts
from gateway.transports.connection import SocketHouse, SocketTerms
from gateway.transports.http import GraphQLOverHTTP, HttpTerms
from gateway.transports.multipart import MultipartSubscriptions
from gateway.transports.operations import Operations
from gateway.transports.sse import ServerSentEvents
from gateway.transports.streams import Streams
from gateway.transports.websocket import GraphQLWebSocket
from resolvers.availability import Watch
from resolvers.context import Context
from tests.transports import toy
from tests.transports.beating import BALCONY, EVENT, TENANT, MemoryLive
from tests.transports.serving import serving
from tests.transports.toy import Toy

WATCH = "subscription ($event: ID!, $resume: String) { ticketAvailability(eventId: $event, resumeFrom: $resume) { ...Frame } } "
WATCH += "fragment Frame on TicketAvailability { sequence snapshot resumeToken ticketTypes { ticketTypeId available } }"
VARIABLES = {"event": str(EVENT)}


@strawberry.type
class TicketTypeAvailability:
    available: int

    @strawberry.field
    def ticket_type_id(self: TypeAvailability) -> int:
        return self.ticket_type_id.int

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def viewer(self, info: strawberry.Info) -> str:
        return repr(info.context.viewer)


@strawberry.type
class TicketAvailability:
    sequence: int
    resume_token: str
    ticket_types: list[TicketTypeAvailability]

    @strawberry.field
    def snapshot(self: Availability) -> bool:
        return self.whole

    @strawberry.field
    def rendered(self, info: strawberry.Info) -> int:
        """The number of the work it was rendered with: equal for all who were sent the same bytes."""
        return cast(int, info.context.loaders["work"])

    @strawberry.field
    def filler(self, bytes: int) -> str:
        return "x" * bytes

    @strawberry.field
    async def breaks_at(self: Availability, sequence: int) -> int:
        if self.sequence == sequence:
            raise ValueError(toy.SECRET)
        return self.sequence


@strawberry.type
class Subscription(toy.Subscription):
    @strawberry.subscription
    async def ticket_availability(
        self, info: strawberry.Info, event_id: strawberry.ID, resume_from: str | None = None
    ) -> AsyncIterator[TicketAvailability]:
        event = UUID(event_id)
        since = read_mark(resume_from, event) if resume_from is not None else None
        return cast(AsyncIterator[TicketAvailability], Watch(Topic(TENANT, event), since, info.context.live))

    @strawberry.subscription
    async def forever(self, info: strawberry.Info) -> AsyncGenerator[int, None]:
        diary = cast(toy.Diary, info.context.loaders["diary"])
        try:
            number = 0
            while True:
                diary.calls.append(f"{number}")
                yield number
                number += 1
        finally:
            diary.calls.append("closed")


@strawberry.type
class Query(toy.Query):
    @strawberry.field
    def extensions(self, info: strawberry.Info) -> JSON:
        return cast(JSON, info.input_extensions)


@strawberry.type
class Mutation(toy.Mutation):
    @strawberry.mutation
    def move(self, info: strawberry.Info, balcony: int) -> int:
        info.context.live.move(BALCONY, balcony)
        return balcony


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)
ORIGINS = ("https://app.example",)


@dataclass
class Gateway:
    """The toy behind all transports."""

    terms: SocketTerms = field(default_factory=SocketTerms)
    heartbeat_seconds: float = 12.0
    stuck_seconds: float = 60.0
    live: MemoryLive = field(default_factory=MemoryLive)
    cohorts: Cohorts = field(default_factory=Cohorts)
    toy: Toy = field(default_factory=lambda: Toy(schema=SCHEMA))

    def __post_init__(self) -> None:
        self.operations = Operations(self.toy.pipeline, lambda: str(uuid4()))
        self.streams = Streams(
            self.operations, self.cohorts, time.time, heartbeat_seconds=self.heartbeat_seconds, stuck_seconds=self.stuck_seconds
        )
        carriers = (ServerSentEvents(self.streams), MultipartSubscriptions(self.streams))
        terms = HttpTerms(self.toy.limits.body_bytes, False, ORIGINS.__contains__)
        self.http = GraphQLOverHTTP(self.toy.pipeline, self.make_context, terms, streams=carriers)
        house = SocketHouse(self.operations, self.cohorts, self.make_context, self.terms, time.time)
        self.sockets = GraphQLWebSocket(house, ORIGINS.__contains__)
        self.greeted: list[tuple[HTTPConnection, Mapping[str, object]]] = []

    @property
    def rendered(self) -> int:
        """How many frames, and how many operations, were run so far."""
        return self.toy.diary.opened

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        await (self.sockets if scope["type"] == "websocket" else self.http)(scope, receive, send)

    async def make_context(self, connection: HTTPConnection, init: Mapping[str, object] | None = None) -> Context:
        """Knows the tokens of the toy, and some that fail in their own ways."""
        self.greeted.append((connection, init or {}))
        token = (init or {}).get("authorization") or connection.headers.get("authorization")
        match token:
            case "Bearer stranger":
                raise Refused(NotSignedIn())
            case "Bearer nobody":
                raise Refused(NotAllowed("holds:place"))
            case "Bearer broken":
                raise ValueError(toy.SECRET)
            case "Bearer short":
                viewer = replace(toy.BUYER, expires_at=time.time() + 0.3)  # type: ignore[arg-type]  # shorter than a second
            case str():
                viewer = toy.TOKENS[token]
            case _:
                viewer = toy.ANONYMOUS
        return self.context(viewer)

    def context(self, viewer: Viewer) -> Context:
        """The context of this viewer."""
        return replace(self.toy.context(viewer), live=self.live)

    async def settled(self) -> None:
        """Waits until nobody watches and nothing listens; fails when that does not come."""
        async with asyncio.timeout(5):
            while len(self.sockets) or self.live.listeners or self.cohorts.subscribers or len(self.cohorts) or not self.cohorts.idle:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def opened(**terms: Any) -> AsyncIterator[tuple[Gateway, str]]:
    """A gateway and its base address; afterwards nothing that it started is left."""
    before = asyncio.all_tasks()
    gateway = Gateway(**terms)
    async with serving(gateway) as address:
        yield gateway, address
        await gateway.settled()
    async with asyncio.timeout(5):
        while left := asyncio.all_tasks() - before:
            await asyncio.wait(left, timeout=0.05)
