"""Taking a seating plan off an event: only while nothing of it is held or sold, and its pools stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.idempotency import Key, key_of
from domain.refusals import ErrorCode, NotFound, Refusal, Refused
from domain.seat_assignments import Here
from domain.seats import MOST_TOLD, listed
from domain.ticket_types import Pool

_AT = ("input", "eventId")


@dataclass(frozen=True, slots=True)
class UnassignSeatingPlan:
    """The wish that an event has no seats any longer: what sold them sells as many tickets without seats."""

    event_id: UUID
    expected_version: int | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(f"person:{person_id}", "unassignSeatingPlan", self.idempotency_key, [str(self.event_id), self.expected_version])


@dataclass(frozen=True, slots=True)
class SeatingPlanInUse(Refusal):
    """Places of the plan are held or sold, so it stays; `labels` are the first hundred of `count` seats, the rest is standing room."""

    labels: tuple[str, ...]
    count: int
    held: int
    sold: int

    code: ClassVar[ErrorCode] = ErrorCode.CONFLICT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        seats = f", among them seat {listed(self.labels, self.count)}" if self.labels else ""
        return f"Places of the seating plan are held ({self.held}) or sold ({self.sold}){seats}; it stays."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return _AT


def expect_unused(here: Here, *, seated: bool) -> None:
    """Refuse with NotFound where the event has no plan, with SeatingPlanInUse while places of it are held or sold."""
    if not seated:
        raise Refused(NotFound("seating plan", _AT))
    counting = _counting(here)
    labels = [seat.label for seat in here.taken if seat.hold_id is not None or seat.booked]
    held, sold = sum(pool.held for pool in counting), sum(pool.sold for pool in counting)
    if labels or held or sold:
        raise Refused(SeatingPlanInUse(tuple(labels[:MOST_TOLD]), len(labels), held, sold))


def _counting(here: Here) -> Sequence[Pool]:
    """The pools that count places of the plan."""
    places = {each.pool_id for each in here.categories}
    return [pool for pool in here.pools if pool.id in places]
