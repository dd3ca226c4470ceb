"""Carts and checking out: what a cart costs, the order that it becomes, and every way in which it does not."""

import asyncio
from typing import Any

import pytest

from domain.identity import Role
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.orders.shop import (
    cart,
    changed,
    check_out,
    free_type,
    guest,
    held,
    on_sale,
    one,
    ordered,
    stock,
)
from tests.ticket_types.desk import refusal

pytestmark = pytest.mark.asyncio


async def test_a_cart_tells_what_all_holds_of_its_buyer_cost(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    other_id, other_type = await on_sale(tenant, slug="matinee")
    first, second = await held(ada, event_id, type_id, 2), await held(ada, other_id, other_type)

    seen = await cart(ada)

    assert seen["total"] == {"amountMinor": 7650, "currency": "EUR"}
    assert [(each["holdId"], each["index"], each["price"]["amountMinor"]) for each in seen["lines"]] == [
        (first, 0, 2550),
        (first, 1, 2550),
        (second, 0, 2550),
    ]
    assert [each["event"]["id"] for each in seen["lines"]] == [event_id, event_id, other_id]
    assert seen["expiresAt"] is not None


async def test_an_empty_cart_costs_nothing(tenant: Tenant) -> None:
    seen = await cart(guest(tenant))

    assert (seen["lines"], seen["total"], seen["expiresAt"]) == ([], {"amountMinor": 0, "currency": "EUR"}, None)


async def test_a_cart_becomes_an_order_that_waits_for_its_payment(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id, 2)

    order = await ordered(ada, 5100)

    assert (order["status"], order["paymentState"], order["channel"], order["version"]) == ("PENDING", "UNPAID", "ONLINE", 1)
    assert (order["email"], order["name"], order["total"]["amountMinor"]) == ("ada@example.org", "Ada Lovelace", 5100)
    assert [each["price"]["amountMinor"] for each in order["lines"]] == [2550, 2550]
    assert len(order["number"]) == 8
    assert await stock(tenant, event_id) == [(2, 0)]
    assert (await cart(ada))["lines"] == []


async def test_what_costs_nothing_is_confirmed_at_once(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, _ = await on_sale(tenant)
    await held(ada, event_id, await free_type(tenant, event_id), 2)

    order = await ordered(ada, 0)

    assert (order["status"], order["paymentState"], order["version"]) == ("CONFIRMED", "NOT_REQUIRED", 2)
    assert sorted(await stock(tenant, event_id)) == [(0, 0), (0, 2)]


async def test_a_price_that_is_another_now_is_refused_with_the_new_total(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id, 2)

    no = refusal(await check_out(ada, 5000))

    assert no["__typename"] == "PriceChanged"
    assert len((await cart(ada))["lines"]) == 2
    assert await stock(tenant, event_id) == [(2, 0)]


async def test_a_hold_of_somebody_else_is_bought_by_nobody(tenant: Tenant) -> None:
    ada, eve = guest(tenant), guest(tenant)
    event_id, type_id = await on_sale(tenant)
    own, foreign = await held(eve, event_id, type_id), await held(ada, event_id, type_id)

    no = refusal(await check_out(eve, 5100, holdIds=[own, foreign]))

    assert (no["__typename"], no["message"]) == ("NotFound", "There is no such hold.")
    assert (await cart(eve))["total"]["amountMinor"] == 2550


async def test_an_empty_cart_is_not_checked_out(tenant: Tenant) -> None:
    assert refusal(await check_out(guest(tenant), 0))["__typename"] == "CartEmpty"
    assert refusal(await check_out(guest(tenant), 0, holdIds=[]))["__typename"] == "CartEmpty"
    assert refusal(await check_out(tenant.anonymous, 0))["__typename"] == "CartEmpty"


async def test_a_hold_whose_time_is_over_is_not_bought_although_nobody_swept_it(tenant: Tenant, clock: Clock) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = await held(ada, event_id, type_id)
    await clock.advance(minutes=15, seconds=1)

    no = refusal(await check_out(ada, 2550, holdIds=[hold_id]))

    assert no == {
        "__typename": "HoldNotActive",
        "message": "The hold is expired and cannot be bought; hold the tickets again.",
        "status": "EXPIRED",
    }


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"email": "ada"}, ["input", "email"]),
        ({"name": " "}, ["input", "name"]),
        ({"country": "XX"}, ["input", "country"]),
        ({"locale": "!"}, ["input", "locale"]),
        ({"promoCodes": ["A"] * 11}, ["input", "promoCodes"]),
    ],
    ids=["email", "name", "country", "locale", "promo codes"],
)
async def test_what_breaks_a_rule_is_refused_at_its_place(tenant: Tenant, changes: dict[str, Any], path: list[str]) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)

    no = refusal(await check_out(ada, 2550, **changes))

    assert (no["__typename"], [each["path"] for each in no["faults"]]) == ("InputInvalid", [path])
    assert len((await cart(ada))["lines"]) == 1


