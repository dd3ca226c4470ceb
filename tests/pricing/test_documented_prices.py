"""The examples of docs/prices.md are set up as they stand, and quoted to the cent."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.holds import HoldStatus
from domain.pricing import PricedAsk, Quote, quote
from schema import ids
from tests.api.box_office import create_event, create_ticket_type, hold
from tests.api.conftest import Tenant
from tests.conftest import WorkOf
from tests.pricing.till import PRICING, promo_code, set_rules
from tests.ticket_types.desk import done

pytestmark = pytest.mark.asyncio

PAGE = Path(__file__).parents[2] / "docs" / "prices.md"
EXAMPLES = re.findall(r"^```json\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
VENUE = {"name": "Hall", "city": "Berlin", "country": "DE", "region": "BE", "timeZone": "Europe/Berlin"}


async def on_sale_in_berlin(tenant: Tenant) -> tuple[str, str]:
    """An event there with fifty tickets of 25 euros."""
    venue = (await done(tenant.owner, "createVenue", "venue { id region }", **VENUE))["venue"]
    assert venue["region"] == "BE"
    event_id = await create_event(tenant.owner, venueId=venue["id"])
    type_id = await create_ticket_type(tenant.owner, event_id, 50, price={"amountMinor": 2_500, "currency": "EUR"})
    await done(tenant.owner, "publishEvent", "event { id }", eventId=event_id)
    return event_id, type_id


async def set_up(tenant: Tenant, type_id: str, example: dict[str, Any]) -> list[str]:
    """All that the example says is set; the words of its codes."""
    version = 0
    for deed, wish in (
        ("setPricing", example.get("setPricing")),
        ("setTaxRules", {"rules": example.get("setTaxRules", [])}),
        ("setFees", {"fees": example.get("setFees", [])}),
    ):
        if wish:
            await done(tenant.owner, deed, PRICING, expectedVersion=version, **wish)
            version += 1
    if rules := example.get("setPriceRules"):
        await set_rules(tenant.owner, type_id, **rules)
    return [(await promo_code(tenant.owner, **each))["code"] for each in example.get("createPromoCode", [])]


def told(got: Quote) -> dict[str, Any]:
    """A quote as the page tells it."""
    return {
        "list": [each.list_minor for each in got.lines],
        "discounts": [each.discount_minor for each in got.lines],
        "taxes": [each.tax_minor for each in got.lines],
        "net": got.net_minor,
        "tax": got.tax_minor,
        "fees": got.fee_minor,
        "discount": got.discount_minor,
        "total": got.total_minor,
        "used": [each.code for each in got.spent],
    }


def uuid_of(global_id: str) -> UUID:
    named = ids.read(global_id)
    assert named
    return named[1]


@pytest.mark.parametrize("text", EXAMPLES, ids=[f"example {at}" for at, _ in enumerate(EXAMPLES, 1)])
async def test_an_example_comes_to_what_the_page_says(tenant: Tenant, work_of: WorkOf, text: str) -> None:
    example = json.loads(text)
    event_id, type_id = await on_sale_in_berlin(tenant)
    words = await set_up(tenant, type_id, example)
    for quantity in [*[20] * (example.get("heldBefore", 0) // 20), example.get("heldBefore", 0) % 20, len(example["tickets"])]:
        if quantity:
            assert (await hold(tenant.anonymous, event_id, type_id, quantity))["hold"]["status"] == HoldStatus.ACTIVE

    event, ticket_type = uuid_of(event_id), uuid_of(type_id)
    asks = [PricedAsk(at, event, ticket_type, each.get("category"), each.get("named")) for at, each in enumerate(example["tickets"])]
    async with work_of(tenant.organization) as work:
        got = quote(asks, await work.prices.book([event], words), work.now)

    assert {name: value for name, value in told(got).items() if name in example["quote"]} == example["quote"]


async def test_every_rule_has_an_example() -> None:
    text = " ".join(EXAMPLES)

    rules = ["byCategory", "tiers", "demand", "NAMED", "DONATION", "setFees", "region", "SUM_BY_NET_KEEP_GROSS", "pricesIncludeTax"]
    kinds = ["PERCENTAGE", "PER_TICKET", "PER_ORDER", "stackable"]
    assert [each for each in (*rules, *kinds) if each not in text] == []
