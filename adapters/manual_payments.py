"""Money that comes and goes without a provider: what the staff records is so."""

from datetime import datetime

from domain.payments.provider import Charge, Notice, NoticeForged, RefundReport, Report
from domain.payments.values import Payment, PaymentStatus, Refund, RefundStatus


class ManualPayments:
    """Implements `PaymentProvider`: cash at the box office, transfers, and whatever else people see for themselves."""

    publishable_key: str | None = None

    async def begin(self, charge: Charge) -> Report:
        """It is there."""
        return _report(charge.payment, PaymentStatus.CONFIRMED)

    async def retrieve(self, payment: Payment) -> Report:
        """As it was recorded."""
        return _report(payment, payment.status)

    async def cancel(self, payment: Payment) -> Report:
        """What was never recorded is not there."""
        return _report(payment, PaymentStatus.CANCELLED)

    async def refund(self, payment: Payment, refund: Refund) -> RefundReport:
        """Somebody gives it back by hand."""
        return RefundReport(f"manual-{refund.id}", RefundStatus.EXTERNAL, refund.amount_minor, payment.currency, refund.id)

    async def retrieve_refund(self, refund: Refund) -> RefundReport:
        """It was given back."""
        return RefundReport(f"manual-{refund.id}", RefundStatus.EXTERNAL, refund.amount_minor, refund.currency, refund.id)

    async def disputes(self, dispute: str) -> bool:
        """Nobody disputes cash."""
        return False

    def verify(self, body: bytes, signature: str, now: datetime) -> Notice:
        """Nobody sends any."""
        raise NoticeForged("cash sends no notices")

    def read(self, body: bytes) -> Notice:
        """Nobody sent any."""
        raise NoticeForged("cash sends no notices")


def _report(payment: Payment, status: PaymentStatus) -> Report:
    captured = payment.amount_minor if status is PaymentStatus.CONFIRMED else 0
    reference = f"manual-{payment.id}"
    return Report(
        reference, status, payment.amount_minor, payment.currency, payment.id, payment.order_id, captured_minor=captured, intent=reference
    )
