"""Price rules as clients read them, and the range of a price."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain import money
from domain import pricing as domain
from schema.enums import show_enum
from schema.money import Money
from schema.percents import show_percent
from schema.scalars import BigInt

show_enum(
    domain.PriceKind,
    "Who says what a ticket costs.",
    {
        "FIXED": "The rules say it.",
        "NAMED": "The buyer names it, within bounds.",
        "DONATION": "The buyer names it, and gets nothing for it that is taxed unless a tax code says so.",
    },
)


@strawberry.type(description="The least and the most that a ticket can cost, before promo codes.")
class PriceRange:
    """Two amounts that `domain.pricing.price_range` works out."""

    @strawberry.field(description="The least.")
    def least(self: tuple[money.Money, money.Money]) -> Money:
        """The first of the two."""
        return self[0]  # type: ignore[return-value]

    @strawberry.field(description="The most.")
    def most(self: tuple[money.Money, money.Money]) -> Money:
        """The second of the two."""
        return self[1]  # type: ignore[return-value]


@strawberry.type(description="What a ticket costs on the seats of a price category.")
class CategoryPrice:
    """See `domain.pricing.CategoryPrice`."""

    category: int = strawberry.field(description="The category of the seating plan, by its index.")
    price_minor: BigInt = strawberry.field(description="In minor units of the ticket type's currency.")


@strawberry.type(description="A price for a time or for a number of tickets sold.")
class PriceTier:
    """See `domain.pricing.PriceTier`."""

    name: str = strawberry.field(description="What the staff call it.")
    price_minor: BigInt | None = strawberry.field(description="The price in it, in minor units; null where it changes the price.")
    from_at: datetime | None = strawberry.field(description="From when it counts; null: at once.")
    until_at: datetime | None = strawberry.field(description="Until when; null: without end.")
    sold_from: int | None = strawberry.field(description="How many of the type must be held and sold.")
    sold_until: int | None = strawberry.field(description="Until how many are held and sold it counts.")

    @strawberry.field(description="By how many percent it changes the price; null where it has a price of its own.")
    def change(self: domain.PriceTier) -> Decimal | None:
        """In percent."""
        return None if self.change is None else show_percent(self.change)


@strawberry.type(description="From which share of the capacity on the price changes by how much.")
class DemandStep:
    """See `domain.pricing.DemandStep`."""

    @strawberry.field(description="The share that is held and sold, in percent.")
    def taken(self: domain.DemandStep) -> Decimal:
        """In percent."""
        return show_percent(self.taken)

    @strawberry.field(description="By how many percent the price changes from then on.")
    def change(self: domain.DemandStep) -> Decimal:
        """In percent."""
        return show_percent(self.change)


@strawberry.type(description="How the price follows demand, within bounds.")
class DemandRule:
    """See `domain.pricing.DemandRule`."""

    steps: list[DemandStep] = strawberry.field(description="The steps, rising in what is taken.")
    floor_minor: BigInt = strawberry.field(description="The least that a step may make of a price, in minor units.")
    ceiling_minor: BigInt = strawberry.field(description="The most, in minor units.")
    round_to: BigInt = strawberry.field(description="Prices are rounded to multiples of this, in minor units.")


@strawberry.type(description="Within which bounds a buyer names the price, in minor units of the type's currency.")
class NamedPrice:
    """See `domain.pricing.NamedPrice`."""

    minimum_minor: BigInt = strawberry.field(description="The least.")
    suggested_minor: BigInt | None = strawberry.field(description="What who names nothing pays; null: the least.")
    maximum_minor: BigInt | None = strawberry.field(description="The most; null: any amount.")


@strawberry.type(description="What a ticket of a type costs besides its base price.")
class PriceRules:
    """See `domain.pricing.PriceRules`."""

    kind: domain.PriceKind = strawberry.field(description="Who says what a ticket costs.")
    by_category: list[CategoryPrice] = strawberry.field(description="Prices of seats; others cost the base price.")
    tiers: list[PriceTier] = strawberry.field(description="Prices by time and by number sold; the first that fits counts.")
    demand: DemandRule | None = strawberry.field(description="How the price follows demand; null: not at all.")
    tax_code: str | None = strawberry.field(description="The tax code; null: no tax.")

    @strawberry.field(description="The bounds of a price that the buyer names; null where it is fixed.")
    def named(self: domain.PriceRules) -> NamedPrice | None:
        """The bounds."""
        return None if self.kind is domain.PriceKind.FIXED else self.named  # type: ignore[return-value]
