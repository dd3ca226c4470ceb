"""Giving tickets away, as the staff ask for it; and voiding one."""

from typing import Annotated

import strawberry

from domain import holds, refusals, seats
from domain import tickets as domain
from resolvers import ticket_giving, ticket_voiding
from schema import ids
from schema.errors import MayRefuse, payload
from schema.orders import Order
from schema.seat_holds import SeatHoldMutations  # noqa: F401 - declares how refusals of seats are shown
from schema.ticket_mutations import TicketMutations  # noqa: F401 - the same for tickets
from schema.tickets import Ticket


@strawberry.input(description="Who comes with one of the tickets.")
class ComingInput:
    """Read into `domain.tickets.Coming`."""

    name: str | None = strawberry.field(default=None, description="The name.")
    email: str | None = strawberry.field(default=None, description="The e-mail address.")


@strawberry.input(description="Tickets of one type to give away: so many of them, or the seats named.")
class IssueComplimentaryTicketsInput:
    """Read into `domain.tickets.GiveTickets`."""

    event_id: strawberry.ID = strawberry.field(description="To which event.")
    ticket_type_id: strawberry.ID = strawberry.field(description="Of which type.")
    quantity: int | None = strawberry.field(default=None, description="How many, 500 at most; left out where seats are named.")
    seats: list[str] | None = strawberry.field(default=None, description="Which seats, by their labels, where the type sells seats.")
    name: str | None = strawberry.field(default=None, description="Whom they are given to.")
    email: str | None = strawberry.field(default=None, description="Where a letter goes that leads to them; nowhere without it.")
    locale: str | None = strawberry.field(default=None, description="In which language, the caller's without it.")
    attendees: list[ComingInput] | None = strawberry.field(
        default=None, description="Who comes, ticket by ticket, in the order of the seats where these are named; may be fewer than tickets."
    )
    idempotency_key: str | None = strawberry.field(default=None, description="The same key with the same input gets the same tickets.")

    def to_domain(self) -> domain.GiveTickets:
        """The wish meant."""
        return domain.GiveTickets(
            event_id=ids.expect(self.event_id, "Event", ("input", "eventId")),
            ticket_type_id=ids.expect(self.ticket_type_id, "TicketType", ("input", "ticketTypeId")),
            quantity=self.quantity,
            seats=tuple(self.seats or ()),
            name=self.name or "",
            email=self.email,
            locale=self.locale,
            attendees=tuple(domain.Coming(each.name, each.email) for each in self.attendees or ()),
            idempotency_key=self.idempotency_key,
        )


@strawberry.input(description="Which ticket to void, as the caller knows it.")
class VoidTicketInput:
    """Read into `domain.tickets.ChangeTicket`."""

    ticket_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description="The version that the caller has seen.")
    reason: str | None = strawberry.field(default=None, description="Why, for the history of the order; 500 characters at most.")
    idempotency_key: str | None = strawberry.field(default=None, description="The same key with the same input changes nothing again.")

    def to_domain(self) -> domain.ChangeTicket:
        """The command meant."""
        ticket_id = ids.expect(self.ticket_id, "Ticket", ("input", "ticketId"))
        return domain.ChangeTicket(ticket_id, self.expected_version, domain.reason_of(self.reason), self.idempotency_key)


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.IdempotencyKeyReused,
    holds.TicketTypeUnknown,
    holds.SalesClosed,
    holds.TicketsSoldOut,
    holds.SeatsNeeded,
    holds.SeatsTaken,
    holds.SeatsNotSold,
    holds.NotForTheseSeats,
    holds.HoldNotActive,
    seats.SeatsUnknown,
    description="The answer to `issueComplimentaryTickets`.",
)
class IssueComplimentaryTicketsPayload:
    """The tickets, or why there are none."""

    order: Order | None = strawberry.field(default=None, description="The order that has them.")
    tickets: list[Ticket] | None = strawberry.field(default=None, description="The tickets, in the order of the order's lines.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    refusals.VersionConflict,
    domain.TicketNotChangeable,
    description="The answer to `voidTicket`.",
)
class VoidTicketPayload:
    """The ticket, or why it still admits."""

    ticket: Ticket | None = strawberry.field(default=None, description="The ticket, void.")


@strawberry.type
class TicketGivingMutations:
    """Mutations that take stock for tickets, and give it back; merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(IssueComplimentaryTicketsPayload)],
        description="Give tickets away, all of them or none, whatever the times of sale and however many one buyer may have; an order "
        "of the channel COMPLIMENTARY has them. Needs orders:manage.",
    )
    async def issue_complimentary_tickets(
        self,
        info: strawberry.Info,
        input: Annotated[IssueComplimentaryTicketsInput, strawberry.argument(description="Which ones, to whom.")],
    ) -> IssueComplimentaryTicketsPayload:
        """See `resolvers.ticket_giving.issue_complimentary_tickets`."""
        order, tickets = await ticket_giving.issue_complimentary_tickets(info.context, input.to_domain())
        return IssueComplimentaryTicketsPayload(order=order, tickets=list(tickets))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(VoidTicketPayload)],
        description="Void a ticket for good, cancel its admission and free its place; money is not touched. Needs orders:manage.",
    )
    async def void_ticket(
        self, info: strawberry.Info, input: Annotated[VoidTicketInput, strawberry.argument(description="Which one.")]
    ) -> VoidTicketPayload:
        """See `resolvers.ticket_voiding.void_ticket`."""
        return VoidTicketPayload(ticket=await ticket_voiding.void_ticket(info.context, input.to_domain()))  # type: ignore[arg-type]
