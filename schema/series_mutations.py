"""Changing series: repeat an event, give a series another rule; edit, publish or cancel many occurrences at once."""

from datetime import date, time, timedelta
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import events, refusals
from domain import series as domain
from domain.events import AttendanceMode, EventStatus
from domain.series import LeftReason, OccurrenceScope, Trait
from resolvers import series as deeds
from schema import ids
from schema.enums import show_enum
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_mutations import EVENT_ID
from schema.events import Event
from schema.recurrence import RecurrenceInput
from schema.series import EventSeries
from schema.texts import TranslationInput, read_translations

SERIES_VERSION = "The version of the series that was read; refused when there is a newer one."
_EVENT = "The occurrence from which the scope is seen."
SERIES = "Its series, to be refused where it is another's."

show_enum(
    OccurrenceScope,
    "Which occurrences of a series a deed is done to.",
    {"THIS": "This one.", "THIS_AND_FOLLOWING": "This one and all of later dates.", "ALL": "All of them."},
)
show_enum(
    LeftReason,
    "Why a deed on many occurrences left one of them as it was.",
    {
        "NOT_A_DRAFT": "It was published, so it is not removed; cancel it if it does not take place.",
        "HAS_TICKETS": "Tickets of it are held or sold, so it is not removed.",
        "OVER": "It is over.",
        "DEVIATES": "It differs from its series in `traits`, which were left; all else was changed.",
        "OTHER_STATUS": "Its status does not allow it.",
    },
)


@shows(domain.EventNotRepeatable, "Only a draft that is no occurrence yet can be made a series.")
class EventNotRepeatable(UserError):
    """See `domain.series.EventNotRepeatable`."""

    status: EventStatus = strawberry.field(description="The event's status.")

    @strawberry.field(description="The series that it belongs to already.")
    def series_id(self: domain.EventNotRepeatable) -> strawberry.ID | None:
        """The global id."""
        return ids.show("EventSeries", self.series_id) if self.series_id else None


@shows(domain.SeriesSlugTaken, "Another series of the organization has this slug.")
class SeriesSlugTaken(UserError):
    """See `domain.series.SeriesSlugTaken`."""

    slug: str = strawberry.field(description="The slug that is taken.")


@shows(domain.TooManyOccurrences, "The rule gives more dates than a series may have.")
class TooManyOccurrences(UserError):
    """See `domain.series.TooManyOccurrences`."""

    limit: int = strawberry.field(description="How many a series may have.")


@shows(domain.SeriesWithoutOccurrences, "Nothing is left of the series that a new occurrence could be like.")
class SeriesWithoutOccurrences(UserError):
    """See `domain.series.SeriesWithoutOccurrences`."""


@shows(
    domain.OccurrencesNotPublishable,
    "Drafts among the occurrences have no ticket type, or are VIRTUAL without a join link, so none was published.",
)
class OccurrencesNotPublishable(UserError):
    """See `domain.series.OccurrencesNotPublishable`."""

    @strawberry.field(description="The events that lack one or the other.")
    def event_ids(self: domain.OccurrencesNotPublishable) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("Event", each) for each in self.event_ids]


@strawberry.type(description="An occurrence that was left as it was, at least in part, and why.")
class LeftOccurrence:
    """See `domain.series.Left`."""

    event: Event = strawberry.field(description="The occurrence.")
    reason: LeftReason = strawberry.field(description="Why.")
    traits: list[Trait] = strawberry.field(description="What was left of it, when it deviates.")


@strawberry.input(description="Repeat a draft, which becomes the first occurrence.")
class CreateEventSeriesInput:
    """Read into `domain.series.CreateSeries`."""

    event_id: strawberry.ID = strawberry.field(description="The draft; others are copied from it with ticket types and pools.")
    expected_version: int = strawberry.field(description="The version of the draft that was read; refused when there is a newer one.")
    recurrence: RecurrenceInput = strawberry.field(description="When to repeat; the first date must be that of the draft.")
    slug: str | None = strawberry.field(
        default=None, description="Its short name in links, 56 characters at most; that of the draft when nothing is said."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same series; send one whenever an answer may get lost."
    )


@strawberry.input(description="Give a series another rule.")
class UpdateEventSeriesInput:
    """Read into `domain.series.UpdateSeries`."""

    series_id: strawberry.ID = strawberry.field(description="The series.")
    expected_version: int = strawberry.field(description=SERIES_VERSION)
    recurrence: RecurrenceInput = strawberry.field(description="When it takes place from now on.")
    starts_on: date | None = strawberry.field(
        default=None, description="The date that the rule counts from; where it counts from already when nothing is said."
    )


