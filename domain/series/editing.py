"""Editing, publishing and cancelling occurrences: one alone, one and those that follow, or all of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import events as events_rules
from domain.dates import at_local
from domain.events import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    AttendanceMode,
    CancelEvent,
    Event,
    EventDetails,
    EventStatus,
    expect_version,
)
from domain.refusals import Faults, NotFound, Refused
from domain.series.recurrence import Recurrences, Schedule, split
from domain.series.values import (
    EventSeries,
    Left,
    LeftReason,
    OccurrencesNotPublishable,
    Staged,
    Trait,
    deviations,
    schedule_of,
)
from domain.texts import LocalizedText, check_text

LONGEST_DURATION = timedelta(days=31)
EDITABLE = frozenset({EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.POSTPONED})
CANCELLABLE = frozenset({EventStatus.PUBLISHED, EventStatus.POSTPONED})


class OccurrenceScope(StrEnum):
    """Which occurrences a deed is done to."""

    THIS = "THIS"
    THIS_AND_FOLLOWING = "THIS_AND_FOLLOWING"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class OccurrenceChanges:
    """What can be changed of many occurrences; None means: leave it. `start_time` is by the clocks of the place."""

    title: LocalizedText | None = None
    description: LocalizedText | None = None
    attendance_mode: AttendanceMode | None = None
    venue_id: UUID | None = None
    start_time: time | None = None
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class InScope:
    """Which occurrences: those that `scope` means, seen from this event, of a series as it was at `expected_version`.

    With a `series_id` the event must be one of that series.
    """

    event_id: UUID
    scope: OccurrenceScope
    expected_version: int
    series_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UpdateOccurrences:
    """The wish to change occurrences."""

    where: InScope
    changes: OccurrenceChanges


@dataclass(frozen=True, slots=True)
class CancelOccurrences:
    """The wish to call occurrences off, and what to tell those who have tickets."""

    where: InScope
    reason: LocalizedText


@dataclass(frozen=True, slots=True)
class Change:
    """An event before and after."""

    before: Event
    after: Event


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be written: the series, the part of it that goes on by itself from `since`, the events; and which were left."""

    series: EventSeries
    changes: tuple[Change, ...]
    left: tuple[Left, ...]
    part: EventSeries | None = None
    since: date | None = None

    @property
    def holds_it(self) -> EventSeries:
        """The series to which the event belongs that was named."""
        return self.part or self.series


def edit(
    series: EventSeries, staged: Sequence[Staged], ask: UpdateOccurrences, recurrences: Recurrences, part_id: UUID, now: datetime
) -> Deed:
    """The changes to a series and its occurrences.

    THIS changes the one. ALL changes what the series says, and every occurrence that is not over, but for what it deviates in: a trait
    that differs from what the series said before. THIS_AND_FOLLOWING first parts the series, and then changes all of the later part,
    whose slug is for the caller to choose. Refused with VersionConflict, NotFound, or InputInvalid.
    """
    here = _here(series, staged, ask.where)
    check_changes(ask.changes)
    if ask.where.scope is OccurrenceScope.THIS:
        return Deed(
            stepped(series, now), _updated([(here, _details(here.event, ask.changes, _own_day(series, here.event), series))], now), ()
        )
    since = staged[0].date if ask.where.scope is OccurrenceScope.ALL else here.date
    if since == staged[0].date:
        return _edited(series, _changed(stepped(series, now), ask.changes), staged, ask.changes, now)
    first, later = split(schedule_of(series), since, staged[0].date, recurrences)
    part = replace(_scheduled(series, later), id=part_id, version=1, created_at=now, updated_at=now)
    deed = _edited(part, _changed(part, ask.changes), [each for each in staged if each.date >= since], ask.changes, now)
    return replace(deed, series=_scheduled(stepped(series, now), first), part=deed.series, since=since)


def publish(series: EventSeries, staged: Sequence[Staged], where: InScope, now: datetime, *, unjoinable: Collection[UUID] = ()) -> Deed:
    """Every draft in scope that is not over, before the public; refused with VersionConflict, NotFound, OccurrencesNotPublishable.

    `unjoinable` are the events in which nobody could take part the way they promise.
    """
    in_scope = chosen(series, staged, where)
    left = [Left(each.event, reason) for each in in_scope if (reason := unlike(each, frozenset({EventStatus.DRAFT}), now))]
    drafts = [each for each in in_scope if unlike(each, frozenset({EventStatus.DRAFT}), now) is None]
    if empty := tuple(each.event.id for each in drafts if each.ticket_types == 0 or each.event.id in unjoinable):
        raise Refused(OccurrencesNotPublishable(empty))
    published = [Change(each.event, events_rules.publish(each.event, None, each.ticket_types, now)) for each in drafts]
    return Deed(stepped(series, now), tuple(published), tuple(left))


