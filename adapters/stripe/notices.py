"""Reads what Stripe sends of itself: only what it signed, over the very bytes that came, and at this time."""

import json
from datetime import datetime, timedelta
from typing import Any

import stripe

from adapters.stripe.reading import id_in, refund_report, report_of_intent
from domain.payments.provider import Notice, NoticeForged

TOLERANCE = timedelta(minutes=5)
"""Into the past, and into the future too, which the library leaves open."""
# What these tell of a payment never changes afterwards; of everything else Stripe is asked how it stands now.
FINAL = frozenset({"payment_intent.succeeded", "payment_intent.canceled"})
OF_REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})


def read_notice(body: bytes) -> Notice:
    """What it says. Raises NoticeForged where it is no event of Stripe's."""
    try:
        event = json.loads(body)
        return _notice(event, event["data"]["object"])
    except (KeyError, TypeError, ValueError) as error:
        raise NoticeForged("it is no event of Stripe's") from error


def verify(body: bytes, signature: str, secret: str, now: datetime) -> None:
    """Raises NoticeForged unless whoever knows the secret signed these bytes at about this time."""
    try:
        # Its own clock is left out of it, because ours is the database's.
        stripe.WebhookSignature.verify_header(body, signature, secret, tolerance=None)
        moment = int(next(part for part in signature.split(",") if part.strip().startswith("t=")).strip()[2:])
    except (stripe.SignatureVerificationError, StopIteration, ValueError) as error:
        raise NoticeForged("its signature is wrong") from error
    if abs(now.timestamp() - moment) > TOLERANCE.total_seconds():
        raise NoticeForged("it was not signed now")


def _notice(event: Any, about: Any) -> Notice:
    kind, name = str(event["type"]), about["object"]
    if name == "payment_intent":
        report = report_of_intent(about) if kind in FINAL else None
        return Notice(event["id"], kind, about["id"], payment_id=id_in(about, "payment"), report=report)
    if name == "checkout.session":
        return Notice(event["id"], kind, about.get("payment_intent"), payment_id=id_in(about, "payment"))
    if name == "refund":
        told = refund_report(about) if kind in OF_REFUNDS and about["status"] == "failed" else None
        return Notice(event["id"], kind, about.get("payment_intent"), refund_id=id_in(about, "refund"), refund=told)
    if name == "dispute":
        return Notice(event["id"], kind, about["payment_intent"], dispute=about["id"])
    return Notice(event["id"], kind, None)