@strawberry.input(description="Change occurrences of a series.")
class UpdateOccurrencesInput:
    """Read into `domain.series.UpdateOccurrences`."""

    event_id: strawberry.ID = strawberry.field(description=_EVENT)
    scope: OccurrenceScope = strawberry.field(description="Which occurrences; THIS_AND_FOLLOWING parts the series.")
    expected_version: int = strawberry.field(description=SERIES_VERSION)
    series_id: strawberry.ID | None = strawberry.field(default=None, description=SERIES)
    title: list[TranslationInput] | None = strawberry.field(default=None, description="The title.")
    description: list[TranslationInput] | None = strawberry.field(default=None, description="The description.")
    attendance_mode: AttendanceMode | None = strawberry.field(default=None, description="Whether people come, connect, or both.")
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="Where it takes place.")
    start_time: time | None = strawberry.field(default=None, description="When it begins, by the clocks of the place.")
    duration_minutes: int | None = strawberry.field(default=None, description="How long it takes.")

    def to_domain(self) -> domain.UpdateOccurrences:
        """The command meant."""
        changes = domain.OccurrenceChanges(
            title=read_translations(self.title, ("input", "title")),
            description=read_translations(self.description, ("input", "description")),
            attendance_mode=self.attendance_mode,
            venue_id=ids.expect(self.venue_id, "Venue", ("input", "venueId")) if self.venue_id else None,
            start_time=self.start_time,
            lasts=None if self.duration_minutes is None else timedelta(minutes=self.duration_minutes),
        )
        return domain.UpdateOccurrences(_in_scope(self), changes)


@strawberry.input(description="Put drafts of a series before the public.")
class PublishOccurrencesInput:
    """Read into `domain.series.InScope`."""

    event_id: strawberry.ID = strawberry.field(description=_EVENT)
    scope: OccurrenceScope = strawberry.field(description="Which occurrences.")
    expected_version: int = strawberry.field(description=SERIES_VERSION)
    series_id: strawberry.ID | None = strawberry.field(default=None, description=SERIES)


@strawberry.input(description="Call occurrences of a series off.")
class CancelOccurrencesInput:
    """Read into `domain.series.CancelOccurrences`."""

    event_id: strawberry.ID = strawberry.field(description=_EVENT)
    scope: OccurrenceScope = strawberry.field(description="Which occurrences.")
    expected_version: int = strawberry.field(description=SERIES_VERSION)
    series_id: strawberry.ID | None = strawberry.field(default=None, description=SERIES)
    reason: list[TranslationInput] = strawberry.field(description="What to tell those who have tickets, in one language at least.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    refusals.IdempotencyKeyReused,
    events.EventSlugTaken,
    domain.EventNotRepeatable,
    domain.SeriesSlugTaken,
    domain.TooManyOccurrences,
    description="The answer to `createEventSeries`.",
)
class CreateEventSeriesPayload:
    """The series, or why there is none."""

    series: EventSeries | None = strawberry.field(default=None, description="The new series.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    events.EventSlugTaken,
    events.EventHasOrders,
    domain.SeriesWithoutOccurrences,
    domain.TooManyOccurrences,
    description="The answer to `updateEventSeries`.",
)
class UpdateEventSeriesPayload:
    """The series with its new rule, or why it has the old one."""

    series: EventSeries | None = strawberry.field(default=None, description="The series as it is now.")
    added_dates: list[date] | None = strawberry.field(default=None, description="The dates that got an occurrence, as a draft.")
    removed_event_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="The drafts that are gone.")
    left: list[LeftOccurrence] | None = strawberry.field(default=None, description="Occurrences that stay although the rule lacks them.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    events.EventNotEditable,
    events.EventSlugTaken,
    description="The answer to `updateOccurrences`.",
)
class UpdateOccurrencesPayload:
    """What was changed, or why nothing was."""

    series: EventSeries | None = strawberry.field(
        default=None, description="The series that the event named belongs to now: a new one when the series was parted."
    )
    events: list[Event] | None = strawberry.field(default=None, description="The occurrences that were changed.")
    left: list[LeftOccurrence] | None = strawberry.field(default=None, description="Occurrences that were left, at least in part.")


@payload(refusals.NotFound, refusals.VersionConflict, domain.OccurrencesNotPublishable, description="The answer to `publishOccurrences`.")
class PublishOccurrencesPayload:
    """What was published, or why nothing was."""

    series: EventSeries | None = strawberry.field(default=None, description="The series as it is now.")
    events: list[Event] | None = strawberry.field(default=None, description="The occurrences that were published.")
    left: list[LeftOccurrence] | None = strawberry.field(default=None, description="Occurrences in scope that were left.")


