"""Orders end once: when their time is over, by their buyer, by the staff, as a whole or in part; and stock goes back once."""

import asyncio
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from domain.orders import Order
from schema import ids
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock
from tests.orders.shop import (
    cart,
    change,
    changed,
    check_out,
    expire_orders,
    free_type,
    guest,
    held,
    nothing_in_flight,
    on_sale,
    one,
    ordered,
    stock,
)
from tests.seating.halls import seated_event, small_hall
from tests.seating.taking import choose
from tests.ticket_types.desk import done, refusal

pytestmark = pytest.mark.asyncio

HISTORY = "query ($id: ID!) { order(by: {id: $id}) { history { totalCount nodes { kind version actorId facts } } } }"


async def sweep(tenant: Tenant) -> None:
    """What the worker does every second."""
    await expire_orders(tenant.house.pools, nothing_in_flight)


async def waiting(tenant: Tenant, buyer: Client, quantity: int = 2) -> tuple[str, Any]:
    """The id of an event, and an order of so many of its tickets that waits for its payment."""
    event_id, type_id = await on_sale(tenant)
    await held(buyer, event_id, type_id, quantity)
    return event_id, await ordered(buyer, 2550 * quantity)


async def test_an_order_that_is_not_paid_in_time_expires_and_its_tickets_are_free_again(tenant: Tenant, clock: Clock) -> None:
    ada = guest(tenant)
    event_id, order = await waiting(tenant, ada)
    await clock.advance(minutes=14)
    await sweep(tenant)
    assert (await one(ada, id=order["id"]))["status"] == "PENDING"

    await clock.advance(minutes=16)
    await sweep(tenant)
    await sweep(tenant)

    ended = await one(ada, id=order["id"])
    assert (ended["status"], ended["paymentState"], ended["version"]) == ("EXPIRED", "NOT_REQUIRED", 2)
    assert ended["endedAt"] is not None
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_many_sweepers_give_stock_back_once(tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await on_sale(tenant)
    for _ in range(5):
        ada = guest(tenant)
        await held(ada, event_id, type_id)
        await ordered(ada, 2550)
    await clock.advance(minutes=16)

    await asyncio.gather(*(sweep(tenant) for _ in range(4)))

    assert await stock(tenant, event_id) == [(0, 0)]


async def test_an_order_whose_money_is_on_its_way_waits_on(tenant: Tenant, clock: Clock) -> None:
    ada = guest(tenant)
    event_id, order = await waiting(tenant, ada)
    await clock.advance(minutes=16)
    asked: list[str] = []

    async def in_flight(each: Order) -> bool:
        asked.append(each.number)
        return True

    await expire_orders(tenant.house.pools, in_flight)
    await expire_orders(tenant.house.pools, in_flight)

    assert asked.count(order["number"]) == 1
    assert (await one(ada, id=order["id"]))["status"] == "PENDING"
    assert await stock(tenant, event_id) == [(2, 0)]
    await clock.advance(minutes=18)
    await sweep(tenant)
    assert (await one(ada, id=order["id"]))["status"] == "EXPIRED"


async def test_a_buyer_cancels_what_he_has_not_paid(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, order = await waiting(tenant, ada)

    cancelled = await changed(ada, "cancelOrder", orderId=order["id"], expectedVersion=1)

    assert (cancelled["status"], cancelled["version"]) == ("CANCELLED", 2)
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_a_guest_cancels_with_the_secret_of_her_link_and_nobody_else_does(tenant: Tenant) -> None:
    ada, eve = guest(tenant), guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    payload = await check_out(ada, 2550)
    order_id, secret = payload["order"]["id"], payload["secret"]

    for wrong in ({}, {"secret": "wrong"}):
        assert refusal(await change(eve, "cancelOrder", orderId=order_id, **wrong))["__typename"] == "NotFound"
    assert await stock(tenant, event_id) == [(1, 0)]
    assert (await changed(eve, "cancelOrder", orderId=order_id, secret=secret))["status"] == "CANCELLED"


async def test_a_cancellation_of_another_version_is_refused(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, order = await waiting(tenant, ada)

    no = refusal(await change(ada, "cancelOrder", orderId=order["id"], expectedVersion=7))

    assert (no["__typename"], no["currentVersion"]) == ("VersionConflict", 1)
    assert await stock(tenant, event_id) == [(2, 0)]


async def test_the_staff_cancel_with_a_reason_and_what_was_sold_is_free_again(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, _ = await on_sale(tenant)
    await held(ada, event_id, await free_type(tenant, event_id), 2)
    order = await ordered(ada, 0)

    assert refusal(await change(support, "cancelOrder", orderId=order["id"]))["__typename"] == "InputInvalid"
    cancelled = await changed(support, "cancelOrder", orderId=order["id"], reason="The hall is closed")

    assert (cancelled["status"], cancelled["version"]) == ("CANCELLED", 3)
    assert await stock(tenant, event_id) == [(0, 0), (0, 0)]
    [last, *_] = (await support.ask(HISTORY, id=order["id"]))["order"]["history"]["nodes"]
    assert (last["kind"], last["version"]) == ("order:cancelled", 3)
    assert '"reason": "The hall is closed"' in last["facts"]


async def test_an_order_that_ended_is_not_cancelled_again_but_the_same_key_is_told_the_same(tenant: Tenant) -> None:
    ada = guest(tenant)
    _, order = await waiting(tenant, ada)

    first, again = [await changed(ada, "cancelOrder", orderId=order["id"], idempotencyKey="no") for _ in range(2)]
    no = refusal(await change(ada, "cancelOrder", orderId=order["id"]))

    assert (first["status"], again["version"]) == ("CANCELLED", 2)
    assert (no["__typename"], no["status"], no["toStatus"]) == ("OrderStepRefused", "CANCELLED", "CANCELLED")


async def test_a_cancellation_that_races_the_sweeper_gives_stock_back_once(tenant: Tenant, clock: Clock) -> None:
    ada = guest(tenant)
    event_id, order = await waiting(tenant, ada)
    await clock.advance(minutes=16)

    await asyncio.gather(sweep(tenant), change(ada, "cancelOrder", orderId=order["id"]), sweep(tenant))

    assert (await one(ada, id=order["id"]))["status"] in {"EXPIRED", "CANCELLED"}
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_some_admissions_are_cancelled_and_the_rest_stays(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, order = await waiting(tenant, ada, 3)
    gone = [order["lines"][0]["id"], order["lines"][2]["id"]]

    left = await changed(support, "cancelOrderLines", orderId=order["id"], lineIds=gone, expectedVersion=1, reason="Ill")

    assert (left["total"]["amountMinor"], left["version"], left["status"]) == (2550, 2, "PENDING")
    assert [each["cancelledAt"] is not None for each in left["lines"]] == [True, False, True]
    assert await stock(tenant, event_id) == [(1, 0)]


async def test_of_what_is_sold_a_part_is_given_back(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, _ = await on_sale(tenant)
    await held(ada, event_id, await free_type(tenant, event_id), 3)
    order = await ordered(ada, 0)

    await changed(support, "cancelOrderLines", orderId=order["id"], lineIds=[order["lines"][1]["id"]], expectedVersion=2)

    assert sorted(await stock(tenant, event_id)) == [(0, 0), (0, 2)]


async def test_a_whole_hold_of_an_order_is_given_back_with_its_last_admission(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    await held(ada, event_id, type_id, 2)
    order = await ordered(ada, 7650)

    await changed(support, "cancelOrderLines", orderId=order["id"], lineIds=[order["lines"][0]["id"]], expectedVersion=1)

    assert await stock(tenant, event_id) == [(2, 0)]


async def test_lines_cancelled_by_many_at_once_are_given_back_once(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, order = await waiting(tenant, ada, 3)
    wish = {"orderId": order["id"], "lineIds": [order["lines"][0]["id"]], "expectedVersion": 1}

    answers = await asyncio.gather(*(change(support, "cancelOrderLines", **wish) for _ in range(5)))
    keyed_wish = {"orderId": order["id"], "lineIds": [order["lines"][1]["id"]], "expectedVersion": 2, "idempotencyKey": "k"}
    keyed = await asyncio.gather(*(change(support, "cancelOrderLines", **keyed_wish) for _ in range(5)))

    assert sorted(len(each["errors"]) for each in answers) == [0, 1, 1, 1, 1]
    assert [each["errors"] for each in keyed] == [[]] * 5
    assert await stock(tenant, event_id) == [(1, 0)]


async def test_all_that_is_left_is_not_cancelled_line_by_line(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, order = await waiting(tenant, ada)
    lines = [each["id"] for each in order["lines"]]

    no = refusal(await change(support, "cancelOrderLines", orderId=order["id"], lineIds=lines, expectedVersion=1))

    assert no["__typename"] == "OrderHasOneEnd"
    assert await stock(tenant, event_id) == [(2, 0)]


async def test_foreign_and_missing_lines_and_orders_are_refused_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    ada = guest(tenant)
    _, order = await waiting(tenant, ada)
    missing = ids.show("Order", new_id())

    answers = [
        await change(other_tenant.owner, "cancelOrderLines", orderId=each, lineIds=[order["lines"][0]["id"]], expectedVersion=1)
        for each in (order["id"], missing)
    ]
    other_line = await change(
        tenant.owner, "cancelOrderLines", orderId=order["id"], lineIds=[ids.show("OrderLine", new_id())], expectedVersion=1
    )

    assert answers[0]["errors"] == answers[1]["errors"]
    assert refusal(other_line)["__typename"] == "NotFound"


async def test_seats_of_cancelled_admissions_are_free_and_the_others_stay_booked(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, _ = await seated_event(tenant.owner, small_hall())
    payload = await choose(ada, event_id, "Stalls A-1", "Stalls A-2")
    assert payload["errors"] == []
    total = (await cart(ada))["total"]["amountMinor"]
    order = await ordered(ada, total)
    [first] = [each["id"] for each in order["lines"] if each["seat"]["label"] == "Stalls A-1"]

    left = await changed(support, "cancelOrderLines", orderId=order["id"], lineIds=[first], expectedVersion=1)
    again = await choose(guest(tenant), event_id, "Stalls A-1")
    taken = await choose(guest(tenant), event_id, "Stalls A-2")

    assert len(left["lines"]) == 2
    assert again["errors"] == []
    assert [each["__typename"] for each in taken["errors"]] == ["SeatsTaken"]


async def test_an_event_with_orders_is_not_deleted_even_when_they_ended(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, order = await waiting(tenant, ada)
    await changed(ada, "cancelOrder", orderId=order["id"])

    payload = (
        await tenant.owner.ask(
            "mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { errors { __typename } } }",
            input={"eventId": event_id, "expectedVersion": 2},
        )
    )["deleteEvent"]

    assert payload["errors"] == [{"__typename": "EventHasOrders"}]
    assert (await one(ada, id=order["id"]))["lines"][0]["event"]["id"] == event_id


async def test_an_order_whose_rest_has_been_paid_is_confirmed_when_admissions_are_cancelled(tenant: Tenant) -> None:
    event_id, order = await waiting(tenant, guest(tenant), 2)
    cash = {"orderId": order["id"], "amount": {"amountMinor": 2_550, "currency": "EUR"}, "note": "cash"}
    await done(tenant.owner, "recordPayment", "payment { id }", **cash)
    paid = await one(tenant.owner, id=order["id"])

    left = await changed(
        tenant.owner, "cancelOrderLines", orderId=order["id"], lineIds=[order["lines"][0]["id"]], expectedVersion=paid["version"]
    )

    assert (paid["status"], paid["paymentState"]) == ("PENDING", "PARTIALLY_PAID")
    assert (left["status"], left["paymentState"]) == ("CONFIRMED", "PAID")
    assert await stock(tenant, event_id) == [(0, 1)]
