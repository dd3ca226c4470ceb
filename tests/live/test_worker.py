"""The worker's process does its two jobs, lives through the deaths of the services it works on, and leaves when told to."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from adapters.postgres.rows import teach_types
from adapters.postgres.work import writing
from adapters.valkey.client import connect
from adapters.valkey.stream import STREAM
from domain.news import News
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.embedded.valkey import Valkey
from gateway.environment import Secret
from gateway.migrating import migrate
from gateway.supervisor.plan import TICKETBASE
from tests.conftest import Clock, make_organization
from tests.holds.sales import Sale, open_sale
from tests.two_workers.platform import Command, eventually, settings_for

pytestmark = pytest.mark.asyncio


@dataclass(frozen=True, slots=True)
class Works:
    """A worker with a PostgreSQL and a Valkey of its own, and a sale."""

    postgresql: PostgreSQL
    valkey: Valkey
    addresses: DatabaseAddresses
    redis_url: str
    pool: Any
    worker: Command
    sale: Sale

    async def place(self, quantity: int) -> str:
        """Hold some tickets; the hold's id."""
        return str((await BatchedHolds(self.pool, new_id).place(self.sale.ask(quantity))).id)

    async def told(self) -> list[tuple[str, str]]:
        """What arrived on the bus about holds: the type of the news and the hold, each once, in order."""
        redis = connect(self.redis_url)
        try:
            entries: Any = await redis.xrange(STREAM)
        finally:
            await redis.aclose()
        news = [orjson.loads(fields[b"event"]) for _, fields in entries]
        return list(dict.fromkeys((each["type"], each["payload"]["holdId"]) for each in news if "holdId" in each["payload"]))

    async def hears(self, *expected: tuple[str, str]) -> None:
        """Wait until exactly these news have arrived."""

        async def arrived() -> bool:
            return await self.told() == list(expected)

        await eventually(arrived, f"not told: {expected}\n{self.worker.printed}")


@pytest_asyncio.fixture
async def works(tmp_path: Path) -> AsyncIterator[Works]:
    postgresql, valkey = PostgreSQL(tmp_path / "postgresql"), Valkey(tmp_path / "valkey")
    try:
        addresses, stream = await asyncio.gather(postgresql.start(), valkey.start())
        await migrate(Secret(addresses.owner))
        async with open_pool(addresses.app, 4) as pool:
            organization = await make_organization(pool)
            sale = await open_sale(lambda tenant: writing(pool, tenant.id, "test", new_id), organization)
            worker = Command("worker", (*TICKETBASE, "worker"), tmp_path, settings_for(addresses, stream.url))
            worker.start()
            yield Works(postgresql, valkey, addresses, stream.url, pool, worker, sale)
            worker.kill()
    finally:
        await asyncio.gather(postgresql.stop(), valkey.stop())


async def test_it_relays_and_sweeps_and_leaves_when_told(works: Works) -> None:
    owner = await asyncpg.connect(works.addresses.owner)
    await teach_types(owner)
    hold = await works.place(2)
    await works.hears(("hold:placed", hold))

    await Clock(owner).advance(minutes=16)
    await works.hears(("hold:placed", hold), ("hold:released", hold))
    await owner.close()
    works.worker.terminate()

    async def left() -> bool:
        return not works.worker.running.alive

    await eventually(left, "the worker did not leave", within=5)
    assert works.worker.running.exit_code == 0
    assert await works.sale.available() == 50


async def test_it_goes_on_by_itself_when_postgresql_and_valkey_were_killed_and_came_back(works: Works) -> None:
    first = await works.place(1)
    await works.hears(("hold:placed", first))

    works.valkey.kill()
    second = await works.place(1)
    await asyncio.sleep(0.5)
    works.postgresql.kill()
    await asyncio.gather(works.valkey.start(), works.postgresql.start())

    async def placed() -> bool:
        try:
            await works.pool.fetchval("SELECT 1")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False
        return True

    await eventually(placed, "PostgreSQL did not come back")
    third = await works.place(1)
    await works.hears(*(("hold:placed", hold) for hold in (first, second, third)))
    assert works.worker.running.alive


async def test_its_durable_group_is_told_what_the_staff_did_before_and_after_valkey_died(works: Works) -> None:
    async def publish() -> str:
        news = News("event:published", f"event:{new_id()}", {"eventId": str(new_id()), "slug": "s", "status": "PUBLISHED", "version": 2})
        correlation_id = str(new_id())
        async with writing(works.pool, works.sale.organization.id, correlation_id, new_id) as work:
            work.announce(news)
        return correlation_id

    async def arrives(correlation_id: str) -> None:
        async def told() -> bool:
            lines = [line for line in works.worker.printed.splitlines() if correlation_id in line]
            return any('"event":"news_arrived"' in line and '"type":"event:published"' in line for line in lines)

        await eventually(told, f"the group was not told\n{works.worker.printed}")

    await arrives(await publish())
    works.valkey.kill()
    meanwhile = await publish()
    await works.valkey.start()
    await arrives(meanwhile)

    assert sum("news_arrived" in line for line in works.worker.printed.splitlines()) == 2
