"""Payment intents: made, confirmed with a test card, asked for 3-D Secure, paid, declined or cancelled; and the charges they leave."""

from typing import Any

from gateway.embedded.stripe_double.accounts import Account, Object, new_id
from gateway.embedded.stripe_double.cards import CARDS, METHODS, Card, card_object, decline_of, number_of
from gateway.embedded.stripe_double.events import Post
from gateway.embedded.stripe_double.faults import CARD, StripeFault
from gateway.embedded.stripe_double.parameters import (
    Parameters,
    address,
    boolean,
    choice,
    many,
    may,
    metadata,
    must,
    nested,
    text,
    whole,
)

CURRENCIES = " aud bgn brl cad chf czk dkk eur gbp hkd huf isk jpy kwd mxn myr nok nzd pln ron sek sgd thb usd zar "
# The least amount that a card is charged with, in minor units; of a currency that is not named here, 50.
LEAST = {"jpy": 50, "huf": 17_500, "czk": 1_500, "sek": 300, "nok": 300, "dkk": 250, "pln": 200, "gbp": 30, "kwd": 200}
LARGEST = 99_999_999
CONFIRMABLE = ("requires_payment_method", "requires_confirmation")
CANCELLABLE = (*CONFIRMABLE, "requires_action", "processing")

CARD_DETAILS: Parameters = {
    "number": must(text(24)),
    "exp_month": must(whole),
    "exp_year": must(whole),
    "cvc": may(text(4)),
}
METHOD: Parameters = {"type": must(choice("card")), "card": must(nested(CARD_DETAILS)), "billing_details": may(lambda value, _: value)}
CREATE: Parameters = {
    "amount": must(whole),
    "currency": must(text(3)),
    "automatic_payment_methods": may(
        nested({"enabled": must(boolean), "allow_redirects": may(choice("always", "never"))}),
    ),
    "payment_method_types": may(many(choice("card"))),
    "payment_method": may(text(255)),
    "capture_method": may(choice("automatic", "automatic_async")),
    "confirm": may(boolean),
    "description": may(text(1_000)),
    "metadata": may(metadata),
    "receipt_email": may(text(512)),
    "return_url": may(address),
    "statement_descriptor_suffix": may(text(22)),
    "expand": may(many(text())),
}
CONFIRM: Parameters = {
    "payment_method": may(text(255)),
    "payment_method_data": may(nested(METHOD)),
    "return_url": may(address),
    "client_secret": may(text(255)),
    "key": may(text(255)),
    "use_stripe_sdk": may(boolean),
    "expand": may(many(text())),
}
REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
CANCEL: Parameters = {"cancellation_reason": may(choice(*REASONS)), "expand": may(many(text()))}


