"""What a demo organization is made of, and how its events get dates that are always a few weeks away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.dates import at_local
from domain.events import AttendanceMode, EventStatus
from domain.imports import ImportedEvent, ImportedPool, ImportedTicketType, ImportedVenue
from domain.money import Money
from domain.texts import LocalizedText


class Day(IntEnum):
    """A weekday as Python counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekday, the first that is so many days away or more, a time of day at the venue, and how many hours it takes."""

    day: Day
    after_days: int
    clock: str
    hours: float = 3

    def times(self, now: datetime, zone: str) -> tuple[datetime, datetime]:
        """When an event in this slot starts and ends, seen from `now`; UTC."""
        earliest = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=self.after_days)
        date = earliest + timedelta(days=(self.day - earliest.weekday()) % 7)
        starts_at = at_local(date, time.fromisoformat(self.clock), zone)
        return starts_at, starts_at + timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Kind:
    """A ticket type; `price` in major units; its sale opens and closes so many days before the event starts."""

    name: LocalizedText
    price: str
    pools: tuple[str, ...]
    opens_days_before: float | None = None
    closes_days_before: float | None = None
    max_per_order: int | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """An event; `pools` are its stocks by name, on which its ticket types draw."""

    slug: str
    title: LocalizedText
    about: LocalizedText
    venue: ImportedVenue
    slot: Slot
    pools: Mapping[str, int]
    kinds: tuple[Kind, ...]
    status: EventStatus = EventStatus.PUBLISHED
    attendance_mode: AttendanceMode = AttendanceMode.PHYSICAL

    def on(self, starts_at: datetime, ends_at: datetime, currency: str, venues: Mapping[str, UUID]) -> ImportedEvent:
        """The event at this time; `venues` are the ids of venues by name."""
        return ImportedEvent(
            name=self.slug,
            file=f"demo/{self.slug}",
            slug=self.slug,
            title=self.title,
            description=self.about,
            starts_at=starts_at,
            ends_at=ends_at,
            time_zone=self.venue.time_zone,
            venue_id=venues[self.venue.name],
            attendance_mode=self.attendance_mode,
            status=self.status,
            pools=tuple(ImportedPool(self._pool(label), label, capacity) for label, capacity in self.pools.items()),
            ticket_types=tuple(self._ticket_type(number, kind, starts_at, currency) for number, kind in enumerate(self.kinds)),
        )

    def _ticket_type(self, number: int, kind: Kind, starts_at: datetime, currency: str) -> ImportedTicketType:
        return ImportedTicketType(
            name=f"{self.slug}/{number}",
            title=kind.name,
            price=Money.of_major(Decimal(kind.price), currency),
            pools=tuple(self._pool(label) for label in kind.pools),
            sales_start_at=_before(starts_at, kind.opens_days_before),
            sales_end_at=_before(starts_at, kind.closes_days_before),
            max_per_order=kind.max_per_order,
        )

    def _pool(self, label: str) -> str:
        return f"{self.slug}/{label}"


@dataclass(frozen=True, slots=True)
class Run:
    """A series: the show of that slug, repeated for so many weeks from the week after it."""

    show: str
    slug: str
    weeks: int


@dataclass(frozen=True, slots=True)
class Troupe:
    """A demo organization: one member in each role, whose address is ROLE@SLUG.example, and its programme."""

    slug: str
    name: str
    locale: str
    currency: str
    domain: str
    people: tuple[str, ...]
    shows: tuple[Show, ...]
    runs: tuple[Run, ...] = ()


def _before(starts_at: datetime, days: float | None) -> datetime | None:
    return None if days is None else starts_at - timedelta(days=days)
