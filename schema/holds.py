"""Holds as clients see them: set tickets aside, give them back, see one's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from domain import holds as domain
from domain import refusals
from domain.holds import HoldStatus, WhyNotExtended
from domain.ticket_types import SalesStatus
from resolvers import holds as deeds
from resolvers.events import events_by_id
from resolvers.seats import seats_of_lines
from resolvers.ticket_types import ticket_types_of_lines
from schema import ids
from schema.batched import batched
from schema.enums import show_enum
from schema.errors import MayRefuse, UserError, payload, shows
from schema.events import Event
from schema.nodes import Node, found_by
from schema.seats import Seat
from schema.ticket_types import TicketType

CART = "The token of a new anonymous cart; send it as X-Cart from now on. Null for buyers who have one or are signed in."
CODES = "Codes that open hidden ticket types, 10 at most; a wrong one opens nothing."
HOLD_KEY = "The same key with the same input gets the same hold; without signing in, send a cart with it, even a new one."

show_enum(
    HoldStatus,
    "What became of a hold.",
    {
        "ACTIVE": "The tickets are set aside.",
        "CONVERTED": "An order took the tickets over.",
        "RELEASED": "The buyer gave them back.",
        "EXPIRED": "Its time was over.",
        "REVOKED": "The organizer took them back.",
    },
)


show_enum(
    domain.LimitScope,
    "What a limit counts.",
    {"ORDER": "The tickets of a type in one order.", "TICKET_TYPE": "All that a buyer has of a type.", "EVENT": "All that a buyer has."},
)
show_enum(
    domain.AccessCodeState,
    "Why an access code opens nothing now.",
    {"NOT_YET_VALID": "Its time has not come.", "OVER": "Its time is over.", "USED_UP": "It was used as often as it may be."},
)


@strawberry.type(description="So many tickets of one type.")
class HoldLine:
    """See `domain.holds.HoldLine`."""

    quantity: int = strawberry.field(description="How many.")
    ticket_type: TicketType | None = batched(ticket_types_of_lines, key="ticket_type_id", description="Of which type.")
    seats: list[Seat] = batched(seats_of_lines, key="seat_ids", description="The seats set aside; none for tickets without seats.")


@strawberry.federation.type(keys=["id"], description="Tickets of one event set aside for a buyer; only he sees it.")
class Hold(Node):
    """See `domain.holds.Hold`."""

    status: HoldStatus = strawberry.field(description="What became of it.")
    lines: list[HoldLine] = strawberry.field(description="What is set aside.")
    created_at: datetime = strawberry.field(description="When it was placed.")
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    extended_at: datetime | None = strawberry.field(description="When its buyer extended it, which can be done once; null before.")
    event: Event | None = batched(events_by_id, key="event_id", description="For which event.")


@shows(domain.TicketsSoldOut, "There are fewer tickets of a type than asked for.")
class TicketsSoldOut(UserError):
    """See `domain.holds.TicketsSoldOut`."""

    available: int = strawberry.field(description="How many can be had.")
    held_elsewhere: int = strawberry.field(description="How many are in other carts and may come back.")
    may_return_at: datetime | None = strawberry.field(description="When the first of those may come back, where that is known.")

    @strawberry.field(description="The type that is short.")
    def ticket_type_id(self: domain.TicketsSoldOut) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.SalesClosed, "A type is not on sale at this time.")
class SalesClosed(UserError):
    """See `domain.holds.SalesClosed`."""

    sales_status: SalesStatus = strawberry.field(description="Why it is not on sale.")
    opens_at: datetime | None = strawberry.field(description="When its sale opens, where that is known.")
    closed_at: datetime | None = strawberry.field(description="When its sale ended, if it did.")

    @strawberry.field(description="The type that is not on sale.")
    def ticket_type_id(self: domain.SalesClosed) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.TooManyTickets, "It is more than one buyer or one order may have.")
class TooManyTickets(UserError):
    """See `domain.holds.TooManyTickets`."""

    limit: int = strawberry.field(description="How many are allowed.")
    already_held: int = strawberry.field(description="How many the buyer holds already.")
    per: domain.LimitScope = strawberry.field(description="What the limit counts.")

    @strawberry.field(description="The type whose limit it is; null when it is the event's.")
    def limited_type_id(self: domain.TooManyTickets) -> strawberry.ID | None:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id) if self.ticket_type_id else None


@shows(domain.TooFewTickets, "Tickets of the type are sold together.")
class TooFewTickets(UserError):
    """See `domain.holds.TooFewTickets`."""

    least: int = strawberry.field(description="How many at least.")
    already_held: int = strawberry.field(description="How many the buyer holds already.")

    @strawberry.field(description="The type.")
    def ticket_type_id(self: domain.TooFewTickets) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.AccessCodeNotValid, "The access code shown for a hidden type opens nothing now.")
class AccessCodeNotValid(UserError):
    """See `domain.holds.AccessCodeNotValid`."""

    state: domain.AccessCodeState = strawberry.field(description="Why it opens nothing.")
    valid_from: datetime | None = strawberry.field(description="From when it is valid, where that is bounded.")
    valid_until: datetime | None = strawberry.field(description="Until when it is valid, where that is bounded.")

    @strawberry.field(description="The type that the code is made for.")
    def ticket_type_id(self: domain.AccessCodeNotValid) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.AccessCodeNeeded, "The ticket type is sold to holders of an access code, and none that was shown is made for it.")
class AccessCodeNeeded(UserError):
    """See `domain.holds.AccessCodeNeeded`."""

    @strawberry.field(description="The type that needs a code.")
    def ticket_type_id(self: domain.AccessCodeNeeded) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.TicketTypeUnknown, "The event has no such ticket type.")
class TicketTypeUnknown(UserError):
    """See `domain.holds.TicketTypeUnknown`."""

    @strawberry.field(description="The type that is not one of the event's.")
    def ticket_type_id(self: domain.TicketTypeUnknown) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.HoldNotActive, "The hold ended before.")
class HoldNotActive(UserError):
    """See `domain.holds.HoldNotActive`."""

    status: HoldStatus = strawberry.field(description="How it ended.")


@shows(domain.SeatsNeeded, "The type sells seats, so its tickets are not held by their number alone.")
class SeatsNeeded(UserError):
    """See `domain.holds.SeatsNeeded`."""

    @strawberry.field(description="The type that sells seats.")
    def ticket_type_id(self: domain.SeatsNeeded) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


show_enum(
    WhyNotExtended,
    "Why a hold gets no more time.",
    {
        "ENDED": "It goes on no longer.",
        "OVERDUE": "Its time is over.",
        "EXTENDED_BEFORE": "It was extended before.",
        "AT_CAP": "It lasts as long as a hold may already.",
    },
)


@shows(domain.HoldNotExtendable, "The hold gets no more time.")
class HoldNotExtendable(UserError):
    """See `domain.holds.HoldNotExtendable`."""

    reason: WhyNotExtended = strawberry.field(description="Why not.")


@strawberry.input(description="So many tickets of one type.")
class HoldLineInput:
    """Read into `domain.holds.HoldLine`."""

    ticket_type_id: strawberry.ID = strawberry.field(description="Of which type.")
    quantity: int = strawberry.field(description="How many, at least 1.")


def read_lines(lines: Sequence[HoldLineInput]) -> tuple[domain.HoldLine, ...]:
    """The lines meant."""
    return tuple(
        domain.HoldLine(ids.expect(line.ticket_type_id, "TicketType", ("input", "lines", str(at), "ticketTypeId")), line.quantity)
        for at, line in enumerate(lines)
    )


@strawberry.input(description="Tickets of one event to set aside: all of them or none.")
class HoldTicketsInput:
    """Read into `domain.holds.HoldTickets`."""

    event_id: strawberry.ID = strawberry.field(description="Of which event.")
    lines: list[HoldLineInput] = strawberry.field(description="What to set aside, each type once.")
    access_codes: list[str] | None = strawberry.field(default=None, description=CODES)
    idempotency_key: str | None = strawberry.field(default=None, description=HOLD_KEY)

    def to_domain(self) -> domain.HoldTickets:
        """The command meant."""
        event_id = ids.expect(self.event_id, "Event", ("input", "eventId"))
        return domain.HoldTickets(event_id, read_lines(self.lines), self.idempotency_key, tuple(self.access_codes or ()))


@strawberry.input(description="A hold to give back.")
class ReleaseHoldInput:
    """Read into `domain.holds.ReleaseHold`."""

    hold_id: strawberry.ID = strawberry.field(description="Which hold.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same answer; with another input it is refused."
    )

    def to_domain(self) -> domain.ReleaseHold:
        """The command meant."""
        return domain.ReleaseHold(ids.expect(self.hold_id, "Hold", ("input", "holdId")), self.idempotency_key)


@strawberry.input(description="A hold to extend.")
class ExtendHoldInput:
    """Read into `domain.holds.ExtendHold`."""

    hold_id: strawberry.ID = strawberry.field(description="Which hold.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same answer; with another input it is refused."
    )

    def to_domain(self) -> domain.ExtendHold:
        """The command meant."""
        return domain.ExtendHold(ids.expect(self.hold_id, "Hold", ("input", "holdId")), self.idempotency_key)


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
    domain.SeatsNeeded,
    description="The answer to `holdTickets`.",
)
class HoldTicketsPayload:
    """The hold, or why there is none."""

    hold: Hold | None = strawberry.field(default=None, description="What is set aside.")
    cart: str | None = strawberry.field(default=None, description=CART)


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    domain.HoldNotActive,
    description="The answer to `releaseHold`.",
)
class ReleaseHoldPayload:
    """The hold given back, or why it was not."""

    hold: Hold | None = strawberry.field(default=None, description="The hold as it is now.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    domain.HoldNotExtendable,
    description="The answer to `extendHold`.",
)
class ExtendHoldPayload:
    """The hold with more time, or why it has none."""

    hold: Hold | None = strawberry.field(default=None, description="The hold as it is now.")


@strawberry.type
class HoldQueries:
    """Queries of holds, merged into the root."""

    @strawberry.field(description="The viewer's active holds, newest first, at most 100.")
    async def holds(self, info: strawberry.Info) -> list[Hold]:
        """By person or by cart."""
        return list(await deeds.holds_of_viewer(info.context))  # type: ignore[arg-type]


@strawberry.type
class HoldMutations:
    """Mutations of holds, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(HoldTicketsPayload)], description="Set tickets aside for a quarter of an hour. Open to everybody."
    )
    async def hold_tickets(
        self, info: strawberry.Info, input: Annotated[HoldTicketsInput, strawberry.argument(description="What to set aside.")]
    ) -> HoldTicketsPayload:
        """See `resolvers.holds.hold_tickets`."""
        hold, cart = await deeds.hold_tickets(info.context, input.to_domain())
        return HoldTicketsPayload(hold=hold, cart=cart)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(ReleaseHoldPayload)], description="Give a hold back. Open to its buyer.")
    async def release_hold(
        self, info: strawberry.Info, input: Annotated[ReleaseHoldInput, strawberry.argument(description="Which hold.")]
    ) -> ReleaseHoldPayload:
        """See `resolvers.holds.release_hold`."""
        return ReleaseHoldPayload(hold=await deeds.release_hold(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ExtendHoldPayload)],
        description="Have a hold last a quarter of an hour from now, once, and half an hour in all at most. Open to its buyer.",
    )
    async def extend_hold(
        self, info: strawberry.Info, input: Annotated[ExtendHoldInput, strawberry.argument(description="Which hold.")]
    ) -> ExtendHoldPayload:
        """See `resolvers.holds.extend_hold`."""
        return ExtendHoldPayload(hold=await deeds.extend_hold(info.context, input.to_domain()))  # type: ignore[arg-type]


found_by("Hold", deeds.holds_by_id)
