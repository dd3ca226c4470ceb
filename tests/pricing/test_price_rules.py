"""Price rules: set by who manages tickets, shown as prices to everybody and as rules to the staff, refused with every fault."""

from typing import Any

import pytest

from tests.api.box_office import create_event, create_ticket_type, put_on_sale
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.pricing.till import rules_of, set_rules, shown
from tests.ticket_types.desk import change, do, done, refusal, reserve

pytestmark = pytest.mark.asyncio

BASE: dict[str, Any] = {"kind": "FIXED", "taxCode": "standard", "byCategory": [], "tiers": [], "demand": None, "named": None}
EARLY = {"name": "Early bird", "change": "-20", "untilAt": "2031-01-01T00:00:00Z", "soldUntil": 2}


async def test_a_type_has_its_base_price_until_rules_are_set(tenant: Tenant) -> None:
    _, type_id = await put_on_sale(tenant.owner)

    assert await shown(tenant.anonymous, type_id) == (2_550, 2_550, 2_550, 2_550)
    assert await rules_of(tenant.owner, type_id) == {"version": 1, "priceRules": BASE}


async def test_rules_are_read_as_they_were_set(tenant: Tenant) -> None:
    _, type_id = await put_on_sale(tenant.owner)
    steps = [{"taken": "50", "change": "12.5"}, {"taken": "90", "change": "40"}]
    demand = {"steps": steps, "floorMinor": 1_000, "ceilingMinor": 9_000, "roundTo": 50}
    categories = [{"category": 0, "priceMinor": 4000}]

    made = await set_rules(tenant.owner, type_id, tiers=[EARLY], demand=demand, byCategory=categories, taxCode="reduced")

    assert made["version"] == 2
    assert made["priceRules"] == {
        "kind": "FIXED",
        "taxCode": "reduced",
        "byCategory": categories,
        "tiers": [
            {
                "name": "Early bird",
                "priceMinor": None,
                "change": "-20",
                "fromAt": None,
                "untilAt": EARLY["untilAt"],
                "soldFrom": None,
                "soldUntil": 2,
            }
        ],
        "demand": demand,
        "named": None,
    }
    assert await rules_of(tenant.owner, type_id) == {"version": 2, "priceRules": made["priceRules"]}
    assert await rules_of(tenant.anonymous, type_id) == {"version": 2, "priceRules": None}


async def test_the_price_shown_is_that_of_the_next_ticket(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await set_rules(tenant.owner, type_id, tiers=[EARLY])

    before = await shown(tenant.anonymous, type_id)
    held = await reserve(tenant.anonymous, event_id, type_id, 2)
    after = await shown(tenant.anonymous, type_id)
    await done(tenant.anonymous.with_headers(x_cart=held["cart"]), "releaseHold", "hold { id }", holdId=held["hold"]["id"])

    assert before == (2_550, 2_040, 2_040, 2_550)
    assert after == (2_550, 2_550, 2_040, 2_550)
    assert await shown(tenant.anonymous, type_id) == before


async def test_the_price_follows_demand_as_pools_fill(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=10)
    steps = [{"taken": "50", "change": "10"}]
    await set_rules(tenant.owner, type_id, demand={"steps": steps, "floorMinor": 0, "ceilingMinor": 100_000, "roundTo": 100})
    prices = []

    for quantity in (4, 1, 1):
        await reserve(tenant.anonymous, event_id, type_id, quantity)
        prices.append((await shown(tenant.anonymous, type_id))[1])

    assert prices == [2_550, 2_800, 2_800]


async def test_a_tier_ends_by_the_database_s_clock(tenant: Tenant, clock: Clock) -> None:
    _, type_id = await put_on_sale(tenant.owner)
    await set_rules(tenant.owner, type_id, tiers=[{"name": "Early", "priceMinor": 100, "untilAt": "2030-06-01T00:00:00Z"}])

    early = (await shown(tenant.anonymous, type_id))[1]
    await clock.advance(days=365 * 4)
    late = (await shown(tenant.anonymous, type_id))[1]

    assert (early, late) == (100, 2_550)


async def test_a_donation_bears_no_tax_unless_it_is_said(tenant: Tenant) -> None:
    _, type_id = await put_on_sale(tenant.owner)

    gift = await set_rules(tenant.owner, type_id, kind="DONATION", named={"suggestedMinor": 500})
    sold = await set_rules(tenant.owner, type_id, 2, kind="DONATION", taxCode="reduced")
    free = await set_rules(tenant.owner, type_id, 3, kind="FIXED", taxCode=None)

    assert [each["priceRules"]["taxCode"] for each in (gift, sold, free)] == [None, "reduced", None]
    assert gift["priceRules"]["named"] == {"minimumMinor": 0, "suggestedMinor": 500, "maximumMinor": None}


async def test_rules_for_a_version_that_is_past_are_refused_and_change_nothing(tenant: Tenant) -> None:
    _, type_id = await put_on_sale(tenant.owner)
    await set_rules(tenant.owner, type_id, tiers=[EARLY])
    before = await rules_of(tenant.owner, type_id)

    told = refusal(await do(tenant.owner, "setPriceRules", "ticketType { id }", ticketTypeId=type_id, expectedVersion=1))

    assert (told["__typename"], told["currentVersion"]) == ("VersionConflict", 2)
    assert await rules_of(tenant.owner, type_id) == before


FAULTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"tiers": [{"name": "Both", "priceMinor": 1, "change": "1"}]}, ["input.tiers.0"]),
    ({"tiers": [{"name": "None"}, {"name": ""}]}, ["input.tiers.0", "input.tiers.1.name", "input.tiers.1"]),
    ({"tiers": [{"name": "T", "priceMinor": -1, "soldFrom": 5, "soldUntil": 5}]}, ["input.tiers.0.priceMinor", "input.tiers.0.soldUntil"]),
    ({"tiers": [{"name": "T", "change": "-100.5"}]}, ["input.tiers.0.change"]),
    ({"tiers": [{"name": "T", "change": "1.00001"}]}, ["input.tiers.0.change"]),
    ({"tiers": [{"name": "T", "change": "1e400"}]}, ["input.tiers.0.change"]),
    ({"tiers": [{"name": "T", "priceMinor": 1}], "byCategory": [{"category": 0, "priceMinor": 1}]}, ["input.tiers.0"]),
    (
        {"tiers": [{"name": "T", "priceMinor": 1, "fromAt": "2031-01-01T00:00:00Z", "untilAt": "2031-01-01T00:00:00Z"}]},
        ["input.tiers.0.untilAt"],
    ),
    (
        {"byCategory": [{"category": 0, "priceMinor": 1}, {"category": 0, "priceMinor": 10**13}]},
        ["input.byCategory", "input.byCategory.1.priceMinor"],
    ),
    ({"byCategory": [{"category": -1, "priceMinor": 1}]}, ["input.byCategory.0.category"]),
    (
        {"demand": {"steps": [], "floorMinor": 2, "ceilingMinor": 1, "roundTo": 0}},
        ["input.demand.steps", "input.demand.ceilingMinor", "input.demand.roundTo"],
    ),
    (
        {"demand": {"steps": [{"taken": "50", "change": "1"}, {"taken": "50", "change": "2000"}], "floorMinor": 0, "ceilingMinor": 1}},
        ["input.demand.steps", "input.demand.steps.1.change"],
    ),
    ({"demand": {"steps": [{"taken": "100.0001", "change": "1"}], "floorMinor": 0, "ceilingMinor": 1}}, ["input.demand.steps.0.taken"]),
    ({"named": {"minimumMinor": 1}}, ["input.named"]),
    ({"kind": "NAMED", "tiers": [{"name": "T", "priceMinor": 1}]}, ["input.tiers"]),
    (
        {"kind": "NAMED", "named": {"minimumMinor": 5, "suggestedMinor": 4, "maximumMinor": 3}},
        ["input.named.suggestedMinor", "input.named.maximumMinor"],
    ),
    ({"taxCode": ""}, ["input.taxCode"]),
]


