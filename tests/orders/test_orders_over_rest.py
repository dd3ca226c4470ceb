"""Orders over REST: bought by product or by hold, listed, called off; and the staff's table of them."""

import csv
import io

import pytest

from domain.identity import Role
from gateway.rest.examples import EXAMPLES
from tests.api.conftest import Client, Tenant
from tests.orders.shop import guest, held, on_sale, ordered, stock
from tests.rest.asking import ask

pytestmark = pytest.mark.asyncio

EUR = "EUR"


def wish(total: int, **more: object) -> dict[str, object]:
    """The body of an order."""
    return {"email": "ada@example.org", "name": "Ada", "expectedTotal": {"amountMinor": total, "currency": EUR}, **more}


async def test_an_order_of_products_is_placed_listed_and_called_off(tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)

    placed = await ask(tenant.anonymous, "POST", "/api/orders", json=wish(5100, lines=[{"ticketTypeId": type_id, "quantity": 2}]))
    order, cart = placed.json()["order"], {"x-cart": placed.json()["cart"]}
    mine = await ask(tenant.anonymous, "GET", "/api/orders", headers=cart)
    others = await ask(tenant.anonymous, "GET", "/api/orders")
    one = await ask(tenant.anonymous, "GET", f"/api/orders/{order['id']}", headers=cart)
    foreign = await ask(tenant.anonymous, "GET", f"/api/orders/{order['id']}")
    gone = await ask(tenant.anonymous, "DELETE", f"/api/orders/{order['id']}", headers=cart)

    assert (placed.status_code, order["status"], order["total"]["amountMinor"], len(order["lines"])) == (201, "PENDING", 5100, 2)
    assert (mine.json()["items"], others.json()["items"]) == ([order], [])
    assert (one.json(), one.headers["etag"], foreign.status_code) == (order, '"1"', 404)
    assert (gone.status_code, gone.json()["status"]) == (200, "CANCELLED")
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_the_example_of_the_document_buys(tenant: Tenant) -> None:
    _, type_id = await on_sale(tenant)
    body = {**EXAMPLES["CheckOutCart"], "lines": [{**EXAMPLES["CheckOutCart"]["lines"][0], "ticketTypeId": type_id}]}

    placed = await ask(tenant.anonymous, "POST", "/api/orders", json=body)
    cart = {"x-cart": placed.json()["cart"]}
    gone = await ask(tenant.owner, "DELETE", f"/api/orders/{placed.json()['order']['id']}", json=EXAMPLES["CancelOrder"], headers=cart)

    assert (placed.status_code, placed.json()["order"]["email"]) == (201, "ada@buyer.example")
    assert (gone.status_code, gone.json()["status"]) == (200, "CANCELLED")


async def test_an_order_of_holds_is_placed(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = await held(ada, event_id, type_id)

    placed = await ask(ada, "POST", "/api/orders", json=wish(2550, holdIds=[hold_id]))

    assert (placed.status_code, placed.json()["cart"]) == (201, None)
    assert await stock(tenant, event_id) == [(1, 0)]


async def test_what_is_refused_sets_nothing_aside(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant, 3)

    dear = await ask(ada, "POST", "/api/orders", json=wish(1, lines=[{"ticketTypeId": type_id, "quantity": 2}]))
    many = await ask(ada, "POST", "/api/orders", json=wish(1, lines=[{"ticketTypeId": type_id, "quantity": 4}]))

    assert (dear.status_code, dear.json()["type"]) == (409, "/problems/price-changed")
    assert (many.status_code, many.json()["type"]) == (409, "/problems/tickets-sold-out")
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_the_same_key_orders_products_once(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    body = wish(2550, lines=[{"ticketTypeId": type_id, "quantity": 1}])

    answers = [await ask(ada, "POST", "/api/orders", json=body, headers={"idempotency-key": "once"}) for _ in range(3)]

    assert len({each.json()["order"]["id"] for each in answers}) == 1
    assert await stock(tenant, event_id) == [(1, 0)]


async def export(client: Client, query: str = "") -> list[dict[str, str]]:
    """The rows of the table."""
    answer = await ask(client, "GET", f"/api/orders.csv{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="orders.csv"'
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def test_the_staff_get_all_orders_as_a_table_that_executes_nothing(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    ada = guest(tenant)
    hold_id = await held(ada, event_id, type_id, 2)
    evil = {"holdId": hold_id, "ticketTypeId": type_id, "index": 1, "name": "@SUM(A1)"}
    order = await ordered(ada, 5100, name='=HYPERLINK("http://evil.example")', attendees=[evil])
    other_id, other_type = await on_sale(tenant, slug="other")
    bob = guest(tenant)
    await held(bob, other_id, other_type)
    await ordered(bob, 2550)

    rows = await export(tenant.member(Role.SUPPORT), f"?eventId={event_id}")

    assert [(row["number"], row["position"], row["price"]) for row in rows] == [
        (order["number"], "0", "25.50"),
        (order["number"], "1", "25.50"),
    ]
    assert {row["name"] for row in rows} == {'\'=HYPERLINK("http://evil.example")'}
    assert [row["attendee_name"] for row in rows] == ["", "'@SUM(A1)"]
    assert len(await export(tenant.owner)) == 3
    assert await export(other_tenant.owner) == []


async def test_the_table_is_for_the_staff_and_says_what_is_wrong(tenant: Tenant) -> None:
    assert (await ask(tenant.anonymous, "GET", "/api/orders.csv")).status_code == 401
    assert (await ask(tenant.member(Role.USER), "GET", "/api/orders.csv")).status_code == 403
    assert (await ask(tenant.owner, "GET", "/api/orders.csv?createdFrom=soon")).status_code == 400
    assert (await ask(tenant.owner, "GET", "/api/orders.csv?eventId=nothing")).status_code == 404
    assert (await ask(tenant.owner, "POST", "/api/orders.csv")).status_code == 405
