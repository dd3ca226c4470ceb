"""Finding orders: the staff by any word, event, status or payment; a buyer her own; and pages that neither repeat nor leave out."""

import asyncio
from typing import Any

import pytest

from domain.identity import Role
from tests.api.conftest import Client, Tenant
from tests.orders.shop import changed, guest, held, on_sale, ordered

pytestmark = pytest.mark.asyncio

LIST = """
query ($where: OrderWhere, $orderBy: OrderOrder! = CREATED_AT_DESC, $first: Int, $after: String, $last: Int, $before: String) {
  orders(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { id number } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
  }
}
"""
MINE = "{ myOrders { totalCount nodes { id } } viewer { orders { nodes { id } } } }"


async def order_of(tenant: Tenant, event_id: str, type_id: str, quantity: int = 1, **said: Any) -> Any:
    """An order of a guest's."""
    ada = guest(tenant)
    await held(ada, event_id, type_id, quantity)
    return await ordered(ada, 2550 * quantity, **said)


async def found(client: Client, **where: Any) -> list[str]:
    """The numbers of what matches."""
    answer = (await client.ask(LIST, where=where))["orders"]
    assert answer["totalCount"] == len(answer["nodes"])
    return [each["number"] for each in answer["nodes"]]


async def test_the_staff_find_orders_by_everything_that_is_known_of_them(tenant: Tenant) -> None:
    support = tenant.member(Role.SUPPORT)
    event_id, type_id = await on_sale(tenant)
    other_id, other_type = await on_sale(tenant, slug="other")
    first = await order_of(tenant, event_id, type_id, name="Élodie Durand", email="elodie@example.org")
    second = await order_of(tenant, other_id, other_type, name="Grace Hopper", email="grace@navy.example")
    grace = [{"lineId": second["lines"][0]["id"], "name": "Katherine Johnson"}]
    await changed(support, "updateAttendees", orderId=second["id"], expectedVersion=1, attendees=grace)
    await changed(support, "cancelOrder", orderId=first["id"], reason="Test")
    one, two = first["number"], second["number"]

    assert await found(support, search="elod") == [one]
    assert await found(support, search="durand ELODIE") == [one]
    assert await found(support, search="durand hopper") == []
    assert await found(support, search="johns") == [two]
    assert await found(support, search=two[:5].lower()) == [two]
    assert await found(support, search="%") == []
    assert await found(support, numbers=[f"{one[:4]}-{one[4:]}".lower()]) == [one]
    assert await found(support, emails=["GRACE@navy.example"]) == [two]
    assert await found(support, eventIds=[other_id]) == [two]
    assert await found(support, statuses=["CANCELLED"]) == [one]
    assert await found(support, paymentStates=["UNPAID"]) == [two]
    assert await found(support, paymentStates=["NOT_REQUIRED"]) == [one]
    assert await found(support, channels=["BOX_OFFICE"]) == []
    assert await found(support, createdBefore="2020-01-01T00:00:00Z") == []
    assert await found(support, confirmedFrom="2020-01-01T00:00:00Z") == []
    assert await found(support) == [two, one]


@pytest.mark.parametrize("order_by", ["CREATED_AT_ASC", "CREATED_AT_DESC", "TOTAL_ASC", "TOTAL_DESC"])
async def test_pages_neither_repeat_nor_leave_out(tenant: Tenant, order_by: str) -> None:
    event_id, type_id = await on_sale(tenant)
    await asyncio.gather(*(order_of(tenant, event_id, type_id, 1 + at % 2) for at in range(5)))
    whole = [each["id"] for each in (await tenant.owner.ask(LIST, orderBy=order_by))["orders"]["nodes"]]

    seen: list[str] = []
    after = None
    while after is not None or not seen:
        page = (await tenant.owner.ask(LIST, orderBy=order_by, first=2, after=after))["orders"]
        seen += [each["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    last = (await tenant.owner.ask(LIST, orderBy=order_by, last=2))["orders"]

    assert (len(whole), seen) == (5, whole)
    assert [each["id"] for each in last["nodes"]] == whole[3:]


async def test_a_cursor_of_another_order_is_refused(tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    await order_of(tenant, event_id, type_id)
    cursor = (await tenant.owner.ask(LIST))["orders"]["pageInfo"]["endCursor"]

    assert await tenant.owner.code(LIST, orderBy="TOTAL_ASC", after=cursor) == "BAD_USER_INPUT"


@pytest.mark.parametrize("role", [None, Role.USER, Role.ANALYST], ids=str)
async def test_only_the_staff_list_orders(tenant: Tenant, role: Role | None) -> None:
    client = tenant.member(role) if role else guest(tenant)

    assert await client.code(LIST) == ("FORBIDDEN" if role else "UNAUTHENTICATED")


async def test_a_buyer_sees_her_own_orders_by_her_cart_and_by_herself(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    ada, user = guest(tenant), tenant.member(Role.USER)
    await held(ada, event_id, type_id)
    by_cart = (await ordered(ada, 2550))["id"]
    await held(user, event_id, type_id)
    by_person = (await ordered(user, 2550))["id"]

    both = await user.with_headers(x_cart=ada.headers["x-cart"]).ask(MINE)

    assert await ada.ask(MINE) == {"myOrders": {"totalCount": 1, "nodes": [{"id": by_cart}]}, "viewer": None}
    assert (await user.ask(MINE))["viewer"]["orders"]["nodes"] == [{"id": by_person}]
    assert [each["id"] for each in both["myOrders"]["nodes"]] == [by_person, by_cart]
    assert (await guest(tenant).ask(MINE))["myOrders"]["totalCount"] == 0
    assert (await other_tenant.member(Role.USER).ask(MINE))["myOrders"]["totalCount"] == 0


@pytest.mark.parametrize("odd", ["\0", "a\0b", "x" * 300, " ", "%_"], ids=range(5))
async def test_what_nobody_types_finds_nothing_and_breaks_nothing(tenant: Tenant, odd: str) -> None:
    event_id, type_id = await on_sale(tenant)
    order = await order_of(tenant, event_id, type_id)
    query = "query ($by: OrderBy!) { order(by: $by) { id } }"

    answers = [
        *[await tenant.owner.answer(query, by={name: odd}) for name in ("id", "number", "secret")],
        await tenant.owner.answer(LIST, where={"search": odd}),
        await tenant.owner.answer(LIST, where={"numbers": [odd]}),
        await tenant.owner.answer(LIST, after=odd),
    ]
    cancelled = await tenant.owner.answer(
        "mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { errors { __typename } } }",
        input={"orderId": order["id"], "secret": odd, "expectedVersion": 9, "reason": "x"},
    )

    codes = {each["extensions"]["code"] for answer in answers for each in answer.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT"}
    assert "INTERNAL_SERVER_ERROR" not in str(cancelled)
