"""Paying orders with the double: reserved, asked, settled by verified notices or by asking, and never twice."""

import asyncio
from contextlib import suppress
from itertools import permutations
from typing import Any

import pytest
import stripe

from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.orders.shop import guest, stock
from tests.payments.shop import Shop
from tests.ticket_types.desk import do, done, refusal

pytestmark = pytest.mark.asyncio


async def test_an_order_that_is_paid_by_card_is_confirmed_by_the_signed_notice(shop: Shop) -> None:
    bought = await shop.order(2)

    begun = await bought.started()
    before = await bought.state()
    await shop.pay(begun["intent"])
    statuses = await shop.deliver_all()

    assert before == ("PENDING", "UNPAID", 0, 0)
    assert begun["publishableKey"] == shop.double.account.publishable_key
    assert (begun["payment"]["status"], begun["payment"]["amount"]) == ("CREATED", {"amountMinor": 5_100, "currency": "EUR"})
    assert set(statuses) == {200}
    assert await bought.state() == ("CONFIRMED", "PAID", 5_100, 0)
    assert await stock(shop.tenant, bought.event_id) == [(0, 2)]
    money = await bought.money()
    assert [(each["status"], each["captured"]["amountMinor"]) for each in money["payments"]] == [("CONFIRMED", 5_100)]
    assert money["transactions"] == [{"kind": "CAPTURE", "amount": {"amountMinor": 5_100}}]


async def test_an_order_is_paid_on_the_providers_own_page(shop: Shop) -> None:
    bought = await shop.order()

    begun = await bought.started(method="checkout", returnUrl="http://shop.example/thanks")
    paid = await shop.double.http.post(begun["redirectUrl"], data={"number": "4242 4242 4242 4242"})
    await shop.deliver_all()

    assert (paid.status_code, paid.headers["location"]) == (303, "http://shop.example/thanks")
    assert (begun["payment"]["status"], begun["clientSecret"]) == ("REQUIRES_ACTION", None)
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


async def test_whoever_asks_again_goes_on_with_the_same_payment(shop: Shop) -> None:
    bought = await shop.order()

    first, second = await bought.started(idempotencyKey="a"), await bought.started(idempotencyKey="a")
    third = await bought.started()

    assert len({each["intent"] for each in (first, second, third)}) == 1
    assert len(await shop.double.events("payment_intent.created")) == 1
    assert len((await bought.money())["payments"]) == 1
    assert refusal(await bought.start(idempotencyKey="a", method="checkout", returnUrl="http://shop.example/"))["__typename"] == (
        "IdempotencyKeyReused"
    )


async def test_a_lost_answer_leaves_one_payment_that_the_next_request_finds(shop: Shop) -> None:
    bought = await shop.order()
    # The library asks a second time by itself.
    await shop.double.control("troubles", {"path": "^/v1/payment_intents$", "kind": "cut", "times": 2})

    unsure = await bought.start(idempotencyKey="a")
    begun = await bought.started(idempotencyKey="a")

    assert refusal(unsure)["__typename"] == "PaymentUnsure"
    assert [event["data"]["object"]["id"] for event in await shop.double.events("payment_intent.created")] == [begun["intent"]]
    assert len((await bought.money())["payments"]) == 1


async def test_a_declined_card_is_told_by_mail_and_another_one_pays(shop: Shop) -> None:
    bought = await shop.order()
    begun = await bought.started()

    with pytest.raises(Exception, match="declined"):
        await shop.pay(begun["intent"], "pm_card_chargeDeclined")
    await shop.deliver_all("payment_intent.payment_failed")
    failed = (await bought.money())["payments"]
    await shop.pay(begun["intent"])
    await shop.deliver_all()

    assert [(each["status"], each["failure"]) for each in failed] == [("FAILED", "generic_decline")]
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


