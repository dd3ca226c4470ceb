"""Seats of an event: which is free, held, booked or blocked, and taking seats off sale."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.counts import counted, verb
from domain.idempotency import Key, key_of
from domain.paging import LONGEST_PAGE
from domain.refusals import ErrorCode, Faults, Refusal, Refused
from domain.seating.geometry import PLAIN, Geometry, SeatFlags
from domain.texts import check_line

MOST_TOLD = 100
LONGEST_REASON = 200
LONGEST_LABEL = 500
"""Longer than what any plan calls a seat, which is made of its section, its row and its number."""
NO_LABEL = "is no seat's label"
WITHOUT_END = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when a seat is claimed that an order took over: until the order ends."""


class SeatStatus(StrEnum):
    """What a buyer may expect of a seat; derived, never stored."""

    FREE = "FREE"
    HELD = "HELD"
    BOOKED = "BOOKED"
    BLOCKED = "BLOCKED"


STATUSES = tuple(SeatStatus)
"""In arrays a status travels as its index here: 0 free, 1 held, 2 booked, 3 blocked."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of one event. `seat_no` is its number in the plan's version; `hold_id` stays when a hold became a booking.

    `claimed_until` is the end of a hold (UTC); when it is past, the seat may be taken although it was not given back yet.
    """

    event_id: UUID
    seat_no: int
    guid: str
    label: str
    section: int
    row_no: int
    place: int
    category: int
    flags: SeatFlags = PLAIN
    hold_id: UUID | None = None
    claimed_until: datetime | None = None
    booked: bool = False
    blocked_reason: str | None = None
    moved_at: int = 0

    typename: ClassVar[str] = "Seat"

    @property
    def id(self) -> UUID:
        """See `seat_id`."""
        return seat_id(self.event_id, self.guid)


@dataclass(frozen=True, slots=True)
class SeatState:
    """A seat and what it is at the moment it was read."""

    seat: Seat
    status: SeatStatus

    typename: ClassVar[str] = "Seat"


@dataclass(frozen=True, slots=True)
class SoldSeats:
    """One price category of an event's plan and the pool that counts it: every ticket type that draws on the pool sells it.

    `standing` is how many may stand in it; a category has seats or standing room, never both.
    """

    event_id: UUID
    category: int
    name: str
    pool_id: UUID
    standing: int | None = None

    typename: ClassVar[str] = "SeatCategory"

    @property
    def stock(self) -> tuple[UUID, UUID]:
        """What counts its places: the event and the pool."""
        return self.event_id, self.pool_id


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that is to be written when an event gets a plan, or another one: every seat anew, and the stock that counts them.

    `seats` are those that are held, booked or blocked, with their new numbers. `pools` are new or change their capacity; `draws` are the
    pools that ticket types draw on from now on.
    """

    event_id: UUID
    plan_version_id: UUID
    geometry: Geometry
    seats: Sequence[Seat]
    categories: Sequence[SoldSeats]
    pools: Mapping[UUID, tuple[str, int]]
    dropped_pools: Sequence[UUID]
    draws: Mapping[UUID, tuple[UUID, ...]]


@dataclass(frozen=True, slots=True)
class BlockSeats:
    """The wish to take seats off sale, named by label or by whole sections; None as a reason puts them on sale again."""

    event_id: UUID
    labels: tuple[str, ...]
    sections: tuple[int, ...]
    reason: str | None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        deed = "unblockSeats" if self.reason is None else "blockSeats"
        facts = [str(self.event_id), list(self.labels), list(self.sections), self.reason]
        return key_of(f"person:{person_id}", deed, self.idempotency_key, facts)


@dataclass(frozen=True, slots=True)
class Blocking:
    """Seats whose reason for being blocked changed, and by how much the pools of these categories grow (or, negative, shrink)."""

    seats: Sequence[Seat]
    growth: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SeatsUnknown(Refusal):
    """The event has no seats of these labels, or no such sections; `labels_in` is the argument that names the labels."""

    labels: tuple[str, ...]
    sections: tuple[int, ...] = ()
    labels_in: str = "labels"

    code: ClassVar[ErrorCode] = ErrorCode.NOT_FOUND

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The event has no {_named(self.labels, self.sections)}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", self.labels_in) if self.labels else ("input", "sections")


@dataclass(frozen=True, slots=True)
class SeatsInUse(Refusal):
    """Seats are held or booked, so they stay as they are; `labels` are the first hundred of `count`."""

    labels: tuple[str, ...]
    count: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"{counted(self.count, 'seat')} {verb(self.count)} held or booked: {listed(self.labels, self.count)}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "labels")


class Seats(Protocol):
    """The store of events' seats. All that writes needs the event's lock, as every change of stock does."""

    async def labelled(self, event_id: UUID, labels: Sequence[str]) -> list[SeatState | None]:
        """The seats with these labels, in the order asked."""

    async def get_many(self, ids: Sequence[UUID]) -> list[SeatState | None]:
        """The seats by id, in the order asked; None for those that their event's plan no longer has."""

    async def chosen(self, event_id: UUID, labels: Sequence[str], sections: Sequence[int]) -> Sequence[Seat]:
        """The seats with these labels or in these sections, by number."""

    async def taken(self, event_id: UUID) -> Sequence[Seat]:
        """The seats that are held, booked or blocked, by number; those whose hold is over and was not given back yet are among them."""

    async def categories_of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[SoldSeats]]:
        """For each event the price categories that are sold, by index."""

    async def statuses(self, event_ids: Sequence[UUID]) -> list[Sequence[int] | None]:
        """For each event with a plan the status of every seat, by number, as its index in `STATUSES`."""

    async def assign(self, assignment: Assignment) -> None:
        """Write an assignment: one movement of the event's stock, announced as `seats:assigned`."""

    async def unassign(self, event_id: UUID) -> None:
        """Take the plan and its seats off the event, whose pools stay; one movement, announced as `seats:unassigned`."""

    async def copy(self, source_id: UUID, event_id: UUID, new_pools: Mapping[UUID, UUID]) -> None:
        """Give the new event the source's plan and seats, all free but those that are blocked.

        `new_pools` tells which pool counts what one of the source's counts. One movement, announced as `seats:assigned`; nothing is
        written where the source has no plan.
        """

    async def block(self, event_id: UUID, blocking: Blocking) -> None:
        """Write the seats as they are now and the pools that count them; one movement, announced as `seats:blocked` or `seats:unblocked`.

        Nothing is written where no seat changes.
        """


