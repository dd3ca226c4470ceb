"""Why a hold is not granted, or not given back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.holds.values import HoldStatus
from domain.refusals import ErrorCode, Refusal
from domain.ticket_types import SalesStatus


@dataclass(frozen=True, slots=True)
class TicketsSoldOut(Refusal):
    """There are fewer tickets of a type than asked for; `held_elsewhere` may come back."""

    ticket_type_id: UUID
    available: int
    held_elsewhere: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.available:
            return f"Only {self.available} tickets of this type are left."
        return "All remaining tickets are in other carts; try again in a few minutes." if self.held_elsewhere else "Sold out."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class SalesClosed(Refusal):
    """Tickets of a type are not on sale at this time."""

    ticket_type_id: UUID
    sales_status: SalesStatus
    opens_at: datetime | None

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.sales_status is SalesStatus.NOT_YET_ON_SALE:
            return f"Not on sale until {self.opens_at.isoformat()}." if self.opens_at else "Not on sale yet."
        return "Sales are paused." if self.sales_status is SalesStatus.PAUSED else "Sales have ended."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class TooManyTickets(Refusal):
    """The buyer would hold more than one buyer may have."""

    limit: int
    already_held: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"One buyer may have {self.limit} tickets here; {self.already_held} are already held."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class TicketTypeUnknown(Refusal):
    """A ticket type named is not one of the event's."""

    ticket_type_id: UUID

    code: ClassVar[ErrorCode] = ErrorCode.NOT_FOUND

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The event has no such ticket type."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class HoldNotActive(Refusal):
    """The hold is no longer there to be given back: it was converted, expired or revoked."""

    status: HoldStatus

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The hold is {self.status.value.lower()} and cannot be released."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "holdId")