async def test_the_same_key_is_told_the_same_order_and_the_same_secret(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)

    answers = await asyncio.gather(*(check_out(ada, 2550, idempotencyKey="once") for _ in range(20)))

    assert len({each["order"]["id"] for each in answers}) == 1
    assert len({each["secret"] for each in answers}) == 1
    assert await stock(tenant, event_id) == [(1, 0)]
    assert refusal(await check_out(ada, 2550, idempotencyKey="once", name="Eve"))["__typename"] == "IdempotencyKeyReused"


async def test_of_two_who_check_one_hold_out_at_once_one_has_it(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = await held(ada, event_id, type_id)

    answers = await asyncio.gather(*(check_out(ada, 2550, holdIds=[hold_id]) for _ in range(8)))

    assert sorted(len(each["errors"]) for each in answers) == [0] + [1] * 7
    assert {each["__typename"] for answer in answers for each in answer["errors"]} == {"HoldNotActive"}
    assert await stock(tenant, event_id) == [(1, 0)]


async def test_an_event_that_was_called_off_is_not_sold_any_more(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    await tenant.owner.ask(
        "mutation ($input: CancelEventInput!) { cancelEvent(input: $input) { errors { __typename } } }",
        input={"eventId": event_id, "expectedVersion": 2, "reason": [{"locale": "en", "text": "Storm"}]},
    )

    no = refusal(await check_out(ada, 2550))

    assert (no["__typename"], no["salesStatus"]) == ("SalesClosed", "SALES_ENDED")


async def test_attendees_are_kept_with_their_admissions(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = await held(ada, event_id, type_id, 2)
    grace = {"holdId": hold_id, "ticketTypeId": type_id, "index": 1, "name": "Grace", "email": "Grace@example.org"}

    order = await ordered(ada, 5100, attendees=[grace])

    assert [(each["attendeeName"], each["attendeeEmail"]) for each in order["lines"]] == [(None, None), ("Grace", "grace@example.org")]


async def test_an_attendee_of_no_ticket_is_refused(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = await held(ada, event_id, type_id)

    no = refusal(await check_out(ada, 2550, attendees=[{"holdId": hold_id, "ticketTypeId": type_id, "index": 1, "name": "Grace"}]))

    assert [each["path"] for each in no["faults"]] == [["input", "attendees", "0"]]


async def test_the_staff_sell_at_the_counter_and_give_away(tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    support = tenant.member(Role.SUPPORT)
    await held(support, event_id, type_id)
    sold = await changed(support, "createBoxOfficeOrder", expectedTotal={"amountMinor": 2550, "currency": "EUR"})
    await held(support, event_id, type_id)
    given = await changed(support, "createBoxOfficeOrder", complimentary=True, name="The Press")

    assert (sold["status"], sold["channel"], sold["email"]) == ("PENDING", "BOX_OFFICE", None)
    assert (given["status"], given["channel"], given["total"]["amountMinor"], given["discount"]["amountMinor"]) == (
        "CONFIRMED",
        "COMPLIMENTARY",
        0,
        2550,
    )
    assert await stock(tenant, event_id) == [(1, 1)]


async def test_an_order_is_seen_by_its_buyer_its_secret_and_the_staff_alone(tenant: Tenant, other_tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    payload = await check_out(ada, 2550)
    order, secret = payload["order"], payload["secret"]

    for by in ({"id": order["id"]}, {"number": order["number"].lower()}):
        assert (await one(ada, **by))["id"] == order["id"]
        assert (await one(tenant.member(Role.SUPPORT), **by))["id"] == order["id"]
        assert await one(guest(tenant), **by) is None
        assert await one(tenant.member(Role.USER), **by) is None
        assert await one(other_tenant.owner, **by) is None
    assert (await one(guest(tenant), secret=secret))["id"] == order["id"]
    assert await one(guest(other_tenant), secret=secret) is None
    assert await one(ada, secret="no secret") is None
