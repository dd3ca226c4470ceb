"""What a quote is asked with, what it is reckoned from, and what it says. All amounts are minor units, all rates millionths."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.pricing.fees import FeeKind, FeeRule
from domain.pricing.promo_codes import PromoCode
from domain.pricing.rules import BASE_PRICE, PriceRules
from domain.pricing.taxes import Place, TaxRounding, TaxRule


@dataclass(frozen=True, slots=True)
class PricedAsk:
    """One admission to be priced: `key` is the caller's and unique, `category` that of its seat, `named_minor` the price the buyer names.

    Where it is `counted`, the ticket is held already, so it is among those that the book counts as taken.
    """

    key: int
    event_id: UUID
    ticket_type_id: UUID
    category: int | None = None
    named_minor: int | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class PricingSettings:
    """How an organization prices. `place` is its own, where what has no other place is supplied; `version` rises with every change."""

    version: int = 0
    prices_include_tax: bool = True
    rounding: TaxRounding = TaxRounding.LINE
    place: Place | None = None
    tax_rules: tuple[TaxRule, ...] = ()
    fees: tuple[FeeRule, ...] = ()


@dataclass(frozen=True, slots=True)
class BookedPool:
    """A stock on which a type draws: how many of it are held or sold, and how many there are."""

    id: UUID
    taken: int
    capacity: int


@dataclass(frozen=True, slots=True)
class BookedType:
    """A ticket type as prices see it. `taken` tickets of it are held or sold, counted only where its rules ask for that.

    `place` is its event's venue; None where the buyer is: at an event that takes place online alone.
    """

    id: UUID
    event_id: UUID
    price_minor: int
    currency: str
    starts_at: datetime
    is_virtual: bool = False
    place: Place | None = None
    rules: PriceRules = BASE_PRICE
    taken: int = 0
    pools: tuple[BookedPool, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Everything that a quote needs: how the organization prices, the types of the events, and the promo codes shown that there are.

    `currency` is the organization's own, `read_at` the database's time (UTC).
    `shown` are the words as they are compared, whether there is such a code or not; `used` says how often this buyer used which code.
    """

    currency: str
    read_at: datetime
    settings: PricingSettings
    types: Mapping[UUID, BookedType]
    codes: tuple[PromoCode, ...] = ()
    shown: tuple[str, ...] = ()
    used: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """The price of one admission: what the list says less the discount is `price_minor` (gross), of which `tax_minor` is tax.

    Where prices bear tax on top, list price and discount are net, and `list_minor - discount_minor == net_minor`.
    """

    key: int
    list_minor: int
    discount_minor: int
    price_minor: int
    net_minor: int
    tax_minor: int
    tax_rate: int
    tax_code: str | None


@dataclass(frozen=True, slots=True)
class QuotedFee:
    """A fee of the order, gross, of which `tax_minor` is tax."""

    kind: FeeKind
    label: str
    price_minor: int
    net_minor: int
    tax_minor: int
    tax_rate: int


@dataclass(frozen=True, slots=True)
class CodeSpent:
    """A promo code that the quote uses, and what it gives away."""

    promo_code_id: UUID
    code: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would cost now; `total_minor == net_minor + tax_minor`, of which `fee_minor` (gross) are fees."""

    currency: str
    lines: tuple[QuotedLine, ...]
    fees: tuple[QuotedFee, ...]
    spent: tuple[CodeSpent, ...]
    net_minor: int
    tax_minor: int
    fee_minor: int
    discount_minor: int
    total_minor: int
