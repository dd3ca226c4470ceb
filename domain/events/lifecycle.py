"""The life of an event, from draft to archive: which step may follow which, and what each needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.events.editing import check_times, remembered_start
from domain.events.values import Event, EventHasTickets, EventStatus, expect_version, lasting
from domain.refusals import Faults, Refusal, Refused
from domain.texts import LocalizedText, check_text

LONGEST_REASON = 1_000

STEPS: Mapping[EventStatus, frozenset[EventStatus]] = {
    EventStatus.DRAFT: frozenset({EventStatus.PUBLISHED}),
    EventStatus.PUBLISHED: frozenset(
        {EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.POSTPONED, EventStatus.CANCELLED, EventStatus.COMPLETED}
    ),
    EventStatus.POSTPONED: frozenset({EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.POSTPONED, EventStatus.CANCELLED}),
    EventStatus.CANCELLED: frozenset({EventStatus.ARCHIVED}),
    EventStatus.COMPLETED: frozenset({EventStatus.ARCHIVED}),
    EventStatus.ARCHIVED: frozenset(),
}
"""What an event may become. A published one may be published at another time, a postponed one postponed again."""


@dataclass(frozen=True, slots=True)
class PublishEvent:
    """The wish to put a draft before the public."""

    event_id: UUID
    expected_version: int | None


@dataclass(frozen=True, slots=True)
class StepEvent:
    """The wish for a step that needs no more words: take back to draft, complete, archive."""

    event_id: UUID
    expected_version: int


@dataclass(frozen=True, slots=True)
class PostponeEvent:
    """The wish to put an event off; without times nobody knows yet until when."""

    event_id: UUID
    expected_version: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RescheduleEvent:
    """The wish to put an event on at other times, and on sale again when it was postponed; without an end it lasts as long as before."""

    event_id: UUID
    expected_version: int
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CancelEvent:
    """The wish to call an event off, and what to tell those who have tickets."""

    event_id: UUID
    expected_version: int
    reason: LocalizedText


@dataclass(frozen=True, slots=True)
class EventNotPublishable(Refusal):
    """The event is not a draft, has no ticket type yet, or is VIRTUAL without a join link."""

    status: EventStatus
    ticket_types: int
    join_url_missing: bool = False

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.status is not EventStatus.DRAFT:
            return f"Only a draft can be published; this event is {self.status.value.lower()}."
        if self.ticket_types == 0:
            return "An event needs at least one ticket type before it is published; create one first."
        return "A virtual event needs a join link before it is published; set joinUrl first."


@dataclass(frozen=True, slots=True)
class EventStepRefused(Refusal):
    """An event in the one status cannot come to the other."""

    from_status: EventStatus
    to_status: EventStatus

    @property
    def possible(self) -> tuple[EventStatus, ...]:
        """What it can become instead, in the order of an event's life."""
        return tuple(each for each in EventStatus if each in STEPS[self.from_status])

    @property
    def message(self) -> str:
        """One sentence for a person."""
        others = " or ".join(each.value.lower() for each in self.possible)
        ways = f"it can become {others}" if others else "it stays as it is"
        return f"An event that is {self.from_status.value.lower()} cannot become {self.to_status.value.lower()}; {ways}."


@dataclass(frozen=True, slots=True)
class EventNotStarted(Refusal):
    """The event has not begun, so it cannot be over."""

    starts_at: datetime

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The event has not begun yet; cancel or postpone it if it does not take place."


def publish(event: Event, expected_version: int | None, ticket_types: int, now: datetime, *, joinable: bool = True) -> Event:
    """The event before the public; `joinable` tells whether people can take part in it the way it promises.

    Refused with VersionConflict, or EventNotPublishable unless it is a draft with a ticket type and, when it is VIRTUAL, a join link.
    """
    expect_version(event.version, expected_version)
    if event.status is not EventStatus.DRAFT or ticket_types == 0 or not joinable:
        raise Refused(EventNotPublishable(event.status, ticket_types, not joinable))
    return _stepped(event, EventStatus.PUBLISHED, now, published_at=now)


