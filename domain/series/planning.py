"""Making a series of a draft, and giving a series another rule: which occurrences are new, which go, which stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.dates import at_local, check_moment
from domain.events import Event, EventStatus, expect_version
from domain.idempotency import Key, key_of
from domain.names import is_time_zone
from domain.refusals import Fault, Faults, InputInvalid, Refused
from domain.series.naming import checked_slug
from domain.series.recurrence import (
    MOST_OCCURRENCES,
    Recurrence,
    Recurrences,
    Schedule,
    TooManyOccurrences,
    dates_of,
    expand,
    explicit,
)
from domain.series.rrule import read_rrule, write_rrule
from domain.series.values import (
    EventNotRepeatable,
    EventSeries,
    Left,
    LeftReason,
    Occurrence,
    SeriesWithoutOccurrences,
    Staged,
    is_moved,
    schedule_of,
    starts_at,
)

RECURRENCE = ("input", "recurrence")
MOST_NEW_SEATS = 200_000
"""How many seats one deed may make, so that it ends in time."""


@dataclass(frozen=True, slots=True)
class AskedRecurrence:
    """A rule as asked for: its text, or its parts. `excluded` and `extra` are dates by the clocks of the place."""

    text: str | None = None
    rule: Recurrence | None = None
    excluded: tuple[date, ...] = ()
    extra: tuple[date, ...] = ()

    def facts(self) -> list[object]:
        """What the wish says, as plain JSON."""
        return [self.text, self.rule and write_rrule(self.rule), [str(each) for each in self.excluded], [str(each) for each in self.extra]]


@dataclass(frozen=True, slots=True)
class CreateSeries:
    """The wish to repeat a draft, which becomes the first occurrence; the series takes its slug unless another is given."""

    event_id: UUID
    expected_version: int
    recurrence: AskedRecurrence
    slug: str | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        facts = [str(self.event_id), self.recurrence.facts(), self.slug]
        return key_of(f"person:{person_id}", "createEventSeries", self.idempotency_key, facts)


@dataclass(frozen=True, slots=True)
class UpdateSeries:
    """The wish for another rule; it counts from `starts_on`, or from where the rule so far does."""

    series_id: UUID
    expected_version: int
    recurrence: AskedRecurrence
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewSeries:
    """A series and its dates; the draft is the first."""

    series: EventSeries
    dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Replanned:
    """A series with its new rule, the dates that get an occurrence, what goes, and what is left although the rule lacks them."""

    series: EventSeries
    added: tuple[date, ...]
    removed: tuple[Staged, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A date of a rule that is only looked at, when it would begin (UTC), and whether that is later by the clocks than it should be."""

    day: date
    starts_at: datetime
    moved: bool


def create_series(
    event: Event, occurrence: Occurrence | None, ask: CreateSeries, recurrences: Recurrences, series_id: UUID, now: datetime
) -> NewSeries:
    """The series of which the draft is the first occurrence.

    Refused with VersionConflict, EventNotRepeatable, TooManyOccurrences, or InputInvalid, also when the draft's date is not the first.
    """
    expect_version(event.version, ask.expected_version)
    if event.status is not EventStatus.DRAFT or occurrence is not None:
        raise Refused(EventNotRepeatable(event.status, occurrence.series_id if occurrence else None))
    local = event.starts_at.astimezone(ZoneInfo(event.time_zone)).replace(tzinfo=None)
    schedule = asked(ask.recurrence, local.date(), local.time(), event.time_zone, RECURRENCE)
    dates = dates_of(schedule, recurrences, RECURRENCE)
    if dates[0] != local.date():
        message = f"must give {local.date()}, the date of the event itself, and the first is {dates[0]}"
        raise Refused(InputInvalid((Fault(RECURRENCE, message),)))
    series = EventSeries(
        id=series_id,
        slug=checked_slug(ask.slug or event.slug, ("input", "slug")),
        title=event.title,
        description=event.description,
        attendance_mode=event.attendance_mode,
        venue_id=event.venue_id,
        time_zone=event.time_zone,
        start_time=local.time(),
        lasts=event.ends_at - event.starts_at,
        starts_on=schedule.starts_on,
        rule=schedule.rule,
        excluded_dates=schedule.excluded,
        extra_dates=schedule.extra,
        created_at=now,
        updated_at=now,
    )
    return NewSeries(series, dates)


