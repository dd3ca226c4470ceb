"""Tickets are had on the terms of their type alone, by racing requests too, and a refusal says why and what may be done."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from adapters.crypto.identifiers import new_token
from tests.api.box_office import PUBLISH_EVENT, create_event, create_ticket_type, left, put_on_sale
from tests.api.conftest import Tenant
from tests.api.programme import done as stepped
from tests.api.programme import shown
from tests.conftest import Clock
from tests.ticket_types.desk import changed, refusal, reserve

pytestmark = pytest.mark.asyncio


async def test_fewer_than_the_least_or_more_than_the_most_of_an_order_are_refused(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await changed(tenant.owner, type_id, 1, minPerOrder=2, maxPerOrder=4)

    few = refusal(await reserve(tenant.anonymous, event_id, type_id, 1))
    many = refusal(await reserve(tenant.anonymous, event_id, type_id, 5))
    untouched = await left(tenant.anonymous, event_id)
    fitting = [await reserve(tenant.anonymous, event_id, type_id, quantity) for quantity in (2, 4)]

    assert few == {
        "__typename": "TooFewTickets",
        "message": "Tickets of this type are sold together, 2 at least.",
        "ticketTypeId": type_id,
        "least": 2,
        "alreadyHeld": 0,
    }
    assert many == {
        "__typename": "TooManyTickets",
        "message": "One order may have 4 tickets of this type.",
        "limit": 4,
        "alreadyHeld": 0,
        "per": "ORDER",
        "limitedTypeId": type_id,
    }
    assert untouched == [50]
    assert [each["errors"] for each in fitting] == [[], []]
    assert await left(tenant.anonymous, event_id) == [44]


async def test_who_holds_enough_already_may_add_one(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await changed(tenant.owner, type_id, 1, minPerOrder=2)
    first = await reserve(tenant.anonymous, event_id, type_id, 2)

    more = await reserve(tenant.anonymous.with_headers(x_cart=first["cart"]), event_id, type_id, 1)

    assert more["errors"] == []


async def test_a_buyers_limit_counts_what_he_holds_of_the_type_and_not_of_others(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    other_id = await create_ticket_type(tenant.owner, event_id)
    await changed(tenant.owner, type_id, 1, maxPerBuyer=3)
    buyer = tenant.anonymous.with_headers(x_cart=new_token())

    held = [await reserve(buyer, event_id, each, quantity) for each, quantity in ((other_id, 5), (type_id, 2))]
    refused = refusal(await reserve(buyer, event_id, type_id, 2))
    last = await reserve(buyer, event_id, type_id, 1)

    assert [each["errors"] for each in (*held, last)] == [[], [], []]
    assert (refused["limit"], refused["alreadyHeld"], refused["per"], refused["limitedTypeId"]) == (3, 2, "TICKET_TYPE", type_id)
    assert refused["message"] == "One buyer may have 3 tickets of this type; 2 are already held."
    assert await left(tenant.anonymous, event_id) == [47, 45]


async def test_what_was_given_back_counts_no_more(tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await changed(tenant.owner, type_id, 1, maxPerBuyer=2)
    buyer = tenant.anonymous.with_headers(x_cart=new_token())
    await reserve(buyer, event_id, type_id, 2)

    await clock.advance(minutes=16)
    again = await reserve(buyer, event_id, type_id, 2)

    assert again["errors"] == []


async def test_an_event_may_allow_a_buyer_more_or_less_than_the_organization_does(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    buyer = tenant.anonymous.with_headers(x_cart=new_token())

    limited = await stepped(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=2, buyerLimit=3)
    refused = refusal(await reserve(buyer, event_id, type_id, 4))
    kept = await stepped(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=limited["version"], slug="renamed")
    still = (await shown(tenant.anonymous, event_id, "buyerLimit"))["buyerLimit"]
    await stepped(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=kept["version"], buyerLimit=None)
    free = await reserve(buyer, event_id, type_id, 20)

    assert (refused["limit"], refused["alreadyHeld"], refused["per"], refused["limitedTypeId"]) == (3, 0, "EVENT", None)
    assert still == 3
    assert free["errors"] == []
    assert (await shown(tenant.anonymous, event_id, "buyerLimit"))["buyerLimit"] is None


async def test_fifty_racing_requests_of_one_buyer_get_what_one_buyer_may_have(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await changed(tenant.owner, type_id, 1, maxPerBuyer=7)
    buyer = tenant.anonymous.with_headers(x_cart=new_token())

    payloads = await asyncio.gather(*(reserve(buyer, event_id, type_id, 1) for _ in range(50)))

    told = Counter((error["limit"], error["alreadyHeld"]) for payload in payloads for error in payload["errors"])
    assert sum(payload["hold"] is not None for payload in payloads) == 7
    assert told == {(7, 7): 43}
    assert await left(tenant.anonymous, event_id) == [43]


async def test_racing_requests_for_several_types_do_not_pass_the_limit_of_the_event(tenant: Tenant) -> None:
    event_id, first = await put_on_sale(tenant.owner)
    types = [first, *[await create_ticket_type(tenant.owner, event_id, name=[{"locale": "en", "text": name}]) for name in ("Side", "Back")]]
    await changed(tenant.owner, first, 1, maxPerBuyer=2)
    limited = await shown(tenant.owner, event_id, "version")
    await stepped(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=limited["version"], buyerLimit=5)
    buyer = tenant.anonymous.with_headers(x_cart=new_token())

    payloads = await asyncio.gather(*(reserve(buyer, event_id, types[number % 3], 1) for number in range(45)))

    assert sum(payload["hold"] is not None for payload in payloads) == 5
    assert {(error["per"], error["limit"]) for payload in payloads for error in payload["errors"]} <= {("EVENT", 5), ("TICKET_TYPE", 2)}
    remaining = await left(tenant.anonymous, event_id)
    assert (remaining[0] >= 48, sum(remaining)) == (True, 145)


async def test_before_and_after_its_sale_a_type_says_when(tenant: Tenant, clock: Clock) -> None:
    event_id = await create_event(tenant.owner)
    window: dict[str, Any] = {"salesStartAt": "2031-01-01T00:00:00Z", "salesEndAt": "2031-02-01T00:00:00Z"}
    type_id = await create_ticket_type(tenant.owner, event_id, **window)
    await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id})

    early = refusal(await reserve(tenant.anonymous, event_id, type_id))
    days = (datetime.fromisoformat("2031-03-01T00:00:00+00:00") - await _now(tenant)).days
    await clock.advance(days=days)
    late = refusal(await reserve(tenant.anonymous, event_id, type_id))

    assert (early["salesStatus"], early["opensAt"], early["closedAt"]) == ("NOT_YET_ON_SALE", window["salesStartAt"], None)
    assert (late["salesStatus"], late["closedAt"]) == ("SALES_ENDED", window["salesEndAt"])
    assert late["message"] == "Sales ended 2031-02-01T00:00:00Z."


async def test_who_finds_nothing_left_is_told_when_the_first_may_come_back(tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=3)
    first = await reserve(tenant.anonymous, event_id, type_id, 2)
    await clock.advance(minutes=5)
    await reserve(tenant.anonymous, event_id, type_id, 1)

    refused = refusal(await reserve(tenant.anonymous, event_id, type_id, 1))

    until = first["hold"]["expiresAt"]
    assert (refused["available"], refused["heldElsewhere"], refused["mayReturnAt"]) == (0, 3, until)
    seconds = datetime.fromisoformat(until).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert refused["message"] == f"All remaining tickets are in other carts; the first may come back {seconds}."


async def _now(tenant: Tenant) -> Any:
    async with tenant.house.pools.app.acquire() as connection:
        return await connection.fetchval("SELECT app_now()")
