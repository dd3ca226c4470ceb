"""Reads Stripe's objects into reports; what is not as Stripe says it is, is no report of ours."""

from typing import Any
from uuid import UUID

from domain.payments.provider import RefundReport, Report
from domain.payments.values import PaymentStatus, RefundStatus

INTENT_STATUS = {
    "requires_payment_method": PaymentStatus.CREATED,
    "requires_confirmation": PaymentStatus.CREATED,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "processing": PaymentStatus.PENDING,
    "requires_capture": PaymentStatus.PENDING,
    "succeeded": PaymentStatus.CONFIRMED,
    "canceled": PaymentStatus.CANCELLED,
}
REFUND_STATUS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELLED,
}


def report_of_intent(intent: Any) -> Report:
    """A payment intent's report."""
    failure = _failure(intent)
    status = INTENT_STATUS[intent["status"]]
    if status is PaymentStatus.CREATED and failure:
        status = PaymentStatus.FAILED
    return Report(
        reference=intent["id"],
        status=status,
        amount_minor=intent["amount"],
        currency=intent["currency"].upper(),
        payment_id=id_in(intent, "payment"),
        order_id=id_in(intent, "order"),
        captured_minor=_received(intent, status),
        intent=intent["id"],
        failure=failure,
        client_secret=_get(intent, "client_secret"),
        redirect_url=_redirect(intent),
    )


def report_of_session(session: Any) -> Report:
    """A checkout session's report; `payment_intent` is expanded, as soon as there is one."""
    intent = _get(session, "payment_intent")
    paid = session["payment_status"] == "paid"
    open_or_not = PaymentStatus.REQUIRES_ACTION if session["status"] == "open" else PaymentStatus.CANCELLED
    intent_id = intent if intent is None or isinstance(intent, str) else intent["id"]
    return Report(
        reference=session["id"],
        status=PaymentStatus.CONFIRMED if paid else _unpaid(open_or_not, intent),
        amount_minor=session["amount_total"],
        currency=session["currency"].upper(),
        payment_id=id_in(session, "payment"),
        order_id=id_in(session, "order"),
        captured_minor=session["amount_total"] if paid else 0,
        intent=intent_id,
        failure=None if intent is None or isinstance(intent, str) else _failure(intent),
        redirect_url=_get(session, "url"),
    )


def refund_report(refund: Any) -> RefundReport:
    """A refund's report."""
    return RefundReport(
        reference=refund["id"],
        status=REFUND_STATUS[refund["status"]],
        amount_minor=refund["amount"],
        currency=refund["currency"].upper(),
        refund_id=id_in(refund, "refund"),
        failure=_get(refund, "failure_reason"),
    )


def id_in(found: Any, name: str) -> UUID | None:
    """An id of ours in an object's metadata; None where it is missing or none of ours."""
    try:
        return UUID(_get(found, "metadata")[name])
    except (KeyError, TypeError, ValueError):
        return None


def _received(intent: Any, status: PaymentStatus) -> int:
    """What came in; where that is not told, all of it, because we never have less captured than was authorized."""
    received: int | None = _get(intent, "amount_received")
    if received is None:
        return int(intent["amount"]) if status is PaymentStatus.CONFIRMED else 0
    return received


def _unpaid(open_or_not: PaymentStatus, intent: Any) -> PaymentStatus:
    """A page that is closed while its payment is still being made is not over."""
    if open_or_not is PaymentStatus.CANCELLED and intent is not None and not isinstance(intent, str) and intent["status"] == "processing":
        return PaymentStatus.PENDING
    return open_or_not


def _failure(intent: Any) -> str | None:
    error = _get(intent, "last_payment_error")
    return None if error is None else _get(error, "decline_code") or _get(error, "code") or "failed"


def _redirect(intent: Any) -> str | None:
    following = _get(intent, "next_action")
    redirect = _get(following, "redirect_to_url") if following is not None else None
    return _get(redirect, "url") if redirect is not None else None


def _get(found: Any, name: str) -> Any:
    return found[name] if name in found else None  # noqa: SIM401 - the library's objects have no `get`
