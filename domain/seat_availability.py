"""Live seat maps: what each seat of some sections is, as a snapshot, as what moved since, and where to resume."""

import base64
import binascii
import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar, Protocol
from uuid import UUID

from domain.availability import Mark, ResumeTokenInvalid
from domain.refusals import Faults, Refused
from domain.seating.plans import SeatingPlanVersion

Sections = frozenset[int] | None
"""Sections by their index in the plan's version; None means all that there are."""

NEVER = -1
"""A sequence before every movement."""
TOKEN_BYTES = 16 + 8 + 6
_ASKED = ("sectionIds",)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PlanInUse:
    """The plan that an event uses: the hash of its version, and the movement that numbered the event's seats by it."""

    hash: str
    assigned_at: int


@dataclass(frozen=True, slots=True)
class SectionMoves:
    """Seats of one section that moved: by number, with one digit each in `statuses` (see `domain.seats.STATUSES`)."""

    section: int
    first_seat: int
    seats: Sequence[int] | None
    statuses: str

    typename: ClassVar[str] = "SectionSeats"


@dataclass(frozen=True, slots=True)
class SectionSeats:
    """All seats of one section: seat `first_seat + n` is what the digit `statuses[n]` says, and moved last at `moves[n]`."""

    section: int
    first_seat: int
    statuses: str
    moves: Sequence[int]
    moved_at: int

    typename: ClassVar[str] = "SectionSeats"

    @property
    def seats(self) -> None:
        """No numbers: these are all of them."""

    def since(self, sequence: int) -> SectionMoves:
        """Those that moved later than this."""
        moved = [at for at, moved_at in enumerate(self.moves) if moved_at > sequence]
        seats = [self.first_seat + at for at in moved]
        return SectionMoves(self.section, self.first_seat, seats, "".join([self.statuses[at] for at in moved]))


@dataclass(frozen=True, slots=True)
class SeatAvailability:
    """The seats of the sections that somebody asked for at one point; `whole` tells a snapshot from what moved since an earlier point.

    `public` says whether the public may see the event, here and below.
    """

    event_id: UUID
    mark: Mark
    plan: PlanInUse | None
    asked: Sections
    sections: Sequence[SectionSeats | SectionMoves]
    whole: bool = True
    public: bool = True

    typename: ClassVar[str] = "SeatAvailability"

    @property
    def snapshot(self) -> bool:
        """Whether these are all seats of the sections."""
        return self.whole

    @property
    def sequence(self) -> int:
        """The event's movement number; only rises."""
        return self.mark.sequence

    @property
    def plan_hash(self) -> str | None:
        """The hash of the plan's version whose numbers these are."""
        return self.plan.hash if self.plan else None

    @property
    def resume_token(self) -> str:
        """Where a client that has seen this may resume: event, sequence and the sections in short, base64url."""
        raw = self.event_id.bytes + self.sequence.to_bytes(8, "big") + _digest(self.asked)
        return base64.urlsafe_b64encode(raw).decode()

    def since(self, mark: Mark) -> "SeatAvailability":
        """What moved since `mark`; the whole again when the mark is of another plan, or not in this history's past."""
        if self.plan is None or not self.plan.assigned_at <= mark.sequence <= self.sequence:
            return self
        moved = [each.since(mark.sequence) for each in self.sections if isinstance(each, SectionSeats) and each.moved_at > mark.sequence]
        return replace(self, sections=moved, whole=False)

    def is_news_after(self, told: "SeatAvailability") -> bool:
        """Whether any of these seats moved since, the event got a plan, got another one, or lost it, or other people may see it."""
        moved = any(isinstance(each, SectionSeats) and each.moved_at > told.sequence for each in self.sections)
        return moved or (self.plan, self.public) != (told.plan, told.public)


@dataclass(frozen=True, slots=True)
class SeatMap:
    """All that is known of an event's seats at one point; `covers` are the sections that were asked for."""

    event_id: UUID
    mark: Mark
    plan: PlanInUse | None
    covers: Sections
    sections: Mapping[int, SectionSeats]
    public: bool = True

    @property
    def sequence(self) -> int:
        """The event's movement number."""
        return self.mark.sequence

    @property
    def turns_next(self) -> None:
        """Never: seats change by movements alone."""

    def of(self, asked: Sections) -> SeatAvailability:
        """What somebody is shown who asked for these sections; one that has no seats is left out."""
        shown = [section for index, section in self.sections.items() if asked is None or index in asked]
        return SeatAvailability(self.event_id, self.mark, self.plan, asked, shown, public=self.public)

    def replaces(self, known: "SeatMap") -> bool:
        """Whether it is newer, or as new and of other sections."""
        return self.sequence > known.sequence or (self.sequence == known.sequence and self.covers != known.covers)


