"""Changing events: create, update, copy, delete."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import events as domain
from domain import refusals
from domain.copying import CopyEvent
from domain.events import AttendanceMode
from resolvers import events as deeds
from resolvers.copying import copy_event
from schema import ids
from schema.changes import cleared, said
from schema.errors import MayRefuse, UserError, payload, shows
from schema.events import Event
from schema.programme import MetadataEntryInput, read_programme
from schema.texts import TranslationInput, read_translations

EVENT_ID = ("input", "eventId")


@shows(domain.EventSlugTaken, "Another event of the organization has this slug.")
class EventSlugTaken(UserError):
    """See `domain.events.EventSlugTaken`."""

    slug: str = strawberry.field(description="The slug that is taken.")


@shows(domain.EventHasTickets, "Tickets of the event are held or sold.")
class EventHasTickets(UserError):
    """See `domain.events.EventHasTickets`."""

    held: int = strawberry.field(description="How many tickets are held.")
    sold: int = strawberry.field(description="How many tickets are sold.")


@shows(domain.EventHasOrders, "Something of the event was ordered once.")
class EventHasOrders(UserError):
    """See `domain.events.EventHasOrders`."""


APPROVAL = "Whether the staff look at each order before it can be paid; nothing changes when it is left out."


@strawberry.input(description="A new draft event.")
class CreateEventInput:
    """Read into `domain.events.CreateEvent`."""

    slug: str = strawberry.field(description="Its short name in links: lower-case letters, digits, single hyphens.")
    title: list[TranslationInput] = strawberry.field(description="Its title, in one language at least.")
    description: list[TranslationInput] | None = strawberry.field(default=None, description="What it is about.")
    attendance_mode: AttendanceMode | None = strawberry.field(default=None, description="PHYSICAL when nothing is said.")
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it ends.")
    time_zone: str = strawberry.field(description="The IANA time zone of the place.")
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="Where it takes place.")
    category_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="The categories it is in, ten at most.")
    metadata: list[MetadataEntryInput] | None = strawberry.field(default=None, description="What it has in the organization's fields.")
    join_url: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Where to connect, https only; not for a PHYSICAL event. Ticket holders and staff with events:read-join-link see it.",
    )
    buyer_limit: int | None = strawberry.field(default=None, description="How many tickets of it one buyer may have.")
    approval_required: bool | None = strawberry.field(default=None, description=APPROVAL)

    def to_domain(self) -> domain.CreateEvent:
        """The command meant."""
        return domain.CreateEvent(_details(self))


@strawberry.input(description="A change of an event; what is left out stays as it is.")
class UpdateEventInput:
    """Read into `domain.events.UpdateEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to change.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    slug: str | None = strawberry.field(default=None, description="A new short name.")
    title: list[TranslationInput] | None = strawberry.field(default=None, description="A new title, in all its languages.")
    description: list[TranslationInput] | None = strawberry.field(default=None, description="A new description, in all its languages.")
    attendance_mode: AttendanceMode | None = strawberry.field(default=None, description="Whether people come, connect, or both.")
    starts_at: datetime | None = strawberry.field(default=None, description="A new beginning.")
    ends_at: datetime | None = strawberry.field(default=None, description="A new end.")
    time_zone: str | None = strawberry.field(default=None, description="Another IANA time zone.")
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="Another venue.")
    category_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="All categories it is in from now on.")
    metadata: list[MetadataEntryInput] | None = strawberry.field(
        default=None, description="What it has in these fields from now on; fields that are not named keep what they have."
    )
    join_url: str | None = strawberry.field(
        default=strawberry.UNSET, description="Another place to connect, https only; null: none. A PHYSICAL event loses its own."
    )
    buyer_limit: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many tickets of it one buyer may have; null: as many as the organization says."
    )
    approval_required: bool | None = strawberry.field(default=None, description=APPROVAL)

    def to_domain(self) -> domain.UpdateEvent:
        """The command meant."""
        return domain.UpdateEvent(
            ids.expect(self.event_id, "Event", EVENT_ID), self.expected_version, _details(self), cleared(self, "buyer_limit")
        )


@strawberry.input(description="Put the same event on once more, at another time.")
class CopyEventInput:
    """Read into `domain.copying.CopyEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to copy.")
    slug: str = strawberry.field(description="The copy's short name.")
    starts_at: datetime = strawberry.field(description="When the copy begins; it lasts as long, and its sales move along.")
    title: list[TranslationInput] | None = strawberry.field(default=None, description="The copy's title, when it is another one.")

    def to_domain(self) -> CopyEvent:
        """The command meant."""
        title = read_translations(self.title, ("input", "title"))
        return CopyEvent(ids.expect(self.event_id, "Event", EVENT_ID), self.slug, self.starts_at, title)


