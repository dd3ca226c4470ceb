"""How long a hold goes on: extended once by its buyer, taken over by an order until that ends, sold."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.holds.refusals import HoldNotActive
from domain.holds.values import Hold, HoldStatus
from domain.idempotency import Key, key_of
from domain.refusals import Refusal, Refused


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a hold lasts, and again after it was extended; never longer than `at_most` from its beginning."""

    hold_for: timedelta = timedelta(minutes=15)
    at_most: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ExtendHold:
    """The wish to have more time."""

    hold_id: UUID
    idempotency_key: str | None = None

    def key(self, buyer: str | None) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(buyer or "", "extendHold", self.idempotency_key, {"hold": str(self.hold_id)})


class WhyNotExtended(StrEnum):
    """Why a hold gets no more time."""

    ENDED = "ENDED"
    OVERDUE = "OVERDUE"
    EXTENDED_BEFORE = "EXTENDED_BEFORE"
    AT_CAP = "AT_CAP"


SAID = {
    WhyNotExtended.ENDED: "It goes on no longer.",
    WhyNotExtended.OVERDUE: "Its time is over.",
    WhyNotExtended.EXTENDED_BEFORE: "It was extended before; that can be done once.",
    WhyNotExtended.AT_CAP: "It lasts as long as a hold may already.",
}


@dataclass(frozen=True, slots=True)
class HoldNotExtendable(Refusal):
    """The hold gets no more time."""

    reason: WhyNotExtended

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The hold cannot be extended. {SAID[self.reason]}"

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "holdId")


def extend(hold: Hold, now: datetime, lasting: Lasting) -> Hold:
    """The hold with more time, counted from now, up to the cap; refused with HoldNotExtendable."""
    until = min(now + lasting.hold_for, hold.created_at + lasting.at_most)
    if reason := _why_not(hold, now, until):
        raise Refused(HoldNotExtendable(reason))
    return replace(hold, expires_at=until, extended_at=now)


def convert(hold: Hold, now: datetime) -> Hold:
    """The hold as an order takes it over; refused with HoldNotActive when it ended, or is over and only waits to be given back."""
    if hold.status is not HoldStatus.ACTIVE:
        raise Refused(HoldNotActive(hold.status))
    if hold.expires_at <= now:
        raise Refused(HoldNotActive(HoldStatus.EXPIRED))
    return replace(hold, status=HoldStatus.CONVERTED)


def _why_not(hold: Hold, now: datetime, until: datetime) -> WhyNotExtended | None:
    if hold.status is not HoldStatus.ACTIVE:
        return WhyNotExtended.ENDED
    if hold.expires_at <= now:
        return WhyNotExtended.OVERDUE
    if hold.extended_at is not None:
        return WhyNotExtended.EXTENDED_BEFORE
    return WhyNotExtended.AT_CAP if until <= hold.expires_at else None
