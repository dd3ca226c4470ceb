"""Giving money back: whole, in part, for single admissions; never more than came in; by the staff and by the organizer's policy."""

import asyncio
from typing import Any

import pytest

from domain.identity import Role
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.orders.shop import guest, stock
from tests.payments.shop import Bought, Shop
from tests.ticket_types.desk import do, done, refusal

pytestmark = pytest.mark.asyncio


async def request(bought: Bought, **wish: Any) -> dict[str, Any]:
    """The whole payload of `requestRefund`."""
    return await do(bought.client, "requestRefund", "refunds { status amount { amountMinor } reason }", orderId=bought.id, **wish)


async def policy(shop: Shop, event_id: str | None = None, **terms: Any) -> None:
    """Set a refund policy."""
    await done(shop.tenant.owner, "setRefundPolicy", "done", eventId=event_id, policy=terms or None)


async def test_all_of_an_order_goes_back_once(shop: Shop) -> None:
    bought = await shop.order(2)
    await bought.paid()

    first = await bought.refund(reason="the singer is ill", idempotencyKey="a")
    again = await bought.refund(reason="the singer is ill", idempotencyKey="a")
    more = await bought.refund()

    assert first == again
    assert [(each["status"], each["amount"]["amountMinor"]) for each in first["refunds"]] == [("SUCCEEDED", 5_100)]
    assert refusal(more)["__typename"] == "RefundTooLarge"
    assert await bought.state() == ("CONFIRMED", "REFUNDED", 5_100, 5_100)
    money = await bought.money()
    assert [each["refunded"]["amountMinor"] for each in money["lines"]] == [2_550, 2_550]
    assert [each["amount"]["amountMinor"] for each in money["transactions"]] == [5_100, -5_100]
    assert len(await shop.double.events("refund.created")) == 1


async def test_an_amount_is_shared_out_over_admissions_by_largest_remainder(shop: Shop) -> None:
    bought = await shop.order(3)
    await bought.paid()

    await bought.refund(amountMinor=1_000)

    assert sorted(each["refunded"]["amountMinor"] for each in (await bought.money())["lines"]) == [333, 333, 334]
    assert await bought.state() == ("CONFIRMED", "PARTIALLY_REFUNDED", 7_650, 1_000)


async def test_single_admissions_go_back_and_are_called_off_if_that_is_asked(shop: Shop) -> None:
    bought = await shop.order(2)
    await bought.paid()
    first, second = [each["id"] for each in (await bought.money())["lines"]]

    await bought.refund(lineIds=[first], cancelLines=True)
    twice = await bought.refund(lineIds=[first])

    money = await bought.money()
    assert [(each["id"], each["cancelledAt"] is None, each["refunded"]["amountMinor"]) for each in money["lines"]] == [
        (first, False, 2_550),
        (second, True, 0),
    ]
    assert (money["status"], money["total"]["amountMinor"]) == ("CONFIRMED", 2_550)
    assert refusal(twice)["__typename"] == "RefundTooLarge"
    assert await stock(shop.tenant, bought.event_id) == [(0, 1)]


async def test_a_hundred_refunds_at_once_give_back_no_more_than_came_in(shop: Shop) -> None:
    bought = await shop.order(2)
    await bought.paid()

    answers = await asyncio.gather(*(bought.refund(amountMinor=300) for _ in range(100)))

    kinds = [answer["errors"][0]["__typename"] if answer["errors"] else "done" for answer in answers]
    assert (kinds.count("done"), kinds.count("RefundTooLarge")) == (17, 83)
    assert await bought.state() == ("CONFIRMED", "REFUNDED", 5_100, 5_100)


async def test_a_refund_that_fails_in_the_end_leaves_the_money_here(shop: Shop) -> None:
    bought = await shop.order()
    await bought.paid("pm_card_refundFail")
    done_first = await bought.refund()
    before = await bought.state()

    [event] = await shop.double.events("refund.created")
    await shop.double.control(f"refunds/{event['data']['object']['id']}/settle", {"status": "failed"})
    await shop.deliver_all("refund.created", "refund.failed")
    await shop.deliver_all("refund.failed", "refund.created")

    assert ([each["status"] for each in done_first["refunds"]], before) == (["SUCCEEDED"], ("CONFIRMED", "REFUNDED", 2_550, 2_550))
    await bought.becomes("CONFIRMED", "PAID", 2_550, 0)
    money = await bought.money()
    assert [(each["kind"], each["amount"]["amountMinor"]) for each in money["transactions"]] == [
        ("CAPTURE", 2_550),
        ("REFUND", -2_550),
        ("REFUND_REVERSED", 2_550),
    ]
    assert [(each["status"], each["failure"]) for each in money["refunds"]] == [("FAILED", "lost_or_stolen_card")]


async def test_a_slow_refund_is_pending_until_the_notice_comes(shop: Shop) -> None:
    bought = await shop.order()
    await bought.paid("pm_card_pendingRefund")

    pending = await bought.refund()
    before = await bought.state()
    too_much = await bought.refund()
    [event] = await shop.double.events("refund.created")
    await shop.double.control(f"refunds/{event['data']['object']['id']}/settle", {"status": "succeeded"})
    await shop.deliver_all("refund.updated")

    assert [each["status"] for each in pending["refunds"]] == ["PENDING"]
    assert before == ("CONFIRMED", "PAID", 2_550, 0)
    assert refusal(too_much)["__typename"] == "RefundTooLarge"
    await bought.becomes("CONFIRMED", "REFUNDED", 2_550, 2_550)


