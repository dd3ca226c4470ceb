"""What a provider's report does to a payment and its order. Reports may come twice, late and in any order."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.orders import ENDED, Order, OrderStatus
from domain.payments.provider import Report
from domain.payments.refusals import OrderNotPayable
from domain.payments.values import FINAL, Payment, PaymentStatus
from domain.refusals import Refused

MISMATCH = "mismatch"
"""The failure of a payment of which the provider tells another amount, currency or order than we asked for."""
STUCK_AFTER = timedelta(minutes=2)
"""After so long without news the provider is asked."""
GRACE = timedelta(minutes=5)
"""For so long after its time an order waits for a person who is just proving to the bank who she is."""
STALE_AFTER = timedelta(hours=24)
"""An order does not wait longer than this for a provider that does not answer."""
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a report changed: the payment and the order as they are now, and what came in (minor units, 0 for nothing).

    `confirms` tells that the order has become paid and waits for nothing else; `failed` that it has just become known that the payment
    did not work.
    """

    payment: Payment
    order: Order
    came_in_minor: int = 0
    confirms: bool = False
    failed: bool = False


def due_minor(order: Order) -> int:
    """What is left to pay; nothing for an order that does not wait for money."""
    if order.status not in {OrderStatus.PENDING, OrderStatus.CONFIRMED}:
        return 0
    return max(order.total_minor - (order.paid_minor - order.refunded_minor), 0)


def expect_payable(order: Order) -> int:
    """What is left to pay; refused with OrderNotPayable when that is nothing."""
    due = due_minor(order)
    if not due:
        raise Refused(OrderNotPayable(order.status, due))
    return due


def matches(payment: Payment, report: Report) -> bool:
    """Whether the report is of this payment: its order, amount and currency, and what the provider called it before."""
    same_thing = report.payment_id == payment.id and report.order_id == payment.order_id
    known = payment.reference is None or report.reference == payment.reference or report.intent == payment.intent is not None
    return same_thing and known and report.amount_minor == payment.amount_minor and report.currency == payment.currency


def settle(payment: Payment, order: Order, report: Report, now: datetime) -> Settlement:
    """Apply a report. A payment that came to its end stays as it is, so the same report does nothing the second time.

    What does not match brings no money in: the payment is kept as failed, for people to look at.
    """
    if payment.status is PaymentStatus.CONFIRMED:
        return Settlement(payment, order)
    if not matches(payment, report) or (report.status is PaymentStatus.CONFIRMED and report.captured_minor != payment.amount_minor):
        failed = replace(payment, status=PaymentStatus.FAILED, failure=MISMATCH, changed_at=now, due_at=None)
        return Settlement(failed, order, failed=payment.failure != MISMATCH)
    if report.status is PaymentStatus.CONFIRMED:
        return _confirm(payment, order, report, now)
    if payment.status in FINAL:
        return Settlement(payment, order)
    changed = _known(payment, report, now)
    return Settlement(changed, order, failed=changed.status is PaymentStatus.FAILED and payment.status is not PaymentStatus.FAILED)


def _known(payment: Payment, report: Report, now: datetime) -> Payment:
    """The payment with what the report says; its time moves only when something else does."""
    told = replace(payment, reference=payment.reference or report.reference, intent=report.intent or payment.intent)
    told = replace(told, status=report.status, failure=report.failure)
    told = replace(told, changed_at=now) if told != payment else payment
    return replace(told, due_at=None if told.status in FINAL else next_asking(payment.created_at, now))


def _confirm(payment: Payment, order: Order, report: Report, now: datetime) -> Settlement:
    """Money came in, even for an order that ended, and even if the payment was given up."""
    captured = report.captured_minor
    late = order.status in ENDED
    known = _known(payment, report, now)
    confirmed = replace(known, captured_minor=captured, late=late, failure=None, due_at=now if late else None)
    paid = replace(order, paid_minor=order.paid_minor + captured)
    return Settlement(confirmed, paid, captured, confirms=is_covered(paid) and order.status is OrderStatus.PENDING)


def is_covered(order: Order) -> bool:
    """Whether what the order kept pays for all of it."""
    return order.paid_minor - order.refunded_minor >= order.total_minor


def is_over(order: Order) -> bool:
    """Whether nothing is to be paid for the order any more: it ended, or it is paid."""
    return order.status in ENDED or is_covered(order)


def can_come_back(order: Order) -> bool:
    """Whether late money would pay for all of an order that merely ran out of time."""
    return order.status is OrderStatus.EXPIRED and is_covered(order)


def waits(payment: Payment, order: Order, now: datetime) -> bool:
    """Whether an order whose time is over waits for this payment still, going by what the provider has just said."""
    if payment.status is PaymentStatus.PENDING:
        return now < order.expires_at + STALE_AFTER
    return payment.status is PaymentStatus.REQUIRES_ACTION and payment.method == "card" and now < order.expires_at + GRACE


def next_asking(created_at: datetime, now: datetime) -> datetime | None:
    """When the provider is asked next about something that began then: ever later, and after a month no more."""
    age = now - created_at
    if age > GIVE_UP_AFTER:
        return None
    return now + min(max(age, STUCK_AFTER), LONGEST_WAIT)
