"""Who sees a ticket and its codes: whose it is, the staff that read orders, and nobody else."""

from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import GRANTS, Permission, Role
from domain.tickets import show_short_code
from tests.api.conftest import Client, Tenant
from tests.tickets.counter import Show, buy, buyer, cart, changed, context_of, given, put_on, seen, uuid_of

pytestmark = pytest.mark.asyncio

READS = {role for role in Role if Permission.ORDERS_READ in GRANTS[role]}
BY_CODE = "query ($code: String!) { ticket(by: {code: $code}) { id code } }"
EVERYWHERE = """
query ($id: ID!, $code: String!) {
  ticket(by: {id: $id}) { code }
  other: ticket(by: {code: $code}) { code }
  node(id: $id) { ... on Ticket { code } }
  nodes(ids: [$id]) { ... on Ticket { code } }
  _entities(representations: [{__typename: "Ticket", id: $id}]) { ... on Ticket { code } }
}
"""
OWN = "{ viewer { tickets(first: 2) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }"
NEXT = "query ($after: String!) { viewer { tickets(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage } } } }"
FIND = "query ($where: TicketWhere, $first: Int) { tickets(where: $where, first: $first) { totalCount nodes { id } } }"


async def everywhere(client: Client, ticket: dict[str, Any]) -> int:
    """In how many ways this caller comes by the code."""
    return str(await client.ask(EVERYWHERE, id=ticket["id"], code=ticket["code"])).count(ticket["code"])


async def found(client: Client, **where: Any) -> set[str]:
    """The ids that the staff find."""
    page = (await client.ask(FIND, where=where))["tickets"]
    assert page["totalCount"] == len(page["nodes"])
    return {each["id"] for each in page["nodes"]}


async def test_the_buyer_and_the_staff_see_it_and_nobody_else(tenant: Tenant, other_tenant: Tenant) -> None:
    person_id, client = await buyer(tenant)
    bought = await buy(tenant, context_of(tenant, person_id), await put_on(tenant))
    ticket = await seen(client, bought.ticket_ids[0])
    assert ticket is not None

    ways = {role: await everywhere(tenant.member(role), ticket) for role in Role}

    assert ways == {role: 5 if role in READS or role is Role.USER else 0 for role in Role}
    assert await everywhere(tenant.anonymous, ticket) == 0
    assert await everywhere(tenant.anonymous.with_headers(x_cart=cart()), ticket) == 0
    assert await everywhere(other_tenant.owner, ticket) == 0


async def test_a_guest_sees_it_by_her_cart_and_with_it_when_she_has_signed_in(tenant: Tenant) -> None:
    token = cart()
    bought = await buy(tenant, context_of(tenant, cart=token), await put_on(tenant))

    seen_by = [tenant.anonymous.with_headers(x_cart=token), tenant.member(Role.USER).with_headers(x_cart=token), tenant.member(Role.USER)]

    assert [bool(await seen(client, bought.ticket_ids[0])) for client in seen_by] == [True, True, False]


async def test_a_ticket_is_found_by_its_short_code_however_it_is_typed(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))
    typed = [ticket["code"], ticket["code"].lower(), ticket["code"].replace("-", " "), ticket["code"].replace("-", "")]

    answers = [(await tenant.owner.ask(BY_CODE, code=each))["ticket"] for each in typed]

    assert answers == [{"id": ticket["id"], "code": ticket["code"]}] * 4
    for wrong in ("", "nonsense", show_short_code("2" * 12)):
        assert (await tenant.owner.ask(BY_CODE, code=wrong))["ticket"] is None


async def test_ones_own_tickets_come_newest_first_in_pages(tenant: Tenant) -> None:
    person_id, client = await buyer(tenant)
    bought = await buy(tenant, context_of(tenant, person_id), await put_on(tenant), quantity=3)
    await buy(tenant, context_of(tenant, new_id()), await put_on(tenant, slug="other"))

    first = (await client.ask(OWN))["viewer"]["tickets"]
    rest = (await client.ask(NEXT, after=first["pageInfo"]["endCursor"]))["viewer"]["tickets"]

    assert first["totalCount"] == 3
    assert [each["id"] for each in first["nodes"] + rest["nodes"]] == sorted(bought.ticket_ids, key=uuid_of, reverse=True)
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_the_staff_find_tickets_by_event_status_code_and_name(tenant: Tenant) -> None:
    gala, ball = await put_on(tenant), await put_on(tenant, slug="ball")
    press, guest = await given(
        tenant.owner, gala, quantity=2, name="Grete Weiß", attendees=[{"name": "Åsa Öström"}, {"email": "bo@press.example"}]
    )
    [dancer] = await given(tenant.owner, ball, email="dancer@example.org")
    await changed(tenant.owner, "blockTicket", dancer)
    owner = tenant.owner

    assert await found(owner) == {press["id"], guest["id"], dancer["id"]}
    assert await found(owner, eventId={"eq": gala.event_id}) == {press["id"], guest["id"]}
    assert await found(owner, ticketTypeId={"in": [ball.type_id]}) == {dancer["id"]}
    assert await found(owner, status={"eq": "BLOCKED"}) == {dancer["id"]}
    assert await found(owner, code={"in": [press["code"].lower(), "nonsense"]}) == {press["id"]}
    assert await found(owner, search="weiss grete") == {press["id"], guest["id"]}
    assert await found(owner, search="ASA") == await found(owner, search="bo@pr") == {press["id"], guest["id"]}
    assert await found(owner, search="grete dancer") == set()
    assert await found(owner, eventId={"eq": press["id"]}) == set()
    assert await found(owner, orderId={"in": []}) == set()


async def test_lists_are_for_those_who_read_orders(tenant: Tenant) -> None:
    await given(tenant.owner, await put_on(tenant))

    answers = {role: (await tenant.member(role).answer(FIND)).get("data") is not None for role in Role}

    assert answers == {role: role in READS for role in Role}
    assert await tenant.anonymous.code(FIND) == "UNAUTHENTICATED"
    assert await tenant.owner.code(FIND, where={"search": "x" * 201}) == "BAD_USER_INPUT"


async def test_tickets_of_the_same_order_are_asked_of_the_database_at_once(tenant: Tenant, statements: Any) -> None:
    show: Show = await put_on(tenant)
    await given(tenant.owner, show, quantity=20)

    async with statements.sent() as sent:
        page = (await tenant.owner.ask("{ tickets { nodes { qrCode { text } event { id } ticketType { id } seat { label } } } }"))[
            "tickets"
        ]

    assert len(page["nodes"]) == 20
    assert len([each for each in sent if "FROM ticket_keys" in each]) == 1
    assert len([each for each in sent if each.lstrip().startswith("SELECT")]) <= 5