async def test_notices_settle_in_every_order_once(shop: Shop) -> None:
    event_id, type_id = (first := await shop.order(capacity=200)).event_id, first.type_id
    for at, order in enumerate(permutations(range(4))):
        bought = first if at == 0 else await shop.order_of(event_id, type_id)
        begun = await bought.started()
        with pytest.raises(Exception, match="declined"):
            await shop.pay(begun["intent"], "pm_card_chargeDeclined")
        await shop.pay(begun["intent"])
        mine = [event["id"] for event in await shop.double.events() if _about(event) == begun["intent"] and "intent" in event["type"]]
        told = [*mine, mine[-1]][:4]

        for place in order:
            assert await shop.double.deliver(told[place % len(told)]) == 200
        await shop.rounds()

        assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)
        assert len((await bought.money())["transactions"]) == 1
    assert await stock(shop.tenant, event_id) == [(0, 24)]


def _about(event: dict[str, Any]) -> Any:
    thing = event["data"]["object"]
    return thing["id"] if thing["object"] == "payment_intent" else thing.get("payment_intent")


@pytest.mark.parametrize("corruption", ["body", "signature", "secret", "time", "future"])
async def test_a_notice_that_the_provider_did_not_sign_now_is_refused(shop: Shop, corruption: str) -> None:
    bought = await shop.order()
    await shop.pay((await bought.started())["intent"])
    [event] = await shop.double.events("payment_intent.succeeded")

    status = await shop.double.deliver(event["id"], corruption)
    await shop.rounds()

    assert status == 400
    assert await bought.state() == ("PENDING", "UNPAID", 0, 0)


async def test_a_notice_for_another_organization_or_none_changes_nothing(shop: Shop, other_tenant: Tenant) -> None:
    bought = await shop.order()
    await shop.pay((await bought.started())["intent"])
    [event] = await shop.double.events("payment_intent.succeeded")

    answers = [
        await shop.double.http.post(f"{shop.address}/webhooks/stripe/{name}", content=str(event).encode())
        for name in (other_tenant.organization.slug, "nobody", shop.tenant.organization.slug)
    ]

    assert [each.status_code for each in answers] == [400, 404, 400]
    assert await bought.state() == ("PENDING", "UNPAID", 0, 0)


@pytest.mark.parametrize(
    "lie", [{"amount": 1, "amount_received": 1}, {"currency": "usd"}, {"metadata": {}}], ids=["amount", "currency", "order"]
)
async def test_money_that_is_not_what_was_asked_for_confirms_nothing(shop: Shop, lie: dict[str, Any]) -> None:
    bought = await shop.order()
    intent = (await bought.started())["intent"]
    await shop.pay(intent)
    payment = (await bought.money())["payments"][0]["id"]
    lie = {"metadata": {"payment": "0", "order": "0"}} if lie == {"metadata": {}} else lie

    await shop.double.control(f"intents/{intent}/change", lie)
    await shop.deliver_all("payment_intent.created")

    seen = await bought.money()
    assert (seen["status"], seen["paid"]["amountMinor"], seen["transactions"]) == ("PENDING", 0, [])
    assert [(each["id"], each["status"], each["failure"]) for each in seen["payments"]] == [(payment, "FAILED", "mismatch")]


async def test_the_worker_asks_about_a_payment_whose_notices_are_lost(shop: Shop, clock: Clock) -> None:
    bought = await shop.order()
    await shop.pay((await bought.started())["intent"])

    await shop.rounds()
    before = await bought.state()
    await clock.advance(minutes=3)
    await shop.rounds()

    assert before == ("PENDING", "UNPAID", 0, 0)
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


