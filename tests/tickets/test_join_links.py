"""Whoever holds a valid ticket of an event is shown where to connect; nobody else of the public is."""

import pytest

from domain.identity import Role
from tests.api.conftest import Client, Tenant
from tests.api.vocabulary import LINK
from tests.tickets.counter import Show, buy, cart, changed, context_of, put_on, seen

pytestmark = pytest.mark.asyncio

LINKS = "query ($id: ID!) { event(by: {id: $id}) { joinUrl } events { nodes { id joinUrl } } }"


async def link(client: Client, show: Show) -> str | None:
    """What this caller is shown of the event's link, in both ways."""
    answer = await client.ask(LINKS, id=show.event_id)
    [listed] = [each["joinUrl"] for each in answer["events"]["nodes"] if each["id"] == show.event_id]
    alone: str | None = answer["event"]["joinUrl"]
    assert listed == alone
    return alone


async def test_the_holder_of_a_ticket_sees_the_link_of_its_event(tenant: Tenant) -> None:
    show = await put_on(tenant, attendanceMode="HYBRID", joinUrl=LINK)
    other = await put_on(tenant, slug="other", attendanceMode="HYBRID", joinUrl=f"{LINK}2")
    token, person = cart(), tenant.people[Role.USER]
    before = await link(tenant.member(Role.USER), show)

    await buy(tenant, context_of(tenant, person), show)
    await buy(tenant, context_of(tenant, cart=token), show)

    assert before is None
    assert await link(tenant.member(Role.USER), show) == LINK
    assert await link(tenant.anonymous.with_headers(x_cart=token), show) == LINK
    assert await link(tenant.member(Role.USER), other) is None
    assert await link(tenant.anonymous.with_headers(x_cart=cart()), show) is None
    assert await link(tenant.member(Role.ANALYST), show) is None
    assert await link(tenant.anonymous, show) is None


async def test_a_ticket_that_does_not_admit_shows_no_link(tenant: Tenant) -> None:
    show = await put_on(tenant, attendanceMode="VIRTUAL", joinUrl=LINK)
    bought = await buy(tenant, context_of(tenant, tenant.people[Role.USER]), show)
    ticket = await seen(tenant.owner, bought.ticket_ids[0])
    assert ticket
    told = [await link(tenant.member(Role.USER), show)]

    blocked = await changed(tenant.owner, "blockTicket", ticket)
    told.append(await link(tenant.member(Role.USER), show))
    back = await changed(tenant.owner, "unblockTicket", blocked)
    told.append(await link(tenant.member(Role.USER), show))
    await changed(tenant.owner, "voidTicket", back)
    told.append(await link(tenant.member(Role.USER), show))

    assert told == [LINK, None, LINK, None]


async def test_an_order_that_waits_for_money_shows_no_link(tenant: Tenant) -> None:
    show = await put_on(tenant, price=100, attendanceMode="VIRTUAL", joinUrl=LINK)

    await buy(tenant, context_of(tenant, tenant.people[Role.USER]), show)

    assert await link(tenant.member(Role.USER), show) is None
