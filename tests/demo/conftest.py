"""Databases of the demo's own, so that its organizations are nobody else's and its time can pass."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from gateway.app import build_gateway
from gateway.demo.seeding import Seeded, seed_demo
from gateway.embedded.postgres import PostgreSQL
from gateway.environment import Secret
from gateway.house import House, open_house
from gateway.migrating import migrate
from gateway.settings import Settings
from tests.api.conftest import Client, api_settings
from tests.conftest import Clock

__all__ = ["Demo", "api_settings", "demo", "empty"]


@dataclass(frozen=True)
class Demo:
    """An open house on a database of its own, what the first seeding said, and the clock."""

    settings: Settings
    house: House
    http: httpx.AsyncClient
    owner: Any
    clock: Clock
    seeded: list[Seeded]

    def visitor(self, slug: str = "demo") -> Client:
        """Somebody who has said nothing of himself."""
        return Client(self.http, {"x-organization": slug})


@asynccontextmanager
async def a_database(folder: Path, settings: Settings) -> AsyncIterator[Demo]:
    """A migrated, empty database and a house on it."""
    service = PostgreSQL(folder)
    try:
        addresses = await service.start()
        await migrate(Secret(addresses.owner))
        settings = replace(settings, database_url=Secret(addresses.app), database_system_url=Secret(addresses.system), database_pool_size=4)
        async with open_house(settings, follow=False) as house:
            transport = httpx.ASGITransport(app=(await build_gateway(house)).app)
            owner = await asyncpg.connect(addresses.owner)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
                yield Demo(settings, house, http, owner, Clock(owner), [])
            await owner.close()
    finally:
        await service.stop()


@pytest_asyncio.fixture(scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory, api_settings: Settings) -> AsyncIterator[Demo]:
    """The demo as it is after the first seeding; tests look and do not touch."""
    async with a_database(tmp_path_factory.mktemp("demo"), api_settings) as made:
        made.seeded.extend(await seed_demo(made.house))
        yield made


@pytest_asyncio.fixture
async def empty(tmp_path: Path, api_settings: Settings) -> AsyncIterator[Demo]:
    """A database that nothing was brought into yet."""
    async with a_database(tmp_path / "postgresql", api_settings) as made:
        yield made
