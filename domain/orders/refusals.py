"""Why an order is not placed, or not changed."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.money import Money
from domain.orders.values import OrderStatus, PaymentState
from domain.refusals import ErrorCode, Refusal


@dataclass(frozen=True, slots=True)
class CartEmpty(Refusal):
    """Nothing is set aside that could be bought."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The cart is empty: hold tickets first."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that names the holds."""
        return ("input", "holdIds")


@dataclass(frozen=True, slots=True)
class NowPriced:
    """What one admission of the cart costs now: `index` counts the tickets of that type in that hold from 0."""

    hold_id: UUID
    ticket_type_id: UUID
    index: int
    price: Money


@dataclass(frozen=True, slots=True)
class PriceChanged(Refusal):
    """The cart costs something else than the buyer expects; `lines` are its admissions as they are priced now."""

    expected_total: Money
    current_total: Money
    lines: tuple[NowPriced, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The total is {self.current_total.amount} {self.current_total.currency} now; look at the cart again."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that expects another total."""
        return ("input", "expectedTotal")


@dataclass(frozen=True, slots=True)
class OrderStepRefused(Refusal):
    """An order in this status, or so far paid, cannot become that; `by` says for whom."""

    status: OrderStatus
    payment_state: PaymentState
    to_status: OrderStatus

    @property
    def message(self) -> str:
        """One sentence for a person."""
        here, there = (each.value.lower().replace("_", " ") for each in (self.status, self.to_status))
        paid = self.payment_state.value.lower().replace("_", " ")
        return f"An order that is {here} and {paid} cannot become {there} here; ask the organizer."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that names the order."""
        return ("input", "orderId")


@dataclass(frozen=True, slots=True)
class OrderLinesFixed(Refusal):
    """Admissions that are cancelled, or whose event has begun, stay as they are."""

    line_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Some of these admissions are cancelled, or their event has begun; they stay as they are."


@dataclass(frozen=True, slots=True)
class OrderHasOneEnd(Refusal):
    """All that is left of an order would be cancelled, which is to cancel the order."""

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Nothing would be left of the order; cancel the order itself."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that names the lines."""
        return ("input", "lineIds")
