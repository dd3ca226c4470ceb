"""Overdue orders end once although the worker is killed in the middle of it, and a checkout is answered alike by every gateway."""

import asyncio
import secrets
from typing import Any

import pytest

from tests.api.box_office import hold, put_on_sale
from tests.api.conftest import Client
from tests.conftest import Clock
from tests.two_workers.platform import Platform, Tenant, eventually

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("mended")]

A, B = 0, 1
CHECK_OUT = """
mutation ($input: CheckOutCartInput!) { checkOutCart(input: $input) { secret order { id number } errors { __typename } } }
"""
POOLS = "query ($id: ID!) { event(by: {id: $id}) { pools { held sold } } }"
# The sweeper has locked the stock of an order, and waits for the order.
IN_THE_MIDDLE = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM orders o WHERE o.id = $1 FOR UPDATE%'
)
"""
OPEN = "SELECT count(*) FROM orders WHERE organization_id = $1 AND status = 'PENDING'"
TOLD = "SELECT count(*) FROM order_history WHERE organization_id = $1 AND kind = 'order:expired'"


def wish(**more: Any) -> dict[str, Any]:
    """A valid wish for one ticket."""
    return {"email": "ada@example.org", "name": "Ada", "expectedTotal": {"amountMinor": 2550, "currency": "EUR"}, **more}


async def order(buyer: Client, event_id: str, type_id: str) -> None:
    """An order of one ticket, which waits for its payment."""
    assert (await hold(buyer, event_id, type_id))["errors"] == []
    assert (await buyer.ask(CHECK_OUT, input=wish()))["checkOutCart"]["errors"] == []


def somebody(tenant: Tenant, gateway: int) -> Client:
    """A buyer with a cart of her own."""
    return tenant.buyer(gateway, x_cart=secrets.token_urlsafe(32))


async def test_a_worker_killed_while_it_ends_orders_leaves_none_half_ended(platform: Platform, tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(), capacity=100)
    await asyncio.gather(*(order(somebody(tenant, at % 2), event_id, type_id) for at in range(30)))
    mine = tenant.organization.id

    async with platform.connected(platform.superuser) as superuser, platform.connected(platform.superuser) as watcher:
        for _ in range(3):
            transaction = superuser.transaction()
            await transaction.start()
            # One of those that come next is locked, so that the sweeper is caught with its transaction open.
            await superuser.execute(
                "SELECT FROM orders WHERE organization_id = $1 AND status = 'PENDING' ORDER BY expires_at LIMIT 3 FOR UPDATE", mine
            )
            await clock.advance(minutes=16)
            await eventually(lambda: watcher.fetchval(IN_THE_MIDDLE), "the worker never ends an order")
            platform.worker.kill()
            await transaction.rollback()
            platform.worker.start()
        await eventually(lambda: nobody_waits(watcher, mine), "orders are not ended")
        told = await watcher.fetchval(TOLD, mine)

    pools = (await tenant.owner().ask(POOLS, id=event_id))["event"]["pools"]
    assert (told, pools) == (30, [{"held": 0, "sold": 0}])


async def nobody_waits(connection: Any, organization_id: Any) -> bool:
    """Whether no order of the organization is pending."""
    return bool(await connection.fetchval(OPEN, organization_id) == 0)


async def test_a_checkout_whose_answer_was_lost_is_told_again_by_another_gateway(platform: Platform, tenant: Tenant, doomed: Any) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(B))
    cart = secrets.token_urlsafe(32)
    assert (await hold(tenant.buyer(A, x_cart=cart), event_id, type_id))["errors"] == []
    asked = wish(idempotencyKey="once")

    first = (await tenant.buyer(A, x_cart=cart).ask(CHECK_OUT, input=asked))["checkOutCart"]
    doomed.kill()
    again = (await tenant.buyer(B, x_cart=cart).ask(CHECK_OUT, input=asked))["checkOutCart"]

    assert first["errors"] == []
    assert again == first
    assert first["secret"] is not None
