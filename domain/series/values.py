"""Series as they are: what all occurrences have in common, and in what a single one deviates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.counts import verb
from domain.dates import at_local
from domain.events import AttendanceMode, Event, EventStatus
from domain.refusals import NotFound, Refusal, Refused
from domain.series.recurrence import Recurrence, Schedule
from domain.texts import LocalizedText


@dataclass(frozen=True, slots=True)
class EventSeries:
    """An event that takes place again and again. `start_time` is by the clocks of `time_zone`, and so are all dates.

    `rule` counts from `starts_on`. `version` rises with every deed that is done to the series, also when it changes occurrences alone.
    """

    id: UUID
    slug: str
    title: LocalizedText
    description: LocalizedText
    attendance_mode: AttendanceMode
    venue_id: UUID | None
    time_zone: str
    start_time: time
    lasts: timedelta
    starts_on: date
    rule: Recurrence
    excluded_dates: tuple[date, ...]
    extra_dates: tuple[date, ...]
    created_at: datetime
    updated_at: datetime
    version: int = 1

    typename: ClassVar[str] = "EventSeries"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What makes an event one of a series: the date that the series has it for, which stays when the event is moved."""

    event_id: UUID
    series_id: UUID
    date: date

    typename: ClassVar[str] = "Occurrence"


@dataclass(frozen=True, slots=True)
class Staged:
    """An occurrence with its event and stock, locked until the work ends."""

    date: date
    event: Event
    ticket_types: int
    held: int
    sold: int


class Trait(StrEnum):
    """What occurrences have in common, as long as none of them deviates."""

    TITLE = "TITLE"
    DESCRIPTION = "DESCRIPTION"
    ATTENDANCE_MODE = "ATTENDANCE_MODE"
    VENUE = "VENUE"
    START = "START"
    DURATION = "DURATION"
    TICKET_TYPES = "TICKET_TYPES"


class LeftReason(StrEnum):
    """Why a deed on many occurrences left one of them as it was."""

    NOT_A_DRAFT = "NOT_A_DRAFT"
    HAS_TICKETS = "HAS_TICKETS"
    OVER = "OVER"
    DEVIATES = "DEVIATES"
    OTHER_STATUS = "OTHER_STATUS"


@dataclass(frozen=True, slots=True)
class Left:
    """An occurrence that was left, and why; `traits` are those in which it deviates, and that should have changed."""

    event: Event
    reason: LeftReason
    traits: tuple[Trait, ...] = ()


@dataclass(frozen=True, slots=True)
class EventNotRepeatable(Refusal):
    """Only a draft that is no occurrence yet can be made a series."""

    status: EventStatus
    series_id: UUID | None

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.series_id:
            return "The event belongs to a series already; change that one, or copy the event."
        return f"Only a draft can be made a series; this event is {self.status.value.lower()}. Copy it to get a draft."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "eventId")


@dataclass(frozen=True, slots=True)
class SeriesSlugTaken(Refusal):
    """Another series of the organization has this slug."""

    slug: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Another series is called {self.slug}; choose another slug."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "slug")


@dataclass(frozen=True, slots=True)
class OccurrencesNotPublishable(Refusal):
    """Drafts among the occurrences have no ticket type, or are VIRTUAL without a join link, so none was published."""

    event_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        many = len(self.event_ids)
        lack = f"{verb(many, 'has', 'have')} no ticket type, or {verb(many)} VIRTUAL without a join link"
        return f"{many} of the occurrences {lack}, so none was published; give each what it lacks first."


@dataclass(frozen=True, slots=True)
class SeriesWithoutOccurrences(Refusal):
    """Nothing is left of the series that a new occurrence could be like."""

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "All occurrences of the series were deleted, so there is none that new ones could be like; make a new series."


def schedule_of(series: EventSeries) -> Schedule:
    """When the series has occurrences."""
    return Schedule(series.starts_on, series.rule, tuple(series.excluded_dates), tuple(series.extra_dates))


def starts_at(series: EventSeries, day: date) -> datetime:
    """When the series has the occurrence of that date begin, UTC; see `domain.dates.at_local` for times that a day lacks or has twice."""
    return at_local(day, series.start_time, series.time_zone)


def is_moved(day: date, moment: datetime, clock: time, zone: str) -> bool:
    """Whether something begins later by the clocks than it should, because the day lacks that time."""
    local = moment.astimezone(ZoneInfo(zone))
    return (local.date(), local.time()) != (day, clock)


def deviations(series: EventSeries, day: date, event: Event) -> tuple[Trait, ...]:
    """In what an occurrence differs from what its series says now."""
    said: Mapping[Trait, tuple[object, object]] = {
        Trait.TITLE: (dict(event.title), dict(series.title)),
        Trait.DESCRIPTION: (dict(event.description), dict(series.description)),
        Trait.ATTENDANCE_MODE: (event.attendance_mode, series.attendance_mode),
        Trait.VENUE: (event.venue_id, series.venue_id),
        Trait.START: (event.starts_at, starts_at(series, day)),
        Trait.DURATION: (event.ends_at - event.starts_at, series.lasts),
    }
    return tuple(trait for trait, (own, common) in said.items() if own != common)


def in_common(series: EventSeries, event: Event) -> Event:
    """The event with what the series says of all its occurrences, at its own time: what a new occurrence is copied from."""
    return replace(
        event,
        title=series.title,
        description=series.description,
        attendance_mode=series.attendance_mode,
        venue_id=series.venue_id,
        time_zone=series.time_zone,
        ends_at=event.starts_at + series.lasts,
    )


def found_series(series: EventSeries | None, at: tuple[str, ...]) -> EventSeries:
    """The series, or the refusal NotFound naming the argument `at`."""
    if series is None:
        raise Refused(NotFound("series", at))
    return series
