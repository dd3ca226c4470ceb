"""The test cards, by number and by the names of Stripe's ready-made payment methods: each behaves in one way."""

import re
from dataclasses import dataclass
from typing import Any

from gateway.embedded.stripe_double.faults import CARD, StripeFault


@dataclass(frozen=True, slots=True)
class Card:
    """What a card does: declines with a code, wants 3-D Secure first, is disputed afterwards, or refunds slowly or not at all."""

    brand: str = "visa"
    decline: tuple[str, str] | None = None
    asks_first: bool = False
    is_disputed: bool = False
    refunds_as: str = "succeeded"


CARDS = {
    "4242424242424242": Card(),
    "5555555555554444": Card("mastercard"),
    "378282246310005": Card("amex"),
    "4000000000000002": Card(decline=("card_declined", "generic_decline")),
    "4000000000009995": Card(decline=("card_declined", "insufficient_funds")),
    "4000000000009987": Card(decline=("card_declined", "lost_card")),
    "4000000000000069": Card(decline=("expired_card", "")),
    "4000000000000127": Card(decline=("incorrect_cvc", "")),
    "4000000000000119": Card(decline=("processing_error", "")),
    "4000002500003155": Card(asks_first=True),
    "4000002760003184": Card(asks_first=True),
    "4000008400001629": Card(decline=("card_declined", "generic_decline"), asks_first=True),
    "4000000000000259": Card(is_disputed=True),
    "4000000000007726": Card(refunds_as="pending"),
    "4000000000005126": Card(refunds_as="failing"),
}
METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_threeDSecure2Required": "4000002760003184",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": "4000008400001629",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
}
MESSAGES = {
    "card_declined": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "payment_intent_authentication_failure": "We are unable to authenticate your payment method.",
}


def number_of(typed: str) -> str:
    """The number without its spaces. Raises StripeFault for one that is no test card's."""
    number = re.sub(r"[\s-]", "", typed)
    if number not in CARDS:
        raise StripeFault("Your card number is incorrect.", status=402, type=CARD, code="incorrect_number", param="number")
    return number


def card_object(number: str) -> dict[str, Any]:
    """What is told of a card: never its number."""
    return {"brand": CARDS[number].brand, "last4": number[-4:], "exp_month": 12, "exp_year": 2044, "country": "US", "funding": "credit"}


def decline_of(code: str, reason: str = "", **more: object) -> dict[str, Any]:
    """The error of a payment that was not taken."""
    found: dict[str, Any] = {"type": CARD, "code": code, "message": MESSAGES[code]}
    return found | ({"decline_code": reason} if reason else {}) | more
