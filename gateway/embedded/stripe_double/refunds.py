"""Refunds: never more than was paid, at once, slowly or in vain, as the card decides."""

from gateway.embedded.stripe_double.accounts import Account, Object
from gateway.embedded.stripe_double.events import Post
from gateway.embedded.stripe_double.faults import StripeFault, missing
from gateway.embedded.stripe_double.intents import card_of_charge
from gateway.embedded.stripe_double.parameters import Parameters, choice, many, may, metadata, text, whole

CREATE: Parameters = {
    "payment_intent": may(text(255)),
    "charge": may(text(255)),
    "amount": may(whole),
    "reason": may(choice("duplicate", "fraudulent", "requested_by_customer")),
    "metadata": may(metadata),
    "expand": may(many(text())),
}
CANCEL: Parameters = {"expand": may(many(text()))}


class Refunds:
    """The refunds of all accounts."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def create(self, account: Account, asked: Object) -> Object:
        """Give money back: all that is left, or an amount of it."""
        charge = _charge(account, asked)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = asked.get("amount", left)
        _check(charge, amount, left)
        fate = card_of_charge(account, charge).refunds_as
        refund = account.keep(
            "re",
            "refund",
            {
                "amount": amount,
                "charge": charge["id"],
                "currency": charge["currency"],
                "failure_reason": None,
                "metadata": asked.get("metadata", {}),
                "payment_intent": charge["payment_intent"],
                "reason": asked.get("reason"),
                "status": "pending" if fate == "pending" else "succeeded",
                "_fails": fate == "failing",
            },
        )
        self._count(charge, amount)
        self._post(account, "refund.created", refund)
        self._post(account, "charge.refunded", charge)
        return refund

    def settle(self, account: Account, refund: Object, status: str) -> Object:
        """What becomes of a refund later: a pending one succeeds or fails, and one that seemed to have succeeded can fail still."""
        allowed = {"succeeded": {"pending"}, "failed": {"pending", "succeeded"}}
        if refund["status"] not in allowed.get(status, set()):
            raise StripeFault(f"A refund that is {refund['status']} does not become {status}.")
        refund["status"] = status
        if status == "failed":
            refund["failure_reason"] = "lost_or_stolen_card"
            self._count(account.get("charge", refund["charge"]), -refund["amount"])
        self._post(account, "refund.failed" if status == "failed" else "refund.updated", refund)
        return refund

    def cancel(self, account: Account, refund: Object) -> Object:
        """Take back a refund that is still pending."""
        if refund["status"] != "pending":
            raise StripeFault(f"You cannot cancel this Refund because it has a status of {refund['status']}.")
        refund["status"] = "canceled"
        self._count(account.get("charge", refund["charge"]), -refund["amount"])
        self._post(account, "refund.updated", refund)
        return refund

    @staticmethod
    def _count(charge: Object, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]


def _charge(account: Account, asked: Object) -> Object:
    if "charge" in asked:
        return account.get("charge", asked["charge"], "charge")
    if "payment_intent" not in asked:
        raise missing("payment_intent")
    intent = account.get("payment_intent", asked["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise StripeFault("This PaymentIntent does not have a successful charge to refund.", param="payment_intent")
    return account.get("charge", intent["latest_charge"], "charge")


def _check(charge: Object, amount: int, left: int) -> None:
    if not charge["paid"]:
        raise StripeFault(f"Charge {charge['id']} has not been paid.", code="charge_not_refundable")
    if left == 0:
        raise StripeFault(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise StripeFault("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise StripeFault(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
