"""Tickets as clients see them: one's own, and the house's for its staff."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain import tickets as domain
from domain.paging import page_of
from domain.tickets import TicketStatus
from resolvers import tickets as deeds
from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.orders import order_lines_by_id, seats_of_order_lines
from resolvers.ticket_types import ticket_types_by_id
from schema import ids
from schema.batched import batched
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.enums import show_enum
from schema.events import Event, IDFilter, TextFilter
from schema.filters import ids_wanted, wanted
from schema.nodes import Node, found_by
from schema.seats import Seat
from schema.ticket_types import TicketType

if TYPE_CHECKING:
    from schema.orders import OrderLine

show_enum(
    TicketStatus,
    "Whether a ticket admits; that it was shown at the door is told by the log of check-ins.",
    {
        "RESERVED": "It is set aside and does not admit yet.",
        "VALID": "It admits.",
        "BLOCKED": "It does not admit until the staff unblock it.",
        "VOIDED": "It does not admit any more.",
    },
)


@strawberry.type(description="What a ticket's QR code says: signed, so that scanners verify it without a network (docs/ticket-codes.md).")
class TicketQrCode:
    """See `domain.tickets.QrText`."""

    text: str = strawberry.field(description="The text of the QR code, for its alphanumeric mode.")
    link: str = strawberry.field(description="The same code in the characters of links.")


@strawberry.federation.type(keys=["id"], description="One admission to an event. Seen by its holder, and by the staff with orders:read.")
class Ticket(Node):
    """See `domain.tickets.Ticket`."""

    status: TicketStatus = strawberry.field(description="Whether it admits.")
    revision: int = strawberry.field(description="Which of its codes is the one that admits; rises when it is issued anew.")
    complimentary: bool = strawberry.field(description="Whether it was given away by the staff.")
    valid_from: datetime | None = strawberry.field(description="From when its code is good; null: without bound.")
    valid_until: datetime | None = strawberry.field(description="Until when its code is good; null: without bound.")
    issued_at: datetime = strawberry.field(description="When it was issued.")
    version: int = strawberry.field(description="Rises with every change.")
    key_id: str = strawberry.field(description="Which of the event's keys signs its code.")
    event: Event | None = batched(events_by_id, key="event_id", description="The event it admits to.")
    ticket_type: TicketType | None = batched(ticket_types_by_id, key="ticket_type_id", description="Its type.")
    seat: Seat | None = batched(seats_of_order_lines, key="seat_id", description="Its seat; null where it admits to none.")
    order_line: Annotated["OrderLine", strawberry.lazy("schema.orders")] | None = batched(
        order_lines_by_id,
        key="order_line_id",
        description="The admission that it is for; null for those who do not see its order.",
    )
    qr_code: TicketQrCode = batched(deeds.qr_texts, key="code_facts", description="What its QR code says.")

    @strawberry.field(description="Its short code for people, such as 7KMP-2QXA-9WDT.")
    def code(self: domain.Ticket) -> str:
        """In groups of four."""
        return domain.show_short_code(self.code)


@strawberry.input(one_of=True, description="Names one ticket, by its id or its short code.")
class TicketBy:
    """Exactly one of the two."""

    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By its global id.")
    code: str | None = strawberry.field(
        default=strawberry.UNSET, description="By its short code; hyphens, blanks and small letters do not matter."
    )


@strawberry.input(description="Conditions on the status of a ticket.")
class TicketStatusFilter:
    """All conditions given must hold."""

    eq: TicketStatus | None = strawberry.field(default=None, description="Is this one.")
    in_: list[TicketStatus] | None = strawberry.field(default=None, name="in", description="Is one of these.")


@strawberry.input(description="Which tickets; all conditions given must hold.")
class TicketWhere:
    """Read into `domain.tickets.TicketFilter`."""

    event_id: IDFilter | None = strawberry.field(default=None, description="By event.")
    ticket_type_id: IDFilter | None = strawberry.field(default=None, description="By ticket type.")
    order_id: IDFilter | None = strawberry.field(default=None, description="By order.")
    status: TicketStatusFilter | None = strawberry.field(default=None, description="By status.")
    code: TextFilter | None = strawberry.field(default=None, description="By short code, however typed.")
    search: str | None = strawberry.field(
        default=None,
        description="By how words begin of a name or e-mail address, of who bought the ticket's order or comes with it; 200 characters.",
    )

    def to_domain(self) -> domain.TicketFilter:
        """The filter meant."""
        codes = wanted(self.code)
        return domain.TicketFilter(
            event_ids=ids_wanted(wanted(self.event_id), "Event"),
            ticket_type_ids=ids_wanted(wanted(self.ticket_type_id), "TicketType"),
            order_ids=ids_wanted(wanted(self.order_id), "Order"),
            statuses=wanted(self.status),
            codes=None if codes is None else [code for each in codes if (code := domain.read_short_code(each))],
            search=self.search,
        )


@strawberry.type
class TicketQueries:
    """Queries of tickets, merged into the root."""

    @strawberry.field(description="One ticket; null for missing, foreign and other people's alike.")
    async def ticket(self, info: strawberry.Info, by: Annotated[TicketBy, strawberry.argument(description="Which one.")]) -> Ticket | None:
        """By id or by short code."""
        if by.code:
            code = domain.read_short_code(by.code)
            return (await deeds.tickets_by_code(info.context, [code], {}))[0] if code else None  # type: ignore[return-value]
        named = ids.read(by.id or "")
        if named is None or named[0] != "Ticket":
            return None
        return (await deeds.tickets_by_id(info.context, [named[1]], {}))[0]  # type: ignore[return-value]

    @strawberry.field(description="The house's tickets, the newest first. Needs orders:read.")
    async def tickets(
        self,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
        where: Annotated[TicketWhere | None, strawberry.argument(description="Which ones.")] = None,
    ) -> Connection[Ticket]:
        """One page."""
        page = page_of(first, read_cursor(after, (UUID,), "after"), last, read_cursor(before, (UUID,), "before"))
        which = where.to_domain() if where else domain.TicketFilter()
        found = await deeds.list_tickets(info.context, which, page)
        return connect(found, _cursor, lambda: deeds.count_tickets(info.context, which))


async def own_tickets(ctx: Context, first: int | None, after: str | None) -> Connection[Ticket]:
    """One page of the viewer's own."""
    found = await deeds.tickets_of_viewer(ctx, page_of(first, read_cursor(after, (UUID,), "after"), None, None))
    return connect(found, _cursor, lambda: deeds.count_tickets_of_viewer(ctx))


def _cursor(ticket: domain.Ticket) -> str:
    return show_cursor([str(ticket.id)])


found_by("Ticket", deeds.tickets_by_id)
