"""A simple model of orders and their money: what each deed should answer, and how orders, payments and stock stand afterwards."""

from dataclasses import dataclass, field
from uuid import UUID

from tests.selling.twin import BECOMES

CAPACITY, PRICE = 6, 1_000
ENDED = ("EXPIRED", "CANCELLED")
OVER = ("CONFIRMED", "CANCELLED")


@dataclass
class Paying:
    """A payment; `manual` is money that the staff recorded."""

    id: UUID
    amount: int
    status: str = "CREATED"
    captured: int = 0
    refunded: int = 0
    refunding: int = 0
    manual: bool = False

    @property
    def left(self) -> int:
        """What can go back."""
        return self.captured - self.refunded - self.refunding


@dataclass
class Back:
    """A refund; `known` is whether the provider's name for it has been heard."""

    payment: Paying
    amount: int
    status: str = "REQUESTED"
    known: bool = False
    id: UUID | None = None


@dataclass
class Bought:
    """An order of so many admissions that go on; `confirmed` counts how often it became so."""

    id: UUID
    admissions: int
    status: str = "PENDING"
    total: int = 0
    paid: int = 0
    refunded: int = 0
    confirmed: int = 0
    payments: list[Paying] = field(default_factory=list)
    refunds: list[Back] = field(default_factory=list)

    @property
    def covered(self) -> bool:
        """Whether what it kept pays for all of it."""
        return self.paid - self.refunded >= self.total

    @property
    def due(self) -> int:
        """What is left to pay."""
        return 0 if self.status in ENDED else max(self.total - self.paid + self.refunded, 0)

    @property
    def left(self) -> int:
        """What can go back."""
        return sum(each.left for each in self.payments)


@dataclass
class Model:
    """What should be: orders in the order in which they were placed."""

    orders: dict[UUID, Bought] = field(default_factory=dict)
    refunding: str = "succeeds"

    @property
    def free(self) -> int:
        """Tickets that nobody has."""
        return CAPACITY - sum(self.stock)

    @property
    def stock(self) -> tuple[int, int]:
        """What is held, and what is sold."""
        by_status = [sum(each.admissions for each in self.orders.values() if each.status == status) for status in ("PENDING", "CONFIRMED")]
        return by_status[0], by_status[1]

    def learn(self, order: Bought, payment: Paying, state: str) -> None:
        """The provider's word of a payment has come."""
        if payment.status == "CONFIRMED":
            return
        if state == "paid":
            self.take_in(order, payment)
        elif payment.status != "CANCELLED":
            payment.status = {"open": "CREATED", "declined": "FAILED", "cancelled": "CANCELLED"}[state]

    def take_in(self, order: Bought, payment: Paying) -> None:
        """Money came in: the order is confirmed, comes back to life, or does not need it."""
        payment.status, payment.captured = "CONFIRMED", payment.amount
        order.paid += payment.amount
        if order.status in ENDED:
            comes_back = order.status == "EXPIRED" and order.covered and order.admissions <= self.free
            if comes_back:
                self.confirm(order)
            else:
                self.give_back(order, payment.left, [payment])
        elif order.status == "PENDING":
            self.confirm_covered(order)

    def confirm_covered(self, order: Bought) -> None:
        """An order that waits for nothing else is confirmed."""
        if order.status == "PENDING" and order.covered:
            self.confirm(order)

    def confirm(self, order: Bought) -> None:
        """Tickets, a letter, news: once."""
        order.status = "CONFIRMED"
        order.confirmed += 1

    def give_back(self, order: Bought, amount: int, payments: list[Paying]) -> None:
        """Money of these payments goes back, of the newest first, and the provider is asked at once."""
        for payment in reversed(payments):
            part = min(payment.left, amount)
            amount -= part
            if part:
                back = Back(payment, part)
                order.refunds.append(back)
                payment.refunding += part
        for back in order.refunds:
            if back.id is None and back.status == "REQUESTED" and not back.known:
                self._asked(order, back)

    def _asked(self, order: Bought, back: Back) -> None:
        if back.payment.manual:
            self.learn_refund(order, back, "external")
        elif self.refunding != "lost":
            self.learn_refund(order, back, BECOMES[self.refunding])

    def learn_refund(self, order: Bought, back: Back, state: str) -> None:
        """The provider's word of a refund has come."""
        if back.status in {"REQUESTED", "PENDING"}:
            back.status, back.known = {"pending": "PENDING"}.get(state, state.upper()), True
            if state != "pending":
                back.payment.refunding -= back.amount
            if state in {"succeeded", "external"}:
                back.payment.refunded += back.amount
                order.refunded += back.amount
        elif back.status == "SUCCEEDED" and state == "failed":
            back.status = "FAILED"
            back.payment.refunded -= back.amount
            order.refunded -= back.amount
