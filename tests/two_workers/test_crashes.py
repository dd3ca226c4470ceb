"""Whatever dies in the middle of a sale, nothing that was promised is lost, and who watches ends with the right numbers."""

import asyncio
import json
import secrets
from contextlib import AsyncExitStack
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.valkey.stream import STREAM
from schema import ids
from tests.api.box_office import HOLD_TICKETS, hold, left, put_on_sale
from tests.two_workers.platform import Gateway, Platform, Tenant, eventually
from tests.two_workers.selling import selling
from tests.two_workers.watching import PROTOCOL, TRANSPORTS, Ending, watching

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("mended")]

A, B = 0, 1


async def news_of(platform: Platform, event_id: str) -> list[dict[str, Any]]:
    """All news of an event on the bus, in order."""
    async with Redis.from_url(platform.environment["REDIS_URL"]) as redis:
        entries: Any = await redis.xrange(STREAM)
    subject = f"event:{ids.expect(event_id, 'Event', ())}"
    told = [json.loads(fields[b"event"]) for _, fields in entries]
    return [each for each in told if each["subject"] == subject]


async def all_news_are_out(platform: Platform) -> None:
    """Wait until the outbox is empty."""
    async with platform.connected() as owner:
        await eventually(lambda: owner.fetchval("SELECT NOT EXISTS (SELECT FROM outbox)"), "news stay in the outbox")


def first_told(news: list[dict[str, Any]]) -> dict[str, int]:
    """The holds that the news tell of as placed, with the sequence they were first told with."""
    told: dict[str, int] = {}
    for each in news:
        if each["type"] == "hold:placed":
            told.setdefault(each["payload"]["holdId"], each["payload"]["sequence"])
    return told


def uuids(holds: list[str]) -> set[str]:
    return {str(ids.expect(each, "Hold", ())) for each in holds}


async def test_valkey_dies_and_comes_back_while_people_buy_and_watch(platform: Platform, tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(), capacity=5_000)

    async with AsyncExitStack() as stack:
        everywhere = [(transport, gateway) for transport in TRANSPORTS for gateway in platform.gateways]
        watchers = [await stack.enter_async_context(watching(*each, tenant.slug, event_id)) for each in everywhere]
        async with selling(tenant, event_id, type_id) as sale:
            await sale.more(20)
            platform.valkey.kill()
            await sale.more(20)
            at_least = sale.placed
            for each in watchers:
                await each.shows_at_most(type_id, 5_000 - at_least)
            ready = await tenant.https[B].get("/readyz")
            await platform.valkey.start()
            await sale.more(20)
        for each in watchers:
            await each.shows({type_id: 5_000 - sale.placed})

    assert (ready.status_code, ready.json()["status"], ready.json()["checks"]["valkey"]["ok"]) == (200, "degraded", False)
    assert await left(tenant.buyer(A), event_id) == [5_000 - sale.placed]
    for each in watchers:
        assert [frame.sequence for frame in each.frames] == sorted({frame.sequence for frame in each.frames})
    await all_news_are_out(platform)
    assert set(first_told(await news_of(platform, event_id))) == uuids(sale.holds)


async def test_the_worker_dies_while_it_passes_news_on(platform: Platform, tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(), capacity=5_000)

    async with (
        watching("graphql-transport-ws", platform.gateways[B], tenant.slug, event_id) as watcher,
        Redis.from_url(platform.environment["REDIS_URL"]) as redis,
        platform.connected(platform.superuser) as superuser,
        selling(tenant, event_id, type_id) as sale,
    ):
        for _ in range(3):
            await redis.client_pause(timeout=60_000, all=False)
            await eventually(lambda: superuser.fetchval(TAKEN_OUT), "the worker is never in the middle of relaying")
            platform.worker.kill()
            await redis.client_unpause()
            platform.worker.start()
            await sale.more(10)
    await all_news_are_out(platform)
    told = first_told(await news_of(platform, event_id))

    assert set(told) == uuids(sale.holds)
    assert list(told.values()) == sorted(told.values())
    assert watcher.ending is None


# The relay has taken news out of the outbox, and waits for Valkey to take them.
TAKEN_OUT = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%DELETE FROM outbox%')
"""


async def test_a_gateway_dies_and_who_watched_there_misses_nothing_elsewhere(platform: Platform, tenant: Tenant, doomed: Gateway) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(B))

    async with watching(PROTOCOL, doomed, tenant.slug, event_id) as before:
        placed = await hold(tenant.buyer(A), event_id, type_id, 2)
        await before.shows({type_id: 48})
        doomed.kill()
        ended = await before.ends()
    await hold(tenant.buyer(B), event_id, type_id, 3)
    async with watching(PROTOCOL, platform.gateways[B], tenant.slug, event_id, before.token) as after:
        mine = await tenant.buyer(B, x_cart=placed["cart"]).ask("{ holds { id } }")

    assert ended == Ending("closed", 1006)
    assert [(frame.snapshot, frame.left) for frame in after.frames] == [(False, {type_id: 45})]
    assert mine == {"holds": [{"id": placed["hold"]["id"]}]}


async def test_postgresql_dies_in_a_storm_of_holds(platform: Platform, tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(), capacity=1_000)
    storm = Storm(tenant, event_id, type_id)

    async with watching("graphql-transport-ws", platform.gateways[B], tenant.slug, event_id) as watcher, asyncio.TaskGroup() as buyers:
        for number in range(40):
            buyers.create_task(storm.buy(gateway=number % 2, holds=10))
        await eventually(storm.has_fifty, "fifty holds are never placed")
        before = set(storm.placed)
        platform.postgresql.kill()
        await eventually(storm.has_failed, "nobody notices")
        await platform.postgresql.start()
        await watcher.shows({type_id: 600})

    async with platform.connected() as owner:
        kept = await owner.fetch("SELECT id::text FROM holds WHERE organization_id = $1 AND status = 'ACTIVE'", tenant.organization.id)
    assert len(storm.placed) == 400
    assert {row["id"] for row in kept} == uuids(storm.placed)
    assert before < set(storm.placed)
    assert storm.failures == {"UNAVAILABLE"}


class Storm:
    """Buyers who ask again under the same key when they get no answer, as the next step of every failure says."""

    def __init__(self, tenant: Tenant, event_id: str, type_id: str) -> None:
        self.placed: list[str] = []
        self.failures: set[str] = set()
        self._tenant = tenant
        self._wish = {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": 1}]}

    async def buy(self, gateway: int, holds: int) -> None:
        """Hold so many tickets, one after the other."""
        client = self._tenant.buyer(gateway, x_cart=secrets.token_urlsafe(32))
        for number in range(holds):
            wish = self._wish | {"idempotencyKey": f"ticket-{number}"}
            while "errors" in (answer := await client.answer(HOLD_TICKETS, input=wish)):
                self.failures.update(each["extensions"]["code"] for each in answer["errors"])
                await asyncio.sleep(0.05)
            self.placed.append(answer["data"]["holdTickets"]["hold"]["id"])

    async def has_fifty(self) -> bool:
        return len(self.placed) >= 50

    async def has_failed(self) -> bool:
        return bool(self.failures)
