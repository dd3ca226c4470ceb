"""A real PostgreSQL and a real Valkey for all tests; every test that sells gets an organization of its own."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.founding import found
from adapters.postgres.rows import teach_types
from adapters.postgres.work import PostgresWork, writing
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.embedded.valkey import Valkey, ValkeyAddress
from gateway.environment import Secret
from gateway.migrating import migrate
from tests.news_heard import complaints_of_database, complaints_of_stream

WorkOf = Callable[[Organization], AbstractAsyncContextManager[PostgresWork]]


@pytest_asyncio.fixture(scope="session")
async def database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DatabaseAddresses]:
    """A migrated PostgreSQL for the whole run; tests that kill or reconfigure one start their own."""
    service = PostgreSQL(tmp_path_factory.mktemp("postgresql"))
    try:
        addresses = await service.start()
        await migrate(Secret(addresses.owner))
        yield addresses
        assert await complaints_of_database(addresses.owner) == [], "news in the outbox that do not fit their schema"
    finally:
        await service.stop()


@pytest_asyncio.fixture(scope="session")
async def valkey(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ValkeyAddress]:
    """A Valkey for the whole run."""
    service = Valkey(tmp_path_factory.mktemp("valkey"))
    try:
        address = await service.start()
        yield address
        assert await complaints_of_stream(address.url) == [], "news on the bus that do not fit their schema"
    finally:
        await service.stop()


class Statements:
    """The SQL that the app's pool was sent, without the statements that begin and end transactions."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    async def listen(self, connection: Any) -> None:
        """Prepare a new connection, and hear what it is sent from then on."""
        await teach_types(connection)
        connection.add_query_logger(lambda record: self._texts.append(record.query))

    @asynccontextmanager
    async def sent(self) -> AsyncIterator[list[str]]:
        """The statements sent while the block ran; complete once it has ended."""
        await asyncio.sleep(0)
        start, seen = len(self._texts), list[str]()
        yield seen
        # asyncpg tells what was sent in the next turn of the loop.
        await asyncio.sleep(0)
        seen += [text for text in self._texts[start:] if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]


@pytest.fixture(scope="session")
def statements() -> Statements:
    """Counts the statements of `app_pool`."""
    return Statements()


@pytest_asyncio.fixture(scope="session")
async def app_pool(database: DatabaseAddresses, statements: Statements) -> AsyncIterator[Any]:
    """The pool of the role that lives under row security."""
    async with open_pool(database.app, 16, prepare=statements.listen) as pool:
        yield pool


@pytest_asyncio.fixture(scope="session")
async def system_pool(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """The pool of the role that sees queues and look-ups of all tenants."""
    async with open_pool(database.system, 4) as pool:
        yield pool


@pytest_asyncio.fixture
async def owner(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """A connection as the role that owns the tables: reads all tenants, writes none, changes functions and policies."""
    connection = await asyncpg.connect(database.owner)
    await teach_types(connection)
    try:
        yield connection
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def organization(app_pool: Any) -> Organization:
    """A tenant of this test's own, so that nothing needs to be cleaned up."""
    return await make_organization(app_pool)


@pytest_asyncio.fixture
async def other_organization(app_pool: Any) -> Organization:
    """Another tenant, who must not notice."""
    return await make_organization(app_pool)


async def make_organization(app_pool: Any, **terms: Any) -> Organization:
    """A new tenant on those terms (`buyer_limit=4`), with a slug that nobody else has."""
    organization_id = new_id()
    organization = Organization(**{"id": organization_id, "slug": f"box-office-{organization_id}", "name": "Box Office", **terms})
    assert await found(app_pool, organization)
    return organization


@pytest.fixture(scope="session")
def work_of(app_pool: Any) -> WorkOf:
    """Opens units of work: `async with work_of(organization) as work`."""
    return lambda organization: writing(app_pool, organization.id, "test", new_id)


class Clock:
    """Moves the database's time, which all rules go by, so that no test sleeps."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    async def advance(self, **span: float) -> None:
        """Let so much time have passed from now on (`minutes=15`), counted from the real time."""
        offset = timedelta(**span)
        await self._owner.execute(
            "CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE "
            f"AS 'SELECT pg_catalog.now() + interval ''{offset.total_seconds()} seconds'''"
        )


@pytest_asyncio.fixture
async def clock(owner: Any) -> AsyncIterator[Clock]:
    """The database's clock, put right again after the test."""
    clock = Clock(owner)
    yield clock
    await clock.advance(seconds=0)


@pytest.fixture
def swept() -> Iterator[None]:
    """What a reference leaves behind is found before the test ends, whose business it is to expect it."""
    yield
    gc.collect()
