"""The double, asked by Stripe's own library: what works there works here, and what is refused there is refused here."""

import asyncio
from typing import Any

import pytest
import stripe

from tests.payments.double import Double

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def intent_of(double: Double, method: str | None = None, **more: Any) -> Any:
    """A payment intent of 25 euros, tried with this card if one is named."""
    asked: Any = {"amount": 2_500, "currency": "eur", **more}
    intent = await double.client.v1.payment_intents.create_async(asked)
    return await confirmed(double, intent.id, method) if method else intent


async def confirmed(double: Double, intent_id: str, method: str) -> Any:
    """The intent after this card was tried."""
    return await double.client.v1.payment_intents.confirm_async(intent_id, {"payment_method": method})


async def test_a_card_that_works_pays_and_tells_of_it(double: Double) -> None:
    intent = await intent_of(double, metadata={"order": "o1"})

    paid = await confirmed(double, intent.id, "pm_card_visa")

    assert (intent.status, paid.status, paid.amount_received, paid.metadata["order"]) == (
        "requires_payment_method",
        "succeeded",
        2_500,
        "o1",
    )
    charge: Any = await double.client.v1.charges.retrieve_async(paid.latest_charge)
    assert (charge.amount_captured, charge.payment_intent, charge.payment_method_details.card.last4) == (2_500, intent.id, "4242")
    kinds = [event["type"] for event in await double.events()]
    assert kinds == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.mark.parametrize(
    ("method", "code", "reason"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ],
)
async def test_a_card_that_is_declined_says_why_and_leaves_the_intent_open(
    double: Double, method: str, code: str, reason: str | None
) -> None:
    intent = await intent_of(double)

    with pytest.raises(stripe.CardError) as declined:
        await confirmed(double, intent.id, method)

    assert (declined.value.code, declined.value.http_status) == (code, 402)
    assert getattr(declined.value.error, "decline_code", None) == reason
    after: Any = await double.client.v1.payment_intents.retrieve_async(intent.id)
    assert (after.status, after.amount_received, after.last_payment_error.code) == ("requires_payment_method", 0, code)
    assert (await confirmed(double, intent.id, "pm_card_visa")).status == "succeeded"


@pytest.mark.parametrize(("answer", "status"), [("pass", "succeeded"), ("fail", "requires_payment_method")])
async def test_three_d_secure_waits_for_the_person(double: Double, answer: str, status: str) -> None:
    waiting = await intent_of(double, "pm_card_authenticationRequired")

    after = await double.control(f"intents/{waiting.id}/challenge", {"answer": answer})

    assert (waiting.status, waiting.next_action.type) == ("requires_action", "redirect_to_url")
    assert after["status"] == status


