"""Money that comes for orders that had ended: its places are taken again where they are free, else all of it goes back."""

from typing import Any

import pytest

from tests.conftest import Clock
from tests.orders.shop import changed, guest, held, stock
from tests.payments.shop import Bought, Shop

pytestmark = pytest.mark.asyncio


async def expired_with_a_live_intent(shop: Shop, clock: Clock, capacity: int = 50) -> tuple[Bought, str]:
    """An order that expired while the provider could not be asked to give its payment up, and the intent that can still be paid."""
    bought = await shop.order(capacity=capacity)
    intent = (await bought.started())["intent"]
    await clock.advance(hours=25)
    # What is asked of the provider when the order expires is lost, and after a day nobody waits for its answer.
    await shop.double.control("troubles", {"path": f"/{intent}", "kind": "error"})
    await shop.expire()
    assert await bought.state() == ("EXPIRED", "NOT_REQUIRED", 0, 0)
    return bought, intent


async def test_late_money_brings_the_order_back_where_its_places_are_free(shop: Shop, clock: Clock) -> None:
    bought, intent = await expired_with_a_live_intent(shop, clock)

    await shop.pay(intent)
    await shop.deliver_all("payment_intent.succeeded")
    await shop.deliver_all("payment_intent.succeeded")

    await bought.becomes("CONFIRMED", "PAID", 2_550, 0)
    assert await stock(shop.tenant, bought.event_id) == [(0, 1)]


async def test_late_money_goes_back_where_its_places_are_gone(shop: Shop, clock: Clock) -> None:
    bought, intent = await expired_with_a_live_intent(shop, clock, capacity=1)
    await held(guest(shop.tenant), bought.event_id, bought.type_id)

    await shop.pay(intent)
    await shop.deliver_all("payment_intent.succeeded")
    await shop.deliver_all("payment_intent.succeeded")

    await bought.becomes("EXPIRED", "REFUNDED", 2_550, 2_550)
    assert await stock(shop.tenant, bought.event_id) == [(1, 0)]
    money = await bought.money()
    assert [(each["status"], each["reason"]) for each in money["refunds"]] == [("SUCCEEDED", "late")]
    assert [each["amount"]["amountMinor"] for each in money["transactions"]] == [2_550, -2_550]
    assert len(await shop.double.events("refund.created")) == 1


async def test_money_for_an_order_that_was_called_off_goes_back(shop: Shop) -> None:
    bought = await shop.order()
    intent = (await bought.started())["intent"]
    await shop.pay(intent)
    await changed(bought.client, "cancelOrder", orderId=bought.id)

    await shop.deliver_all("payment_intent.succeeded")

    await bought.becomes("CANCELLED", "REFUNDED", 2_550, 2_550)
    assert await stock(shop.tenant, bought.event_id) == [(0, 0)]


async def test_the_worker_goes_on_with_late_money_where_a_refund_was_lost(shop: Shop, clock: Clock) -> None:
    bought, intent = await expired_with_a_live_intent(shop, clock, capacity=1)
    await held(guest(shop.tenant), bought.event_id, bought.type_id)
    await shop.pay(intent)
    await shop.double.control("troubles", {"path": "^/v1/refunds$", "kind": "cut", "times": 2})

    await shop.deliver_all("payment_intent.succeeded")
    before = await bought.state()
    await clock.advance(hours=26)
    await shop.rounds()

    assert before == ("EXPIRED", "OVERPAID", 2_550, 0)
    await bought.becomes("EXPIRED", "REFUNDED", 2_550, 2_550)
    assert len(await shop.double.events("refund.created")) == 1


async def test_a_dispute_flags_the_payment_and_its_end_takes_the_flag_away(shop: Shop) -> None:
    bought = await shop.order()
    await bought.paid("pm_card_createDispute")
    await shop.deliver_all("charge.dispute.created")
    flagged = await disputed(bought)

    [dispute] = (await shop.double.events("charge.dispute.created"))[:1]
    await shop.double.control(f"disputes/{dispute['data']['object']['id']}/close", {"outcome": "won"})
    await shop.deliver_all("charge.dispute.closed")

    assert (flagged, await disputed(bought)) == ([True], [False])
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


async def test_a_dispute_that_was_won_is_over_although_word_of_its_beginning_comes_last(shop: Shop) -> None:
    bought = await shop.order()
    await bought.paid("pm_card_createDispute")
    [begun] = await shop.double.events("charge.dispute.created")
    await shop.double.control(f"disputes/{begun['data']['object']['id']}/close", {"outcome": "won"})

    await shop.deliver_all("charge.dispute.closed")
    await shop.deliver_all("charge.dispute.created")

    assert await disputed(bought) == [False]


async def disputed(bought: Bought) -> list[Any]:
    """The flags of the order's payments."""
    return [each["disputed"] for each in (await bought.money())["payments"]]