async def test_staff_note_cash_in_parts_and_never_more_than_is_due(shop: Shop) -> None:
    bought = await shop.order(2)
    owner = shop.tenant.owner

    def cash(minor: int, **more: Any) -> dict[str, Any]:
        return {"orderId": bought.id, "amount": {"amountMinor": minor, "currency": "EUR"}, **more}

    await done(owner, "recordPayment", "payment { id }", **cash(2_000, idempotencyKey="a"))
    await done(owner, "recordPayment", "payment { id }", **cash(2_000, idempotencyKey="a"))
    partly = await bought.state()
    too_much = await do(owner, "recordPayment", "payment { id }", **cash(3_101))
    await done(owner, "recordPayment", "payment { id }", **cash(3_100))

    assert partly == ("PENDING", "PARTIALLY_PAID", 2_000, 0)
    assert refusal(too_much)["__typename"] == "InputInvalid"
    assert await bought.state() == ("CONFIRMED", "PAID", 5_100, 0)
    again = await do(owner, "recordPayment", "payment { id }", **cash(1))
    assert refusal(again)["__typename"] == "OrderNotPayable"


async def test_a_stranger_pays_and_cancels_nothing(shop: Shop, other_tenant: Tenant) -> None:
    bought = await shop.order()
    payment = (await bought.started())["payment"]["id"]
    strangers = (guest(shop.tenant), guest(other_tenant), other_tenant.owner)

    begun = [await do(each, "startPayment", "payment { id }", orderId=bought.id) for each in strangers]
    ended = [await do(each, "cancelPayment", "payment { id }", orderId=bought.id, paymentId=payment) for each in strangers]

    assert {refusal(each)["__typename"] for each in (*begun, *ended)} == {"NotFound"}
    assert [each["status"] for each in (await bought.money())["payments"]] == ["CREATED"]


async def test_a_payment_that_was_given_up_cannot_be_paid(shop: Shop) -> None:
    bought = await shop.order()
    begun = await bought.started()

    payload = await done(bought.client, "cancelPayment", "payment { status }", orderId=bought.id, paymentId=begun["payment"]["id"])

    assert payload["payment"]["status"] == "CANCELLED"
    with pytest.raises(Exception, match="status of canceled"):
        await shop.pay(begun["intent"])
    again = await bought.started()
    assert again["intent"] != begun["intent"]


async def test_an_order_that_runs_out_of_time_gives_its_payment_up_at_the_provider(shop: Shop, clock: Clock) -> None:
    bought = await shop.order()
    begun = await bought.started()

    await clock.advance(minutes=16)
    await shop.expire()

    assert await bought.state() == ("EXPIRED", "NOT_REQUIRED", 0, 0)
    intent = await shop.double.client.v1.payment_intents.retrieve_async(begun["intent"])
    assert intent.status == "canceled"
    assert await stock(shop.tenant, bought.event_id) == [(0, 0)]


async def test_an_order_whose_payment_arrived_unheard_is_confirmed_instead_of_expired(shop: Shop, clock: Clock) -> None:
    bought = await shop.order()
    await shop.pay((await bought.started())["intent"])

    await clock.advance(minutes=16)
    await shop.expire()

    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)
    assert await stock(shop.tenant, bought.event_id) == [(0, 1)]


async def test_expiry_racing_a_payment_pays_or_gives_back_but_never_both(shop: Shop, clock: Clock) -> None:
    event_id, type_id = (first := await shop.order(capacity=100)).event_id, first.type_id
    racers = [first, *[await shop.order_of(event_id, type_id) for _ in range(7)]]
    intents = [(await each.started())["intent"] for each in racers]
    await clock.advance(minutes=16)

    await asyncio.gather(shop.expire(), *(_try(shop, intent) for intent in intents))
    await shop.deliver_all("payment_intent.succeeded")
    await shop.rounds(2)

    paid = 0
    for bought in racers:
        status, state, came, back = await bought.state()
        assert (status, state, came - back) in {("CONFIRMED", "PAID", 2_550), ("EXPIRED", "NOT_REQUIRED", 0), ("EXPIRED", "REFUNDED", 0)}
        paid += status == "CONFIRMED"
    assert await stock(shop.tenant, event_id) == [(0, paid)]


async def _try(shop: Shop, intent: str) -> None:
    """The other racer may have given it up."""
    with suppress(stripe.InvalidRequestError):
        await shop.pay(intent)
