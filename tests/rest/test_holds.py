"""Holds over REST: set aside, listed, given back, repeated safely; and every no."""

from typing import Any

import pytest

from tests.api.conftest import Tenant
from tests.rest.asking import ask, available, make_on_sale, without_instance
from tests.seating.halls import seated_event, status

pytestmark = pytest.mark.asyncio


def wish(event_id: str, type_id: str, quantity: int = 2) -> dict[str, Any]:
    return {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": quantity}]}


async def test_an_anonymous_buyer_holds_lists_and_gives_back_by_the_cart(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner)

    placed = await ask(tenant.anonymous, "POST", "/api/holds", json=wish(event_id, type_id))
    hold, cart = placed.json()["hold"], {"x-cart": placed.json()["cart"]}
    mine = await ask(tenant.anonymous, "GET", "/api/holds", headers=cart)
    others = await ask(tenant.anonymous, "GET", "/api/holds")
    held = await available(tenant.anonymous, event_id)
    released = await ask(tenant.anonymous, "DELETE", f"/api/holds/{hold['id']}", headers=cart)

    assert placed.status_code == 201
    assert set(placed.json()) == {"hold", "cart"}
    assert hold["event"] == {"id": event_id, "slug": "late-show", "title": "The Late Show"}
    assert [(line["quantity"], line["ticketType"]["id"], line["ticketType"]["name"]) for line in hold["lines"]] == [
        (2, type_id, "Standing")
    ]
    assert (hold["status"], held) == ("ACTIVE", 48)
    assert mine.json() == {"items": [hold]}
    assert mine.headers["cache-control"] == "no-store"
    assert others.json() == {"items": []}
    assert (released.status_code, released.json()) == (200, hold | {"status": "RELEASED"})
    assert await available(tenant.anonymous, event_id) == 50
    assert (await ask(tenant.anonymous, "GET", "/api/holds", headers=cart)).json() == {"items": []}


async def test_more_than_there_are_is_refused_with_what_is_left_and_nothing_is_held(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner, 5)
    first = await ask(tenant.anonymous, "POST", "/api/holds", json=wish(event_id, type_id, 3))

    answer = await ask(tenant.anonymous, "POST", "/api/holds", json=wish(event_id, type_id, 3))

    back = first.json()["hold"]["expiresAt"]
    said = f"Only 2 tickets of this type are left; 3 more are in other carts, the first may come back {back[:19]}Z."
    assert answer.status_code == 409
    assert without_instance(answer) == {
        "type": "/problems/tickets-sold-out",
        "title": "There are fewer tickets of a type than asked for",
        "status": 409,
        "detail": said,
        "code": "CONFLICT",
        "errors": [
            {
                "type": "/problems/tickets-sold-out",
                "code": "CONFLICT",
                "detail": said,
                "pointer": "#/lines",
                "ticketTypeId": type_id,
                "available": 2,
                "heldElsewhere": 3,
                "mayReturnAt": back,
            }
        ],
    }
    assert await available(tenant.anonymous, event_id) == 2


async def test_the_same_key_gets_the_same_hold_and_with_another_wish_a_refusal(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner)
    first = await ask(tenant.owner, "POST", "/api/holds", json=wish(event_id, type_id), headers={"idempotency-key": "k-1"})

    again = await ask(tenant.owner, "POST", "/v1/api/holds", json=wish(event_id, type_id), headers={"idempotency-key": "k-1"})
    other = await ask(tenant.owner, "POST", "/api/holds", json=wish(event_id, type_id, 3), headers={"idempotency-key": "k-1"})

    assert again.status_code == first.status_code == 201
    assert again.json() == first.json()
    assert (other.status_code, other.json()["type"]) == (409, "/problems/idempotency-key-reused")
    assert other.json()["errors"][0]["header"] == "Idempotency-Key"
    assert await available(tenant.anonymous, event_id) == 48


async def test_another_buyers_hold_is_not_there(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner)
    placed = (await ask(tenant.anonymous, "POST", "/api/holds", json=wish(event_id, type_id))).json()
    path = f"/api/holds/{placed['hold']['id']}"

    by_nobody = await ask(tenant.anonymous, "DELETE", path)
    by_owner = await ask(tenant.owner, "DELETE", path)
    by_stranger = await ask(other_tenant.owner, "DELETE", path)
    of_event = await ask(tenant.anonymous, "DELETE", f"/api/holds/{event_id}", headers={"x-cart": placed["cart"]})

    for answer in (by_nobody, by_owner, by_stranger, of_event):
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such hold.")
        assert answer.json()["errors"][0]["parameter"] == "id"
    assert await available(tenant.anonymous, event_id) == 48


async def test_a_wish_that_breaks_rules_names_every_place_and_nothing_is_held(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner)
    lines = [{"ticketTypeId": type_id, "quantity": 1}, {"ticketTypeId": type_id, "quantity": "two"}, {"quantity": 1}]

    answer = await ask(tenant.anonymous, "POST", "/api/holds", json={"eventId": event_id, "lines": lines})

    assert answer.status_code == 400
    assert [(each["pointer"], each["detail"]) for each in answer.json()["errors"]] == [
        ("#/lines/1/quantity", "must be a whole number within 32 bits"),
        ("#/lines/2/ticketTypeId", "is required"),
    ]
    assert await available(tenant.anonymous, event_id) == 50


async def test_a_malformed_cart_is_refused(tenant: Tenant) -> None:
    answer = await ask(tenant.anonymous, "GET", "/api/holds", headers={"x-cart": "guess"})

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")


async def test_seats_are_held_extended_and_given_back_by_what_they_are_called(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    seats = {"eventId": event_id, "seats": [{"label": "Balcony A-1"}, {"label": "Balcony A-2", "ticketTypeId": types["Balcony"]}]}

    placed = await ask(tenant.owner, "POST", "/api/holds/seats", json=seats, headers={"idempotency-key": "k"})
    again = await ask(tenant.owner, "POST", "/api/holds/seats", json=seats, headers={"idempotency-key": "k"})
    taken = await ask(tenant.anonymous, "POST", "/api/holds/seats", json=seats)
    best = await ask(tenant.anonymous, "POST", "/api/holds/best-available", json=wish(event_id, types["Stalls"], 2))
    path = f"/api/holds/{placed.json()['hold']['id']}"
    extended = await ask(tenant.owner, "POST", f"{path}/extend")
    released = await ask(tenant.owner, "DELETE", path)

    [line] = placed.json()["hold"]["lines"]
    assert (placed.status_code, [seat["label"] for seat in line["seats"]]) == (201, ["Balcony A-1", "Balcony A-2"])
    assert again.json() == placed.json()
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/seats-taken")
    assert [seat["label"] for seat in taken.json()["errors"][0]["seats"]] == ["Balcony A-1", "Balcony A-2"]
    assert [seat["label"] for seat in best.json()["hold"]["lines"][0]["seats"]] == ["Stalls B-1", "Stalls B-2"]
    assert (extended.status_code, extended.json()["extendedAt"] is not None) == (200, True)
    assert released.json()["status"] == "RELEASED"


async def test_a_party_that_fits_nowhere_is_told_so(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    answer = await ask(tenant.anonymous, "POST", "/api/holds/best-available", json=wish(event_id, types["Stalls"], 3))

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-adjacent-seats")
    assert (answer.json()["errors"][0]["largest"], answer.json()["errors"][0]["free"]) == (2, 3)


async def test_more_seats_than_one_list_may_have_are_refused_at_their_place_in_the_body_and_none_is_blocked(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    wish = {"labels": ["Stalls A-1", *(f"Stalls Z-{at}" for at in range(100))], "reason": "stage"}

    answer = await ask(tenant.owner, "POST", f"/api/events/{event_id}/seats/block", json=wish)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "OPERATION_TOO_COMPLEX")
    [error] = problem["errors"]
    assert (error["pointer"], error["limit"], error["used"], error["allowed"]) == ("#/labels", "listItems", 101, 100)
    assert "$" not in answer.text
    assert await status(tenant.owner, event_id, "Stalls A-1") == ["FREE"]
