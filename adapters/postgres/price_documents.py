"""Price rules and settings as documents, and as the values that they were before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.pricing import (
    BASE_PRICE,
    CategoryPrice,
    DemandRule,
    DemandStep,
    FeeKind,
    FeePer,
    FeeRule,
    NamedPrice,
    Place,
    PriceKind,
    PriceRules,
    PriceTier,
    PricingSettings,
    TaxRounding,
    TaxRule,
)

Document = Mapping[str, Any]


def read_rules(document: Document | None) -> PriceRules:
    """The rules of a type; those of a base price where it has none."""
    if document is None:
        return BASE_PRICE
    demand = document["demand"]
    return PriceRules(
        kind=PriceKind(document["kind"]),
        by_category=tuple(CategoryPrice(**each) for each in document["by_category"]),
        tiers=tuple(PriceTier(**each | _times(each, "from_at", "until_at")) for each in document["tiers"]),
        demand=demand and DemandRule(**demand | {"steps": tuple(DemandStep(**each) for each in demand["steps"])}),
        named=NamedPrice(**document["named"]),
        tax_code=document["tax_code"],
    )


def read_settings(version: int | None, document: Document | None) -> PricingSettings:
    """How an organization prices; as everybody does at first where it said nothing."""
    if not document:
        return PricingSettings(version=version or 0)
    return PricingSettings(
        version=version or 0,
        prices_include_tax=document["prices_include_tax"],
        rounding=TaxRounding(document["rounding"]),
        place=document["place"] and Place(**document["place"]),
        tax_rules=tuple(TaxRule(**each | _times(each, "valid_from", "valid_until")) for each in document["tax_rules"]),
        fees=tuple(FeeRule(**each | {"kind": FeeKind(each["kind"]), "per": FeePer(each["per"])}) for each in document["fees"]),
    )


def _times(document: Document, *names: str) -> dict[str, datetime | None]:
    return {name: document[name] and datetime.fromisoformat(document[name]) for name in names}