@pytest.mark.parametrize(("rules", "paths"), FAULTS, ids=[f"{at}" for at in range(len(FAULTS))])
async def test_what_cannot_be_is_refused_at_its_place(tenant: Tenant, rules: dict[str, Any], paths: list[str]) -> None:
    event_id = await create_event(tenant.owner)
    type_id = await create_ticket_type(tenant.owner, event_id)

    told = refusal(await do(tenant.owner, "setPriceRules", "ticketType { id }", ticketTypeId=type_id, expectedVersion=1, **rules))

    assert told["__typename"] == "InputInvalid"
    assert [".".join(fault["path"]) for fault in told["faults"]] == paths
    assert await rules_of(tenant.owner, type_id) == {"version": 1, "priceRules": BASE}


async def test_another_price_keeps_the_rules(tenant: Tenant) -> None:
    _, type_id = await put_on_sale(tenant.owner)
    await set_rules(tenant.owner, type_id, tiers=[EARLY])

    await change(tenant.owner, type_id, 2, price={"amountMinor": 1_000, "currency": "EUR"})

    assert await shown(tenant.anonymous, type_id) == (1_000, 800, 800, 1_000)


async def test_another_currency_is_refused_while_rules_name_amounts(tenant: Tenant) -> None:
    _, type_id = await put_on_sale(tenant.owner)
    yen = {"amountMinor": 3_000, "currency": "JPY"}
    await set_rules(tenant.owner, type_id, tiers=[{"name": "Early", "priceMinor": 1_900}])

    told = refusal(await change(tenant.owner, type_id, 2, price=yen))
    assert [".".join(fault["path"]) for fault in told["faults"]] == ["input.price.currency"]
    assert (await shown(tenant.anonymous, type_id))[:2] == (2_550, 1_900)

    await set_rules(tenant.owner, type_id, 2, tiers=[EARLY])
    assert (await change(tenant.owner, type_id, 3, price=yen))["errors"] == []
    assert (await shown(tenant.anonymous, type_id))[:2] == (3_000, 2_400)


async def test_a_copy_of_an_event_is_priced_as_it_is(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await set_rules(tenant.owner, type_id, tiers=[EARLY])

    wish = {"eventId": event_id, "slug": "again", "startsAt": "2031-08-01T18:00:00Z"}
    copied = await done(tenant.owner, "copyEvent", "event { ticketTypes { id } }", **wish)
    [copy] = copied["event"]["ticketTypes"]

    assert copy["id"] != type_id
    found = await rules_of(tenant.owner, copy["id"])
    assert found is not None
    [tier] = found["priceRules"]["tiers"]
    assert (tier["change"], tier["soldUntil"], tier["untilAt"]) == ("-20", 2, "2031-04-02T23:00:00Z")
