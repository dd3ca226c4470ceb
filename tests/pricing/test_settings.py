"""How an organization prices: taxes, fees and whether prices include tax, version-checked, each fault at its place."""

from typing import Any

import pytest

from tests.api.conftest import Tenant
from tests.pricing.till import PRICING, pricing
from tests.ticket_types.desk import do, done, refusal

pytestmark = pytest.mark.asyncio

AT_FIRST = {"version": 0, "pricesIncludeTax": True, "rounding": "LINE", "country": None, "region": None, "taxRules": [], "fees": []}
RULE = {"country": "DE", "percent": "19"}
YEAR = {"validFrom": "2030-01-01T00:00:00Z", "validUntil": "2031-01-01T00:00:00Z"}
FEE = {"label": "Service", "fixedMinor": 50, "currency": "EUR"}
INCLUDED = "{ organization { pricesIncludeTax } }"


async def test_at_first_prices_include_taxes_and_there_are_none(tenant: Tenant) -> None:
    assert await pricing(tenant.owner) == AT_FIRST
    assert await tenant.anonymous.ask(INCLUDED) == {"organization": {"pricesIncludeTax": True}}
    assert await tenant.anonymous.code("{ pricing { version } }") == "UNAUTHENTICATED"


async def test_settings_are_changed_one_by_one_and_told_to_buyers(tenant: Tenant) -> None:
    wish = {"pricesIncludeTax": False, "rounding": "SUM_BY_NET_KEEP_GROSS", "country": "US", "region": "NY"}

    await done(tenant.owner, "setPricing", PRICING, expectedVersion=0, **wish)
    moved = (await done(tenant.owner, "setPricing", PRICING, expectedVersion=1, country="DE"))["pricing"]
    gone = (await done(tenant.owner, "setPricing", PRICING, expectedVersion=2, country=""))["pricing"]

    assert moved == AT_FIRST | wish | {"version": 2, "country": "DE", "region": None}
    assert gone == AT_FIRST | wish | {"version": 3, "country": None, "region": None}
    assert await tenant.anonymous.ask(INCLUDED) == {"organization": {"pricesIncludeTax": False}}


async def test_tax_rules_and_fees_are_read_as_they_were_set(tenant: Tenant) -> None:
    rules = [
        {"country": "US", "region": "NY", "taxCode": "standard", "percent": "8.875", "validFrom": None, "validUntil": None},
        RULE
        | {"region": "", "taxCode": "reduced", "percent": "7", "validFrom": "2030-01-01T00:00:00Z", "validUntil": "2031-01-01T00:00:00Z"},
    ]
    fee = FEE | {"kind": "PAYMENT", "per": "TICKET", "percent": "2.9", "capMinor": 500, "taxCode": None, "onFree": True}

    await done(tenant.owner, "setTaxRules", PRICING, expectedVersion=0, rules=rules)
    told = (await done(tenant.owner, "setFees", PRICING, expectedVersion=1, fees=[fee]))["pricing"]

    assert told == AT_FIRST | {"version": 2, "taxRules": rules, "fees": [fee]}
    assert await pricing(tenant.owner) == told


@pytest.mark.parametrize(
    ("deed", "wish"), [("setPricing", {}), ("setTaxRules", {"rules": []}), ("setFees", {"fees": []})], ids=["pricing", "taxes", "fees"]
)
async def test_a_stale_version_is_refused_and_changes_nothing(tenant: Tenant, deed: str, wish: dict[str, Any]) -> None:
    await done(tenant.owner, "setTaxRules", PRICING, expectedVersion=0, rules=[RULE])
    before = await pricing(tenant.owner)

    told = refusal(await do(tenant.owner, deed, PRICING, expectedVersion=0, **wish))

    assert (told["__typename"], told["currentVersion"]) == ("VersionConflict", 1)
    assert await pricing(tenant.owner) == before


FAULTS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("setPricing", {"country": "XX"}, ["input.country"]),
    ("setPricing", {"country": "US", "region": "New York"}, ["input.region"]),
    ("setPricing", {"region": "NY"}, ["input.region"]),
    ("setTaxRules", {"rules": [{"country": "XX", "percent": "100.0001"}]}, ["input.rules.0.country", "input.rules.0.percent"]),
    ("setTaxRules", {"rules": [RULE | {"percent": "-1", "taxCode": ""}]}, ["input.rules.0.taxCode", "input.rules.0.percent"]),
    ("setTaxRules", {"rules": [RULE | {"percent": "8.87555"}]}, ["input.rules.0.percent"]),
    ("setTaxRules", {"rules": [RULE, RULE]}, ["input.rules.1"]),
    (
        "setTaxRules",
        {"rules": [RULE | {"validUntil": "2031-01-01T00:00:01Z"}, RULE | {"validFrom": "2031-01-01T00:00:00Z"}]},
        ["input.rules.1"],
    ),
    (
        "setTaxRules",
        {"rules": [RULE | {"validFrom": "2031-01-01T00:00:00Z", "validUntil": "2030-01-01T00:00:00Z"}]},
        ["input.rules.0.validUntil"],
    ),
    ("setFees", {"fees": [{"label": "Nothing"}]}, ["input.fees.0"]),
    ("setFees", {"fees": [{"label": "", "fixedMinor": 1}]}, ["input.fees.0.label", "input.fees.0.currency"]),
    ("setFees", {"fees": [{"label": "Share", "percent": "1", "capMinor": 5}]}, ["input.fees.0.currency"]),
    ("setFees", {"fees": [FEE | {"currency": "ABC", "fixedMinor": -1}]}, ["input.fees.0.fixedMinor", "input.fees.0.currency"]),
    ("setFees", {"fees": [FEE] * 21}, ["input.fees"]),
]


@pytest.mark.parametrize(("deed", "wish", "paths"), FAULTS, ids=[f"{at}" for at in range(len(FAULTS))])
async def test_what_cannot_be_is_refused_at_its_place(tenant: Tenant, deed: str, wish: dict[str, Any], paths: list[str]) -> None:
    told = refusal(await do(tenant.owner, deed, PRICING, expectedVersion=0, **wish))

    assert told["__typename"] == "InputInvalid"
    assert [".".join(fault["path"]) for fault in told["faults"]] == paths
    assert await pricing(tenant.owner) == AT_FIRST


async def test_rules_that_follow_each_other_and_those_of_regions_and_codes_do_not_overlap(tenant: Tenant) -> None:
    moment = "2031-01-01T00:00:00Z"
    rules = [RULE | {"validUntil": moment}, RULE | {"validFrom": moment}, RULE | {"region": "BE"}, RULE | {"taxCode": "reduced"}]

    told = (await done(tenant.owner, "setTaxRules", PRICING, expectedVersion=0, rules=rules))["pricing"]

    assert len(told["taxRules"]) == 4


async def test_one_organization_s_settings_are_not_another_s(tenant: Tenant, other_tenant: Tenant) -> None:
    await done(tenant.owner, "setTaxRules", PRICING, expectedVersion=0, rules=[RULE])

    assert await pricing(other_tenant.owner) == AT_FIRST
