"""Ending a hold: given back by its buyer, over with its time, or in part when some of what an order took over is cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.holds.refusals import HoldNotActive
from domain.holds.values import Hold, HoldLine, HoldStatus
from domain.idempotency import Key, key_of
from domain.refusals import NotFound, Refused


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """The wish to give a hold back."""

    hold_id: UUID
    idempotency_key: str | None = None

    def key(self, buyer: str | None) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(buyer or "", "releaseHold", self.idempotency_key, {"hold": str(self.hold_id)})


def own(hold: Hold | None, buyer: str | None) -> Hold:
    """The hold when it is this buyer's; refused with NotFound, the same for foreign and missing ones."""
    if hold is None or hold.buyer != buyer:
        raise Refused(NotFound("hold", ("input", "holdId")))
    return hold


def release(hold: Hold) -> Hold:
    """The hold given back by its buyer; again is the same; refused with HoldNotActive when it ended otherwise."""
    if hold.status not in (HoldStatus.ACTIVE, HoldStatus.RELEASED):
        raise Refused(HoldNotActive(hold.status))
    return replace(hold, status=HoldStatus.RELEASED)


def shorten(hold: Hold, parts: Sequence[HoldLine]) -> Hold:
    """The hold without these tickets and seats of it, revoked when none is left. Raises ValueError for what it does not hold."""
    gone = {part.ticket_type_id: part for part in parts}
    lines = tuple(left for line in hold.lines if (left := _less(line, gone.pop(line.ticket_type_id, None))) is not None)
    if gone:
        raise ValueError("the hold has no tickets of such a type")
    return replace(hold, lines=lines) if lines else replace(hold, status=HoldStatus.REVOKED)


def _less(line: HoldLine, part: HoldLine | None) -> HoldLine | None:
    if part is None:
        return line
    seats = tuple(each for each in line.seat_ids if each not in part.seat_ids)
    quantity = line.quantity - part.quantity
    if quantity < 0 or len(line.seat_ids) - len(seats) != len(part.seat_ids) or (line.seat_ids and len(seats) != quantity):
        raise ValueError("the hold has fewer tickets of the type, or other seats")
    return replace(line, quantity=quantity, seat_ids=seats) if quantity else None


def expire(hold: Hold) -> Hold:
    """The hold as it ends when its time is over."""
    return replace(hold, status=HoldStatus.EXPIRED)
