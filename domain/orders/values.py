"""Orders as they are: who buys which admissions at which prices, and how far it has come."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.news import Fact
from domain.pricing import FeeKind

NUMBER_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""What order numbers are made of: nothing that reads like something else (no I, L, O, U, 0, 1)."""
NUMBER_LENGTH = 8
NUMBERS_TRIED = 3


class OrderStatus(StrEnum):
    """How far an order has come; whether it is paid is told by its `PaymentState`."""

    PENDING_APPROVAL = "PENDING_APPROVAL"
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


WAITING = frozenset({OrderStatus.PENDING_APPROVAL, OrderStatus.PENDING})
"""Those that end by themselves when their time is over."""
ENDED = frozenset({OrderStatus.EXPIRED, OrderStatus.CANCELLED})
"""Those that hold no stock."""


class OrderChannel(StrEnum):
    """How an order came about."""

    ONLINE = "ONLINE"
    BOX_OFFICE = "BOX_OFFICE"
    COMPLIMENTARY = "COMPLIMENTARY"


class PaymentState(StrEnum):
    """How an order stands with money; derived, never stored."""

    NOT_REQUIRED = "NOT_REQUIRED"
    UNPAID = "UNPAID"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    OVERPAID = "OVERPAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True, slots=True)
class Order:
    """An order; money in minor units of its `currency`, times in UTC.

    `net_minor`, `tax_minor` and `total_minor` are of its lines that are not cancelled and its fees; `fee_minor` is what of the total are
    fees, `discount_minor` what was taken off list prices. `paid_minor` is what came in and `refunded_minor` what of it went back.
    `buyer` is that of the holds (`domain.holds.buyer_of`). `email` may be missing at a box office only. `country` is the buyer's, by which
    it was taxed. `expires_at` counts while it waits; `ended_at` is when it expired or was cancelled.
    """

    id: UUID
    number: str
    buyer: str
    person_id: UUID | None
    email: str | None
    name: str
    locale: str
    status: OrderStatus
    channel: OrderChannel
    currency: str
    net_minor: int
    tax_minor: int
    fee_minor: int
    discount_minor: int
    total_minor: int
    paid_minor: int
    refunded_minor: int
    country: str | None
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1
    notes: str = ""

    typename: ClassVar[str] = "Order"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One admission: what it costs (`price_minor` is what the buyer pays, tax included) and whose it is.

    `tax_rate` is in millionths: 190,000 is 19 %. A cancelled one counts no more in its order's sums. `currency` is the
    order's, for who reads the line alone.
    """

    id: UUID
    order_id: UUID
    position: int
    event_id: UUID
    ticket_type_id: UUID
    hold_id: UUID
    seat_id: UUID | None
    list_minor: int
    discount_minor: int
    price_minor: int
    net_minor: int
    tax_minor: int
    tax_rate: int
    tax_code: str | None
    attendee_name: str | None = None
    attendee_email: str | None = None
    cancelled_at: datetime | None = None
    refunded_minor: int = 0
    currency: str = ""

    typename: ClassVar[str] = "OrderLine"


@dataclass(frozen=True, slots=True)
class OrderFee:
    """What is paid besides the admissions, such as a booking fee; `price_minor` includes the tax."""

    id: UUID
    order_id: UUID
    kind: FeeKind
    label: str
    price_minor: int
    net_minor: int
    tax_minor: int
    tax_rate: int
    currency: str = ""

    typename: ClassVar[str] = "OrderFee"


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """One entry of an order's history: what was done (`kind`), by whom (a person, a service key; None: the buyer or the platform).

    `version` is the order's after it; `facts` tell what became of it, such as `{"status": {"old": "PENDING", "new": "CONFIRMED"}}`.
    """

    id: UUID
    order_id: UUID
    at: datetime
    actor_id: UUID | None
    kind: str
    version: int
    facts: Mapping[str, Fact]

    typename: ClassVar[str] = "OrderEntry"


def payment_state(order: Order) -> PaymentState:
    """How the order stands with money: an ended one owes nothing, so that whatever it keeps is too much."""
    owed = 0 if order.status in ENDED else order.total_minor
    kept = order.paid_minor - order.refunded_minor
    if order.paid_minor == 0:
        return PaymentState.UNPAID if owed else PaymentState.NOT_REQUIRED
    if kept > owed:
        return PaymentState.OVERPAID
    if order.refunded_minor:
        return PaymentState.PARTIALLY_REFUNDED if kept else PaymentState.REFUNDED
    return PaymentState.PAID if kept == owed else PaymentState.PARTIALLY_PAID


def numbers_of(chance: str) -> list[str]:
    """Numbers that an order may have, worked out of a secret that nobody can foresee; its store takes the first that is free."""
    drawn = int.from_bytes(hashlib.sha256(f"order number {chance}".encode()).digest(), "big")
    letters = []
    for _ in range(NUMBER_LENGTH * NUMBERS_TRIED):
        drawn, letter = divmod(drawn, len(NUMBER_LETTERS))
        letters.append(NUMBER_LETTERS[letter])
    return ["".join(letters[at : at + NUMBER_LENGTH]) for at in range(0, len(letters), NUMBER_LENGTH)]


def read_number(text: str) -> str:
    """A number as people type it, as it is kept; empty, which no number is, for what cannot be one."""
    number = "".join(text.split()).replace("-", "").upper()
    return number if len(number) == NUMBER_LENGTH and set(number) <= set(NUMBER_LETTERS) else ""
