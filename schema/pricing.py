"""How the organization prices, as its staff see and set it: taxes and fees."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain import pricing as domain
from domain import refusals
from resolvers import pricing as deeds
from schema.enums import show_enum
from schema.errors import MayRefuse, payload
from schema.percents import read_percent, show_percent
from schema.scalars import BigInt, CurrencyCode

show_enum(
    domain.TaxRounding,
    "Where taxes are rounded.",
    {
        "LINE": "On each line alone.",
        "SUM_BY_NET_KEEP_GROSS": "On the sum of each rate, shared out over its lines; prices that include tax stay as they are.",
    },
)
show_enum(
    domain.FeeKind,
    "What a fee is for.",
    {"SERVICE": "Selling the tickets.", "PAYMENT": "Paying.", "SHIPPING": "Sending the tickets.", "OTHER": "Something else."},
)
show_enum(domain.FeePer, "What a fee is reckoned on.", {"ORDER": "The whole order.", "TICKET": "Each ticket."})


@strawberry.type(description="Which tax is due on what, where and when.")
class TaxRule:
    """See `domain.pricing.TaxRule`."""

    country: str = strawberry.field(description="Where it is supplied, ISO 3166-1 alpha-2.")
    region: str = strawberry.field(description="The region there, as ISO 3166-2 writes it after the hyphen; empty: all of it.")
    tax_code: str = strawberry.field(description="The tax code of ticket types and fees that it is for.")
    valid_from: datetime | None = strawberry.field(description="For what is supplied from then on; null: from ever.")
    valid_until: datetime | None = strawberry.field(description="Until then; null: for ever.")

    @strawberry.field(description="The rate in percent.")
    def percent(self: domain.TaxRule) -> Decimal:
        """In percent."""
        return show_percent(self.rate)


@strawberry.type(description="A fee that is added to orders.")
class FeeRule:
    """See `domain.pricing.FeeRule`."""

    kind: domain.FeeKind = strawberry.field(description="What it is for.")
    label: str = strawberry.field(description="What the buyer reads.")
    per: domain.FeePer = strawberry.field(description="What it is reckoned on.")
    fixed_minor: BigInt = strawberry.field(description="A fixed amount, in minor units.")
    cap_minor: BigInt | None = strawberry.field(description="The most that it comes to, in minor units; null: no bound.")
    currency: CurrencyCode | None = strawberry.field(description="For orders in this currency; null: in any.")
    tax_code: str | None = strawberry.field(description="Its tax code; null: no tax.")
    on_free: bool = strawberry.field(description="Whether it is due on what costs nothing, too.")

    @strawberry.field(description="A share of the price, in percent.")
    def percent(self: domain.FeeRule) -> Decimal:
        """In percent."""
        return show_percent(self.rate)


@strawberry.type(description="How the organization prices.")
class Pricing:
    """See `domain.pricing.PricingSettings`."""

    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")
    prices_include_tax: bool = strawberry.field(description="Whether prices include taxes, or bear them on top.")
    rounding: domain.TaxRounding = strawberry.field(description="Where taxes are rounded.")
    tax_rules: list[TaxRule] = strawberry.field(description="The tax rules; where none is for it, nothing is taxed.")
    fees: list[FeeRule] = strawberry.field(description="The fees.")

    @strawberry.field(description="The organization's own country; null when nobody said.")
    def country(self: domain.PricingSettings) -> str | None:
        """Of its place."""
        return self.place.country if self.place else None

    @strawberry.field(description="The region there; null when nobody said.")
    def region(self: domain.PricingSettings) -> str | None:
        """Of its place."""
        return self.place.region or None if self.place else None


@strawberry.input(description="Which tax is due on what, where and when.")
class TaxRuleInput:
    """Read into `domain.pricing.TaxRule`."""

    country: str = strawberry.field(description="Where it is supplied, ISO 3166-1 alpha-2.")
    region: str | None = strawberry.field(default=None, description="The region there, such as NY; null: all of it.")
    tax_code: str = strawberry.field(default=domain.STANDARD, description="The tax code that it is for.")
    percent: Decimal = strawberry.field(description="The rate in percent, with four digits after the point at most.")
    valid_from: datetime | None = strawberry.field(default=None, description="For what is supplied from then on.")
    valid_until: datetime | None = strawberry.field(default=None, description="Until then.")

    def to_domain(self, path: tuple[str, ...]) -> domain.TaxRule:
        """The value meant."""
        rate = read_percent(self.percent, (*path, "percent"))
        return domain.TaxRule(self.country, self.tax_code, rate, self.region or "", self.valid_from, self.valid_until)


@strawberry.input(description="A fee that is added to orders.")
class FeeRuleInput:
    """Read into `domain.pricing.FeeRule`."""

    kind: domain.FeeKind = strawberry.field(default=domain.FeeKind.SERVICE, description="What it is for.")
    label: str = strawberry.field(description="What the buyer reads.")
    per: domain.FeePer = strawberry.field(default=domain.FeePer.ORDER, description="What it is reckoned on.")
    fixed_minor: BigInt = strawberry.field(default=BigInt(0), description="A fixed amount, in minor units; needs a currency.")
    percent: Decimal | None = strawberry.field(default=None, description="A share of the price, in percent.")
    cap_minor: BigInt | None = strawberry.field(default=None, description="The most that it comes to, in minor units; needs a currency.")
    currency: CurrencyCode | None = strawberry.field(default=None, description="For orders in this currency alone.")
    tax_code: str | None = strawberry.field(default=domain.STANDARD, description="Its tax code; null: no tax.")
    on_free: bool = strawberry.field(default=False, description="Whether it is due on what costs nothing, too.")

    def to_domain(self, path: tuple[str, ...]) -> domain.FeeRule:
        """The value meant."""
        rate = read_percent(self.percent, (*path, "percent"))
        amounts = (self.fixed_minor, rate, self.cap_minor)
        return domain.FeeRule(self.kind, self.label, self.per, *amounts, self.currency, self.tax_code, self.on_free)


@strawberry.input(description="Price otherwise; what is left out stays as it is.")
class SetPricingInput:
    """Read into `domain.pricing.SetPricing`."""

    expected_version: int = strawberry.field(description="The version that was read.")
    prices_include_tax: bool | None = strawberry.field(default=None, description="Whether prices include taxes.")
    rounding: domain.TaxRounding | None = strawberry.field(default=None, description="Where taxes are rounded.")
    country: str | None = strawberry.field(default=None, description="The organization's own country; empty for none.")
    region: str | None = strawberry.field(default=None, description="The region there; another country has none until it is said.")

    def to_domain(self) -> domain.SetPricing:
        """The command meant."""
        return domain.SetPricing(self.expected_version, self.prices_include_tax, self.rounding, self.country, self.region)


@strawberry.input(description="The tax rules that shall hold, in the place of all others.")
class SetTaxRulesInput:
    """Read into `domain.pricing.SetTaxRules`."""

    expected_version: int = strawberry.field(description="The version that was read.")
    rules: list[TaxRuleInput] = strawberry.field(description="The rules, 100 at most.")

    def to_domain(self) -> domain.SetTaxRules:
        """The command meant."""
        rules = tuple(each.to_domain(("input", "rules", str(at))) for at, each in enumerate(self.rules))
        return domain.SetTaxRules(self.expected_version, rules)


@strawberry.input(description="The fees that shall be added, in the place of all others.")
class SetFeesInput:
    """Read into `domain.pricing.SetFees`."""

    expected_version: int = strawberry.field(description="The version that was read.")
    fees: list[FeeRuleInput] = strawberry.field(description="The fees, 20 at most.")

    def to_domain(self) -> domain.SetFees:
        """The command meant."""
        fees = tuple(each.to_domain(("input", "fees", str(at))) for at, each in enumerate(self.fees))
        return domain.SetFees(self.expected_version, fees)


@payload(refusals.InputInvalid, refusals.VersionConflict, description="The answer to `setPricing`.")
class SetPricingPayload:
    """The settings, or why they stay."""

    pricing: Pricing | None = strawberry.field(default=None, description="The settings as they are now.")


@payload(refusals.InputInvalid, refusals.VersionConflict, description="The answer to `setTaxRules`.")
class SetTaxRulesPayload:
    """The settings, or why they stay."""

    pricing: Pricing | None = strawberry.field(default=None, description="The settings as they are now.")


@payload(refusals.InputInvalid, refusals.VersionConflict, description="The answer to `setFees`.")
class SetFeesPayload:
    """The settings, or why they stay."""

    pricing: Pricing | None = strawberry.field(default=None, description="The settings as they are now.")


@strawberry.type
class PricingQueries:
    """Queries of pricing, merged into the root."""

    @strawberry.field(description="How the organization of the request prices. Needs prices:manage.")
    async def pricing(self, info: strawberry.Info) -> Pricing | None:
        """Its settings."""
        return await deeds.own_pricing(info.context)  # type: ignore[return-value]


@strawberry.type
class PricingMutations:
    """Mutations of pricing, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(SetPricingPayload)],
        description="Say whether prices include taxes, how these are rounded, and where the organization is. Needs prices:manage.",
    )
    async def set_pricing(
        self, info: strawberry.Info, input: Annotated[SetPricingInput, strawberry.argument(description="What to change.")]
    ) -> SetPricingPayload:
        """See `resolvers.pricing.change_pricing`."""
        return SetPricingPayload(pricing=await deeds.change_pricing(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(SetTaxRulesPayload)], description="Say which taxes are due. Needs prices:manage.")
    async def set_tax_rules(
        self, info: strawberry.Info, input: Annotated[SetTaxRulesInput, strawberry.argument(description="The rules wished for.")]
    ) -> SetTaxRulesPayload:
        """See `resolvers.pricing.change_tax_rules`."""
        return SetTaxRulesPayload(pricing=await deeds.change_tax_rules(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(SetFeesPayload)], description="Say which fees are added to orders. Needs prices:manage.")
    async def set_fees(
        self, info: strawberry.Info, input: Annotated[SetFeesInput, strawberry.argument(description="The fees wished for.")]
    ) -> SetFeesPayload:
        """See `resolvers.pricing.change_fees`."""
        return SetFeesPayload(pricing=await deeds.change_fees(info.context, input.to_domain()))  # type: ignore[arg-type]
