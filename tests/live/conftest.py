"""Hubs of several processes, each with its own connections, and what they are told by."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest_asyncio
from redis.asyncio import Redis

from adapters.postgres.outbox import PostgresOutbox
from adapters.postgres.reading import ReadWork
from adapters.valkey.client import connect
from adapters.valkey.live import ValkeyLive
from adapters.valkey.stream import StreamBus
from domain.availability import Availability
from domain.order_watching import OrderUpdate
from domain.seat_availability import SeatsRead, SeatsWanted
from domain.work import Reading
from gateway.embedded.valkey import ValkeyAddress
from resolvers.relaying import relay


@pytest_asyncio.fixture
async def redis(valkey: ValkeyAddress) -> AsyncIterator[Redis]:
    """A client of the Valkey that everybody shares."""
    client = connect(valkey.url)
    yield client
    await client.aclose()


class Reads:
    """Reads for a hub, and remembers how often and of how many events, and what was wanted of seats."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.sizes: list[int] = []
        self.seats: list[Sequence[SeatsWanted]] = []
        self.broken: Exception | None = None

    async def snapshots(self, organization_id: UUID, event_ids: Sequence[UUID]) -> Sequence[Availability | None]:
        """Whole availabilities."""
        self.sizes.append(len(event_ids))
        async with self._reading(organization_id) as reading:
            return await reading.availability.snapshots(event_ids)

    async def moved_since(self, organization_id: UUID, wanted: Sequence[SeatsWanted]) -> Sequence[SeatsRead | None]:
        """Seats that moved."""
        self.seats.append(wanted)
        async with self._reading(organization_id) as reading:
            return await reading.seat_availability.moved_since(wanted)

    async def no_orders(self, _organization_id: UUID, order_ids: Sequence[UUID]) -> Sequence[OrderUpdate | None]:
        """Nobody orders anything here."""
        return [None for _ in order_ids]

    @asynccontextmanager
    async def _reading(self, organization_id: UUID) -> AsyncIterator[Reading]:
        if self.broken:
            raise self.broken
        work = ReadWork(self._pool, organization_id)
        try:
            async with work.reading() as reading:
                yield reading
        finally:
            await work.close()


@pytest_asyncio.fixture
async def reads(app_pool: Any) -> Reads:
    """How this process's hub reads."""
    return Reads(app_pool)


@asynccontextmanager
async def hub(url: str, reads: Reads) -> AsyncIterator[ValkeyLive]:
    """A process's hub, following the stream until the block ends."""
    redis = connect(url)
    live = ValkeyLive(redis, reads.snapshots, reads.moved_since, reads.no_orders)
    live.start()
    try:
        yield live
    finally:
        await live.close()
        await redis.aclose()


@pytest_asyncio.fixture
async def live(valkey: ValkeyAddress, reads: Reads) -> AsyncIterator[ValkeyLive]:
    """The hub of this process, which hears the stream."""
    async with hub(valkey.url, reads) as live:
        await live.hears.wait()
        yield live
        assert live.watched == 0


@asynccontextmanager
async def relaying(system_pool: Any, redis: Redis) -> AsyncIterator[None]:
    """A relay that works until the block ends."""

    async def work() -> None:
        while True:
            if not await relay(PostgresOutbox(system_pool), StreamBus(redis), 1_000):
                await asyncio.sleep(0.01)

    working = asyncio.create_task(work())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


@pytest_asyncio.fixture
async def relayed(system_pool: Any, redis: Redis) -> AsyncIterator[None]:
    """News are passed on while the test runs."""
    async with relaying(system_pool, redis):
        yield


async def until(fact: Callable[[], Awaitable[bool]], within: float = 10) -> None:
    """Wait until the fact holds."""
    async with asyncio.timeout(within):
        while not await fact():
            await asyncio.sleep(0.01)
