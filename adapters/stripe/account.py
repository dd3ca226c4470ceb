"""One account with Stripe. Every request that moves money carries a key of ours, so that repeating it does nothing twice."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import stripe

from adapters.stripe.notices import read_notice, verify
from adapters.stripe.reading import refund_report, report_of_intent, report_of_session
from domain.payments.provider import Charge, Credentials, Notice, ProviderRefused, ProviderUnsure, RefundReport, Report
from domain.payments.values import Payment, Refund

CHECKOUT = "checkout"
SHORTEST_PAGE, LONGEST_PAGE = timedelta(minutes=31), timedelta(hours=23)
"""Stripe's own page stays for half an hour at least; the clocks of the two need not agree to the second."""
# Nothing was done, and the same request would end the same way.
DEFINITE = (stripe.CardError, stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError, stripe.IdempotencyError)


class StripeAccount:
    """Implements `PaymentProvider`."""

    def __init__(self, client: stripe.StripeClient, credentials: Credentials) -> None:
        self._client, self._credentials = client, credentials

    @property
    def publishable_key(self) -> str | None:
        """See `PaymentProvider`."""
        return self._credentials.publishable_key

    async def begin(self, charge: Charge) -> Report:
        """See `PaymentProvider`."""
        options: Any = {"idempotency_key": f"payment-{charge.payment.id}"}
        if charge.payment.method == CHECKOUT:
            session = await _asked(lambda: self._client.v1.checkout.sessions.create_async(_session(charge), options))
            return report_of_session(session)
        intent = await _asked(lambda: self._client.v1.payment_intents.create_async(_intent(charge), options))
        return report_of_intent(intent)

    async def retrieve(self, payment: Payment) -> Report:
        """See `PaymentProvider`."""
        reference = _reference(payment)
        if payment.method == CHECKOUT:
            expand: Any = {"expand": ["payment_intent"]}
            return report_of_session(await _asked(lambda: self._client.v1.checkout.sessions.retrieve_async(reference, expand)))
        return report_of_intent(await _asked(lambda: self._client.v1.payment_intents.retrieve_async(reference)))

    async def cancel(self, payment: Payment) -> Report:
        """See `PaymentProvider`. What cannot be cancelled any more has been paid, or is just being."""
        reference = _reference(payment)
        try:
            if payment.method == CHECKOUT:
                await _asked(lambda: self._client.v1.checkout.sessions.expire_async(reference))
            else:
                await _asked(lambda: self._client.v1.payment_intents.cancel_async(reference))
        except ProviderRefused:
            return await self.retrieve(payment)
        return await self.retrieve(payment)

    async def refund(self, payment: Payment, refund: Refund) -> RefundReport:
        """See `PaymentProvider`."""
        if payment.intent is None:
            raise ProviderRefused("not_paid", "There is nothing to give back.")
        metadata = {"refund": str(refund.id), "payment": str(payment.id), "order": str(refund.order_id)}
        asked: Any = {"payment_intent": payment.intent, "amount": refund.amount_minor, "metadata": metadata}
        options: Any = {"idempotency_key": f"refund-{refund.id}"}
        return refund_report(await _asked(lambda: self._client.v1.refunds.create_async(asked, options)))

    async def retrieve_refund(self, refund: Refund) -> RefundReport:
        """See `PaymentProvider`."""
        if refund.reference is None:
            raise ProviderRefused("unknown", "This refund has not been made.")
        reference = refund.reference
        return refund_report(await _asked(lambda: self._client.v1.refunds.retrieve_async(reference)))

    async def disputes(self, dispute: str) -> bool:
        """See `PaymentProvider`."""
        found = await _asked(lambda: self._client.v1.disputes.retrieve_async(dispute))
        return bool(found["status"] != "won")

    def verify(self, body: bytes, signature: str, now: datetime) -> Notice:
        """See `PaymentProvider`."""
        verify(body, signature, self._credentials.webhook_secret, now)
        return read_notice(body)

    def read(self, body: bytes) -> Notice:
        """See `PaymentProvider`."""
        return read_notice(body)


async def _asked(ask: Callable[[], Awaitable[Any]]) -> Any:
    """The answer. Raises ProviderRefused for a definite no, ProviderUnsure for everything that leaves it open."""
    try:
        return await ask()
    except DEFINITE as error:
        reason = getattr(error.error, "decline_code", None) or error.code or type(error).__name__
        raise ProviderRefused(str(reason), error.user_message or "") from error
    except stripe.StripeError as error:
        raise ProviderUnsure(type(error).__name__) from error


def _reference(payment: Payment) -> str:
    if payment.reference is None:
        raise ProviderRefused("unknown", "This payment has not been begun.")
    return payment.reference


def _metadata(charge: Charge) -> dict[str, str]:
    """What leads a notice back to us."""
    payment = charge.payment
    return {"organization": str(charge.organization_id), "order": str(payment.order_id), "payment": str(payment.id)}


def _intent(charge: Charge) -> Any:
    payment = charge.payment
    return {
        "amount": payment.amount_minor,
        "currency": payment.currency.lower(),
        "payment_method_types": ["card"],
        "metadata": {**_metadata(charge), "number": charge.order_number},
    }


def _session(charge: Charge) -> Any:
    payment = charge.payment
    expires = min(max(charge.expires_at, payment.created_at + SHORTEST_PAGE), payment.created_at + LONGEST_PAGE)
    product = {"name": f"{charge.title} ({charge.order_number})"}
    price = {"currency": payment.currency.lower(), "unit_amount": payment.amount_minor, "product_data": product}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": charge.return_url,
        "cancel_url": charge.return_url,
        "client_reference_id": str(payment.order_id),
        "expires_at": int(expires.timestamp()),
        "metadata": _metadata(charge),
        "payment_intent_data": {"metadata": _metadata(charge)},
    } | ({"customer_email": charge.email} if charge.email else {})
