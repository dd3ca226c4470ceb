"""Seats of an event as clients see them: what is sold where, and a few of them by their labels."""

from typing import Annotated

import strawberry

from domain import seats as domain
from domain.identity import Permission
from domain.seating.geometry import SeatFlags
from domain.seats import SeatStatus
from resolvers import seats as deeds
from resolvers.seats import ticket_types_of_categories
from schema import ids
from schema.batched import batched
from schema.enums import show_enum
from schema.errors import UserError, shows
from schema.ticket_types import ACCESS_CODE, TicketType

show_enum(
    SeatStatus,
    "What a buyer may expect of a seat. Where statuses travel as numbers, these are 0, 1, 2 and 3.",
    {
        "FREE": "It can be had.",
        "HELD": "It is set aside for a buyer and may come back.",
        "BOOKED": "It is sold.",
        "BLOCKED": "The organizer does not sell it.",
    },
)


@strawberry.type(description="A price category of an event's seating plan, and what sells it.")
class SeatCategory:
    """See `domain.seats.SoldSeats`."""

    name: str = strawberry.field(description="What people call it.")
    standing: int | None = strawberry.field(description="How many may stand in it; null for seats.")
    ticket_types: list[TicketType] = batched(
        ticket_types_of_categories, key="stock", description="The ticket types that sell it, by position.", arguments=ACCESS_CODE
    )

    @strawberry.field(description="Its place among the plan's categories, from 0.")
    def index(self: domain.SoldSeats) -> int:
        """The category's index."""
        return self.category


@strawberry.type(description="A seat of an event.")
class Seat:
    """See `domain.seats.SeatState`."""

    status: SeatStatus = strawberry.field(description="What a buyer may expect of it now.")

    @strawberry.field(description="Its number in the version of the plan that the event uses, from 0.")
    def number(self: domain.SeatState) -> int:
        """Its index in arrays."""
        return self.seat.seat_no

    @strawberry.field(description="What it is called: section, row and number; unique in the plan.")
    def label(self: domain.SeatState) -> str:
        """As people say it."""
        return self.seat.label

    @strawberry.field(description="The index of its section.")
    def section(self: domain.SeatState) -> int:
        """Among the plan's sections."""
        return self.seat.section

    @strawberry.field(description="The index of its row in the section.")
    def row(self: domain.SeatState) -> int:
        """Among the section's rows."""
        return self.seat.row_no

    @strawberry.field(description="Its place in the row; neighbours differ by one, an aisle leaves a number out.")
    def place(self: domain.SeatState) -> int:
        """From 1."""
        return self.seat.place

    @strawberry.field(description="The index of its price category.")
    def category(self: domain.SeatState) -> int:
        """Among the plan's categories."""
        return self.seat.category

    @strawberry.field(description="Whether it is accessible with a wheelchair.")
    def accessible(self: domain.SeatState) -> bool:
        """One of its flags."""
        return SeatFlags.ACCESSIBLE in self.seat.flags

    @strawberry.field(description="Whether it is for somebody who accompanies a person on an accessible seat.")
    def companion(self: domain.SeatState) -> bool:
        """One of its flags."""
        return SeatFlags.COMPANION in self.seat.flags

    @strawberry.field(description="Whether something stands between it and the stage.")
    def restricted_view(self: domain.SeatState) -> bool:
        """One of its flags."""
        return SeatFlags.RESTRICTED_VIEW in self.seat.flags

    @strawberry.field(description="Why it is blocked; null when it is not, and for those without tickets:manage.")
    def blocked_reason(self: domain.SeatState, info: strawberry.Info) -> str | None:
        """What the staff wrote."""
        return self.seat.blocked_reason if info.context.viewer.may(Permission.TICKETS_MANAGE) else None


@shows(domain.SeatsUnknown, "The event has no such seats.")
class SeatsUnknown(UserError):
    """See `domain.seats.SeatsUnknown`."""

    labels: list[str] = strawberry.field(description="The labels that no seat has.")
    sections: list[int] = strawberry.field(description="The sections that the plan does not have, or that have no seats.")


@strawberry.type
class SeatQueries:
    """Queries of seats, merged into the root."""

    @strawberry.field(description="Up to 100 seats of an event by their labels, in the order asked; null for those it does not have.")
    async def seats(
        self,
        info: strawberry.Info,
        event_id: Annotated[strawberry.ID, strawberry.argument(description="Of which event.")],
        labels: Annotated[list[str], strawberry.argument(description="What the seats are called.")],
    ) -> list[Seat | None]:
        """For small look-ups; whole plans come as documents and arrays."""
        return await deeds.seats_labelled(info.context, ids.expect(event_id, "Event", ("eventId",)), labels)  # type: ignore[return-value]
