"""What an order costs is what the cart said: promo codes, fees, taxes and named prices, frozen when it was made."""

from typing import Any

import pytest

from tests.api.box_office import create_ticket_type
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.orders.shop import cart, changed, check_out, expire_orders, guest, held, nothing_in_flight, on_sale, ordered, stock
from tests.pricing.till import PRICING, promo_code, promo_codes, set_rules
from tests.ticket_types.desk import done, refusal

pytestmark = pytest.mark.asyncio

FROZEN = """
query ($id: ID!) { order(by: {id: $id}) {
  total { amountMinor } net { amountMinor } tax { amountMinor } fee { amountMinor } discount { amountMinor }
  fees { kind label price { amountMinor } tax { amountMinor } taxRate }
  lines { listPrice { amountMinor } discount { amountMinor } price { amountMinor } tax { amountMinor } taxRate taxCode }
} }
"""
SERVICE = {"kind": "SERVICE", "label": "Booking", "per": "ORDER", "fixedMinor": 150, "currency": "EUR"}


async def test_codes_fees_and_taxes_of_the_cart_are_frozen_on_the_order(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await done(tenant.owner, "setPricing", PRICING, expectedVersion=0, country="DE")
    await done(tenant.owner, "setTaxRules", PRICING, expectedVersion=1, rules=[{"country": "DE", "percent": "19"}])
    await done(tenant.owner, "setFees", PRICING, expectedVersion=2, fees=[SERVICE])
    await promo_code(tenant.owner, code="SPRING", percent="10")
    await held(ada, event_id, type_id, 2)

    seen = await cart(ada, promoCodes=["spring"], country="DE")
    order = await ordered(ada, seen["total"]["amountMinor"], promoCodes=["spring"], country="DE")
    await done(tenant.owner, "setFees", PRICING, expectedVersion=3, fees=[])
    frozen = (await ada.ask(FROZEN, id=order["id"]))["order"]

    assert (seen["total"]["amountMinor"], seen["fee"]["amountMinor"], seen["discount"]["amountMinor"]) == (4740, 150, 510)
    assert [frozen[name]["amountMinor"] for name in ("total", "net", "tax", "fee", "discount")] == [4740, 3984, 756, 150, 510]
    assert frozen["fees"] == [
        {"kind": "SERVICE", "label": "Booking", "price": {"amountMinor": 150}, "tax": {"amountMinor": 24}, "taxRate": "19"}
    ]
    assert [
        (line["listPrice"]["amountMinor"], line["discount"]["amountMinor"], line["price"]["amountMinor"]) for line in frozen["lines"]
    ] == [(2550, 255, 2295)] * 2


async def uses(tenant: Tenant) -> list[int]:
    """How often each code was used."""
    return [each["uses"] for each in await promo_codes(tenant.owner)]


async def test_what_an_order_used_of_a_code_comes_back_when_it_expires_or_is_cancelled(tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await on_sale(tenant)
    await promo_code(tenant.owner, code="ONLYONCE", percent="10", useLimit=1)
    ada, bob, eve = guest(tenant), guest(tenant), guest(tenant)
    for buyer in (ada, bob, eve):
        await held(buyer, event_id, type_id)

    first = await ordered(ada, 2295, promoCodes=["ONLYONCE"])
    used_up = refusal(await check_out(bob, 2295, promoCodes=["ONLYONCE"]))
    await changed(ada, "cancelOrder", orderId=first["id"])
    freed = await uses(tenant)
    await ordered(bob, 2295, promoCodes=["ONLYONCE"])
    taken = await uses(tenant)
    await clock.advance(minutes=16)
    await expire_orders(tenant.house.pools, nothing_in_flight)

    assert (used_up["__typename"], used_up["why"]) == ("PromoCodeNotValid", "USED_UP")
    assert (freed, taken, await uses(tenant)) == ([0], [1], [0])


async def test_a_buyer_names_a_price_within_its_bounds(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, _ = await on_sale(tenant)
    type_id = await create_ticket_type(tenant.owner, event_id, 50, price={"amountMinor": 1000, "currency": "EUR"})
    await set_rules(tenant.owner, type_id, kind="NAMED", named={"minimumMinor": 500, "suggestedMinor": 1000, "maximumMinor": 5000})
    hold_id = await held(ada, event_id, type_id)

    def named(amount: int, currency: str = "EUR", **spot: Any) -> list[dict[str, Any]]:
        return [{"holdId": hold_id, "ticketTypeId": type_id, "price": {"amountMinor": amount, "currency": currency}, **spot}]

    low = refusal(await check_out(ada, 400, namedPrices=named(400)))
    foreign = refusal(await check_out(ada, 700, namedPrices=named(700, "USD")))
    nowhere = refusal(await check_out(ada, 700, namedPrices=named(700, index=1)))
    order = await ordered(ada, 700, namedPrices=named(700))

    assert (low["__typename"], low["minimumMinor"]) == ("PriceNamedTooLow", 500)
    assert [each["path"] for each in foreign["faults"]] == [["input", "namedPrices", "0", "price", "currency"]]
    assert [each["path"] for each in nowhere["faults"]] == [["input", "namedPrices", "0"]]
    assert order["total"]["amountMinor"] == 700


async def test_one_order_has_one_currency(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    dollars = await create_ticket_type(tenant.owner, event_id, 50, price={"amountMinor": 1000, "currency": "USD"})
    first = await held(ada, event_id, type_id)
    await held(ada, event_id, dollars)

    mixed = refusal(await check_out(ada, 3550))
    apart = await check_out(ada, 2550, holdIds=[first])

    assert (mixed["__typename"], mixed["currencies"]) == ("CurrenciesMixed", ["EUR", "USD"])
    assert apart["errors"] == []
    assert sorted(await stock(tenant, event_id)) == [(1, 0), (1, 0)]
