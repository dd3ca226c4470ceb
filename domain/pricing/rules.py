"""What a ticket of a type costs besides its base price: by seat, by time, by what is sold, by demand, or as the buyer names it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

STANDARD = "standard"
"""The tax code of what nobody says anything else of."""


class PriceKind(StrEnum):
    """Who says what a ticket costs."""

    FIXED = "FIXED"
    NAMED = "NAMED"
    DONATION = "DONATION"


@dataclass(frozen=True, slots=True)
class CategoryPrice:
    """What a ticket costs (minor units) on a seat of this price category of the plan, by the category's index."""

    category: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class PriceTier:
    """A price for a time (UTC, the end excluded) and for the tickets from the `sold_from`th to before the `sold_until`th, counted from 0.

    Either a price of its own in minor units, or a change of the price by millionths: -200,000 is a fifth less.
    """

    name: str
    price_minor: int | None = None
    change: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    sold_from: int | None = None
    sold_until: int | None = None

    def counts(self) -> bool:
        """Whether it asks how many are sold."""
        return self.sold_from is not None or self.sold_until is not None

    def applies(self, now: datetime, sold: int) -> bool:
        """Whether it is the tier for a ticket before which so many of the type were sold or held."""
        in_time = (self.from_at is None or self.from_at <= now) and (self.until_at is None or now < self.until_at)
        return in_time and (self.sold_from or 0) <= sold and (self.sold_until is None or sold < self.sold_until)


@dataclass(frozen=True, slots=True)
class DemandStep:
    """From this share of the capacity taken, the price changes by so many millionths; both are millionths."""

    taken: int
    change: int


@dataclass(frozen=True, slots=True)
class DemandRule:
    """How the price follows demand: the last step reached, rounded half up to a multiple of `round_to`, then kept within the bounds."""

    steps: tuple[DemandStep, ...]
    floor_minor: int
    ceiling_minor: int
    round_to: int = 1


@dataclass(frozen=True, slots=True)
class NamedPrice:
    """The bounds within which a buyer names the price, in minor units, and what is suggested."""

    minimum_minor: int = 0
    suggested_minor: int | None = None
    maximum_minor: int | None = None

    @property
    def usual_minor(self) -> int:
        """What who names nothing pays."""
        return self.minimum_minor if self.suggested_minor is None else self.suggested_minor


@dataclass(frozen=True, slots=True)
class PriceRules:
    """All rules of one ticket type. Without a `tax_code` it bears no tax."""

    kind: PriceKind = PriceKind.FIXED
    by_category: tuple[CategoryPrice, ...] = ()
    tiers: tuple[PriceTier, ...] = ()
    demand: DemandRule | None = None
    named: NamedPrice = NamedPrice()
    tax_code: str | None = STANDARD

    def counts(self) -> bool:
        """Whether a price depends on how many of the type are sold."""
        return any(tier.counts() for tier in self.tiers)

    def has_amounts(self) -> bool:
        """Whether a rule names an amount, which is one of the type's currency."""
        of_tiers = any(tier.price_minor is not None for tier in self.tiers)
        return bool(self.by_category or of_tiers or self.demand or self.named != NamedPrice())


BASE_PRICE = PriceRules()
"""The rules of a type that has none: its base price, always."""
