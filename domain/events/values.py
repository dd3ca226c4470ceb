"""Events as they are: what is put on, when and where, and who may see it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.counts import counted, verb
from domain.dates import LATEST
from domain.refusals import NotFound, Refusal, Refused, VersionConflict
from domain.texts import LocalizedText


class EventStatus(StrEnum):
    """Where an event is between draft and archive."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    POSTPONED = "POSTPONED"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    ARCHIVED = "ARCHIVED"


class AttendanceMode(StrEnum):
    """Whether people come, connect, or both."""

    PHYSICAL = "PHYSICAL"
    VIRTUAL = "VIRTUAL"
    HYBRID = "HYBRID"


PUBLIC_STATUSES = frozenset({EventStatus.PUBLISHED, EventStatus.POSTPONED, EventStatus.CANCELLED, EventStatus.COMPLETED})


@dataclass(frozen=True, slots=True)
class Event:
    """An event; times are UTC, `time_zone` is the IANA name of the place.

    `previous_starts_at` is the beginning that was announced before the one of now; `cancellation_reason` is empty unless it is cancelled;
    `buyer_limit` is how many tickets of it one buyer may have, None means: as many as the organization says. With `approval_required` the
    staff look at each order before it can be paid.
    """

    id: UUID
    slug: str
    title: LocalizedText
    description: LocalizedText
    status: EventStatus
    attendance_mode: AttendanceMode
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    venue_id: UUID | None
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    previous_starts_at: datetime | None = None
    cancellation_reason: LocalizedText = field(default_factory=dict)
    buyer_limit: int | None = None
    approval_required: bool = False
    version: int = 1

    typename: ClassVar[str] = "Event"


@dataclass(frozen=True, slots=True)
class EventHasTickets(Refusal):
    """Tickets of the event are held or sold, so it stays."""

    held: int
    sold: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        held = f"{counted(self.held, 'ticket')} of the event {verb(self.held)} held"
        return f"{held} and {self.sold:,} sold, so it stays; cancel it if it does not take place."


@dataclass(frozen=True, slots=True)
class EventHasOrders(Refusal):
    """Something of the event was ordered once, which stays to be looked up."""

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The event has orders, so it stays; archive it when it is over."


def lasting(event: Event, starts_at: datetime) -> datetime:
    """When the event would end that begins at `starts_at` and lasts as long as before; it is for others to refuse impossible times."""
    return min(starts_at, LATEST) + (event.ends_at - event.starts_at)


def is_public(status: EventStatus) -> bool:
    """Whether the public may see an event in this status: it was published, and is not put away."""
    return status in PUBLIC_STATUSES


def visible(event: Event | None, *, unpublished: bool) -> Event | None:
    """The event when this reader may see it: the public sees what was published, staff everything."""
    return event if event is not None and (unpublished or is_public(event.status)) else None


def found(event: Event | None, at: tuple[str, ...]) -> Event:
    """The event, or the refusal NotFound naming the argument `at`."""
    if event is None:
        raise Refused(NotFound("event", at))
    return event


def expect_venue(exists: bool) -> None:  # noqa: FBT001 - the only fact
    """Refuse with NotFound a venue that the organization does not have."""
    if not exists:
        raise Refused(NotFound("venue", ("input", "venueId")))


def expect_version(current: int, expected: int | None) -> None:
    """Refuse with VersionConflict unless the caller read the current version; None expects nothing."""
    if expected is not None and expected != current:
        raise Refused(VersionConflict(current))