class Intents:
    """The payment intents of all accounts; `pages` is where the double's own pages are."""

    def __init__(self, post: Post, pages: str) -> None:
        self._post, self._pages = post, pages

    def create(self, account: Account, asked: Object) -> Object:
        """A payment that waits for a card, or is tried at once."""
        intent = self.open(account, asked)
        if asked.get("confirm"):
            return self.confirm(account, intent, asked)
        return intent

    def open(self, account: Account, asked: Object) -> Object:
        """A payment that waits for a card."""
        currency = check_amount(asked["amount"], asked["currency"])
        intent = account.keep("pi", "payment_intent", _fields(asked) | {"amount": asked["amount"], "currency": currency})
        intent["client_secret"] = new_id(f"{intent['id']}_secret")
        if asked.get("payment_method"):
            _number_of_method(account, asked["payment_method"])
            intent |= {"payment_method": asked["payment_method"], "status": "requires_confirmation"}
        self._post(account, "payment_intent.created", intent)
        return intent

    def confirm(self, account: Account, intent: Object, asked: Object) -> Object:
        """Try the card: paid, declined (402), or waiting for the person."""
        _expect(intent, CONFIRMABLE, "confirm")
        number = self._card(account, intent, asked)
        card = CARDS[number]
        if card.asks_first:
            url = f"{self._pages}/3ds/{intent['id']}"
            redirect = {"url": url, "return_url": asked.get("return_url")}
            intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect}}
            self._post(account, "payment_intent.requires_action", intent)
            return intent
        if card.decline:
            raise self.decline(account, intent, card.decline)
        return self.pay(account, intent)

    def answer_challenge(self, account: Account, intent: Object, *, passes: bool) -> Object:
        """The person went through 3-D Secure, or did not."""
        _expect(intent, ("requires_action",), "authenticate")
        card = CARDS[_number_of_method(account, intent["payment_method"])]
        intent["next_action"] = None
        if not passes:
            self.decline(account, intent, ("payment_intent_authentication_failure", ""))
        elif card.decline:
            self.decline(account, intent, card.decline)
        else:
            self.pay(account, intent)
        return intent

    def cancel(self, account: Account, intent: Object, asked: Object) -> Object:
        """The payment is given up; nothing can be paid with it any more."""
        _expect(intent, CANCELLABLE, "cancel")
        reason = asked.get("cancellation_reason")
        intent |= {"status": "canceled", "canceled_at": intent["created"], "cancellation_reason": reason, "next_action": None}
        self._post(account, "payment_intent.canceled", intent)
        return intent

    def decline(self, account: Account, intent: Object, why: tuple[str, str]) -> StripeFault:
        """Note that the card was not taken; the fault tells it."""
        charge = account.keep("ch", "charge", _charge(account, intent) | {"status": "failed", "paid": False, "amount_captured": 0})
        error = decline_of(*why, charge=charge["id"])
        charge |= {"failure_code": why[0], "failure_message": error["message"]}
        intent |= {"status": "requires_payment_method", "payment_method": None, "latest_charge": charge["id"], "last_payment_error": error}
        self._post(account, "charge.failed", charge)
        self._post(account, "payment_intent.payment_failed", intent)
        more = {name: value for name, value in error.items() if name not in {"type", "code", "message"}}
        return StripeFault(error["message"], status=402, type=CARD, code=error["code"], payment_intent=dict(intent), **more)

    def pay(self, account: Account, intent: Object) -> Object:
        """The money is there."""
        charge = account.keep("ch", "charge", _charge(account, intent) | {"status": "succeeded", "paid": True})
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"], "next_action": None}
        intent["last_payment_error"] = None
        self._post(account, "charge.succeeded", charge)
        self._post(account, "payment_intent.succeeded", intent)
        if _card_of(account, intent).is_disputed:
            self.dispute(account, charge)
        return intent

    def dispute(self, account: Account, charge: Object) -> Object:
        """The card's holder says that this was not theirs."""
        facts = {"amount": charge["amount"], "currency": charge["currency"], "reason": "fraudulent", "status": "needs_response"}
        refers = {"charge": charge["id"], "payment_intent": charge["payment_intent"], "metadata": {}}
        dispute = account.keep("dp", "dispute", facts | refers)
        charge["disputed"] = True
        self._post(account, "charge.dispute.created", dispute)
        return dispute

    def close_dispute(self, account: Account, dispute: Object, outcome: str) -> Object:
        """The bank has decided: `won` or `lost`."""
        if dispute["status"] in {"won", "lost"}:
            raise StripeFault("This dispute is already closed.")
        dispute["status"] = outcome
        self._post(account, "charge.dispute.closed", dispute)
        return dispute

    def _card(self, account: Account, intent: Object, asked: Object) -> str:
        """The number of the card that is tried, kept as the intent's payment method."""
        if "payment_method_data" in asked:
            number = number_of(asked["payment_method_data"]["card"]["number"])
            method = account.keep("pm", "payment_method", {"type": "card", "card": card_object(number), "_number": number})
            intent["payment_method"] = method["id"]
            return number
        method_id = asked.get("payment_method") or intent["payment_method"]
        if not method_id:
            raise StripeFault(
                "You cannot confirm this PaymentIntent because it's missing a payment method.",
                code="payment_intent_unexpected_state",
                payment_intent=dict(intent),
            )
        number = _number_of_method(account, method_id)
        intent["payment_method"] = method_id
        return number


def check_amount(amount: int, currency: str, param: str = "amount") -> str:
    """The currency in small letters. Raises StripeFault for one that there is not, and for an amount no card is charged with."""
    low = currency.lower()
    if len(low) != 3 or f" {low} " not in CURRENCIES:
        raise StripeFault(f"Invalid currency: {low}.", param="currency")
    least = LEAST.get(low, 50)
    if amount < 1:
        raise StripeFault("This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=param)
    if amount < least:
        raise StripeFault(f"Amount must be at least {least} in {low}.", code="amount_too_small", param=param)
    if amount > LARGEST:
        raise StripeFault(f"Amount must be no more than {LARGEST} in {low}.", code="amount_too_large", param=param)
    return low


def _fields(asked: Object) -> Object:
    types = asked.get("payment_method_types", ["card"])
    return {
        "amount_received": 0,
        "automatic_payment_methods": asked.get("automatic_payment_methods"),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": asked.get("capture_method", "automatic_async"),
        "description": asked.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": asked.get("metadata", {}),
        "next_action": None,
        "payment_method": None,
        "payment_method_types": types,
        "receipt_email": asked.get("receipt_email"),
        "status": "requires_payment_method",
    }


def _charge(account: Account, intent: Object) -> Object:
    number = _number_of_method(account, intent["payment_method"])
    return {
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "captured": True,
        "currency": intent["currency"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "metadata": dict(intent["metadata"]),
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": {"type": "card", "card": card_object(number)},
        "refunded": False,
    }


def _expect(intent: Object, states: tuple[str, ...], verb: str) -> None:
    if intent["status"] not in states:
        message = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
        raise StripeFault(message, code="payment_intent_unexpected_state", payment_intent=dict(intent))


def _card_of(account: Account, intent: Object) -> Card:
    return CARDS[_number_of_method(account, intent["payment_method"])]


def _number_of_method(account: Account, id: str) -> str:
    if id in METHODS:
        return METHODS[id]
    method: dict[str, Any] = account.get("payment_method", id, "payment_method")
    return str(method["_number"])


def card_of_charge(account: Account, charge: Object) -> Card:
    """The card that a charge was paid with."""
    return CARDS[_number_of_method(account, charge["payment_method"])]
