"""Ending a hold: given back by its buyer, or over with its time."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.holds.refusals import HoldNotActive
from domain.holds.values import Hold, HoldStatus
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


def expire(hold: Hold) -> Hold:
    """The hold as it ends when its time is over."""
    return replace(hold, status=HoldStatus.EXPIRED)
