"""Changing how an organization prices: whether prices include tax, its tax rules, its fees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from domain.dates import EARLIEST, LATEST, check_moment
from domain.events import expect_version
from domain.money import is_currency
from domain.names import REGION_FORM, is_country, is_region
from domain.pricing.fees import FeeRule
from domain.pricing.rounding import MILLION
from domain.pricing.rules_editing import check_amount, check_tax_code
from domain.pricing.taxes import Place, TaxRounding, TaxRule
from domain.pricing.values import PricingSettings
from domain.refusals import Faults
from domain.texts import check_line

MOST_TAX_RULES, MOST_FEES = 100, 20
LONGEST_LABEL = 100
_COUNTRY = "is not a country of ISO 3166-1 in two capital letters, such as DE"
_PERCENT = "must be between 0 and 100 percent"


@dataclass(frozen=True, slots=True)
class SetPricing:
    """The wish to price otherwise; None means: leave it. Without a country (empty text) the organization has no place."""

    expected_version: int
    prices_include_tax: bool | None = None
    rounding: TaxRounding | None = None
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class SetTaxRules:
    """The wish for these tax rules in the place of all others."""

    expected_version: int
    rules: tuple[TaxRule, ...]


@dataclass(frozen=True, slots=True)
class SetFees:
    """The wish for these fees in the place of all others."""

    expected_version: int
    fees: tuple[FeeRule, ...]


def set_pricing(here: PricingSettings, ask: SetPricing) -> PricingSettings:
    """The settings, a version on; refused with VersionConflict or InputInvalid."""
    expect_version(here.version, ask.expected_version)
    country = ask.country if ask.country is not None else here.place.country if here.place else ""
    region = ask.region if ask.region is not None else here.place.region if here.place and ask.country is None else ""
    faults = Faults()
    faults.check(not country or is_country(country), ("input", "country"), _COUNTRY)
    faults.check(is_region(region), ("input", "region"), REGION_FORM)
    faults.check(bool(country) or not region, ("input", "region"), "needs a country")
    faults.refuse()
    return replace(
        here,
        version=here.version + 1,
        prices_include_tax=here.prices_include_tax if ask.prices_include_tax is None else ask.prices_include_tax,
        rounding=ask.rounding or here.rounding,
        place=Place(country, region) if country else None,
    )


def set_tax_rules(here: PricingSettings, ask: SetTaxRules) -> PricingSettings:
    """The settings with these tax rules, a version on; refused with VersionConflict or InputInvalid."""
    expect_version(here.version, ask.expected_version)
    path = ("input", "rules")
    faults = Faults()
    faults.check(len(ask.rules) <= MOST_TAX_RULES, path, f"must be {MOST_TAX_RULES} at most")
    for at, each in enumerate(ask.rules):
        _check_tax_rule(faults, each, (*path, str(at)))
    for one, other in _overlapping(ask.rules):
        faults.add((*path, str(other)), f"is for the same place, code and time as rule {one}")
    faults.refuse()
    return replace(here, version=here.version + 1, tax_rules=ask.rules)


def set_fees(here: PricingSettings, ask: SetFees) -> PricingSettings:
    """The settings with these fees, a version on; refused with VersionConflict or InputInvalid."""
    expect_version(here.version, ask.expected_version)
    faults = Faults()
    faults.check(len(ask.fees) <= MOST_FEES, ("input", "fees"), f"must be {MOST_FEES} at most")
    for at, each in enumerate(ask.fees):
        _check_fee(faults, each, ("input", "fees", str(at)))
    faults.refuse()
    return replace(here, version=here.version + 1, fees=ask.fees)


def _check_tax_rule(faults: Faults, rule: TaxRule, path: tuple[str, ...]) -> None:
    faults.check(is_country(rule.country), (*path, "country"), _COUNTRY)
    faults.check(is_region(rule.region), (*path, "region"), REGION_FORM)
    check_tax_code(faults, rule.tax_code, (*path, "taxCode"))
    faults.check(0 <= rule.rate <= MILLION, (*path, "percent"), _PERCENT)
    check_moment(faults, rule.valid_from, (*path, "validFrom"))
    check_moment(faults, rule.valid_until, (*path, "validUntil"))
    lasts = rule.valid_from is None or rule.valid_until is None or rule.valid_from < rule.valid_until
    faults.check(lasts, (*path, "validUntil"), "must be after validFrom")


def _check_fee(faults: Faults, fee: FeeRule, path: tuple[str, ...]) -> None:
    check_line(faults, fee.label, (*path, "label"), longest=LONGEST_LABEL)
    check_amount(faults, fee.fixed_minor, (*path, "fixedMinor"))
    check_amount(faults, fee.cap_minor, (*path, "capMinor"))
    faults.check(0 <= fee.rate <= MILLION, (*path, "percent"), _PERCENT)
    faults.check(bool(fee.fixed_minor or fee.rate), path, "comes to nothing; give fixedMinor or percent")
    faults.check(fee.currency is None or is_currency(fee.currency), (*path, "currency"), "is not a currency of ISO 4217 such as EUR")
    needs = fee.fixed_minor or fee.cap_minor is not None
    faults.check(not needs or fee.currency is not None, (*path, "currency"), "is needed with fixedMinor and capMinor")
    check_tax_code(faults, fee.tax_code, (*path, "taxCode"))


def _overlapping(rules: Sequence[TaxRule]) -> list[tuple[int, int]]:
    """The pairs of rules, by their places, between which nothing would decide."""
    return [(one, other) for one, other in combinations(range(len(rules)), 2) if _overlap(rules[one], rules[other])]


def _overlap(one: TaxRule, other: TaxRule) -> bool:
    if (one.country, one.region, one.tax_code) != (other.country, other.region, other.tax_code):
        return False
    return (one.valid_from or EARLIEST) < (other.valid_until or LATEST) and (other.valid_from or EARLIEST) < (one.valid_until or LATEST)