def replan(series: EventSeries, staged: Sequence[Staged], ask: UpdateSeries, recurrences: Recurrences, now: datetime) -> Replanned:
    """The series with the rule asked for, and what that means for occurrences still to come; those that began stay what they were.

    A date whose occurrence was deleted stays without one, unless it is among the extra dates. What the rule lacks goes when it is a draft
    of which nothing is held or sold, and is left otherwise. Refused with VersionConflict, SeriesWithoutOccurrences, TooManyOccurrences
    or InputInvalid.
    """
    expect_version(series.version, ask.expected_version)
    if not staged:
        raise Refused(SeriesWithoutOccurrences())
    schedule = asked(ask.recurrence, ask.starts_on or series.starts_on, series.start_time, series.time_zone, RECURRENCE)
    dates, here = set(dates_of(schedule, recurrences, RECURRENCE)), {each.date for each in staged}
    deleted = set(expand(schedule_of(series), recurrences)) - here - set(schedule.extra)
    added = tuple(sorted(day for day in dates - here - deleted if starts_at(series, day) > now))
    astray = [each for each in staged if each.date not in dates and each.event.starts_at > now]
    removed = tuple(each for each in astray if _stays(each) is None)
    left = tuple(Left(each.event, reason) for each in astray if (reason := _stays(each)))
    if len(here) - len(removed) + len(added) > MOST_OCCURRENCES:
        raise Refused(TooManyOccurrences(MOST_OCCURRENCES, RECURRENCE))
    return Replanned(
        replace(
            series,
            starts_on=schedule.starts_on,
            rule=schedule.rule,
            excluded_dates=schedule.excluded,
            extra_dates=schedule.extra,
            version=series.version + 1,
            updated_at=now,
        ),
        added,
        removed,
        left,
    )


def expect_few_seats(seats: int, days: int) -> None:
    """Refuse with InputInvalid to make more seats at once than can be made in time; `seats` are those of one occurrence."""
    if seats * days > MOST_NEW_SEATS:
        message = f"makes {seats * days} seats at once, {MOST_NEW_SEATS} are allowed; let it end earlier, and prolong it afterwards"
        raise Refused(InputInvalid((Fault(RECURRENCE, message),)))


def preview(moment: datetime, zone: str, ask: AskedRecurrence, recurrences: Recurrences, path: tuple[str, ...]) -> list[Planned]:
    """The dates that a series would have whose first event begins at this moment; refused as `create_series` refuses."""
    faults = Faults()
    faults.check(is_time_zone(zone), ("timeZone",), "is not an IANA time zone such as Europe/Berlin")
    check_moment(faults, moment, ("startsAt",))
    faults.refuse()
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    schedule = asked(ask, local.date(), local.time(), zone, path)
    return [_planned(day, local.time(), zone) for day in dates_of(schedule, recurrences, path)]


def asked(ask: AskedRecurrence, starts_on: date, clock: time, zone: str, path: tuple[str, ...]) -> Schedule:
    """The schedule meant by a wish; refused with InputInvalid where its text is no rule, or where there are text and parts, or neither."""
    if (ask.text is None) == (ask.rule is None):
        raise Refused(InputInvalid((Fault(path, "give either rrule or frequency and its parts"),)))
    rule = ask.rule or read_rrule(ask.text or "", clock, zone, (*path, "rrule"))
    return Schedule(starts_on, explicit(rule, starts_on), tuple(sorted({*ask.excluded})), tuple(sorted({*ask.extra})))


def model_for(day: date, staged: Sequence[Staged]) -> Staged:
    """Which occurrence a new one is like: the last before it, or else the first."""
    earlier = [each for each in staged if each.date < day]
    return earlier[-1] if earlier else staged[0]


def _planned(day: date, clock: time, zone: str) -> Planned:
    moment = at_local(day, clock, zone)
    return Planned(day, moment, is_moved(day, moment, clock, zone))


def _stays(each: Staged) -> LeftReason | None:
    if each.held or each.sold:
        return LeftReason.HAS_TICKETS
    return None if each.event.status is EventStatus.DRAFT else LeftReason.NOT_A_DRAFT
