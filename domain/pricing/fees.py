"""Fees that an organization adds to orders: for each order or each ticket, fixed, as a share of the price, or both."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.pricing.rounding import share_of


class FeeKind(StrEnum):
    """What a fee is for."""

    SERVICE = "SERVICE"
    PAYMENT = "PAYMENT"
    SHIPPING = "SHIPPING"
    OTHER = "OTHER"


class FeePer(StrEnum):
    """What a fee is reckoned on."""

    ORDER = "ORDER"
    TICKET = "TICKET"


@dataclass(frozen=True, slots=True)
class FeeRule:
    """A fee of `fixed_minor` and `rate` millionths of the price, `cap_minor` at most, for each order or ticket.

    With a `currency` it is for orders in that alone; amounts need one. What costs nothing bears it only where `on_free` says so.
    """

    kind: FeeKind
    label: str
    per: FeePer
    fixed_minor: int = 0
    rate: int = 0
    cap_minor: int | None = None
    currency: str | None = None
    tax_code: str | None = None
    on_free: bool = False

    def amount(self, prices: Sequence[int], currency: str) -> int:
        """What it comes to for an order of tickets at these prices."""
        if self.currency not in {None, currency} or not prices:
            return 0
        if self.per is FeePer.ORDER:
            return self._on(sum(prices))
        return sum(self._on(price) for price in prices)

    def _on(self, price: int) -> int:
        if not price and not self.on_free:
            return 0
        fee = self.fixed_minor + share_of(price, self.rate)
        return fee if self.cap_minor is None else min(fee, self.cap_minor)
