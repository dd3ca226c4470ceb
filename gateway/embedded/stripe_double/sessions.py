"""Checkout sessions: a page of the double's own on which a person pays with a test card."""

import time

from gateway.embedded.stripe_double.accounts import Account, Object
from gateway.embedded.stripe_double.events import Post
from gateway.embedded.stripe_double.faults import StripeFault
from gateway.embedded.stripe_double.intents import Intents, check_amount
from gateway.embedded.stripe_double.parameters import Parameters, address, choice, many, may, metadata, must, nested, text, whole

PRODUCT: Parameters = {"name": must(text(250)), "description": may(text(1_000))}
PRICE: Parameters = {"currency": must(text(3)), "unit_amount": must(whole), "product_data": must(nested(PRODUCT))}
LINE: Parameters = {"price_data": must(nested(PRICE)), "quantity": must(whole)}
INTENT: Parameters = {"metadata": may(metadata), "description": may(text(1_000)), "receipt_email": may(text(512))}
CREATE: Parameters = {
    "mode": must(choice("payment")),
    "line_items": must(many(nested(LINE))),
    "success_url": must(address),
    "cancel_url": may(address),
    "client_reference_id": may(text(200)),
    "customer_email": may(text(800)),
    "expires_at": may(whole),
    "locale": may(text(10)),
    "metadata": may(metadata),
    "payment_intent_data": may(nested(INTENT)),
    "payment_method_types": may(many(choice("card"))),
    "expand": may(many(text())),
}
SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
# Two clocks need not agree to the second.
LEEWAY = 5


class Sessions:
    """The checkout sessions of all accounts."""

    def __init__(self, post: Post, intents: Intents, pages: str) -> None:
        self._post, self._intents, self._pages = post, intents, pages

    def create(self, account: Account, asked: Object) -> Object:
        """A page that takes the sum of the lines, for half an hour at least and a day at most."""
        currency, total = _total(asked["line_items"])
        now = int(time.time())
        expires = asked.get("expires_at", now + LONGEST)
        if not now + SHORTEST - LEEWAY <= expires <= now + LONGEST + LEEWAY:
            raise StripeFault("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", param="expires_at")
        session = account.keep("cs_test", "checkout.session", _fields(asked) | {"amount_total": total, "currency": currency})
        session |= {"expires_at": expires, "url": f"{self._pages}/pay/{session['id']}"}
        return session

    def pay(self, account: Account, session: Object, number: str) -> Object:
        """Try a card on the page. The intent that it leaves tells whether it was taken; a declined card may be followed by another."""
        _expect_open(session)
        if session["payment_intent"] is None:
            asked = {"amount": session["amount_total"], "currency": session["currency"], **session["_intent"]}
            session["payment_intent"] = self._intents.open(account, asked)["id"]
        intent = account.get("payment_intent", session["payment_intent"])
        details = {"type": "card", "card": {"number": number}}
        paid = self._intents.confirm(account, intent, {"payment_method_data": details, "return_url": session["success_url"]})
        self.complete(account, session, paid)
        return paid

    def complete(self, account: Account, session: Object, intent: Object) -> None:
        """The session is done as soon as its intent is paid."""
        if intent["status"] == "succeeded" and session["status"] == "open":
            session |= {"status": "complete", "payment_status": "paid", "url": None}
            self._post(account, "checkout.session.completed", session)

    def expire(self, account: Account, session: Object) -> Object:
        """The page is closed, and with it what was begun on it."""
        _expect_open(session)
        session |= {"status": "expired", "url": None}
        if session["payment_intent"] is not None:
            intent = account.get("payment_intent", session["payment_intent"])
            self._intents.cancel(account, intent, {"cancellation_reason": "abandoned"})
        self._post(account, "checkout.session.expired", session)
        return session

    def of_intent(self, account: Account, intent: Object) -> Object | None:
        """The session on whose page this intent was begun."""
        return next(iter(account.all("checkout.session", lambda each: each["payment_intent"] == intent["id"])), None)


def _expect_open(session: Object) -> None:
    if session["status"] == "open" and session["expires_at"] < time.time():
        session["status"] = "expired"
    if session["status"] != "open":
        raise StripeFault(f'Only Checkout Sessions with a status in ["open"] can be used; this one is {session["status"]}.')


def _total(lines: list[Object]) -> tuple[str, int]:
    if not lines:
        raise StripeFault("You must specify at least one line item.", param="line_items")
    currencies = {line["price_data"]["currency"].lower() for line in lines}
    if len(currencies) > 1:
        raise StripeFault("All prices on a Checkout Session must have the same currency.", param="line_items")
    for line in lines:
        if line["quantity"] < 1 or line["price_data"]["unit_amount"] < 0:
            raise StripeFault("Invalid non-negative integer", code="parameter_invalid_integer", param="line_items")
    total = sum(line["quantity"] * line["price_data"]["unit_amount"] for line in lines)
    currency = currencies.pop()
    return check_amount(total, currency, "line_items"), total


def _fields(asked: Object) -> Object:
    return {
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "customer_email": asked.get("customer_email"),
        "metadata": asked.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_status": "unpaid",
        "status": "open",
        "success_url": asked["success_url"],
        "_intent": asked.get("payment_intent_data", {}),
        "_lines": [(line["price_data"]["product_data"]["name"], line["quantity"]) for line in asked["line_items"]],
    }
