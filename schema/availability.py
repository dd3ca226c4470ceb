"""Availability as clients see it, as a field and as a live stream."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from domain import availability as domain
from domain.ticket_types import SalesStatus
from resolvers.availability import watch_tickets
from resolvers.ticket_types import ticket_types_by_id
from schema import ids
from schema.batched import batched
from schema.ticket_types import TicketType


@strawberry.type(description="How many tickets of one type can be had.")
class TicketTypeAvailability:
    """See `domain.availability.TypeAvailability`."""

    available: int = strawberry.field(description="How many can be had now.")
    sales_status: SalesStatus = strawberry.field(description="Whether they can be had now.")
    ticket_type: TicketType | None = batched(
        ticket_types_by_id, key="ticket_type_id", description="The type; live streams better ask its id only."
    )

    @strawberry.field(description="The type's global id.")
    def ticket_type_id(self: domain.TypeAvailability) -> strawberry.ID:
        """The id alone, so that a frame needs no look-up."""
        return ids.show("TicketType", self.ticket_type_id)


@strawberry.type(description="An event's ticket types at one point: a snapshot, or what moved since the frame before.")
class TicketAvailability:
    """See `domain.availability.Availability`."""

    sequence: int = strawberry.field(description="The event's movement number; only rises.")
    resume_token: str = strawberry.field(description="Give it as `resumeFrom` to get what moved since.")
    snapshot: bool = strawberry.field(
        name="snapshot", description="Whether `ticketTypes` are all of them; otherwise only those that moved."
    )
    ticket_types: list[TicketTypeAvailability] = strawberry.field(description="The types, or those that moved.")

    @strawberry.field(description="The event's global id.")
    def event_id(self: domain.Availability) -> strawberry.ID:
        """The id alone, so that a frame needs no look-up."""
        return ids.show("Event", self.event_id)


@strawberry.type
class AvailabilitySubscriptions:
    """Subscriptions to availability, merged into the root."""

    @strawberry.subscription(
        description="How many tickets of an event can be had: a snapshot (or what moved since `resumeFrom`), then what moves."
    )
    async def ticket_availability(
        self,
        info: strawberry.Info,
        event_id: Annotated[strawberry.ID, strawberry.argument(description="The event to watch.")],
        resume_from: Annotated[str | None, strawberry.argument(description="A `resumeToken` seen before, to skip what is known.")] = None,
        access_code: Annotated[str | None, strawberry.argument(description="A code that opens hidden ticket types.")] = None,
    ) -> AsyncIterator[TicketAvailability]:
        """See `resolvers.availability.watch_tickets`."""
        uuid = ids.expect(event_id, "Event", ("eventId",))
        return await watch_tickets(info.context, uuid, resume_from, access_code)  # type: ignore[return-value]
