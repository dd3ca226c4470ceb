"""Calendars: events as people subscribe to them, in iCalendar's words (RFC 5545)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.addresses import Addresses
from domain.events import PUBLIC_STATUSES, Event, EventStatus
from domain.organizations import Organization
from domain.texts import in_language
from domain.venues import Venue

MOST_ENTRIES = 1_000
"""A programme tells of so many events, the latest ones."""


class EntryStatus(StrEnum):
    """Whether it takes place."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. Times are UTC, `time_zone` is an IANA name; `sequence` rises with every change, `position` is latitude and longitude."""

    uid: str
    sequence: int
    status: EntryStatus
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    changed_at: datetime
    summary: str
    description: str
    location: str
    position: tuple[float, float] | None
    url: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Entries in order; `name` is that of a programme, and None for a single event."""

    entries: Sequence[Entry]
    name: str | None = None


def is_told(event: Event) -> bool:
    """Whether calendars tell of the event: when the public sees it, whoever asks."""
    return event.status in PUBLIC_STATUSES


def entry_of(event: Event, venue: Venue | None, organization: Organization, addresses: Addresses, locales: Sequence[str]) -> Entry:
    """The event in the first of the languages it is told in. How to join it from afar is never said: calendars are read by everybody."""
    reason = in_language(event.cancellation_reason, locales)
    description = in_language(event.description, locales)
    return Entry(
        # Neither part ever changes, whatever the event and the organization are called.
        uid=f"{event.id}@{organization.id}",
        sequence=event.version,
        status=_STATUSES.get(event.status, EntryStatus.CONFIRMED),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        time_zone=event.time_zone,
        changed_at=event.updated_at,
        summary=in_language(event.title, locales),
        description="\n\n".join(each for each in (reason, description) if each),
        location=", ".join(each for each in (venue.name, venue.street, venue.city, venue.country) if each) if venue else "",
        position=_position(venue),
        url=addresses.of_event(organization.slug, event.slug),
    )


_STATUSES = {EventStatus.POSTPONED: EntryStatus.TENTATIVE, EventStatus.CANCELLED: EntryStatus.CANCELLED}


def _position(venue: Venue | None) -> tuple[float, float] | None:
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return venue.latitude, venue.longitude
