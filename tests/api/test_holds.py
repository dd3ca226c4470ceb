"""Holds through the API: set aside, given back, expired, limited, replayed; and what buyers see of each other."""

import asyncio

import pytest

from adapters.crypto.identifiers import new_token
from domain.identity import Viewer
from resolvers.sweeping import end_expired_holds
from schema import ids
from tests.api.box_office import HOLD_TICKETS, RELEASE_HOLD, create_event, create_ticket_type, hold, left, put_on_sale
from tests.api.conftest import Tenant
from tests.conftest import Clock

pytestmark = pytest.mark.asyncio

MINE = "{ holds { id lines { quantity } } }"


async def test_two_tickets_are_held_and_the_number_falls(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)

    payload = await hold(tenant.anonymous, event_id, type_id, 2)

    assert payload["errors"] == []
    assert payload["hold"]["status"] == "ACTIVE"
    assert payload["hold"]["lines"] == [{"quantity": 2, "ticketType": {"id": type_id}}]
    assert payload["hold"]["event"] == {"id": event_id}
    assert await left(tenant.anonymous, event_id) == [48]


async def test_an_anonymous_buyer_gets_a_cart_and_finds_the_holds_by_it_alone(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    first = await hold(tenant.anonymous, event_id, type_id)
    buyer = tenant.anonymous.with_headers(x_cart=first["cart"])

    second = await hold(buyer, event_id, type_id)

    assert second["cart"] is None
    assert [each["id"] for each in (await buyer.ask(MINE))["holds"]] == [second["hold"]["id"], first["hold"]["id"]]
    assert (await tenant.anonymous.ask(MINE))["holds"] == []
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await tenant.anonymous.ask(node, id=first["hold"]["id"]))["node"] is None
    assert (await buyer.ask(node, id=first["hold"]["id"]))["node"] == {"id": first["hold"]["id"]}


async def test_a_malformed_cart_is_refused(tenant: Tenant) -> None:
    assert await tenant.anonymous.with_headers(x_cart="guess").code(MINE) == "BAD_USER_INPUT"


async def test_more_than_there_are_is_refused_with_what_is_left_and_nothing_is_held(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=5)
    first = await hold(tenant.anonymous, event_id, type_id, 3)

    payload = await hold(tenant.anonymous, event_id, type_id, 3)

    back = first["hold"]["expiresAt"][:19]
    assert payload["hold"] is None
    assert payload["cart"] is None
    assert payload["errors"] == [
        {
            "__typename": "TicketsSoldOut",
            "message": f"Only 2 tickets of this type are left; 3 more are in other carts, the first may come back {back}Z.",
            "code": "CONFLICT",
            "path": ["input", "lines"],
            "ticketTypeId": type_id,
            "available": 2,
            "heldElsewhere": 3,
        }
    ]
    assert await left(tenant.anonymous, event_id) == [2]


