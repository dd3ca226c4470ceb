"""Payments, refunds and movements of money as clients see them."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import strawberry

from domain import payments as domain
from domain.money import money_of
from domain.payments import LedgerKind, PaymentStatus, RefundStatus
from resolvers import payments as deeds
from resolvers.context import Context
from schema import ids
from schema.columns import column
from schema.enums import show_enum
from schema.money import Money
from schema.nodes import Node, found_by

show_enum(
    PaymentStatus,
    "How far a payment has come.",
    {
        "CREATED": "It waits for a card.",
        "REQUIRES_ACTION": "It waits for the person who pays.",
        "PENDING": "The provider works on it.",
        "CONFIRMED": "The money is there.",
        "FAILED": "It did not work; another card may.",
        "CANCELLED": "It was given up.",
    },
)
show_enum(
    RefundStatus,
    "How far a refund has come.",
    {
        "REQUESTED": "The provider has not answered yet.",
        "PENDING": "The provider works on it.",
        "SUCCEEDED": "The money went back.",
        "FAILED": "It did not work, and the money is still here.",
        "CANCELLED": "It was called off.",
        "EXTERNAL": "The organizer gives it back by hand.",
    },
)
show_enum(
    LedgerKind,
    "Why money moved.",
    {
        "CAPTURE": "A payment came in.",
        "REFUND": "Money went back.",
        "REFUND_REVERSED": "A refund failed afterwards, and its money came back.",
    },
)


def _money(name: str, *, description: str) -> Any:
    read = attrgetter(f"{name}_minor", "currency")

    def amounts(_ctx: Context, things: Sequence[Any]) -> Sequence[object]:
        return [money_of(*read(each)) for each in things]

    return column(amounts, description=description)


@strawberry.federation.type(keys=["id"], description="A payment of an order; who sees the order sees it.")
class Payment(Node):
    """See `domain.payments.Payment`."""

    status: PaymentStatus = strawberry.field(description="How far it has come.")
    method: str = strawberry.field(description="How it is paid: card, checkout, or manual for what came by hand.")
    provider: str = strawberry.field(description="By whom the money comes.")
    amount: Money = _money("amount", description="What is to be paid by it.")
    captured: Money = _money("captured", description="What came in.")
    refunded: Money = _money("refunded", description="What of that went back.")
    disputed: bool = strawberry.field(description="Whether the card's holder disputes it.")
    failure: str | None = strawberry.field(description="Why it did not work, in a word of the provider's.")
    note: str = strawberry.field(description="What the staff said of money that came by hand.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    changed_at: datetime = strawberry.field(description="When it last changed.")


@strawberry.type(description="Money of one payment that goes back.")
class Refund:
    """See `domain.payments.Refund`."""

    status: RefundStatus = strawberry.field(description="How far it has come.")
    amount: Money = _money("amount", description="What goes back.")
    reason: str = strawberry.field(description="Why.")
    failure: str | None = strawberry.field(description="Why it did not work, in a word of the provider's.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    changed_at: datetime = strawberry.field(description="When it last changed.")

    @strawberry.field(description="Its global id.")
    def id(self: domain.Refund) -> strawberry.ID:
        """The global id."""
        return ids.show("Refund", self.id)

    @strawberry.field(description="The payment whose money goes back.")
    def payment_id(self: domain.Refund) -> strawberry.ID:
        """The global id of the payment."""
        return ids.show("Payment", self.payment_id)


@strawberry.type(description="One movement of money; what is written here stays.")
class Transaction:
    """See `domain.payments.LedgerEntry`."""

    kind: LedgerKind = strawberry.field(description="Why it moved.")
    amount: Money = _money("amount", description="What came in, above zero, or went back, below.")
    at: datetime = strawberry.field(description="When.")

    @strawberry.field(description="Its global id.")
    def id(self: domain.LedgerEntry) -> strawberry.ID:
        """The global id."""
        return ids.show("Transaction", self.id)

    @strawberry.field(description="For which order.")
    def order_id(self: domain.LedgerEntry) -> strawberry.ID:
        """The global id of the order."""
        return ids.show("Order", self.order_id)

    @strawberry.field(description="By which payment.")
    def payment_id(self: domain.LedgerEntry) -> strawberry.ID:
        """The global id of the payment."""
        return ids.show("Payment", self.payment_id)

    @strawberry.field(description="By which refund; null for what came in.")
    def refund_id(self: domain.LedgerEntry) -> strawberry.ID | None:
        """The global id of the refund."""
        return ids.show("Refund", self.refund_id) if self.refund_id else None


found_by("Payment", deeds.payments_by_id)
