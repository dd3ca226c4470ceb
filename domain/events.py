"""Events: what is put on, when and where, and the steps from draft to archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.dates import check_moment
from domain.names import is_slug, is_time_zone
from domain.paging import Page, Slice
from domain.refusals import Faults, NotFound, Refusal, Refused, VersionConflict
from domain.texts import LocalizedText, check_text

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 20_000
MOST_FILTERS = 100


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
    """An event; times are UTC, `time_zone` is the IANA name of the place."""

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
    version: int = 1

    typename: ClassVar[str] = "Event"


@dataclass(frozen=True, slots=True)
class EventDetails:
    """What an organizer may say of an event, new or changed; None in a change means: leave it."""

    slug: str | None = None
    title: LocalizedText | None = None
    description: LocalizedText | None = None
    attendance_mode: AttendanceMode | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str | None = None
    venue_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CreateEvent:
    """The wish for a new draft event."""

    details: EventDetails


@dataclass(frozen=True, slots=True)
class UpdateEvent:
    """The wish to change an event as it was at `expected_version`."""

    event_id: UUID
    expected_version: int
    changes: EventDetails


@dataclass(frozen=True, slots=True)
class PublishEvent:
    """The wish to put a draft before the public."""

    event_id: UUID
    expected_version: int | None


@dataclass(frozen=True, slots=True)
class DeleteEvent:
    """The wish to delete an event of which nothing was sold."""

    event_id: UUID
    expected_version: int


@dataclass(frozen=True, slots=True)
class EventSlugTaken(Refusal):
    """Another event of the organization has this slug."""

    slug: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Another event is called {self.slug}; choose another slug."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "slug")


@dataclass(frozen=True, slots=True)
class EventNotPublishable(Refusal):
    """The event is not a draft, or has no ticket type yet."""

    status: EventStatus
    ticket_types: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.status is not EventStatus.DRAFT:
            return f"Only a draft can be published; this event is {self.status.value.lower()}."
        return "An event needs at least one ticket type before it is published; create one first."


@dataclass(frozen=True, slots=True)
class EventHasTickets(Refusal):
    """Tickets of the event are held or sold, so it stays."""

    held: int
    sold: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The event cannot be deleted: {self.held} tickets are held and {self.sold} sold."


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: every condition given must hold; `all_of`, `any_of` and `none_of` nest."""

    statuses: Sequence[EventStatus] | None = None
    slugs: Sequence[str] | None = None
    venue_ids: Sequence[UUID] | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    all_of: Sequence["EventFilter"] = ()
    any_of: Sequence["EventFilter"] = ()
    none_of: Sequence["EventFilter"] = ()


class EventOrder(StrEnum):
    """By what a list of events is ordered; the id is appended always."""

    STARTS_AT_ASC = "STARTS_AT_ASC"
    STARTS_AT_DESC = "STARTS_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


def ordered_by(order: EventOrder) -> tuple[str, bool]:
    """The attribute that an order sorts by, and whether it descends."""
    name, _, direction = order.value.rpartition("_")
    return name.lower(), direction == "DESC"


