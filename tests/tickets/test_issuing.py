"""Tickets come with the order's confirmation, exactly once, and go with it; the audit says so."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.audit import recount
from domain.identity import Role
from domain.orders import CancelOrder, CancelOrderLines, OrderNamed
from domain.tickets import Ticket, TicketStatus, short_code
from resolvers.order_ending import cancel_order, cancel_order_lines
from resolvers.tickets import issue_tickets
from tests.api.conftest import Tenant
from tests.tickets.counter import Bought, buy, cart, changed, context_of, given, put_on, seen

pytestmark = pytest.mark.asyncio


async def tickets_of(tenant: Tenant, bought: Bought) -> list[Ticket | None]:
    async with context_of(tenant).work() as work:
        return await work.tickets.of_lines([line.id for line in bought.lines])


async def breaches(tenant: Tenant) -> list[str]:
    """What the audit finds among this organization's rows."""
    async with tenant.house.pools.app.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{tenant.organization.id}'")
        return [each.invariant for each in await recount(connection)]


async def told(tenant: Tenant, kind: str) -> int:
    """How often this was announced."""
    statement = "SELECT count(*) FROM outbox WHERE organization_id = $1 AND type = $2"
    counted: int = await tenant.house.pools.system.fetchval(statement, tenant.organization.id, kind)
    return counted


async def test_every_line_of_a_confirmed_order_has_its_ticket(tenant: Tenant) -> None:
    bought = await buy(tenant, context_of(tenant, cart=cart()), await put_on(tenant), quantity=4)

    tickets = await tickets_of(tenant, bought)

    assert [each and (each.status, each.holder, each.event_id) for each in tickets] == [
        (TicketStatus.VALID, bought.order.buyer, line.event_id) for line in bought.lines
    ]
    assert await told(tenant, "ticket:issued") == 4
    assert await breaches(tenant) == []


async def test_twenty_confirmations_of_one_order_issue_once(tenant: Tenant) -> None:
    bought = await buy(tenant, context_of(tenant, cart=cart()), await put_on(tenant), quantity=3)
    before = await tickets_of(tenant, bought)
    ctx = context_of(tenant, role=Role.OWNER)

    async def again() -> None:
        async with ctx.work() as work:
            await issue_tickets(work, new_id, bought.order, bought.lines)

    await asyncio.gather(*(again() for _ in range(20)))

    assert await tickets_of(tenant, bought) == before
    assert await told(tenant, "ticket:issued") == 3


async def test_a_key_that_many_need_at_once_is_made_once(tenant: Tenant) -> None:
    show = await put_on(tenant)

    async def current() -> str:
        async with context_of(tenant).work() as work:
            return (await work.ticket_keys.current([show.event]))[show.event]

    assert len(set(await asyncio.gather(*(current() for _ in range(20))))) == 1


async def test_a_short_code_that_is_taken_is_drawn_anew(tenant: Tenant) -> None:
    [taken] = await tickets_of(tenant, await buy(tenant, context_of(tenant, cart=cart()), await put_on(tenant)))
    waiting = await buy(tenant, context_of(tenant, cart=cart()), await put_on(tenant, price=100, slug="paid"))
    assert taken
    assert waiting.ticket_ids == []
    drawn = iter([new_id(), UUID(int=_number(taken.code)), new_id(), UUID(int=7)])

    async with context_of(tenant).work() as work:
        await issue_tickets(work, lambda: next(drawn), waiting.order, waiting.lines)

    [issued] = await tickets_of(tenant, waiting)
    assert issued
    assert issued.code == short_code(7)
    assert next(drawn, None) is None


async def test_a_cancelled_line_loses_its_ticket_and_a_cancelled_order_all(tenant: Tenant) -> None:
    person_id = tenant.people[Role.OWNER]
    ctx = context_of(tenant, person_id, role=Role.OWNER)
    bought = await buy(tenant, ctx, await put_on(tenant), quantity=3)

    shorter = await cancel_order_lines(ctx, CancelOrderLines(bought.order.id, (bought.lines[1].id,), "Ill", bought.order.version))
    after_line = [each.status.value for each in await tickets_of(tenant, bought) if each]
    found_line = await breaches(tenant)
    await cancel_order(ctx, CancelOrder(OrderNamed(bought.order.id), "Ill", shorter.version))
    after_order = [each.status.value for each in await tickets_of(tenant, bought) if each]

    assert (after_line, after_order) == (["VALID", "VOIDED", "VALID"], ["VOIDED"] * 3)
    assert found_line == await breaches(tenant) == []
    assert await told(tenant, "ticket:voided") == 3


async def test_a_blocked_ticket_is_no_breach_and_a_missing_or_a_living_one_is(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))
    await changed(tenant.owner, "blockTicket", ticket)
    assert await breaches(tenant) == []

    await _execute(tenant, "UPDATE tickets SET status = 'VOIDED'")
    missing = await breaches(tenant)
    await _execute(tenant, "UPDATE tickets SET status = 'VALID'")
    await _execute(tenant, "UPDATE order_lines SET cancelled_at = app_now()")
    living = await breaches(tenant)

    invariant = "what goes on of a confirmed order has one ticket that is valid or blocked, and no other ticket of an order is"
    assert invariant in missing
    assert invariant in living


async def test_blocking_and_cancelling_at_once_leave_no_living_ticket(tenant: Tenant) -> None:
    show = await put_on(tenant)
    tickets = await given(tenant.owner, show, quantity=6)

    await asyncio.gather(
        *(_ignore(changed(tenant.owner, "voidTicket", each, idempotencyKey=each["id"])) for each in tickets),
        *(_ignore(changed(tenant.owner, "blockTicket", each)) for each in tickets),
        *(_ignore(changed(tenant.owner, "reissueTicket", each)) for each in tickets),
    )

    states = [(await seen(tenant.owner, each["id"]) or {})["status"] for each in tickets]
    assert set(states) <= {"VOIDED", "BLOCKED", "VALID"}
    assert await breaches(tenant) == []


async def _ignore(deed: Any) -> None:
    """Some of those who race are refused, which is as it should be."""
    try:
        await deed
    except AssertionError:
        return


def _number(code: str) -> int:
    """The number that `short_code` makes this code of."""
    signs = "23456789ACDEFGHJKMNPQRSTVWXYZ"
    return sum(signs.index(sign) * 29**at for at, sign in enumerate(code[:-1]))


async def _execute(tenant: Tenant, statement: str) -> None:
    async with tenant.house.pools.app.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{tenant.organization.id}'")
        await connection.execute(statement)