def unpublish(event: Event, expected_version: int, held: int, sold: int, now: datetime) -> Event:
    """The event as a draft again; refused with VersionConflict, EventStepRefused, or EventHasTickets."""
    expect_version(event.version, expected_version)
    expect_step(event.status, EventStatus.DRAFT)
    if held or sold:
        raise Refused(EventHasTickets(held, sold))
    return _stepped(event, EventStatus.DRAFT, now, published_at=None, previous_starts_at=None)


def postpone(event: Event, ask: PostponeEvent, now: datetime) -> Event:
    """The event put off, to the times asked for or to none yet: then its times stay those that no longer hold.

    It remembers the beginning that ticket holders knew. Refused with VersionConflict, EventStepRefused, or InputInvalid.
    """
    expect_version(event.version, ask.expected_version)
    expect_step(event.status, EventStatus.POSTPONED)
    faults = Faults()
    faults.check(ask.ends_at is None or ask.starts_at is not None, ("input", "startsAt"), "is required with endsAt")
    return _moved(event, EventStatus.POSTPONED, ask.starts_at, ask.ends_at, now, faults)


def reschedule(event: Event, ask: RescheduleEvent, now: datetime) -> Event:
    """The event at its new times, before the public; it remembers the beginning that ticket holders knew.

    Refused with VersionConflict, with EventStepRefused unless it is published or postponed, or with InputInvalid.
    """
    expect_version(event.version, ask.expected_version)
    # A draft becomes published by publishing alone, however its times change.
    if event.status is EventStatus.DRAFT:
        raise Refused(EventStepRefused(event.status, EventStatus.PUBLISHED))
    expect_step(event.status, EventStatus.PUBLISHED)
    return _moved(event, EventStatus.PUBLISHED, ask.starts_at, ask.ends_at, now, Faults())


def cancel(event: Event, ask: CancelEvent, now: datetime) -> Event:
    """The event called off; refused with VersionConflict, EventStepRefused, or InputInvalid where the reason breaks a rule."""
    expect_version(event.version, ask.expected_version)
    expect_step(event.status, EventStatus.CANCELLED)
    faults = Faults()
    check_text(faults, ask.reason, ("input", "reason"), longest=LONGEST_REASON, required=True)
    faults.refuse()
    return _stepped(event, EventStatus.CANCELLED, now, cancellation_reason=ask.reason)


def complete(event: Event, expected_version: int, now: datetime) -> Event:
    """The event as one that has taken place; refused with VersionConflict, EventStepRefused, or EventNotStarted."""
    expect_version(event.version, expected_version)
    expect_step(event.status, EventStatus.COMPLETED)
    if now < event.starts_at:
        raise Refused(EventNotStarted(event.starts_at))
    return _stepped(event, EventStatus.COMPLETED, now)


def archive(event: Event, expected_version: int, now: datetime) -> Event:
    """The event put away; refused with VersionConflict, or EventStepRefused unless it is cancelled or completed."""
    expect_version(event.version, expected_version)
    expect_step(event.status, EventStatus.ARCHIVED)
    return _stepped(event, EventStatus.ARCHIVED, now)


def expect_step(here: EventStatus, there: EventStatus) -> None:
    """Refuse with EventStepRefused a step that does not follow."""
    if there not in STEPS[here]:
        raise Refused(EventStepRefused(here, there))


def _stepped(event: Event, status: EventStatus, now: datetime, **facts: object) -> Event:
    return replace(event, status=status, version=event.version + 1, updated_at=now, **facts)  # type: ignore[arg-type]


def _moved(event: Event, status: EventStatus, starts_at: datetime | None, ends_at: datetime | None, now: datetime, faults: Faults) -> Event:
    starts_at = starts_at or event.starts_at
    ends_at = ends_at or lasting(event, starts_at)
    check_times(faults, starts_at, ends_at)
    faults.refuse()
    waits = event.status is EventStatus.POSTPONED and event.previous_starts_at is not None
    announced = event.previous_starts_at if waits else event.starts_at
    known = remembered_start(event, starts_at) if status is EventStatus.PUBLISHED else announced
    return _stepped(event, status, now, starts_at=starts_at, ends_at=ends_at, previous_starts_at=known)
