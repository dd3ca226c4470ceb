"""Payments and refunds as they are, and the ledger in which every movement of money stands for good."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

MANUAL = "manual"
"""The method of money that came to the organizer without us: cash, a transfer."""


class PaymentStatus(StrEnum):
    """How far a payment has come."""

    CREATED = "CREATED"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


FINAL = frozenset({PaymentStatus.CONFIRMED, PaymentStatus.CANCELLED})
"""Those that no report changes any more; a failed one can still be tried with another card."""


class RefundStatus(StrEnum):
    """How far a refund has come; EXTERNAL is money that the organizer gave back without us."""

    REQUESTED = "REQUESTED"
    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXTERNAL = "EXTERNAL"


UNDER_WAY = frozenset({RefundStatus.REQUESTED, RefundStatus.PENDING})
GIVEN_BACK = frozenset({RefundStatus.SUCCEEDED, RefundStatus.EXTERNAL})


class LedgerKind(StrEnum):
    """Why money moved."""

    CAPTURE = "CAPTURE"
    REFUND = "REFUND"
    REFUND_REVERSED = "REFUND_REVERSED"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment for an order; money in minor units of its `currency`.

    `reference` is what the provider calls it (None until it has answered), `intent` what the money can be given back by. `captured_minor`
    came in, `refunded_minor` went back, `refunding_minor` is on its way back: never more together than came in. `late` is money for an
    order that had ended, as long as nobody has decided what becomes of it.
    """

    id: UUID
    order_id: UUID
    provider: str
    method: str
    status: PaymentStatus
    amount_minor: int
    currency: str
    created_at: datetime
    changed_at: datetime
    reference: str | None = None
    intent: str | None = None
    captured_minor: int = 0
    refunded_minor: int = 0
    refunding_minor: int = 0
    disputed: bool = False
    late: bool = False
    failure: str | None = None
    return_url: str | None = field(default=None, repr=False)
    note: str = ""
    due_at: datetime | None = None
    """When the provider is asked without having said anything; None when there is nothing to ask."""

    typename: ClassVar[str] = "Payment"

    @property
    def left_minor(self) -> int:
        """What can still be given back."""
        return self.captured_minor - self.refunded_minor - self.refunding_minor


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of one payment that goes back; `by` is who wanted it (None: the buyer or the platform)."""

    id: UUID
    order_id: UUID
    payment_id: UUID
    status: RefundStatus
    amount_minor: int
    currency: str
    reason: str
    created_at: datetime
    changed_at: datetime
    reference: str | None = None
    failure: str | None = None
    by: UUID | None = None
    due_at: datetime | None = None

    typename: ClassVar[str] = "Refund"


@dataclass(frozen=True, slots=True)
class RefundLine:
    """What of a refund is for one admission (None: for fees, or for money that was paid too much)."""

    id: UUID
    refund_id: UUID
    order_line_id: UUID | None
    amount_minor: int

    typename: ClassVar[str] = "RefundLine"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One movement of money: what came in counts above zero, what went back below. Never changed, never removed."""

    id: UUID
    order_id: UUID
    payment_id: UUID
    refund_id: UUID | None
    kind: LedgerKind
    amount_minor: int
    currency: str
    at: datetime

    typename: ClassVar[str] = "LedgerEntry"