def seat_id(event_id: UUID, guid: str) -> UUID:
    """The id of the event's seat that its plan calls so; it stays when the event gets another version of the plan."""
    return UUID(bytes=hashlib.sha256(f"{event_id}:{guid}".encode()).digest()[:16])


def status_of(seat: Seat, now: datetime) -> SeatStatus:
    """What the seat is at `now`."""
    if seat.booked:
        return SeatStatus.BOOKED
    if seat.blocked_reason is not None:
        return SeatStatus.BLOCKED
    return SeatStatus.HELD if seat.claimed_until is not None and seat.claimed_until > now else SeatStatus.FREE


def is_label(text: str) -> bool:
    """Whether a seat may be called so: what the database cannot read, and what would only be sent back, is none."""
    return "\x00" not in text and len(text) <= LONGEST_LABEL


def check_choice(ask: BlockSeats) -> None:
    """Refuse with InputInvalid a choice of no seats, or a reason that breaks a rule."""
    faults = Faults()
    faults.check(bool(ask.labels or ask.sections), ("input", "labels"), "name seats by their labels, or whole sections")
    for at, label in enumerate(ask.labels):
        faults.check(is_label(label), ("input", "labels", str(at)), NO_LABEL)
    if ask.reason is not None:
        check_line(faults, ask.reason, ("input", "reason"), longest=LONGEST_REASON)
    faults.refuse()


def expect_all(ask: BlockSeats, found: Sequence[Seat]) -> None:
    """Refuse with SeatsUnknown when a label or a section is not among the seats found."""
    labels = tuple(dict.fromkeys(ask.labels).keys() - {seat.label for seat in found})
    sections = tuple(sorted(set(ask.sections) - {seat.section for seat in found}))
    if labels or sections:
        raise Refused(SeatsUnknown(tuple(each for each in ask.labels if each in labels), sections))


def block(ask: BlockSeats, found: Sequence[Seat]) -> Blocking:
    """The seats as they are then; refused with SeatsInUse when one of them is held or booked. Seats that are so already stay."""
    if ask.reason is not None:
        refuse_in_use([seat.label for seat in found if seat.hold_id is not None or seat.booked])
    changed = [replace(seat, blocked_reason=ask.reason) for seat in found if seat.blocked_reason != ask.reason]
    growth: dict[int, int] = {}
    for seat in found:
        if (seat.blocked_reason is None) != (ask.reason is None):
            growth[seat.category] = growth.get(seat.category, 0) + (1 if ask.reason is None else -1)
    return Blocking(changed, growth)


def as_answer(changed: int) -> UUID:
    """How many seats changed, as the one thing that an idempotency key leads to."""
    return UUID(int=changed)


def from_answer(answer: UUID) -> int:
    """How many seats changed when the key was used first."""
    return answer.int


def refuse_in_use(labels: Sequence[str]) -> None:
    """Refuse with SeatsInUse unless there are none."""
    if labels:
        raise Refused(SeatsInUse(tuple(labels[:MOST_TOLD]), len(labels)))


def check_labels(labels: Sequence[str]) -> None:
    """Refuse with InputInvalid a look-up of more seats than one page shows, or of what is no label."""
    faults = Faults()
    faults.check(len(labels) <= LONGEST_PAGE, ("labels",), f"names {len(labels)} seats, {LONGEST_PAGE} are allowed at once")
    for at, label in enumerate(labels):
        faults.check(is_label(label), ("labels", str(at)), NO_LABEL)
    faults.refuse()


def listed(labels: Sequence[str], count: int) -> str:
    """The labels, and how many more there are."""
    return ", ".join(labels) + (f" and {count - len(labels)} more" if count > len(labels) else "")


def _named(labels: Sequence[str], sections: Sequence[int]) -> str:
    seats = [f"seat {', '.join(labels)}"] if labels else []
    return " and no ".join([*seats, *([f"section {', '.join(map(str, sections))}"] if sections else [])])