@dataclass(frozen=True, slots=True)
class SeatsWanted:
    """The wish for what moved in an event: for each section since which sequence, and under None for whatever section it was."""

    event_id: UUID
    since: Mapping[int | None, int]


@dataclass(frozen=True, slots=True)
class MovedSeats:
    """Seats of a section of `seat_count` that moved, in the order of their numbers: what each is (one digit) and when it moved last."""

    section: int
    first_seat: int
    seat_count: int
    seats: Sequence[int]
    statuses: str
    moves: Sequence[int]


@dataclass(frozen=True, slots=True)
class SeatsRead:
    """What was found of an event: the point it was read at, the plan in use then, and what moved."""

    event_id: UUID
    mark: Mark
    plan: PlanInUse | None
    moved: Sequence[MovedSeats]
    public: bool = True


class SeatAvailabilities(Protocol):
    """Reads what moved, in many events at once."""

    async def moved_since(self, wanted: Sequence[SeatsWanted]) -> list[SeatsRead | None]:
        """For each wish what moved since, all seats where a plan was assigned since; None where there is no such event.

        A section may come twice, first with what moved since, then from the beginning.
        """


def together(asked: Sequence[Sections]) -> Sections:
    """All sections that anybody asked for."""
    return None if any(each is None for each in asked) else frozenset().union(*(each for each in asked if each is not None))


def wanted_of(event_id: UUID, covers: Sections, known: SeatMap | None) -> SeatsWanted:
    """What is to be read so that these sections are known: what moved since in all that are known, and all of those that are not."""
    if covers is None:
        return SeatsWanted(event_id, {None: known.sequence if known and known.covers is None else NEVER})
    new = covers if known is None else covers - (covers if known.covers is None else known.covers)
    since: dict[int | None, int] = {} if known is None or new == covers else {None: known.sequence}
    return SeatsWanted(event_id, since | dict.fromkeys(sorted(new), NEVER))


def renewed(known: SeatMap | None, covers: Sections, read: SeatsRead) -> SeatMap:
    """What is known of these sections after a read of `wanted_of` them."""
    same_plan = known is not None and read.plan is not None and read.plan.assigned_at <= known.sequence
    sections = dict(known.sections) if known and same_plan else {}
    for moved in read.moved:
        if len(moved.seats) == moved.seat_count:
            sections[moved.section] = _whole(moved)
        elif moved.section in sections:
            sections[moved.section] = _with(sections[moved.section], moved)
    if covers is not None:
        sections = {index: each for index, each in sections.items() if index in covers}
    return SeatMap(read.event_id, read.mark, read.plan, covers, dict(sorted(sections.items())), read.public)


def read_seat_mark(token: str, event_id: UUID, asked: Sections) -> Mark | None:
    """The point a resume token names; None, which gets a snapshot, for one of another event or of other sections.

    Refused with ResumeTokenInvalid where it is no such token at all.
    """
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as broken:
        raise Refused(ResumeTokenInvalid()) from broken
    if len(raw) != TOKEN_BYTES:
        raise Refused(ResumeTokenInvalid())
    if raw[:16] != event_id.bytes or raw[24:] != _digest(asked):
        return None
    return Mark(int.from_bytes(raw[16:24], "big"), _LONG_AGO)


def check_sections(asked: Sections, version: SeatingPlanVersion | None) -> None:
    """Refuse with InputInvalid a choice of no sections, and each section that the plan does not have."""
    faults = Faults()
    if asked is not None:
        faults.check(bool(asked), _ASKED, "name sections, or leave it out to watch all of them")
        there = {each.index for each in version.sections} if version else set()
        for index in sorted(asked - there):
            faults.add(_ASKED, f"{index} is not the index of a section of the event's seating plan")
    faults.refuse()


def _whole(moved: MovedSeats) -> SectionSeats:
    return SectionSeats(moved.section, moved.first_seat, moved.statuses, array("q", moved.moves), max(moved.moves))


def _with(known: SectionSeats, moved: MovedSeats) -> SectionSeats:
    statuses, moves = list(known.statuses), array("q", known.moves)
    for seat, status, moved_at in zip(moved.seats, moved.statuses, moved.moves, strict=True):
        statuses[seat - known.first_seat] = status
        moves[seat - known.first_seat] = moved_at
    return replace(known, statuses="".join(statuses), moves=moves, moved_at=max(known.moved_at, *moved.moves))


def _digest(asked: Sections) -> bytes:
    named = "all" if asked is None else ",".join(map(str, sorted(asked)))
    return hashlib.blake2b(named.encode(), digest_size=6).digest()
