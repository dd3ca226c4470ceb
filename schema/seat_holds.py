"""Holds of seats as clients ask for them: seats by name, or the best that there are."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import holds as domain
from domain import refusals
from domain import seats as seat_rules
from domain.seats import SeatStatus
from resolvers import holds as deeds
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.holds import CART, CODES, HOLD_KEY, Hold, HoldLineInput, read_lines


@strawberry.type(description="A seat that cannot be had, and why.")
class TakenSeat:
    """See `domain.holds.TakenSeat`."""

    label: str = strawberry.field(description="What it is called.")
    status: SeatStatus = strawberry.field(description="Why it cannot be had.")
    may_come_back: bool = strawberry.field(description="Whether it is only held, and may come back.")
    may_return_at: datetime | None = strawberry.field(
        description="When the hold on it ends by itself; null when it is booked or blocked, or when its buyer is paying."
    )


@shows(domain.SeatsTaken, "Some of the seats are held, booked or blocked, so none of them was set aside.")
class SeatsTaken(UserError):
    """See `domain.holds.SeatsTaken`."""

    seats: list[TakenSeat] = strawberry.field(description="Those that cannot be had.")
    may_return_at: datetime | None = strawberry.field(
        description="When the first of them may come back; null when none is in another cart."
    )


@shows(domain.SeatsNotSold, "Nothing on sale is for these seats.")
class SeatsNotSold(UserError):
    """See `domain.holds.SeatsNotSold`."""

    labels: list[str] = strawberry.field(description="The seats meant.")


@shows(domain.NotForTheseSeats, "Tickets of the type are not for these seats.")
class NotForTheseSeats(UserError):
    """See `domain.holds.NotForTheseSeats`."""

    labels: list[str] = strawberry.field(description="The seats meant; empty when the best available of something else were asked for.")

    @strawberry.field(description="The type that is not for them.")
    def ticket_type_id(self: domain.NotForTheseSeats) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.NoAdjacentSeats, "The party fits nowhere together.")
class NoAdjacentSeats(UserError):
    """See `domain.holds.NoAdjacentSeats`."""

    largest: int = strawberry.field(description="How many could sit together.")
    free: int = strawberry.field(description="How many such seats are left in all; only accessible ones where those were asked for.")


@strawberry.input(description="A seat to set aside.")
class SeatChoiceInput:
    """Read into `domain.holds.SeatChoice`."""

    label: str = strawberry.field(description="What it is called.")
    ticket_type_id: strawberry.ID | None = strawberry.field(
        default=None, description="The ticket type; may be left out where only one sells the seat."
    )

    def to_domain(self, at: int) -> domain.SeatChoice:
        """The choice meant, at this place of the input."""
        place = ("input", "seats", str(at), "ticketTypeId")
        return domain.SeatChoice(self.label, ids.expect(self.ticket_type_id, "TicketType", place) if self.ticket_type_id else None)


@strawberry.input(description="Seats of one event to set aside: all of them or none.")
class HoldSeatsInput:
    """Read into `domain.holds.HoldSeats`."""

    event_id: strawberry.ID = strawberry.field(description="Of which event.")
    seats: list[SeatChoiceInput] = strawberry.field(description="Which seats, each once, at most 100.")
    access_codes: list[str] | None = strawberry.field(default=None, description=CODES)
    idempotency_key: str | None = strawberry.field(default=None, description=HOLD_KEY)

    def to_domain(self) -> domain.HoldSeats:
        """The command meant."""
        seats = tuple(seat.to_domain(at) for at, seat in enumerate(self.seats))
        event_id = ids.expect(self.event_id, "Event", ("input", "eventId"))
        return domain.HoldSeats(event_id, seats, self.idempotency_key, tuple(self.access_codes or ()))


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.IdempotencyKeyReused,
    domain.TicketTypeUnknown,
    domain.SalesClosed,
    domain.TooManyTickets,
    domain.TooFewTickets,
    domain.AccessCodeNeeded,
    domain.AccessCodeNotValid,
    domain.TicketsSoldOut,
    domain.SeatsTaken,
    seat_rules.SeatsUnknown,
    domain.SeatsNotSold,
    domain.NotForTheseSeats,
    description="The answer to `holdSeats`.",
)
class HoldSeatsPayload:
    """The hold, or why there is none."""

    hold: Hold | None = strawberry.field(default=None, description="What is set aside.")
    cart: str | None = strawberry.field(default=None, description=CART)


@strawberry.input(description="A party that wants the best seats there are, together.")
class HoldBestAvailableInput:
    """Read into `domain.holds.HoldBestAvailable`."""

    event_id: strawberry.ID = strawberry.field(description="Of which event.")
    lines: list[HoldLineInput] = strawberry.field(
        description="How many seats of which types, each once; together they are at most 100, and all these types sell the same seats."
    )
    category: int | None = strawberry.field(default=None, description="Of this price category only, by its index.")
    sections: list[int] | None = strawberry.field(default=None, description="In these sections only, by their indexes.")
    accessible: int = strawberry.field(default=0, description="So many of the seats accessible with a wheelchair, the others beside them.")
    allow_apart: bool = strawberry.field(
        default=False, description="Whether a party that fits nowhere together will do with the fewest blocks near each other."
    )
    access_codes: list[str] | None = strawberry.field(default=None, description=CODES)
    idempotency_key: str | None = strawberry.field(default=None, description=HOLD_KEY)

    def to_domain(self) -> domain.HoldBestAvailable:
        """The command meant."""
        sections = None if self.sections is None else frozenset(self.sections)
        return domain.HoldBestAvailable(
            ids.expect(self.event_id, "Event", ("input", "eventId")),
            read_lines(self.lines),
            domain.BestAvailable(self.category, sections, self.accessible, self.allow_apart),
            self.idempotency_key,
            tuple(self.access_codes or ()),
        )


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.IdempotencyKeyReused,
    domain.TicketTypeUnknown,
    domain.SalesClosed,
    domain.TooManyTickets,
    domain.TooFewTickets,
    domain.AccessCodeNeeded,
    domain.AccessCodeNotValid,
    domain.TicketsSoldOut,
    domain.NoAdjacentSeats,
    seat_rules.SeatsUnknown,
    domain.NotForTheseSeats,
    description="The answer to `holdBestAvailable`.",
)
class HoldBestAvailablePayload:
    """The hold, or why there is none."""

    hold: Hold | None = strawberry.field(default=None, description="What is set aside.")
    cart: str | None = strawberry.field(default=None, description=CART)


@strawberry.type
class SeatHoldMutations:
    """Mutations of holds of seats, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(HoldSeatsPayload)], description="Set seats aside for a quarter of an hour. Open to everybody."
    )
    async def hold_seats(
        self, info: strawberry.Info, input: Annotated[HoldSeatsInput, strawberry.argument(description="Which seats.")]
    ) -> HoldSeatsPayload:
        """See `resolvers.holds.hold_seats`."""
        hold, cart = await deeds.hold_seats(info.context, input.to_domain())
        return HoldSeatsPayload(hold=hold, cart=cart)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(HoldBestAvailablePayload)],
        description="Set the best seats aside that are free, together, for a quarter of an hour. Open to everybody.",
    )
    async def hold_best_available(
        self, info: strawberry.Info, input: Annotated[HoldBestAvailableInput, strawberry.argument(description="For whom.")]
    ) -> HoldBestAvailablePayload:
        """See `resolvers.holds.hold_best_available`."""
        hold, cart = await deeds.hold_best_available(info.context, input.to_domain())
        return HoldBestAvailablePayload(hold=hold, cart=cart)  # type: ignore[arg-type]
