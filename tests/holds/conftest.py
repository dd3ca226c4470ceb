"""Two processes' worth of writers, each with its own connections, and a recount after every test."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from tests.audits import FOR_ORDERS, breaches_of
from tests.conftest import WorkOf
from tests.holds.sales import Sale, open_sale


@pytest_asyncio.fixture
async def here(app_pool: Any) -> AsyncIterator[BatchedHolds]:
    """The writer of this process."""
    writer = BatchedHolds(app_pool, new_id)
    yield writer
    await writer.close()
    assert writer.lanes == 0


@pytest_asyncio.fixture
async def elsewhere(database: DatabaseAddresses) -> AsyncIterator[BatchedHolds]:
    """The writer of another process: it shares nothing with this one but the database."""
    async with open_pool(database.app, 4) as pool:
        writer = BatchedHolds(pool, new_id)
        yield writer
        await writer.close()


@pytest_asyncio.fixture
async def sale(work_of: WorkOf, organization: Organization) -> Sale:
    """Fifty tickets, twenty to a buyer."""
    return await open_sale(work_of, organization)


@pytest_asyncio.fixture
async def superuser(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """Sees and ends other people's connections."""
    connection = await asyncpg.connect(database.superuser)
    yield connection
    await connection.close()


@pytest.fixture
def failed_batches() -> Iterator[list[Any]]:
    """What the writers logged of batches that failed."""
    with capture_logs() as logs:
        yield logs


@pytest_asyncio.fixture(autouse=True)
async def _all_adds_up(owner: Any, organization: Organization) -> AsyncIterator[None]:
    yield
    assert await breaches_of(owner, organization.id, but=FOR_ORDERS) == []
