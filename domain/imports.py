"""Imports: what was read from another system's documents, what became of it here, and a report that leaves nothing out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.counts import counted
from domain.dates import weeks_later, weeks_until
from domain.events import AttendanceMode, Event, EventDetails, EventStatus
from domain.identity import Permission
from domain.money import Money
from domain.refusals import ErrorCode, Refusal
from domain.texts import LocalizedText

SHIFTED_TO = timedelta(weeks=2)
NEEDED = (Permission.EVENTS_CREATE, Permission.EVENTS_UPDATE, Permission.EVENTS_PUBLISH, Permission.TICKETS_MANAGE)


class Fate(StrEnum):
    """What became of one part of a document."""

    MAPPED = "mapped"
    ASSUMED = "assumed"
    EMPTY = "empty"
    IGNORED = "ignored"
    NOT_MAPPED = "not mapped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """The fate of the part of `file` at the JSON path `path`, and all below it; `note` says what it became, or why it did not."""

    file: str
    path: str
    fate: Fate
    note: str


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """What is wrong in a document, and where: the file and the JSON path."""

    file: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class DocumentsBroken(Refusal):
    """Documents break rules, so nothing of them is imported; every fault is named."""

    faults: tuple[DocumentFault, ...]

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """A sentence, then a line for each fault."""
        lines = [f"{fault.file} {fault.path}: {fault.message}" for fault in self.faults]
        count = counted(len(lines), "fault")
        return "\n  ".join([f"Nothing was imported, because of {count}; mend what is named and import again:", *lines])


@dataclass(frozen=True, slots=True)
class ImportedVenue:
    """A place as the other system has it, found again by its name."""

    name: str
    street: str
    city: str
    country: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ImportedPool:
    """A stock as the other system has it; `name` is what the other system calls it, `label` what people call it."""

    name: str
    label: str
    capacity: int


@dataclass(frozen=True, slots=True)
class ImportedTicketType:
    """One thing to buy, drawing on the pools with these names; sale times are UTC, a `hidden` one is for who has an access code."""

    name: str
    title: LocalizedText
    price: Money
    pools: tuple[str, ...]
    sales_start_at: datetime | None = None
    sales_end_at: datetime | None = None
    max_per_order: int | None = None
    min_per_order: int | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ImportedEvent:
    """An event as it shall be here, its ticket types in the order of their positions.

    `status` is what it becomes when it has a ticket type; `held_back` are reasons why it stays a draft; `off_sale` names ticket types
    that must not be sold any more, should they have been imported before.
    """

    name: str
    file: str
    slug: str
    title: LocalizedText
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    ticket_types: tuple[ImportedTicketType, ...] = ()
    pools: tuple[ImportedPool, ...] = ()
    description: LocalizedText | None = None
    attendance_mode: AttendanceMode | None = None
    venue_id: UUID | None = None
    status: EventStatus = EventStatus.PUBLISHED
    held_back: tuple[str, ...] = ()
    off_sale: tuple[str, ...] = ()

    @property
    def details(self) -> EventDetails:
        """What the event says of itself."""
        return EventDetails(
            slug=self.slug,
            title=self.title,
            description=self.description,
            attendance_mode=self.attendance_mode,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            time_zone=self.time_zone,
            venue_id=self.venue_id,
        )


@dataclass(frozen=True, slots=True)
class Documents:
    """All that was read in one place: the events, and what became of every part of every document."""

    events: tuple[ImportedEvent, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ImportEvents:
    """The wish to have here what was read from `source`; `shift_dates` moves all events so that the first starts in two weeks."""

    source: str
    documents: Documents
    shift_dates: bool = False

    def events_at(self, now: datetime) -> tuple[ImportedEvent, ...]:
        """The events with the dates they shall have, for an import at `now`."""
        events = self.documents.events
        return shifted(events, now + SHIFTED_TO) if self.shift_dates and events else events


class Change(StrEnum):
    """What an import did to a thing."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class TicketTypeOutcome:
    """What became of one ticket type; `fields` are those that changed."""

    name: str
    ticket_type_id: UUID
    title: LocalizedText
    price: Money
    capacity: int
    change: Change
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """What became of one event; `fields` are those that changed, `remarks` what a person should know, a sentence's end each."""

    name: str
    event: Event
    change: Change
    fields: tuple[str, ...]
    ticket_types: tuple[TicketTypeOutcome, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All that an import did and found."""

    source: str
    outcomes: tuple[EventOutcome, ...]
    findings: tuple[Finding, ...] = ()

    def count(self, change: Change) -> tuple[int, int]:
        """How many events, and how many ticket types, saw this change."""
        events = sum(each.change is change for each in self.outcomes)
        return events, sum(kind.change is change for each in self.outcomes for kind in each.ticket_types)

    def fates(self) -> Counter[Fate]:
        """How often each fate was met."""
        return Counter(each.fate for each in self.findings)

    def of(self, *fates: Fate) -> list[Finding]:
        """The findings with one of these fates, in reading order."""
        return [each for each in self.findings if each.fate in fates]


def shifted(events: Sequence[ImportedEvent], not_before: datetime) -> tuple[ImportedEvent, ...]:
    """The events, all moved by one number of whole weeks: the least that brings the first to `not_before` or later.

    Weekdays and times of day stay by the clocks of each event's zone, through summer time and back; so do the intervals between events.
    """
    first = min(events, key=lambda event: event.starts_at)
    weeks = weeks_until(first.starts_at, first.time_zone, not_before)
    return tuple(_moved(event, weeks) for event in events)


def _moved(event: ImportedEvent, weeks: int) -> ImportedEvent:
    starts_at, ends_at = _window(event.starts_at, event.ends_at, weeks, event.time_zone)
    kinds = []
    for kind in event.ticket_types:
        opens, closes = _window(kind.sales_start_at, kind.sales_end_at, weeks, event.time_zone)
        kinds.append(replace(kind, sales_start_at=opens, sales_end_at=closes))
    return replace(event, starts_at=starts_at or event.starts_at, ends_at=ends_at or event.ends_at, ticket_types=tuple(kinds))


def _window(opens: datetime | None, closes: datetime | None, weeks: int, zone: str) -> tuple[datetime | None, datetime | None]:
    """Both moved; an end that a skipped hour would bring before its start keeps its distance instead."""
    later_opens = weeks_later(opens, weeks, zone) if opens else None
    later_closes = weeks_later(closes, weeks, zone) if closes else None
    if opens and closes and later_opens and later_closes and later_closes <= later_opens:
        later_closes = later_opens + (closes - opens)
    return later_opens, later_closes