async def test_all_lines_are_held_or_none(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    plenty = await create_ticket_type(tenant.owner, event_id, 50)
    scarce = await create_ticket_type(tenant.owner, event_id, 1)
    await tenant.owner.ask("mutation ($id: ID!) { publishEvent(input: {eventId: $id}) { event { id } } }", id=event_id)
    lines = [{"ticketTypeId": plenty, "quantity": 2}, {"ticketTypeId": scarce, "quantity": 2}]

    payload = (await tenant.anonymous.ask(HOLD_TICKETS, input={"eventId": event_id, "lines": lines}))["holdTickets"]

    assert [error["ticketTypeId"] for error in payload["errors"]] == [scarce]
    assert await left(tenant.anonymous, event_id) == [50, 1]


async def test_racing_requests_do_not_pass_the_buyers_limit(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    buyer = tenant.anonymous.with_headers(x_cart=(await hold(tenant.anonymous, event_id, type_id, 15))["cart"])

    payloads = await asyncio.gather(*(hold(buyer, event_id, type_id, 2) for _ in range(10)))

    granted = [payload for payload in payloads if payload["hold"]]
    refused = [error for payload in payloads for error in payload["errors"]]
    assert len(granted) == 2
    assert {(error["__typename"], error["limit"], error["alreadyHeld"]) for error in refused} == {("TooManyTickets", 20, 19)}
    assert await left(tenant.anonymous, event_id) == [31]


async def test_the_same_key_gets_the_same_hold_and_another_input_is_refused(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    buyer = tenant.anonymous.with_headers(x_cart=(await hold(tenant.anonymous, event_id, type_id))["cart"])

    same = await asyncio.gather(*(hold(buyer, event_id, type_id, 2, idempotencyKey="k1") for _ in range(5)))
    other = await hold(buyer, event_id, type_id, 3, idempotencyKey="k1")

    assert len({payload["hold"]["id"] for payload in same}) == 1
    assert [error["__typename"] for error in other["errors"]] == ["IdempotencyKeyReused"]
    assert await left(tenant.anonymous, event_id) == [47]


async def test_a_key_needs_a_buyer_who_can_be_told_again(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    own_cart = tenant.anonymous.with_headers(x_cart=new_token())

    nobody = await hold(tenant.anonymous, event_id, type_id, 2, idempotencyKey="k1")
    twice = [await hold(own_cart, event_id, type_id, 2, idempotencyKey="k1") for _ in range(2)]

    assert nobody["hold"] is None
    assert [(error["__typename"], error["path"]) for error in nobody["errors"]] == [("InputInvalid", ["input", "idempotencyKey"])]
    assert twice[0]["hold"] == twice[1]["hold"]
    assert await left(tenant.anonymous, event_id) == [48]


async def test_a_hold_is_given_back_once(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    held = await hold(tenant.anonymous, event_id, type_id, 4)
    buyer = tenant.anonymous.with_headers(x_cart=held["cart"])
    wish = {"holdId": held["hold"]["id"]}

    payloads = await asyncio.gather(*(buyer.ask(RELEASE_HOLD, input=wish) for _ in range(5)))

    assert [each["releaseHold"] for each in payloads] == [{"hold": {"id": held["hold"]["id"], "status": "RELEASED"}, "errors": []}] * 5
    assert await left(tenant.anonymous, event_id) == [50]


async def test_nobody_gives_back_anothers_hold(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    held = await hold(tenant.anonymous, event_id, type_id, 4)
    stranger = tenant.anonymous.with_headers(x_cart=(await hold(tenant.anonymous, event_id, type_id))["cart"])

    payload = (await stranger.ask(RELEASE_HOLD, input={"holdId": held["hold"]["id"]}))["releaseHold"]

    assert payload["hold"] is None
    assert [error["__typename"] for error in payload["errors"]] == ["NotFound"]
    assert await left(tenant.anonymous, event_id) == [45]


async def test_an_expired_hold_comes_back_to_sale(tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    held = await hold(tenant.anonymous, event_id, type_id, 4)
    buyer = tenant.anonymous.with_headers(x_cart=held["cart"])
    await clock.advance(minutes=15, seconds=1)

    await _sweep(tenant, event_id)

    assert await left(tenant.anonymous, event_id) == [50]
    payload = (await buyer.ask(RELEASE_HOLD, input={"holdId": held["hold"]["id"]}))["releaseHold"]
    assert [(error["__typename"], error["message"]) for error in payload["errors"]] == [
        ("HoldNotActive", "The hold is expired and cannot be released.")
    ]


async def test_tickets_are_not_held_before_their_sale_opens(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    type_id = await create_ticket_type(tenant.owner, event_id, salesStartAt="2031-01-01T00:00:00Z")
    await tenant.owner.ask("mutation ($id: ID!) { publishEvent(input: {eventId: $id}) { event { id } } }", id=event_id)

    payload = await hold(tenant.anonymous, event_id, type_id)

    [error] = payload["errors"]
    assert (error["__typename"], error["salesStatus"], error["opensAt"]) == ("SalesClosed", "NOT_YET_ON_SALE", "2031-01-01T00:00:00Z")
    assert error["message"] == "Not on sale until 2031-01-01T00:00:00Z."


async def test_a_draft_cannot_be_held_by_the_public(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    type_id = await create_ticket_type(tenant.owner, event_id)

    payload = await hold(tenant.anonymous, event_id, type_id)

    assert [error["__typename"] for error in payload["errors"]] == ["NotFound"]


async def test_another_organizations_tickets_are_not_held(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)

    payload = await hold(other_tenant.anonymous, event_id, type_id)

    assert [error["__typename"] for error in payload["errors"]] == ["NotFound"]
    assert await left(tenant.anonymous, event_id) == [50]


async def _sweep(tenant: Tenant, event_id: str) -> None:
    named = ids.read(event_id)
    assert named
    context = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id))
    await end_expired_holds(context.work, named[1])
