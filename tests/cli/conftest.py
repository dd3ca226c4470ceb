"""Services of these tests' own, which may be set up badly, and the command as an operator runs it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.founding import Member, found
from domain.identity import Role
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.mailbox import Mailbox
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.embedded.roles import DATABASE
from gateway.embedded.s3 import ObjectStorage
from gateway.embedded.valkey import ValkeyAddress
from gateway.environment import Secret
from gateway.migrating import migrate
from tests.commands import Finished, ticketbase
from tests.two_workers.platform import in_database, settings_for


@pytest_asyncio.fixture(scope="session")
async def spare(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DatabaseAddresses]:
    """A migrated PostgreSQL that may be set up badly."""
    service = PostgreSQL(tmp_path_factory.mktemp("cli") / "postgresql")
    try:
        addresses = await service.start()
        await migrate(Secret(addresses.owner))
        yield addresses
    finally:
        await service.stop()


@pytest_asyncio.fixture(scope="session")
async def installation(
    spare: DatabaseAddresses, valkey: ValkeyAddress, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, str]]:
    """The variables of an installation in which all is well."""
    folder = tmp_path_factory.mktemp("cli-services")
    storage, mailbox = ObjectStorage(folder / "s3"), Mailbox(folder / "mail")
    try:
        objects, mail = await asyncio.gather(storage.start(), mailbox.start())
        yield {**settings_for(spare, valkey.url), **objects.environment(), **mail.environment(), "PATH": "/usr/bin:/bin"}
    finally:
        await asyncio.gather(storage.stop(), mailbox.stop())


class Run(Protocol):
    """Runs the command in the installation, with some variables changed (absent when empty); `said` is all that is typed."""

    def __call__(self, *arguments: str, said: str = "", **changes: str) -> Awaitable[Finished]: ...


@pytest.fixture
def run(installation: Mapping[str, str], tmp_path: Path) -> Run:
    """The command `ticketbase`."""

    async def start(*arguments: str, said: str = "", **changes: str) -> Finished:
        environment = {name: value for name, value in {**installation, **changes}.items() if value}
        return await ticketbase(environment, tmp_path, *arguments, said=said)

    return start


class Superuser:
    """Who may set the database up badly."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @asynccontextmanager
    async def harms(self, harm: str, remedy: str) -> AsyncIterator[None]:
        """Do harm for as long as the block lasts."""
        await self._connection.execute(harm)
        try:
            yield
        finally:
            await self._connection.execute(remedy)

    @asynccontextmanager
    async def sets(self, setting: str, value: str) -> AsyncIterator[None]:
        """Change a setting of the server for as long as the block lasts."""
        before = await self._connection.fetchval(f"SHOW {setting}")
        async with self.harms(f"ALTER SYSTEM SET {setting} = {value}", f"ALTER SYSTEM RESET {setting}"):
            await self._reload(setting, value)
            yield
        await self._reload(setting, before)

    async def _reload(self, setting: str, expected: str) -> None:
        await self._connection.execute("SELECT pg_reload_conf()")
        async with asyncio.timeout(10):
            while await self._connection.fetchval(f"SHOW {setting}") != expected:
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def superuser(spare: DatabaseAddresses) -> AsyncIterator[Superuser]:
    """Somebody who may do anything in TicketBase's database."""
    connection = await asyncpg.connect(in_database(spare.superuser, DATABASE))
    try:
        yield Superuser(connection)
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def hall(spare: DatabaseAddresses) -> Organization:
    """An organization with an owner, and nobody else."""
    organization_id = new_id()
    organization = Organization(id=organization_id, slug=f"hall-{organization_id}", name="The Hall")
    owner = Member(new_id(), "Olga", f"olga@{organization_id}.example", Role.OWNER)
    async with open_pool(spare.app, 2) as pool:
        assert await found(pool, organization, members=[owner])
    return organization
