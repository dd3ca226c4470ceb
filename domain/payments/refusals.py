"""Why no money is taken, or given back."""

from dataclasses import dataclass
from typing import ClassVar

from domain.orders import OrderStatus
from domain.refusals import ErrorCode, Refusal


@dataclass(frozen=True, slots=True)
class OrderNotPayable(Refusal):
    """The order does not wait for money: it ended, waits for approval, or is paid."""

    status: OrderStatus
    due_minor: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.status in {OrderStatus.PENDING, OrderStatus.CONFIRMED}:
            return "Nothing is left to pay."
        return f"The order is {self.status.value.lower().replace('_', ' ')} and cannot be paid."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "orderId")


@dataclass(frozen=True, slots=True)
class PaymentMethodUnknown(Refusal):
    """There is no such way to pay here."""

    method: str
    methods: tuple[str, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"One cannot pay so here; choose among: {', '.join(self.methods) or 'none'}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "method")


@dataclass(frozen=True, slots=True)
class PaymentRefused(Refusal):
    """The provider does not take this payment, or does not give it back, for the reason it names."""

    reason: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The payment provider refused this ({self.reason})."


@dataclass(frozen=True, slots=True)
class PaymentUnsure(Refusal):
    """The provider did not answer; nothing is lost: the same request with the same key goes on where this one stopped."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The payment provider does not answer at the moment; send the same request again in a few seconds."


@dataclass(frozen=True, slots=True)
class PaymentOver(Refusal):
    """The payment has come to its end and cannot be given up."""

    status: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The payment is {self.status.lower()} already."


@dataclass(frozen=True, slots=True)
class RefundTooLarge(Refusal):
    """More is to go back than is there."""

    refundable_minor: int
    currency: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"At most {self.refundable_minor} {self.currency} in minor units can be given back."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "amountMinor")


@dataclass(frozen=True, slots=True)
class RefundNotOffered(Refusal):
    """The organizer gives nothing back for this, or no longer."""

    why: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"{self.why} Ask the organizer."
