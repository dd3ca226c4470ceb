"""A gateway that is told to stop finishes what it is at and sends its watchers elsewhere, who miss nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from schema import ids
from tests.api.box_office import hold, put_on_sale
from tests.two_workers.platform import Gateway, Platform, Tenant, eventually
from tests.two_workers.watching import PROTOCOL, TRANSPORTS, Ending, watching

pytestmark = pytest.mark.asyncio

A, B = 0, 1
WAITS = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%')"


@asynccontextmanager
async def nobody_can_hold(platform: Platform, event_id: str) -> AsyncIterator[Any]:
    """Have the event's lock, so that holds wait until the block ends."""
    uuid, address = ids.expect(event_id, "Event", ()), platform.superuser
    async with platform.connected(address) as holder, platform.connected(address) as observer, holder.transaction():
        await holder.execute("SELECT FROM inventories WHERE event_id = $1 FOR UPDATE", uuid)
        yield lambda: observer.fetchval(WAITS, str(uuid))


async def lets_nobody_in(gateway: Gateway) -> bool:
    """Whether new callers are turned away by the kernel."""
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(f"{gateway.url}/livez")
    except httpx.ConnectError:
        return True
    return False


async def test_a_gateway_that_is_told_to_stop_finishes_what_it_is_at(platform: Platform, tenant: Tenant, doomed: Gateway) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(B))

    async with watching(PROTOCOL, doomed, tenant.slug, event_id) as watcher:
        async with nobody_can_hold(platform, event_id) as somebody_waits:
            holding = asyncio.create_task(hold(tenant.buyer(A), event_id, type_id, 2))
            await eventually(somebody_waits, "the hold never got to the database")
            doomed.terminate()
            closed = await watcher.ends()
            await eventually(lambda: lets_nobody_in(doomed), "it still lets callers in")
            assert not holding.done()
        payload = await holding
    code = await asyncio.wait_for(doomed.running.ended(), 5)

    assert closed == Ending("closed", 1012)
    assert (payload["errors"], payload["hold"]["status"]) == ([], "ACTIVE")
    assert code == 0


async def test_whoever_watched_there_resumes_elsewhere_and_missed_nothing(platform: Platform, tenant: Tenant, doomed: Gateway) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(B))

    async with AsyncExitStack() as stack:
        before = [await stack.enter_async_context(watching(each, doomed, tenant.slug, event_id)) for each in TRANSPORTS]
        doomed.terminate()
        endings = [await each.ends() for each in before]
        code = await asyncio.wait_for(doomed.running.ended(), 5)
        await hold(tenant.buyer(B), event_id, type_id, 2)
        after = [
            await stack.enter_async_context(watching(transport, platform.gateways[B], tenant.slug, event_id, each.token))
            for transport, each in zip(TRANSPORTS, before, strict=True)
        ]

    assert endings == [Ending("closed", 1012), Ending("cut"), Ending("cut")]
    assert code == 0
    for each in after:
        assert [(frame.snapshot, frame.left) for frame in each.frames] == [(False, {type_id: 48})]
