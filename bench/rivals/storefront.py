"""The part of TicketBase's schema that the benchmark reads, as one would write it with Strawberry and an ORM."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import func, select
from strawberry.extensions import MaxTokensLimiter, QueryDepthLimiter, SchemaExtension
from strawberry.schema.config import StrawberryConfig

from bench.rivals.basics import SCALARS, BigInt, EventOrder, EventStatus, HoldStatus, Info, OrderStatus, TicketStatus, in_language, show
from bench.rivals.models import EventModel, HoldLineModel, HoldModel, OrderModel

DEEPEST, MOST_TOKENS = 12, 1_000


@strawberry.input
class EventBy:
    """By id or slug."""

    id: strawberry.ID | None = None
    slug: str | None = None


@strawberry.type
class Money:
    """An amount."""

    amount_minor: BigInt
    currency: str


@strawberry.type
class Venue:
    """A row of venues."""

    name: str
    city: str

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("Venue", self.id)  # type: ignore[arg-type]


@strawberry.type
class Pool:
    """A row of pools."""

    name: str
    capacity: int
    held: int
    sold: int

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("Pool", self.id)  # type: ignore[arg-type]


@strawberry.type
class TicketType:
    """A row of ticket_types."""

    position: int

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("TicketType", self.id)  # type: ignore[arg-type]

    @strawberry.field
    def name(self, info: Info) -> str:
        """In the caller's language."""
        return in_language(self.name, info)  # type: ignore[arg-type]

    @strawberry.field
    def price(self: Any) -> Money:
        """Of one ticket."""
        return Money(amount_minor=BigInt(self.price_minor), currency=self.currency)

    @strawberry.field
    async def event(self: Any, info: Info) -> "Event | None":
        """The event it admits to."""
        found: Event | None = await info.context.events.load(self.event_id)
        return found


@strawberry.type
class Event:
    """A row of events."""

    slug: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    version: int

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("Event", self.id)  # type: ignore[arg-type]

    @strawberry.field
    def title(self, info: Info) -> str:
        """In the caller's language."""
        return in_language(self.title, info)  # type: ignore[arg-type]

    @strawberry.field
    def status(self: Any) -> EventStatus:
        """Where it is."""
        return EventStatus(self.status)

    @strawberry.field
    async def venue(self: Any, info: Info) -> Venue | None:
        """Where it takes place."""
        found: Venue | None = await info.context.venues.load(self.venue_id) if self.venue_id else None
        return found

    @strawberry.field
    async def ticket_types(self: Any, info: Info) -> list[TicketType]:
        """By position."""
        found: list[TicketType] = await info.context.types_of_events.load(self.id)
        return found

    @strawberry.field
    async def pools(self: Any, info: Info) -> list[Pool] | None:
        """By name."""
        found: list[Pool] = await info.context.pools.load(self.id)
        return found


@strawberry.type
class EventConnection:
    """A page."""

    nodes: list[Event]


@strawberry.type
class HoldLine:
    """A row of hold_lines."""

    quantity: int

    @strawberry.field
    async def ticket_type(self: Any, info: Info) -> TicketType | None:
        """Of which type."""
        found: TicketType | None = await info.context.types.load(self.ticket_type_id)
        return found


@strawberry.type
class Hold:
    """A row of holds with its lines."""

    row: strawberry.Private[Any]
    lines: list[HoldLine]

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("Hold", self.row.id)

    @strawberry.field
    def status(self) -> HoldStatus:
        """What became of it."""
        return HoldStatus(self.row.status)

    @strawberry.field
    def expires_at(self) -> datetime:
        """When it ends by itself."""
        at: datetime = self.row.expires_at
        return at


@strawberry.type
class Ticket:
    """A row of tickets."""

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("Ticket", self.id)  # type: ignore[arg-type]

    @strawberry.field
    def code(self: Any) -> str:
        """For people."""
        return "-".join((self.code[:4], self.code[4:8], self.code[8:]))

    @strawberry.field
    def status(self: Any) -> TicketStatus:
        """Whether it admits."""
        return TicketStatus(self.status)

    @strawberry.field
    async def ticket_type(self: Any, info: Info) -> TicketType | None:
        """Of which type."""
        found: TicketType | None = await info.context.types.load(self.ticket_type_id)
        return found

    @strawberry.field
    async def event(self: Any, info: Info) -> Event | None:
        """To what it admits."""
        found: Event | None = await info.context.events.load(self.event_id)
        return found


