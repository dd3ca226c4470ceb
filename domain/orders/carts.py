"""Carts: what a buyer's holds set aside, and what it costs now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.holds import Hold
from domain.orders.answering import asked_of_order, asked_of_ticket
from domain.orders.placing import Admission, fees_of
from domain.orders.values import OrderFee
from domain.pricing import Quote
from domain.questions import Question

NOBODYS = UUID(int=0)
"""In the place of ids: the fees of a cart are of no order yet."""


@dataclass(frozen=True, slots=True)
class CartLine:
    """One ticket of a cart with its price; `index` counts the tickets of that type in that hold from 0.

    `questions` are those that its buyer may be asked of it; some depend on what she answers to others.
    """

    hold_id: UUID
    ticket_type_id: UUID
    index: int
    event_id: UUID
    seat_id: UUID | None
    currency: str
    list_minor: int
    discount_minor: int
    price_minor: int
    net_minor: int
    tax_minor: int
    tax_rate: int
    questions: tuple[Question, ...] = ()

    typename: ClassVar[str] = "CartLine"


@dataclass(frozen=True, slots=True)
class Cart:
    """All that a buyer may check out now; `expires_at` (UTC) is when the first of its holds ends, None for an empty cart.

    `questions` are those that are asked of the order as a whole.
    """

    currency: str
    lines: tuple[CartLine, ...]
    fees: tuple[OrderFee, ...]
    net_minor: int
    tax_minor: int
    fee_minor: int
    discount_minor: int
    total_minor: int
    expires_at: datetime | None
    questions: tuple[Question, ...] = ()

    typename: ClassVar[str] = "Cart"


def cart_of(holds: Sequence[Hold], admissions: Sequence[Admission], quote: Quote, questions: Sequence[Question] = ()) -> Cart:
    """The cart of these holds, whose admissions the quote prices in their order; `questions` are those of its events."""
    lines = tuple(
        CartLine(
            hold_id=each.spot.hold_id,
            ticket_type_id=each.spot.ticket_type_id,
            index=each.spot.index,
            event_id=each.event_id,
            seat_id=each.seat_id,
            currency=quote.currency,
            list_minor=line.list_minor,
            discount_minor=line.discount_minor,
            price_minor=line.price_minor,
            net_minor=line.net_minor,
            tax_minor=line.tax_minor,
            tax_rate=line.tax_rate,
            questions=tuple(asked_of_ticket(questions, each.event_id, each.spot.ticket_type_id)),
        )
        for each, line in zip(admissions, quote.lines, strict=True)
    )
    return Cart(
        currency=quote.currency,
        lines=lines,
        fees=fees_of(quote, NOBODYS, lambda: NOBODYS),
        net_minor=quote.net_minor,
        tax_minor=quote.tax_minor,
        fee_minor=quote.fee_minor,
        discount_minor=quote.discount_minor,
        total_minor=quote.total_minor,
        expires_at=min((hold.expires_at for hold in holds), default=None),
        questions=tuple(asked_of_order(questions, [(each.event_id, each.spot.ticket_type_id) for each in admissions])),
    )
