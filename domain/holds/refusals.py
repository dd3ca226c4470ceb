"""Why a hold is not granted, or not given back."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.counts import counted, verb
from domain.dates import to_the_second
from domain.holds.values import HoldStatus
from domain.refusals import ErrorCode, Refusal
from domain.ticket_types import SalesStatus


@dataclass(frozen=True, slots=True)
class LinesRefused(Refusal):
    """What is asked for cannot be had; `lines_in` is the argument that asks for it, and no part of what the refusal says."""

    lines_in: str = field(default="lines", kw_only=True, compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", self.lines_in)


@dataclass(frozen=True, slots=True)
class TicketsSoldOut(LinesRefused):
    """There are fewer tickets of a type than asked for; `held_elsewhere` may come back, the first of them at `may_return_at` (UTC)."""

    ticket_type_id: UUID
    available: int
    held_elsewhere: int
    may_return_at: datetime | None = None

    @property
    def message(self) -> str:
        """One sentence for a person."""
        when = f"the first may come back {to_the_second(self.may_return_at)}" if self.may_return_at else "try again in a few minutes"
        if self.available:
            left = f"Only {counted(self.available, 'ticket')} of this type {verb(self.available)} left"
            others = f"; {self.held_elsewhere} more {verb(self.held_elsewhere)} in other carts, {when}" if self.held_elsewhere else ""
            return f"{left}{others}."
        if self.held_elsewhere:
            return f"All remaining tickets are in other carts; {when}."
        return "Sold out."


@dataclass(frozen=True, slots=True)
class SalesClosed(LinesRefused):
    """Tickets of a type are not on sale at this time."""

    ticket_type_id: UUID
    sales_status: SalesStatus
    opens_at: datetime | None
    closed_at: datetime | None = None

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.sales_status is SalesStatus.NOT_YET_ON_SALE:
            return f"Not on sale until {to_the_second(self.opens_at)}." if self.opens_at else "Not on sale yet."
        if self.sales_status is SalesStatus.PAUSED:
            return "Sales are paused."
        return f"Sales ended {to_the_second(self.closed_at)}." if self.closed_at else "Sales have ended."


class LimitScope(StrEnum):
    """What a limit counts."""

    ORDER = "ORDER"
    TICKET_TYPE = "TICKET_TYPE"
    EVENT = "EVENT"


@dataclass(frozen=True, slots=True)
class TooManyTickets(LinesRefused):
    """One order would have more of a type than allowed, or the buyer more of the type or the event than one buyer may have."""

    limit: int
    already_held: int
    per: LimitScope = LimitScope.EVENT
    ticket_type_id: UUID | None = None

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.per is LimitScope.ORDER:
            return f"One order may have {counted(self.limit, 'ticket')} of this type."
        of = "here" if self.per is LimitScope.EVENT else "of this type"
        return f"One buyer may have {counted(self.limit, 'ticket')} {of}; {self.already_held:,} {verb(self.already_held)} already held."


@dataclass(frozen=True, slots=True)
class TooFewTickets(LinesRefused):
    """Tickets of the type are sold together, so many at least."""

    ticket_type_id: UUID
    least: int
    already_held: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Tickets of this type are sold together, {self.least} at least."


class AccessCodeState(StrEnum):
    """Why an access code opens nothing now."""

    NOT_YET_VALID = "NOT_YET_VALID"
    OVER = "OVER"
    USED_UP = "USED_UP"


@dataclass(frozen=True, slots=True)
class AccessCodeNotValid(Refusal):
    """The type needs an access code, and the one shown for it opens nothing now. Told to those alone who know the code."""

    ticket_type_id: UUID
    state: AccessCodeState
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.state is AccessCodeState.USED_UP:
            return "The access code has been used as often as it may be."
        if self.state is AccessCodeState.NOT_YET_VALID and self.valid_from:
            return f"The access code is valid from {to_the_second(self.valid_from)} on."
        if self.valid_until:
            return f"The access code was valid until {to_the_second(self.valid_until)}."
        return "The access code is not valid."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "accessCodes")


@dataclass(frozen=True, slots=True)
class AccessCodeNeeded(Refusal):
    """The type is hidden, and none of the codes shown is made for it; said to who names it, whether he showed a wrong code or none."""

    ticket_type_id: UUID

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Tickets of this type are for holders of an access code."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "accessCodes")


@dataclass(frozen=True, slots=True)
class TicketTypeUnknown(LinesRefused):
    """A ticket type named is not one of the event's."""

    ticket_type_id: UUID

    code: ClassVar[ErrorCode] = ErrorCode.NOT_FOUND

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The event has no such ticket type."


@dataclass(frozen=True, slots=True)
class HoldNotActive(Refusal):
    """The hold is no longer there to be given back, or to be bought: it was converted, released, expired or revoked."""

    status: HoldStatus
    at: tuple[str, ...] = field(default=("input", "holdId"), kw_only=True, compare=False)

    @property
    def message(self) -> str:
        """One sentence for a person."""
        done = "bought; hold the tickets again" if "holdIds" in self.at else "released"
        return f"The hold is {self.status.value.lower()} and cannot be {done}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return self.at
