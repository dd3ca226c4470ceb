"""The life of events: publish and take back, postpone, put at another time, cancel, complete, archive."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import events as domain
from domain import refusals
from domain.events import EventStatus
from resolvers import event_lifecycle as deeds
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_mutations import EVENT_ID
from schema.events import Event
from schema.texts import TranslationInput, read_translations

_VERSION = "The version that was read; the step is refused when there is a newer one."


@shows(domain.EventNotPublishable, "The event is not a draft, has no ticket type yet, or is VIRTUAL without a join link.")
class EventNotPublishable(UserError):
    """See `domain.events.EventNotPublishable`."""

    status: EventStatus = strawberry.field(description="The event's status.")
    ticket_types: int = strawberry.field(description="How many ticket types it has.")
    join_url_missing: bool = strawberry.field(description="Whether it is VIRTUAL and has no join link.")


@shows(domain.EventStepRefused, "An event in this status cannot come to the other.")
class EventStepRefused(UserError):
    """See `domain.events.EventStepRefused`."""

    from_status: EventStatus = strawberry.field(description="The event's status.")
    to_status: EventStatus = strawberry.field(description="The status it cannot come to.")
    possible: list[EventStatus] = strawberry.field(description="What it can become instead.")


@shows(domain.EventNotStarted, "The event has not begun, so it cannot be over.")
class EventNotStarted(UserError):
    """See `domain.events.EventNotStarted`."""

    starts_at: datetime = strawberry.field(description="When it begins.")


@strawberry.input(description="Put a draft before the public.")
class PublishEventInput:
    """Read into `domain.events.PublishEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to publish.")
    expected_version: int | None = strawberry.field(default=None, description="Refuse when there is a newer version than this.")

    def to_domain(self) -> domain.PublishEvent:
        """The command meant."""
        return domain.PublishEvent(ids.expect(self.event_id, "Event", EVENT_ID), self.expected_version)


@strawberry.input(description="Take a published or postponed event back to draft.")
class UnpublishEventInput:
    """Read into `domain.events.StepEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to take back.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="Put an event off; without times nobody knows yet until when.")
class PostponeEventInput:
    """Read into `domain.events.PostponeEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to put off.")
    expected_version: int = strawberry.field(description=_VERSION)
    starts_at: datetime | None = strawberry.field(default=None, description="When it is likely to begin instead.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends then; it lasts as long as before otherwise.")


@strawberry.input(description="Put an event on at other times, and on sale again when it was postponed.")
class RescheduleEventInput:
    """Read into `domain.events.RescheduleEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to move.")
    expected_version: int = strawberry.field(description=_VERSION)
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends; it lasts as long as before otherwise.")


@strawberry.input(description="Call an event off.")
class CancelEventInput:
    """Read into `domain.events.CancelEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to call off.")
    expected_version: int = strawberry.field(description=_VERSION)
    reason: list[TranslationInput] = strawberry.field(description="What to tell those who have tickets, in one language at least.")


@strawberry.input(description="Say that an event has taken place.")
class CompleteEventInput:
    """Read into `domain.events.StepEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event that is over.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="Put a cancelled or completed event away.")
class ArchiveEventInput:
    """Read into `domain.events.StepEvent`."""

    event_id: strawberry.ID = strawberry.field(description="The event to put away.")
    expected_version: int = strawberry.field(description=_VERSION)


@payload(refusals.NotFound, refusals.VersionConflict, domain.EventNotPublishable, description="The answer to `publishEvent`.")
class PublishEventPayload:
    """The published event, or why it was not published."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(
    refusals.NotFound,
    refusals.VersionConflict,
    domain.EventStepRefused,
    domain.EventHasTickets,
    description="The answer to `unpublishEvent`.",
)
class UnpublishEventPayload:
    """The draft, or why it stays published."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    domain.EventStepRefused,
    description="The answer to `postponeEvent`.",
)
class PostponeEventPayload:
    """The postponed event, or why it was not postponed."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    domain.EventStepRefused,
    description="The answer to `rescheduleEvent`.",
)
class RescheduleEventPayload:
    """The event at its new times, or why it was not moved."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    domain.EventStepRefused,
    description="The answer to `cancelEvent`.",
)
class CancelEventPayload:
    """The cancelled event, or why it was not cancelled."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(
    refusals.NotFound,
    refusals.VersionConflict,
    domain.EventStepRefused,
    domain.EventNotStarted,
    description="The answer to `completeEvent`.",
)
class CompleteEventPayload:
    """The completed event, or why it is not."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(refusals.NotFound, refusals.VersionConflict, domain.EventStepRefused, description="The answer to `archiveEvent`.")
class ArchiveEventPayload:
    """The archived event, or why it is not."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@strawberry.type