@strawberry.type
class OrderLine:
    """A row of order_lines, in the currency of its order."""

    row: strawberry.Private[Any]
    currency: strawberry.Private[str]

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("OrderLine", self.row.id)

    @strawberry.field
    def position(self) -> int:
        """Its place."""
        return int(self.row.position)

    @strawberry.field
    def price(self) -> Money:
        """What is paid for it."""
        return Money(amount_minor=BigInt(self.row.price_minor), currency=self.currency)

    @strawberry.field
    async def ticket(self, info: Info) -> Ticket | None:
        """Its ticket."""
        found: Ticket | None = await info.context.tickets_of_lines.load(self.row.id)
        return found


@strawberry.type
class Order:
    """A row of orders."""

    number: str
    created_at: datetime

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its global id."""
        return show("Order", self.id)  # type: ignore[arg-type]

    @strawberry.field
    def status(self: Any) -> OrderStatus:
        """How far it has come."""
        return OrderStatus(self.status)

    @strawberry.field
    def total(self: Any) -> Money:
        """What it comes to."""
        return Money(amount_minor=BigInt(self.total_minor), currency=self.currency)

    @strawberry.field
    async def lines(self: Any, info: Info) -> list[OrderLine]:
        """By position."""
        return [OrderLine(row=row, currency=self.currency) for row in await info.context.lines_of_orders.load(self.id)]


@strawberry.type
class OrderConnection:
    """A page."""

    nodes: list[Order]


@strawberry.type
class Viewer:
    """The caller."""

    @strawberry.field
    async def orders(self, info: Info, first: int = 20) -> OrderConnection | None:
        """A page of what was bought, the newest first."""
        mine = OrderModel.buyer == f"person:{info.context.person_id}"
        asked = select(OrderModel).where(mine).order_by(OrderModel.created_at.desc(), OrderModel.id.desc()).limit(first + 1)
        rows: list[Any] = [row[0] for row in await info.context.reads.all(asked)]
        return OrderConnection(nodes=rows[:first])


@strawberry.type
class Query:
    """What the benchmark asks for."""

    @strawberry.field
    async def event(self, info: Info, by: EventBy) -> Event | None:
        """One event."""
        rows = await info.context.reads.all(select(EventModel).where(EventModel.slug == by.slug))
        return rows[0][0] if rows else None

    @strawberry.field
    async def events(self, info: Info, first: int = 20, order_by: list[EventOrder] | None = None) -> EventConnection:
        """A page of events by their beginning."""
        asked = select(EventModel).order_by(EventModel.starts_at, EventModel.id).limit(first + 1)
        rows: list[Any] = [row[0] for row in await info.context.reads.all(asked)]
        return EventConnection(nodes=rows[:first])

    @strawberry.field
    def viewer(self) -> Viewer | None:
        """The caller."""
        return Viewer()

    @strawberry.field
    async def holds(self, info: Info) -> list[Hold]:
        """The caller's active holds, newest first."""
        mine = (HoldModel.buyer == f"person:{info.context.person_id}", HoldModel.status == "ACTIVE")
        asked = (
            select(HoldModel, HoldLineModel)
            .join(HoldLineModel, HoldLineModel.hold_id == HoldModel.id)
            .where(*mine, HoldModel.expires_at > func.app_now())
            .order_by(HoldModel.created_at.desc(), HoldModel.id.desc(), HoldLineModel.ticket_type_id)
        )
        holds: dict[UUID, Hold] = {}
        for row, line in await info.context.reads.all(asked):
            holds.setdefault(row.id, Hold(row=row, lines=[])).lines.append(line)
        return list(holds.values())


class CloseReads(SchemaExtension):
    """Gives the connection back at the end."""

    async def on_operation(self) -> AsyncIterator[None]:  # type: ignore[override]
        """Around each operation."""
        yield
        await self.execution_context.context.reads.close()


def build_schema(*, limited: bool) -> strawberry.Schema:
    """With Strawberry's own limits, or without any."""
    limits = [lambda: QueryDepthLimiter(DEEPEST), lambda: MaxTokensLimiter(MOST_TOKENS)] if limited else []
    return strawberry.Schema(Query, extensions=[CloseReads, *limits], config=StrawberryConfig(scalar_map=SCALARS))
