"""Finding orders: which ones, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.orders.values import OrderChannel, OrderStatus, PaymentState
from domain.refusals import Faults

LONGEST_SEARCH = 200


class OrderOrder(StrEnum):
    """How a list of orders is sorted; the id decides between equals."""

    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"
    TOTAL_ASC = "TOTAL_ASC"
    TOTAL_DESC = "TOTAL_DESC"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders: all conditions given must hold.

    `search` is the beginning of a number, of an e-mail address or of any word of a name, of the buyer or of an attendee; times are UTC,
    from (inclusive) and before. `buyers` are those of the orders (`Order.buyer`); None asks for nothing.
    """

    search: str | None = None
    numbers: Sequence[str] | None = None
    emails: Sequence[str] | None = None
    event_ids: Sequence[UUID] | None = None
    statuses: Sequence[OrderStatus] | None = None
    payment_states: Sequence[PaymentState] | None = None
    channels: Sequence[OrderChannel] | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    confirmed_from: datetime | None = None
    confirmed_before: datetime | None = None
    buyers: Sequence[str] | None = None


def check_search(search: str | None) -> None:
    """Refuse with InputInvalid a search that is too long, or blank."""
    faults = Faults()
    if search is not None:
        faults.check(0 < len(search.strip()) <= LONGEST_SEARCH, ("where", "search"), f"must be 1 to {LONGEST_SEARCH} characters")
    faults.refuse()
