"""Why seats are not granted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.counts import verb
from domain.dates import to_the_second
from domain.refusals import ErrorCode, Refusal
from domain.seats import SeatStatus, listed


@dataclass(frozen=True, slots=True)
class TakenSeat:
    """A seat that cannot be had, and why; one in another cart may come back at `may_return_at` (UTC)."""

    label: str
    status: SeatStatus
    may_return_at: datetime | None = None

    @property
    def may_come_back(self) -> bool:
        """Whether it is only held, and not booked or blocked."""
        return self.status is SeatStatus.HELD


@dataclass(frozen=True, slots=True)
class SeatsTaken(Refusal):
    """Some of the seats asked for are held, booked or blocked, so none of them is granted."""

    seats: tuple[TakenSeat, ...]

    @property
    def may_return_at(self) -> datetime | None:
        """When the first of them may come back (UTC); None where none is known to."""
        return min((seat.may_return_at for seat in self.seats if seat.may_return_at), default=None)

    @property
    def message(self) -> str:
        """One sentence for a person."""
        back = [seat.label for seat in self.seats if seat.may_come_back]
        gone = [seat.label for seat in self.seats if not seat.may_come_back]
        parts = [f"{listed(gone, len(gone))} cannot be had any more"] if gone else []
        parts += [f"{listed(back, len(back))} may come back {self._when(back)}"] if back else []
        return f"{'; '.join(parts)}."

    def _when(self, back: Sequence[str]) -> str:
        if self.may_return_at is None:
            return "in a few minutes"
        return f"{'from ' if len(back) > 1 else 'at '}{to_the_second(self.may_return_at)}{' on' if len(back) > 1 else ''}"

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "seats")


@dataclass(frozen=True, slots=True)
class SeatsNeeded(Refusal):
    """The type sells seats, so its tickets are not held by their number alone."""

    ticket_type_id: UUID

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Tickets of this type are seats: choose them with holdSeats, or get the best ones with holdBestAvailable."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class SeatsNotSold(Refusal):
    """Nothing on sale is for these seats."""

    labels: tuple[str, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Nothing on sale is for {listed(self.labels, len(self.labels))}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "seats")


@dataclass(frozen=True, slots=True)
class NotForTheseSeats(Refusal):
    """Tickets of the type are not for these seats; without labels: not for what was asked for in their place, or for no seats at all."""

    ticket_type_id: UUID
    labels: tuple[str, ...] = ()
    blamed: str = field(default="lines", kw_only=True, compare=False)

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.labels:
            return f"Tickets of this type are not for {listed(self.labels, len(self.labels))}."
        return "Tickets of this type are not for the seats asked for, or are sold without seats."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "seats" if self.labels else self.blamed)


@dataclass(frozen=True, slots=True)
class NoAdjacentSeats(Refusal):
    """The party fits nowhere together; `largest` could sit together, `free` seats of the wish are left in all.

    Where `accessible` seats were asked for, `free` counts only these: beside them ordinary seats are chosen, not in their place.
    """

    largest: int
    free: int
    accessible: bool = field(default=False, kw_only=True, compare=False)

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.accessible and self.free:
            together = f"At most {self.largest} can sit together with so many accessible seats"
            return f"{together}; {self.free} of these {verb(self.free)} left in all."
        if not self.largest:
            return "No such seats are left."
        return f"At most {self.largest} of these seats {verb(self.largest)} left together, {self.free} in all."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")