def cancel(series: EventSeries, staged: Sequence[Staged], ask: CancelOccurrences, now: datetime) -> Deed:
    """What is published or postponed in scope, and not over, called off; refused with VersionConflict, NotFound, InputInvalid."""
    in_scope = chosen(series, staged, ask.where)
    left = [Left(each.event, reason) for each in in_scope if (reason := unlike(each, CANCELLABLE, now))]
    cancelled = [
        Change(each.event, events_rules.cancel(each.event, CancelEvent(each.event.id, each.event.version, ask.reason), now))
        for each in in_scope
        if unlike(each, CANCELLABLE, now) is None
    ]
    return Deed(stepped(series, now), tuple(cancelled), tuple(left))


def check_changes(changes: OccurrenceChanges) -> None:
    """Refuse with InputInvalid changes that break a rule of events, whether or not there is an event to break it."""
    faults = Faults()
    check_text(faults, changes.title or {}, ("input", "title"), longest=LONGEST_TITLE, required=changes.title is not None)
    check_text(faults, changes.description or {}, ("input", "description"), longest=LONGEST_DESCRIPTION, required=False)
    within = changes.lasts is None or timedelta(0) < changes.lasts <= LONGEST_DURATION
    faults.check(within, ("input", "durationMinutes"), f"must be 1 to {LONGEST_DURATION // timedelta(minutes=1)}")
    faults.refuse()


def _edited(before: EventSeries, after: EventSeries, staged: Sequence[Staged], changes: OccurrenceChanges, now: datetime) -> Deed:
    left = [Left(each.event, reason) for each in staged if (reason := unlike(each, EDITABLE, now))]
    open_ones = [each for each in staged if unlike(each, EDITABLE, now) is None]
    edits = []
    for each in open_ones:
        own = [trait for trait in deviations(before, each.date, each.event) if getattr(changes, _NAMES[trait]) is not None]
        if own:
            left.append(Left(each.event, LeftReason.DEVIATES, tuple(own)))
        edits.append((each, _details(each.event, _without(changes, own), each.date, before)))
    return Deed(after, _updated(edits, now), tuple(left))


def _updated(edits: Sequence[tuple[Staged, EventDetails]], now: datetime) -> tuple[Change, ...]:
    wanted = [(each.event, details) for each, details in edits if details != EventDetails()]
    return tuple(Change(event, events_rules.update(event, event.version, details, now)) for event, details in wanted)


def _details(event: Event, changes: OccurrenceChanges, day: date, series: EventSeries) -> EventDetails:
    begins = event.starts_at if changes.start_time is None else at_local(day, changes.start_time, series.time_zone)
    ends = begins + (changes.lasts or event.ends_at - event.starts_at)
    return EventDetails(
        title=changes.title,
        description=changes.description,
        attendance_mode=changes.attendance_mode,
        venue_id=changes.venue_id,
        starts_at=None if begins == event.starts_at else begins,
        ends_at=None if ends == event.ends_at else ends,
    )


def _without(changes: OccurrenceChanges, traits: Sequence[Trait]) -> OccurrenceChanges:
    return replace(changes, **{_NAMES[trait]: None for trait in traits})


def _changed(series: EventSeries, changes: OccurrenceChanges) -> EventSeries:
    return replace(series, **{name: value for name in _NAMES.values() if (value := getattr(changes, name)) is not None})


def _scheduled(series: EventSeries, schedule: Schedule) -> EventSeries:
    return replace(series, starts_on=schedule.starts_on, rule=schedule.rule, excluded_dates=schedule.excluded, extra_dates=schedule.extra)


def stepped(series: EventSeries, now: datetime) -> EventSeries:
    """The series after a deed."""
    return replace(series, version=series.version + 1, updated_at=now)


def _here(series: EventSeries, staged: Sequence[Staged], where: InScope) -> Staged:
    expect_version(series.version, where.expected_version)
    for each in staged:
        if each.event.id == where.event_id:
            return each
    raise Refused(NotFound("occurrence", ("input", "eventId")))


def chosen(series: EventSeries, staged: Sequence[Staged], where: InScope) -> list[Staged]:
    """The occurrences in scope; refused with VersionConflict, or NotFound when the event named is no occurrence."""
    here = _here(series, staged, where)
    belongs: Mapping[OccurrenceScope, Callable[[date], bool]] = {
        OccurrenceScope.THIS: lambda day: day == here.date,
        OccurrenceScope.THIS_AND_FOLLOWING: lambda day: day >= here.date,
        OccurrenceScope.ALL: lambda _day: True,
    }
    return [each for each in staged if belongs[where.scope](each.date)]


def unlike(each: Staged, statuses: frozenset[EventStatus], now: datetime) -> LeftReason | None:
    """Why a deed that needs one of these statuses, and an event that is not over, leaves an occurrence."""
    if each.event.status not in statuses:
        return LeftReason.OTHER_STATUS
    return LeftReason.OVER if each.event.ends_at <= now else None


def _own_day(series: EventSeries, event: Event) -> date:
    return event.starts_at.astimezone(ZoneInfo(series.time_zone)).date()


_NAMES = {
    Trait.TITLE: "title",
    Trait.DESCRIPTION: "description",
    Trait.ATTENDANCE_MODE: "attendance_mode",
    Trait.VENUE: "venue_id",
    Trait.START: "start_time",
    Trait.DURATION: "lasts",
}
