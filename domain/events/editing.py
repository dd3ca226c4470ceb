"""Entering, changing and deleting events: the wishes, the rules, and every no."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.dates import check_moment
from domain.events.values import AttendanceMode, Event, EventHasTickets, EventStatus, expect_version
from domain.names import is_slug, is_time_zone
from domain.refusals import ErrorCode, Faults, Refusal, Refused
from domain.texts import LocalizedText, check_size, check_text, check_title

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 20_000
LARGEST_DESCRIPTION = 60_000
"""Bytes of UTF-8 in one language: room for the longest in every living script, but not for as many emoji."""
LARGEST_BUYER_LIMIT = 1_000_000
TIMES_ARE_HISTORY = frozenset({EventStatus.CANCELLED, EventStatus.COMPLETED})


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
    buyer_limit: int | None = None
    approval_required: bool | None = None


@dataclass(frozen=True, slots=True)
class CreateEvent:
    """The wish for a new draft event."""

    details: EventDetails


@dataclass(frozen=True, slots=True)
class UpdateEvent:
    """The wish to change an event as it was at `expected_version`; `cleared` names fields that shall be empty from now on."""

    event_id: UUID
    expected_version: int
    changes: EventDetails
    cleared: frozenset[str] = frozenset()


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
class EventNotEditable(Refusal):
    """The event is archived, so it stays as it is."""

    status: EventStatus

    code: ClassVar[ErrorCode] = ErrorCode.CONFLICT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"An event that is {self.status.value.lower()} stays as it is; copy it to put it on again."


def create(event_id: UUID, details: EventDetails, now: datetime, faults: Faults | None = None) -> Event:
    """A new draft; refused with InputInvalid where the details break a rule, together with the faults found before."""
    faults = faults or Faults()
    for name, value in (
        ("slug", details.slug),
        ("title", details.title),
        ("startsAt", details.starts_at),
        ("timeZone", details.time_zone),
    ):
        faults.check(value is not None, ("input", name), "is required")
    faults.check(details.ends_at is not None, ("input", "endsAt"), "is required")
    if None in (details.slug, details.title, details.starts_at, details.ends_at, details.time_zone):
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
        time_zone=details.time_zone or "",
        venue_id=details.venue_id,
        buyer_limit=details.buyer_limit,
        approval_required=bool(details.approval_required),
        created_at=now,
        updated_at=now,
    )
    check(faults, draft)
    faults.refuse()
    return draft


def update(
    event: Event,
    expected_version: int,
    changes: EventDetails,
    now: datetime,
    faults: Faults | None = None,
    cleared: frozenset[str] = frozenset(),
) -> Event:
    """The event with the changes; a published one that begins at another time remembers the one before, unless it is back at it.

    Refused with VersionConflict, with EventNotEditable when it is archived, or with InputInvalid where the changes break a rule,
    together with the faults found before.
    """
    expect_editable(event, expected_version)
    given: Mapping[str, object] = {name: value for name in _CHANGEABLE if (value := getattr(changes, name)) is not None}
    taken_away = dict.fromkeys(cleared & _CLEARABLE)
    changed = replace(event, **{**given, **taken_away}, version=event.version + 1, updated_at=now)  # type: ignore[arg-type]
    faults = faults or Faults()
    for name, field in _TIMES.items():
        stays = may_change(event.status, name) or getattr(changed, name) == getattr(event, name)
        faults.check(stays, ("input", field), f"cannot change any more, because the event is {event.status.value.lower()}")
    check(faults, changed)
    faults.refuse()
    # Of an event that is over nobody has to be told another time: it is put on again.
    moves = event.status is EventStatus.PUBLISHED and changed.starts_at != event.starts_at and now < event.ends_at
    return replace(changed, previous_starts_at=remembered_start(event, changed.starts_at)) if moves else changed


def remembered_start(event: Event, starts_at: datetime) -> datetime | None:
    """The beginning that an event before the public remembers once it begins at this time; none when it is back where it was moved from."""
    if starts_at == event.previous_starts_at:
        return None
    # Put off more than once, it remembers the beginning that was true last: the one on the tickets.
    waits = event.status is EventStatus.POSTPONED and event.previous_starts_at is not None
    return event.previous_starts_at if waits or starts_at == event.starts_at else event.starts_at


def expect_editable(event: Event, expected_version: int | None) -> None:
    """Refuse with VersionConflict, or with EventNotEditable an event that is archived; None expects no version."""
    expect_version(event.version, expected_version)
    expect_not_archived(event.status)


def expect_not_archived(status: EventStatus) -> None:
    """Refuse with EventNotEditable to change anything of an archived event: what it says, shows, sells, and where people sit."""
    if status is EventStatus.ARCHIVED:
        raise Refused(EventNotEditable(status))


def may_change(status: EventStatus, name: str) -> bool:
    """Whether a field of EventDetails may change while the event has this status."""
    return status is not EventStatus.ARCHIVED and not (status in TIMES_ARE_HISTORY and name in _TIMES)


def deletable(event: Event, expected_version: int, held: int, sold: int) -> Event:
    """The event when it may be deleted; refused with VersionConflict, or EventHasTickets."""
    expect_version(event.version, expected_version)
    if held or sold:
        raise Refused(EventHasTickets(held, sold))
    return event


def checked(event: Event) -> Event:
    """The event when it keeps the rules; refused with InputInvalid otherwise."""
    faults = Faults()
    check(faults, event)
    faults.refuse()
    return event


def check(faults: Faults, event: Event) -> None:
    """Note every rule that the event breaks, at the place in the input where it was said."""
    faults.check(is_slug(event.slug), ("input", "slug"), "must be lower-case letters, digits and single hyphens, 80 at most")
    check_title(faults, event.title, ("input", "title"), longest=LONGEST_TITLE)
    check_text(faults, event.description, ("input", "description"), longest=LONGEST_DESCRIPTION, required=False)
    check_size(faults, event.description, ("input", "description"), most_bytes=LARGEST_DESCRIPTION)
    faults.check(is_time_zone(event.time_zone), ("input", "timeZone"), "is not an IANA time zone such as Europe/Berlin")
    within = event.buyer_limit is None or 0 < event.buyer_limit <= LARGEST_BUYER_LIMIT
    faults.check(within, ("input", "buyerLimit"), f"must be between 1 and {LARGEST_BUYER_LIMIT}")
    check_times(faults, event.starts_at, event.ends_at)


def check_times(faults: Faults, starts_at: datetime, ends_at: datetime) -> None:
    """Note times that nobody means, and an end before the beginning."""
    check_moment(faults, starts_at, ("input", "startsAt"))
    check_moment(faults, ends_at, ("input", "endsAt"))
    faults.check(ends_at > starts_at, ("input", "endsAt"), "must be after startsAt")


_CHANGEABLE = (
    "slug", "title", "description", "attendance_mode", "starts_at", "ends_at", "time_zone", "venue_id", "buyer_limit", "approval_required",
)  # fmt: skip
_CLEARABLE = frozenset({"buyer_limit"})
_TIMES = {"starts_at": "startsAt", "ends_at": "endsAt", "time_zone": "timeZone"}