class Events(Protocol):
    """The store of events. Reads may return rows that read like an `Event`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Event | None]:
        """The events by id, in the order asked, None where there is none."""

    async def by_slugs(self, slugs: Sequence[str]) -> list[Event | None]:
        """The events by slug, in the order asked."""

    async def page(self, where: EventFilter, order: Sequence[EventOrder], page: Page) -> Slice[Event]:
        """One window of the events that match; `page.edge` holds the sort values in order, then the id."""

    async def count(self, where: EventFilter, at_most: int) -> int:
        """How many match, counted up to `at_most`."""

    async def for_change(self, event_id: UUID) -> Event:
        """The event, locked until the work ends; refused with NotFound."""

    async def keep(self, event: Event) -> None:
        """Write the event, new (version 1) or changed; refused with EventSlugTaken."""

    async def delete(self, event_id: UUID) -> None:
        """Remove the event with its ticket types and pools."""

    async def stock(self, event_id: UUID) -> tuple[int, int, int]:
        """How many ticket types it has, and how many tickets are held and sold."""


def create(event_id: UUID, details: EventDetails, now: datetime) -> Event:
    """A new draft; refused with InputInvalid where the details break a rule."""
    faults = Faults()
    for name, value in (
        ("slug", details.slug),
        ("title", details.title),
        ("startsAt", details.starts_at),
        ("timeZone", details.time_zone),
    ):
        faults.check(value is not None, ("input", name), "is required")
    faults.check(details.ends_at is not None, ("input", "endsAt"), "is required")
    faults.refuse()
    draft = Event(
        id=event_id,
        slug=details.slug or "",
        title=details.title or {},
        description=details.description or {},
        status=EventStatus.DRAFT,
        attendance_mode=details.attendance_mode or AttendanceMode.PHYSICAL,
        starts_at=details.starts_at or now,
        ends_at=details.ends_at or now,
        time_zone=details.time_zone or "UTC",
        venue_id=details.venue_id,
        created_at=now,
        updated_at=now,
    )
    return _checked(draft)


def update(event: Event, expected_version: int, changes: EventDetails, now: datetime) -> Event:
    """The event with the changes; refused with VersionConflict, or InputInvalid where they break a rule."""
    expect_version(event.version, expected_version)
    given: Mapping[str, object] = {name: value for name in _CHANGEABLE if (value := getattr(changes, name)) is not None}
    return _checked(replace(event, **given, version=event.version + 1, updated_at=now))  # type: ignore[arg-type]


def publish(event: Event, expected_version: int | None, ticket_types: int, now: datetime) -> Event:
    """The event before the public; refused with VersionConflict, or EventNotPublishable unless it is a draft with a ticket type."""
    expect_version(event.version, expected_version)
    if event.status is not EventStatus.DRAFT or ticket_types == 0:
        raise Refused(EventNotPublishable(event.status, ticket_types))
    return replace(event, status=EventStatus.PUBLISHED, published_at=now, updated_at=now, version=event.version + 1)


def deletable(event: Event, expected_version: int, held: int, sold: int) -> Event:
    """The event when it may be deleted; refused with VersionConflict, or EventHasTickets."""
    expect_version(event.version, expected_version)
    if held or sold:
        raise Refused(EventHasTickets(held, sold))
    return event


def check_filter(where: EventFilter) -> None:
    """Refuse with InputInvalid a filter of more than 100 nested ones: every row would be compared with each."""
    filters, waiting = 0, [where]
    while waiting:
        each = waiting.pop()
        filters += 1
        waiting += (*each.all_of, *each.any_of, *each.none_of)
    faults = Faults()
    faults.check(filters <= MOST_FILTERS, ("where",), f"nests {filters} filters, {MOST_FILTERS} are allowed")
    faults.refuse()


def visible(event: Event | None, *, unpublished: bool) -> Event | None:
    """The event when this reader may see it: the public sees what was published, staff everything."""
    return event if event is not None and (unpublished or event.status in PUBLIC_STATUSES) else None


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


_CHANGEABLE = ("slug", "title", "description", "attendance_mode", "starts_at", "ends_at", "time_zone", "venue_id")


def _checked(event: Event) -> Event:
    faults = Faults()
    faults.check(is_slug(event.slug), ("input", "slug"), "must be lower-case letters, digits and single hyphens, 80 at most")
    check_text(faults, event.title, ("input", "title"), longest=LONGEST_TITLE, required=True)
    check_text(faults, event.description, ("input", "description"), longest=LONGEST_DESCRIPTION, required=False)
    faults.check(is_time_zone(event.time_zone), ("input", "timeZone"), "is not an IANA time zone such as Europe/Berlin")
    check_moment(faults, event.starts_at, ("input", "startsAt"))
    check_moment(faults, event.ends_at, ("input", "endsAt"))
    faults.check(event.ends_at > event.starts_at, ("input", "endsAt"), "must be after startsAt")
    faults.refuse()
    return event
