"""A provider of payments in this process, under the contract of the port: what people and banks did there, and the notices of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.manual_payments import ManualPayments
from domain.payments import (
    Charge,
    Credentials,
    Notice,
    Payment,
    ProviderRefused,
    ProviderUnsure,
    Refund,
    RefundReport,
    RefundStatus,
    Report,
)
from domain.payments.provider import NoticeForged
from domain.payments.values import MANUAL, PaymentStatus

STATUS = {
    "open": PaymentStatus.CREATED,
    "declined": PaymentStatus.FAILED,
    "paid": PaymentStatus.CONFIRMED,
    "cancelled": PaymentStatus.CANCELLED,
}
REFUNDED = {"pending": RefundStatus.PENDING, "succeeded": RefundStatus.SUCCEEDED, "failed": RefundStatus.FAILED}
BECOMES = {"succeeds": "succeeded", "waits": "pending", "fails": "failed", "lost": "succeeded"}
"""What becomes of a refund at once; `lost` succeeds, and nobody hears of it."""


@dataclass
class Twin:
    """Implements `PaymentProvider`, and `PaymentProviders` with itself behind the method `card`.

    `silent` it does and answers nothing; `loses_answers` it does what it is asked, and the answer is lost.
    """

    intents: dict[UUID, str] = field(default_factory=dict)
    """What became of each payment that was begun here."""
    refunds: dict[UUID, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    silent: bool = False
    loses_answers: bool = False
    refunding: str = "succeeds"
    publishable_key: str | None = "pk_twin"
    methods: Sequence[str] = ("card",)
    _charged: dict[UUID, Payment] = field(default_factory=dict)
    _asked: dict[UUID, Refund] = field(default_factory=dict)

    def provider_of(self, method: str) -> str | None:
        """See `PaymentProviders`."""
        return "twin" if method == "card" else None

    def get(self, provider: str, credentials: Credentials | None) -> Any:
        """See `PaymentProviders`."""
        return ManualPayments() if provider == MANUAL else self

    async def begin(self, charge: Charge) -> Report:
        """See `PaymentProvider`."""
        self._expect_open_line()
        if charge.payment.id not in self.intents:
            self.intents[charge.payment.id] = "open"
            self._charged[charge.payment.id] = charge.payment
        self._expect_answer()
        return self._report(charge.payment.id)

    async def retrieve(self, payment: Payment) -> Report:
        """See `PaymentProvider`."""
        self._expect_open_line()
        return self._report(payment.id)

    async def cancel(self, payment: Payment) -> Report:
        """See `PaymentProvider`."""
        self._expect_open_line()
        if self.intents[payment.id] in {"open", "declined"}:
            self.intents[payment.id] = "cancelled"
            self.tell(payment.id)
        return self._report(payment.id)

    async def refund(self, payment: Payment, refund: Refund) -> RefundReport:
        """See `PaymentProvider`."""
        self._expect_open_line()
        if refund.id not in self.refunds:
            gone = sum(
                each.amount_minor for name, each in self._asked.items() if each.payment_id == payment.id and self.refunds[name] != "failed"
            )
            if self.intents[payment.id] != "paid" or gone + refund.amount_minor > payment.amount_minor:
                raise ProviderRefused("charge_already_refunded", "There is not so much to give back.")
            self._asked[refund.id] = refund
            self.refunds[refund.id] = BECOMES[self.refunding]
            self.tell_refund(refund.id)
            if self.refunding == "lost":
                raise ProviderUnsure("the answer was lost")
        return self._refund_report(refund.id)

    async def retrieve_refund(self, refund: Refund) -> RefundReport:
        """See `PaymentProvider`."""
        self._expect_open_line()
        return self._refund_report(refund.id)

    async def disputes(self, dispute: str) -> bool:
        """Nobody does."""
        return False

    def verify(self, body: bytes, signature: str, now: datetime) -> Notice:
        """See `PaymentProvider`."""
        if signature != "twin":
            raise NoticeForged("it is not signed")
        return self.read(body)

    def read(self, body: bytes) -> Notice:
        """See `PaymentProvider`. The body is the notice's number."""
        return self.notices[int(body)]

    def pay(self, payment_id: UUID, how: str) -> None:
        """What the person does on her page: `paid` or `declined`; too late where the payment came to its end."""
        if self.intents.get(payment_id) in {"open", "declined"}:
            self.intents[payment_id] = how
            self.tell(payment_id)

    def settle(self, refund_id: UUID, how: str) -> None:
        """What the bank does: a refund that waits succeeds or fails, and one that succeeded may fail still."""
        if (self.refunds[refund_id], how) in {("pending", "succeeded"), ("pending", "failed"), ("succeeded", "failed")}:
            self.refunds[refund_id] = how
            self.tell_refund(refund_id)

    def tell(self, payment_id: UUID) -> None:
        """One more notice of how a payment stands now; it says more than that only where this never changes."""
        final = self.intents[payment_id] in {"paid", "cancelled"}
        report = self._report(payment_id) if final else None
        self.notices.append(Notice(self._next(), "payment", _name(payment_id), payment_id=payment_id, report=report))

    def tell_refund(self, refund_id: UUID) -> None:
        """One more notice of how a refund stands now."""
        report = self._refund_report(refund_id) if self.refunds[refund_id] == "failed" else None
        self.notices.append(Notice(self._next(), "refund", None, refund_id=refund_id, refund=report))

    def _next(self) -> str:
        return f"notice-{len(self.notices)}"

    def _expect_open_line(self) -> None:
        if self.silent:
            raise ProviderUnsure("nobody answers")

    def _expect_answer(self) -> None:
        if self.loses_answers:
            raise ProviderUnsure("the answer was lost")

    def _report(self, payment_id: UUID) -> Report:
        payment, state = self._charged[payment_id], self.intents[payment_id]
        captured = payment.amount_minor if state == "paid" else 0
        facts = (payment.amount_minor, payment.currency, payment.id, payment.order_id, captured)
        name = _name(payment_id)
        return Report(name, STATUS[state], *facts, intent=name, failure="declined" if state == "declined" else None, client_secret="secret")

    def _refund_report(self, refund_id: UUID) -> RefundReport:
        refund = self._asked[refund_id]
        return RefundReport(f"re_{refund_id}", REFUNDED[self.refunds[refund_id]], refund.amount_minor, refund.currency, refund_id)


def _name(payment_id: UUID) -> str:
    return f"pi_{payment_id}"