async def test_a_refund_that_the_provider_refuses_frees_its_money_again(shop: Shop) -> None:
    bought = await shop.order()
    intent = await bought.paid()
    await shop.double.client.v1.refunds.create_async({"payment_intent": intent})

    refused = await bought.refund()

    assert [(each["status"], each["failure"]) for each in refused["refunds"]] == [("FAILED", "charge_already_refunded")]
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


async def test_a_refund_whose_answer_is_lost_is_made_once(shop: Shop, clock: Clock) -> None:
    bought = await shop.order()
    await bought.paid()
    await shop.double.control("troubles", {"path": "^/v1/refunds$", "kind": "cut", "times": 2})

    lost = await bought.refund()
    await clock.advance(minutes=3)
    await shop.rounds()

    assert [each["status"] for each in lost["refunds"]] == ["REQUESTED"]
    assert await bought.state() == ("CONFIRMED", "REFUNDED", 2_550, 2_550)
    assert len(await shop.double.events("refund.created")) == 1


async def test_cash_goes_back_by_hand(shop: Shop) -> None:
    bought = await shop.order()
    amount = {"amountMinor": 2_550, "currency": "EUR"}
    await done(shop.tenant.owner, "recordPayment", "payment { id }", orderId=bought.id, amount=amount)

    given = await bought.refund(amountMinor=50)

    assert [each["status"] for each in given["refunds"]] == ["EXTERNAL"]
    assert await bought.state() == ("CONFIRMED", "PARTIALLY_REFUNDED", 2_550, 50)


async def test_buyers_take_back_what_the_policy_allows_less_what_is_kept(shop: Shop) -> None:
    bought = await shop.order(2)
    await bought.paid()
    first = (await bought.money())["lines"][0]["id"]
    nothing = await request(bought, lineIds=[first])
    await policy(shop, hoursBefore=24, keptRate=100_000)

    given = await request(bought, lineIds=[first], idempotencyKey="a")
    again = await request(bought, lineIds=[first], idempotencyKey="a")

    assert refusal(nothing)["__typename"] == "RefundNotOffered"
    assert given == again
    assert [(each["status"], each["amount"]["amountMinor"]) for each in given["refunds"]] == [("SUCCEEDED", 2_295)]
    assert await stock(shop.tenant, bought.event_id) == [(0, 1)]
    assert refusal(await request(bought, lineIds=[first]))["__typename"] == "RefundNotOffered"


async def test_an_events_own_policy_goes_before_the_general_one_and_ends_in_time(shop: Shop, clock: Clock) -> None:
    bought = await shop.order()
    await bought.paid()
    await policy(shop, hoursBefore=0)
    await policy(shop, bought.event_id, hoursBefore=24 * 366)
    await clock.advance(days=365 * 4)

    late = await request(bought)

    assert refusal(late)["__typename"] == "RefundNotOffered"
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


async def test_a_whole_order_that_is_given_back_is_called_off(shop: Shop) -> None:
    bought = await shop.order(2)
    await bought.paid()
    await policy(shop, hoursBefore=24)

    await request(bought)

    assert await bought.state() == ("CANCELLED", "REFUNDED", 5_100, 5_100)
    assert await stock(shop.tenant, bought.event_id) == [(0, 0)]


async def test_strangers_and_the_wrong_staff_give_nothing_back(shop: Shop, other_tenant: Tenant) -> None:
    bought = await shop.order()
    await bought.paid()
    await policy(shop, hoursBefore=24)

    foreign = await do(other_tenant.owner, "refundOrder", "refunds { id }", orderId=bought.id)
    stranger = await do(guest(shop.tenant), "requestRefund", "refunds { id }", orderId=bought.id)
    support = shop.tenant.member(Role.SUPPORT)
    code = await support.code(
        "mutation ($input: RefundOrderInput!) { refundOrder(input: $input) { refunds { id } } }", input={"orderId": bought.id}
    )

    assert {refusal(foreign)["__typename"], refusal(stranger)["__typename"]} == {"NotFound"}
    assert code == "FORBIDDEN"
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


async def test_the_ledger_sums_up_what_came_in_and_went_back(shop: Shop) -> None:
    bought = await shop.order()
    await bought.paid()
    await (await shop.order_of(bought.event_id, bought.type_id)).paid()
    await bought.refund(amountMinor=550)
    ask = """
    query ($first: Int, $after: String) {
      transactions(first: $first, after: $after) { totalCount nodes { kind amount { amountMinor } } pageInfo { endCursor hasNextPage } }
      transactionTotals { cameIn { amountMinor currency } wentBack { amountMinor } }
    }
    """

    first = await shop.tenant.owner.ask(ask, first=2)
    rest = await shop.tenant.owner.ask(ask, first=2, after=first["transactions"]["pageInfo"]["endCursor"])

    amounts = [each["amount"]["amountMinor"] for page in (first, rest) for each in page["transactions"]["nodes"]]
    assert (amounts, first["transactions"]["totalCount"]) == ([-550, 2_550, 2_550], 3)
    assert first["transactionTotals"] == [{"cameIn": {"amountMinor": 5_100, "currency": "EUR"}, "wentBack": {"amountMinor": 550}}]
    assert await shop.tenant.member(Role.ANALYST).code(ask) == "FORBIDDEN"