@payload(refusals.InputInvalid, refusals.NotFound, refusals.VersionConflict, description="The answer to `cancelOccurrences`.")
class CancelOccurrencesPayload:
    """What was called off, or why nothing was."""

    series: EventSeries | None = strawberry.field(default=None, description="The series as it is now.")
    events: list[Event] | None = strawberry.field(default=None, description="The occurrences that were called off.")
    left: list[LeftOccurrence] | None = strawberry.field(default=None, description="Occurrences in scope that were left.")


@strawberry.type
class SeriesMutations:
    """Mutations of series, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateEventSeriesPayload)],
        description="Repeat a draft: it becomes the first occurrence, the others are copies of it. Needs events:create and tickets:manage.",
    )
    async def create_event_series(
        self, info: strawberry.Info, input: Annotated[CreateEventSeriesInput, strawberry.argument(description="What to repeat, and when.")]
    ) -> CreateEventSeriesPayload:
        """See `resolvers.series.create_event_series`."""
        ask = domain.CreateSeries(
            ids.expect(input.event_id, "Event", EVENT_ID),
            input.expected_version,
            input.recurrence.to_domain(),
            input.slug,
            input.idempotency_key,
        )
        return CreateEventSeriesPayload(series=await deeds.create_event_series(info.context, ask))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UpdateEventSeriesPayload)],
        description="Give a series another rule: missing dates still to come are added as drafts, drafts that the rule lacks go unless "
        "tickets are held or sold. Needs events:create, events:update and tickets:manage, and events:delete where something goes.",
    )
    async def update_event_series(
        self, info: strawberry.Info, input: Annotated[UpdateEventSeriesInput, strawberry.argument(description="Which one, and the rule.")]
    ) -> UpdateEventSeriesPayload:
        """See `resolvers.series.update_event_series`."""
        series_id = ids.expect(input.series_id, "EventSeries", ("input", "seriesId"))
        ask = domain.UpdateSeries(series_id, input.expected_version, input.recurrence.to_domain(), input.starts_on)
        done = await deeds.update_event_series(info.context, ask)
        return UpdateEventSeriesPayload(
            series=done.series,  # type: ignore[arg-type]
            added_dates=list(done.added),
            removed_event_ids=[ids.show("Event", each.event.id) for each in done.removed],
            left=list(done.left),  # type: ignore[arg-type]
        )

    @strawberry.mutation(
        extensions=[MayRefuse(UpdateOccurrencesPayload)],
        description="Change one occurrence, this and those that follow, or all; what an occurrence deviates in stays. Needs events:update.",
    )
    async def update_occurrences(
        self, info: strawberry.Info, input: Annotated[UpdateOccurrencesInput, strawberry.argument(description="Which ones, and what.")]
    ) -> UpdateOccurrencesPayload:
        """See `resolvers.series.update_occurrences`."""
        return UpdateOccurrencesPayload(**_told(await deeds.update_occurrences(info.context, input.to_domain())))

    @strawberry.mutation(
        extensions=[MayRefuse(PublishOccurrencesPayload)],
        description="Put the drafts of a series before the public, all in scope or none. Needs events:publish.",
    )
    async def publish_occurrences(
        self, info: strawberry.Info, input: Annotated[PublishOccurrencesInput, strawberry.argument(description="Which ones.")]
    ) -> PublishOccurrencesPayload:
        """See `resolvers.series.publish_occurrences`."""
        return PublishOccurrencesPayload(**_told(await deeds.publish_occurrences(info.context, _in_scope(input))))

    @strawberry.mutation(
        extensions=[MayRefuse(CancelOccurrencesPayload)],
        description="Call published and postponed occurrences off, all in scope or none. Needs events:publish.",
    )
    async def cancel_occurrences(
        self, info: strawberry.Info, input: Annotated[CancelOccurrencesInput, strawberry.argument(description="Which ones, and why.")]
    ) -> CancelOccurrencesPayload:
        """See `resolvers.series.cancel_occurrences`."""
        ask = domain.CancelOccurrences(_in_scope(input), read_translations(input.reason, ("input", "reason")) or {})
        return CancelOccurrencesPayload(**_told(await deeds.cancel_occurrences(info.context, ask)))


def _in_scope(given: UpdateOccurrencesInput | PublishOccurrencesInput | CancelOccurrencesInput) -> domain.InScope:
    event_id = ids.expect(given.event_id, "Event", EVENT_ID)
    return domain.InScope(event_id, given.scope, given.expected_version, read_series(given.series_id))


def read_series(series_id: strawberry.ID | None) -> UUID | None:
    """The series, where it is named."""
    return ids.expect(series_id, "EventSeries", ("input", "seriesId")) if series_id else None


def _told(deed: domain.Deed) -> dict[str, Any]:
    return {"series": deed.holds_it, "events": [each.after for each in deed.changes], "left": list(deed.left)}
