"""Price rules of ticket types as clients see and set them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain import pricing as domain
from domain import refusals
from resolvers import pricing as deeds
from schema import ids
from schema.errors import MayRefuse, payload
from schema.event_status import NOT_EDITABLE
from schema.percents import read_percent
from schema.scalars import BigInt
from schema.ticket_types import TicketType


@strawberry.input(description="What a ticket costs on the seats of a price category.")
class CategoryPriceInput:
    """Read into `domain.pricing.CategoryPrice`."""

    category: int = strawberry.field(description="The category of the seating plan, by its index.")
    price_minor: BigInt = strawberry.field(description="In minor units of the ticket type's currency.")


@strawberry.input(description="A price for a time or for a number of tickets sold; the first tier that fits counts.")
class PriceTierInput:
    """Read into `domain.pricing.PriceTier`."""

    name: str = strawberry.field(description="What the staff call it, such as Early bird.")
    price_minor: BigInt | None = strawberry.field(default=None, description="The price in it, in minor units of the type's currency.")
    change: Decimal | None = strawberry.field(default=None, description="Instead: by how many percent the price changes, such as -20.")
    from_at: datetime | None = strawberry.field(default=None, description="From when it counts.")
    until_at: datetime | None = strawberry.field(default=None, description="Until when.")
    sold_from: int | None = strawberry.field(default=None, description="Counts when so many of the type are held and sold already.")
    sold_until: int | None = strawberry.field(default=None, description="Counts until so many are held and sold.")

    def to_domain(self, path: tuple[str, ...]) -> domain.PriceTier:
        """The value meant."""
        change = None if self.change is None else read_percent(self.change, (*path, "change"))
        bounds = (self.from_at, self.until_at, self.sold_from, self.sold_until)
        return domain.PriceTier(self.name, self.price_minor, change, *bounds)


@strawberry.input(description="From which share of the capacity on the price changes by how much.")
class DemandStepInput:
    """Read into `domain.pricing.DemandStep`."""

    taken: Decimal = strawberry.field(description="The share that is held and sold, in percent.")
    change: Decimal = strawberry.field(description="By how many percent the price changes from then on, such as 10.")

    def to_domain(self, path: tuple[str, ...]) -> domain.DemandStep:
        """The value meant."""
        return domain.DemandStep(read_percent(self.taken, (*path, "taken")), read_percent(self.change, (*path, "change")))


@strawberry.input(description="How the price follows demand, within bounds.")
class DemandRuleInput:
    """Read into `domain.pricing.DemandRule`."""

    steps: list[DemandStepInput] = strawberry.field(description="The steps, rising in what is taken.")
    floor_minor: BigInt = strawberry.field(description="The least that a step may make of a price, in minor units.")
    ceiling_minor: BigInt = strawberry.field(description="The most, in minor units.")
    round_to: BigInt = strawberry.field(default=BigInt(1), description="Round to multiples of this, in minor units.")

    def to_domain(self) -> domain.DemandRule:
        """The value meant."""
        path = ("input", "demand", "steps")
        steps = tuple(each.to_domain((*path, str(at))) for at, each in enumerate(self.steps))
        return domain.DemandRule(steps, self.floor_minor, self.ceiling_minor, self.round_to)


@strawberry.input(description="Within which bounds a buyer names the price, in minor units of the type's currency.")
class NamedPriceInput:
    """Read into `domain.pricing.NamedPrice`."""

    minimum_minor: BigInt = strawberry.field(default=BigInt(0), description="The least.")
    suggested_minor: BigInt | None = strawberry.field(default=None, description="What who names nothing pays; null: the least.")
    maximum_minor: BigInt | None = strawberry.field(default=None, description="The most; null: any amount.")

    def to_domain(self) -> domain.NamedPrice:
        """The value meant."""
        return domain.NamedPrice(self.minimum_minor, self.suggested_minor, self.maximum_minor)


@strawberry.input(description="The price rules that a ticket type shall have, in the place of all that it had.")
class SetPriceRulesInput:
    """Read into `domain.pricing.SetPriceRules`."""

    ticket_type_id: strawberry.ID = strawberry.field(description="The ticket type.")
    expected_version: int = strawberry.field(description="The ticket type's version that was read.")
    kind: domain.PriceKind = strawberry.field(default=domain.PriceKind.FIXED, description="Who says what a ticket costs.")
    by_category: list[CategoryPriceInput] | None = strawberry.field(
        default=None, description="Prices of seats; others cost the base price."
    )
    tiers: list[PriceTierInput] | None = strawberry.field(default=None, description="Prices by time and by number sold.")
    demand: DemandRuleInput | None = strawberry.field(default=None, description="How the price follows demand.")
    named: NamedPriceInput | None = strawberry.field(default=None, description="The bounds of a price that the buyer names.")
    tax_code: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The tax code; null: no tax. Left out it is `standard`, and none for donations.",
    )

    def to_domain(self) -> domain.SetPriceRules:
        """The command meant."""
        usual = None if self.kind is domain.PriceKind.DONATION else domain.STANDARD
        tiers = tuple(each.to_domain(("input", "tiers", str(at))) for at, each in enumerate(self.tiers or []))
        rules = domain.PriceRules(
            kind=self.kind,
            by_category=tuple(domain.CategoryPrice(each.category, each.price_minor) for each in self.by_category or []),
            tiers=tiers,
            demand=self.demand.to_domain() if self.demand else None,
            named=self.named.to_domain() if self.named else domain.NamedPrice(),
            tax_code=usual if self.tax_code is strawberry.UNSET else self.tax_code,
        )
        type_id = ids.expect(self.ticket_type_id, "TicketType", ("input", "ticketTypeId"))
        return domain.SetPriceRules(type_id, self.expected_version, rules)


@payload(refusals.NotFound, refusals.InputInvalid, refusals.VersionConflict, NOT_EDITABLE, description="The answer to `setPriceRules`.")
class SetPriceRulesPayload:
    """The ticket type, or why its rules stay."""

    ticket_type: TicketType | None = strawberry.field(default=None, description="The ticket type as it is now.")


@strawberry.type
class PriceRuleMutations:
    """Mutations of price rules, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(SetPriceRulesPayload)],
        description="Say what tickets of a type cost from now on; what was ordered stays as it is. Needs tickets:manage.",
    )
    async def set_price_rules(
        self, info: strawberry.Info, input: Annotated[SetPriceRulesInput, strawberry.argument(description="The rules wished for.")]
    ) -> SetPriceRulesPayload:
        """See `resolvers.pricing.set_price_rules`."""
        return SetPriceRulesPayload(ticket_type=await deeds.set_price_rules(info.context, input.to_domain()))  # type: ignore[arg-type]
