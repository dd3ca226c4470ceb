"""What is told of money: news to the platform, entries of an order's history, letters to its buyer."""

from collections.abc import Mapping

from domain.money import Money
from domain.news import Fact, News
from domain.orders import Order
from domain.payments.values import Payment, Refund


def news_of_payment(kind: str, payment: Payment) -> News:
    """`payment:confirmed`, `payment:failed` or `payment:disputed`."""
    return News(kind, f"order:{payment.order_id}", facts_of_payment(payment))


def news_of_refund(refund: Refund) -> News:
    """`refund:succeeded`."""
    return News("refund:succeeded", f"order:{refund.order_id}", facts_of_refund(refund))


def facts_of_payment(payment: Payment) -> dict[str, Fact]:
    """What news and history tell of a payment."""
    return {
        "orderId": str(payment.order_id),
        "paymentId": str(payment.id),
        "method": payment.method,
        "amountMinor": payment.amount_minor,
        "currency": payment.currency,
        "failure": payment.failure,
        "disputed": payment.disputed,
    }


def facts_of_refund(refund: Refund) -> dict[str, Fact]:
    """What news and history tell of a refund."""
    return {
        "orderId": str(refund.order_id),
        "paymentId": str(refund.payment_id),
        "refundId": str(refund.id),
        "amountMinor": refund.amount_minor,
        "currency": refund.currency,
        "reason": refund.reason,
        "failure": refund.failure,
    }


def letter_of_failure(order: Order, payment: Payment, link: str) -> Mapping[str, str]:
    """What the letter PAYMENT_FAILED tells."""
    return {"number": order.number, "amount": _amount(payment.amount_minor, payment.currency), "link": link}


def letter_of_refund(order: Order, refund: Refund, link: str) -> Mapping[str, str]:
    """What the letter REFUND_MADE tells."""
    return {"number": order.number, "amount": _amount(refund.amount_minor, refund.currency), "link": link}


def _amount(amount_minor: int, currency: str) -> str:
    return f"{Money(amount_minor, currency).amount} {currency}"