@strawberry.input(description="Delete an event of which nothing is held or sold.")
class DeleteEventInput:
    """Read into `domain.events.DeleteEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to delete.")
    expected_version: int = strawberry.field(description="The version that was read.")

    def to_domain(self) -> domain.DeleteEvent:
        """The command meant."""
        return domain.DeleteEvent(ids.expect(self.event_id, "Event", EVENT_ID), self.expected_version)


@payload(refusals.InputInvalid, refusals.NotFound, domain.EventSlugTaken, description="The answer to `createEvent`.")
class CreateEventPayload:
    """The new event, or why there is none."""

    event: Event | None = strawberry.field(default=None, description="The new draft.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    domain.EventSlugTaken,
    domain.EventNotEditable,
    description="The answer to `updateEvent`.",
)
class UpdateEventPayload:
    """The changed event, or why it was not changed."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(refusals.InputInvalid, refusals.NotFound, domain.EventSlugTaken, description="The answer to `copyEvent`.")
class CopyEventPayload:
    """The copy, or why there is none."""

    event: Event | None = strawberry.field(default=None, description="The new draft.")


@payload(
    refusals.NotFound, refusals.VersionConflict, domain.EventHasTickets, domain.EventHasOrders, description="The answer to `deleteEvent`."
)
class DeleteEventPayload:
    """The id of the event that is gone, or why it is not."""

    event_id: strawberry.ID | None = strawberry.field(default=None, description="The event that is gone.")


@strawberry.type
class EventMutations:
    """Mutations of events, merged into the root."""

    @strawberry.mutation(extensions=[MayRefuse(CreateEventPayload)], description="Enter a new draft event. Needs events:create.")
    async def create_event(
        self, info: strawberry.Info, input: Annotated[CreateEventInput, strawberry.argument(description="The event wished for.")]
    ) -> CreateEventPayload:
        """See `resolvers.events.create_event`."""
        return CreateEventPayload(event=await deeds.create_event(info.context, input.to_domain(), read_programme(input)))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(UpdateEventPayload)], description="Change an event. Needs events:update.")
    async def update_event(
        self, info: strawberry.Info, input: Annotated[UpdateEventInput, strawberry.argument(description="What to change.")]
    ) -> UpdateEventPayload:
        """See `resolvers.events.update_event`."""
        return UpdateEventPayload(event=await deeds.update_event(info.context, input.to_domain(), read_programme(input)))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(CopyEventPayload)],
        description="Enter a new draft like an event, with its ticket types and pools. Needs events:create and tickets:manage.",
    )
    async def copy_event(
        self, info: strawberry.Info, input: Annotated[CopyEventInput, strawberry.argument(description="Which one, to when.")]
    ) -> CopyEventPayload:
        """See `resolvers.copying.copy_event`."""
        return CopyEventPayload(event=await copy_event(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(DeleteEventPayload)], description="Delete an event of which nothing is held or sold. Needs events:delete."
    )
    async def delete_event(
        self, info: strawberry.Info, input: Annotated[DeleteEventInput, strawberry.argument(description="Which one.")]
    ) -> DeleteEventPayload:
        """See `resolvers.events.delete_event`."""
        gone = await deeds.delete_event(info.context, input.to_domain())
        return DeleteEventPayload(event_id=ids.show("Event", gone.id))


def _details(given: CreateEventInput | UpdateEventInput) -> domain.EventDetails:
    return domain.EventDetails(
        slug=given.slug,
        title=read_translations(given.title, ("input", "title")),
        description=read_translations(given.description, ("input", "description")),
        attendance_mode=given.attendance_mode,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        time_zone=given.time_zone,
        venue_id=ids.expect(given.venue_id, "Venue", ("input", "venueId")) if given.venue_id else None,
        buyer_limit=said(given.buyer_limit),
        approval_required=given.approval_required,
    )
