"""Live seat maps as clients see them: whole sections as strings of digits, then the seats that moved."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from domain import seat_availability as domain
from resolvers.seat_availability import watch_seats
from schema import ids


@strawberry.type(description="Seats of one section and what each of them is: all of them, or those that moved.")
class SectionSeats:
    """See `domain.seat_availability.SectionSeats` and `SectionMoves`."""

    section: int = strawberry.field(description="The section's index in the plan's version.")
    first_seat: int = strawberry.field(description="The number of the section's first seat in the whole plan.")
    seats: list[int] | None = strawberry.field(
        name="seats",
        description="The numbers of the seats that moved; null for all seats of the section, in order from `firstSeat`.",
    )
    statuses: str = strawberry.field(description="What these seats are, one digit each: 0 free, 1 held, 2 booked, 3 blocked.")


@strawberry.type(description="What the seats of an event are at one point: a snapshot, or what moved since the frame before.")
class SeatAvailability:
    """See `domain.seat_availability.SeatAvailability`."""

    sequence: int = strawberry.field(description="The event's movement number; only rises.")
    resume_token: str = strawberry.field(description="Give it as `resumeFrom` to get what moved since.")
    snapshot: bool = strawberry.field(
        name="snapshot", description="Whether these are all seats of the sections, to be drawn anew; otherwise only those that moved."
    )
    plan_hash: str | None = strawberry.field(
        name="planHash",
        description="The `hash` of the seating plan's version in use, null without one; another plan comes with a snapshot.",
    )
    sections: list[SectionSeats] = strawberry.field(description="The watched sections that have seats, or those of them that moved.")

    @strawberry.field(description="The event's global id.")
    def event_id(self: domain.SeatAvailability) -> strawberry.ID:
        """The id alone, so that a frame needs no look-up."""
        return ids.show("Event", self.event_id)


@strawberry.type
class SeatAvailabilitySubscriptions:
    """Subscriptions to seat maps, merged into the root."""

    @strawberry.subscription(
        description="What each seat of an event is: a snapshot (or what moved since `resumeFrom`), then what moves. "
        "A plan that is assigned meanwhile comes as a snapshot."
    )
    async def seat_availability(
        self,
        info: strawberry.Info,
        event_id: Annotated[strawberry.ID, strawberry.argument(description="The event to watch.")],
        section_ids: Annotated[
            list[int] | None,
            strawberry.argument(description="The sections to watch, by their `index` in the seating plan's version; all when left out."),
        ] = None,
        resume_from: Annotated[
            str | None,
            strawberry.argument(description="A `resumeToken` seen before with the same sections, to skip what is known."),
        ] = None,
    ) -> AsyncIterator[SeatAvailability]:
        """See `resolvers.seat_availability.watch_seats`."""
        uuid = ids.expect(event_id, "Event", ("eventId",))
        return await watch_seats(info.context, uuid, section_ids, resume_from)  # type: ignore[return-value]