class EventLifecycleMutations:
    """Mutations of an event's status, merged into the root."""

    @strawberry.mutation(extensions=[MayRefuse(PublishEventPayload)], description="Put a draft before the public. Needs events:publish.")
    async def publish_event(
        self, info: strawberry.Info, input: Annotated[PublishEventInput, strawberry.argument(description="Which one.")]
    ) -> PublishEventPayload:
        """See `resolvers.event_lifecycle.publish_event`."""
        return PublishEventPayload(event=await deeds.publish_event(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UnpublishEventPayload)],
        description="Take a published or postponed event back to draft, as long as nothing is held or sold. Needs events:publish.",
    )
    async def unpublish_event(
        self, info: strawberry.Info, input: Annotated[UnpublishEventInput, strawberry.argument(description="Which one.")]
    ) -> UnpublishEventPayload:
        """See `resolvers.event_lifecycle.unpublish_event`."""
        return UnpublishEventPayload(event=await deeds.unpublish_event(info.context, _step(input)))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(PostponeEventPayload)],
        description="Put an event off: its sale pauses, `previousStartsAt` tells when it should have begun. Needs events:publish.",
    )
    async def postpone_event(
        self, info: strawberry.Info, input: Annotated[PostponeEventInput, strawberry.argument(description="Which one, until when.")]
    ) -> PostponeEventPayload:
        """See `resolvers.event_lifecycle.postpone_event`."""
        event_id = ids.expect(input.event_id, "Event", EVENT_ID)
        ask = domain.PostponeEvent(event_id, input.expected_version, input.starts_at, input.ends_at)
        return PostponeEventPayload(event=await deeds.postpone_event(info.context, ask))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RescheduleEventPayload)],
        description="Put a published or postponed event on at other times; `previousStartsAt` tells the old one. Needs events:publish.",
    )
    async def reschedule_event(
        self, info: strawberry.Info, input: Annotated[RescheduleEventInput, strawberry.argument(description="Which one, to when.")]
    ) -> RescheduleEventPayload:
        """See `resolvers.event_lifecycle.reschedule_event`."""
        event_id = ids.expect(input.event_id, "Event", EVENT_ID)
        ask = domain.RescheduleEvent(event_id, input.expected_version, input.starts_at, input.ends_at)
        return RescheduleEventPayload(event=await deeds.reschedule_event(info.context, ask))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(CancelEventPayload)], description="Call a published or postponed event off, for good. Needs events:publish."
    )
    async def cancel_event(
        self, info: strawberry.Info, input: Annotated[CancelEventInput, strawberry.argument(description="Which one, and why.")]
    ) -> CancelEventPayload:
        """See `resolvers.event_lifecycle.cancel_event`."""
        event_id = ids.expect(input.event_id, "Event", EVENT_ID)
        ask = domain.CancelEvent(event_id, input.expected_version, read_translations(input.reason, ("input", "reason")) or {})
        return CancelEventPayload(event=await deeds.cancel_event(info.context, ask))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(CompleteEventPayload)], description="Say that a published event has taken place. Needs events:publish."
    )
    async def complete_event(
        self, info: strawberry.Info, input: Annotated[CompleteEventInput, strawberry.argument(description="Which one.")]
    ) -> CompleteEventPayload:
        """See `resolvers.event_lifecycle.complete_event`."""
        return CompleteEventPayload(event=await deeds.complete_event(info.context, _step(input)))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ArchiveEventPayload)],
        description="Put a cancelled or completed event away, where only staff see it. Needs events:publish.",
    )
    async def archive_event(
        self, info: strawberry.Info, input: Annotated[ArchiveEventInput, strawberry.argument(description="Which one.")]
    ) -> ArchiveEventPayload:
        """See `resolvers.event_lifecycle.archive_event`."""
        return ArchiveEventPayload(event=await deeds.archive_event(info.context, _step(input)))  # type: ignore[arg-type]


def _step(given: UnpublishEventInput | CompleteEventInput | ArchiveEventInput) -> domain.StepEvent:
    return domain.StepEvent(ids.expect(given.event_id, "Event", EVENT_ID), given.expected_version)