@pytest.mark.parametrize(
    ("asked", "code", "param"),
    [
        ({"amount": 2_500, "currency": "eur", "colour": "red"}, "parameter_unknown", "colour"),
        ({"amount": 2_500}, "parameter_missing", "currency"),
        ({"amount": "25.00", "currency": "eur"}, "parameter_invalid_integer", "amount"),
        ({"amount": 49, "currency": "eur"}, "amount_too_small", "amount"),
        ({"amount": 100_000_000, "currency": "eur"}, "amount_too_large", "amount"),
        ({"amount": 2_500, "currency": "xxx"}, None, "currency"),
        ({"amount": 2_500, "currency": "eur", "metadata": {"m" * 41: "x"}}, None, f"metadata[{'m' * 41}]"),
        ({"amount": 2_500, "currency": "eur", "automatic_payment_methods": {"enabled": "yes"}}, None, "automatic_payment_methods[enabled]"),
        ({"amount": 2_500, "currency": "eur", "payment_method": "pm_none"}, "resource_missing", "payment_method"),
    ],
    ids=["unknown", "missing", "type", "small", "large", "currency", "metadata", "nested", "absent"],
)
async def test_a_request_that_stripe_would_not_take_is_refused_with_its_parameter(
    double: Double, asked: Any, code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await double.client.v1.payment_intents.create_async(asked)

    assert (refused.value.code, refused.value.param, refused.value.http_status) == (code, param, 400)
    assert await double.events("payment_intent.succeeded") == []


async def test_only_the_accounts_own_keys_open_it(double: Double) -> None:
    intent = await intent_of(double)

    with pytest.raises(stripe.AuthenticationError):
        await double.client_with("sk_test_nobody").v1.payment_intents.retrieve_async(intent.id)
    with pytest.raises(stripe.AuthenticationError):
        await double.client_with(double.account.publishable_key).v1.refunds.create_async({"payment_intent": intent.id})
    secret: Any = {"client_secret": intent.client_secret}
    seen = await double.client_with(double.account.publishable_key).v1.payment_intents.retrieve_async(intent.id, secret)
    assert seen.id == intent.id


async def test_a_key_repeats_its_answer_and_refuses_another_request(double: Double) -> None:
    options: Any = {"idempotency_key": "once"}
    asked: Any = {"amount": 2_500, "currency": "eur"}

    first = await double.client.v1.payment_intents.create_async(asked, options)
    second: Any = await double.client.v1.payment_intents.create_async(asked, options)

    assert second.id == first.id
    assert second.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        await double.client.v1.payment_intents.create_async({"amount": 2_501, "currency": "eur"}, options)
    assert len(await double.events("payment_intent.created")) == 1


async def test_more_than_was_paid_never_goes_back_even_at_once(double: Double) -> None:
    intent = await intent_of(double, "pm_card_visa")
    asked: Any = {"payment_intent": intent.id, "amount": 300}

    answers = await asyncio.gather(*(double.client.v1.refunds.create_async(asked) for _ in range(20)), return_exceptions=True)

    assert sum(not isinstance(answer, BaseException) for answer in answers) == 8
    charge = await double.client.v1.charges.retrieve_async(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (2_400, False)
    await double.client.v1.refunds.create_async({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await double.client.v1.refunds.create_async({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"


async def test_a_slow_refund_waits_and_a_failed_one_gives_its_money_back_to_the_charge(double: Double) -> None:
    intent = await intent_of(double, "pm_card_pendingRefund")

    refund = await double.client.v1.refunds.create_async({"payment_intent": intent.id})
    failed = await double.control(f"refunds/{refund.id}/settle", {"status": "failed"})

    assert (refund.status, failed["status"]) == ("pending", "failed")
    charge = await double.client.v1.charges.retrieve_async(intent.latest_charge)
    assert charge.amount_refunded == 0
    assert [event["type"] for event in await double.events("refund.failed")] == ["refund.failed"]


async def test_a_page_takes_one_payment_and_closes(double: Double) -> None:
    price = {"currency": "eur", "unit_amount": 1_250, "product_data": {"name": "Stalls"}}
    asked: Any = {
        "mode": "payment",
        "success_url": "http://shop.example/done?session={CHECKOUT_SESSION_ID}",
        "line_items": [{"price_data": price, "quantity": 2}],
        "payment_intent_data": {"metadata": {"order": "o1"}},
    }
    session: Any = await double.client.v1.checkout.sessions.create_async(asked)

    declined = await double.http.post(session.url, data={"number": "4000 0000 0000 0002"})
    paid = await double.http.post(session.url, data={"number": "4242 4242 4242 4242"})

    assert (declined.status_code, paid.status_code) == (402, 303)
    assert paid.headers["location"] == f"http://shop.example/done?session={session.id}"
    after: Any = await double.client.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["payment_intent"]})
    facts = (after.status, after.payment_status, after.amount_total, after.payment_intent.metadata["order"])
    assert facts == ("complete", "paid", 2_500, "o1")
    assert (await double.http.post(session.url, data={"number": "4242424242424242"})).status_code == 402
    with pytest.raises(stripe.InvalidRequestError):
        await double.client.v1.checkout.sessions.expire_async(session.id)


async def test_a_dispute_is_told_and_closed_once(double: Double) -> None:
    intent = await intent_of(double, "pm_card_createDispute")

    disputes = await double.client.v1.disputes.list_async({"payment_intent": intent.id})
    closed = await double.control(f"disputes/{disputes.data[0].id}/close", {"outcome": "won"})

    assert (disputes.data[0].status, closed["status"]) == ("needs_response", "won")
    assert len(await double.events("charge.dispute.created", "charge.dispute.closed")) == 2


async def test_an_answer_that_is_cut_off_leaves_the_deed_done_and_the_key_finds_it(double: Double) -> None:
    asked: Any = {"amount": 2_500, "currency": "eur", "metadata": {"cut": double.account.publishable_key}}
    await double.control("troubles", {"path": "^/v1/payment_intents$", "kind": "cut"})

    with pytest.raises(stripe.APIConnectionError):
        await double.client.v1.payment_intents.create_async(asked, {"idempotency_key": "again"})
    found = await double.client.v1.payment_intents.create_async(asked, {"idempotency_key": "again"})

    assert [event["data"]["object"]["id"] for event in await double.events("payment_intent.created")] == [found.id]
