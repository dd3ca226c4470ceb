"""A database of these tests' own, with tables that hold sealed secrets: one of tenants, one of nobody's."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from adapters.crypto.vault import EnvelopeVault
from adapters.postgres.rows import teach_types
from adapters.postgres.sealed import SEALED, Sealed
from domain.vault import Vault, binding
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.environment import Secret
from gateway.migrating import migrate
from gateway.settings import Settings, read_settings
from gateway.vault_keys import new_vault_key, vault_keys, vault_of
from tests.conftest import make_organization
from tests.two_workers.platform import settings_for

LOCKERS = Sealed("lockers", ("organization_id", "number"), "code_sealed")
SAFES = Sealed("safes", ("name",), "code_sealed", by_system=True)
COLUMNS = (*SEALED, LOCKERS, SAFES)
TABLES = """
CREATE TABLE lockers (
    organization_id uuid NOT NULL REFERENCES organizations, number integer, label text NOT NULL DEFAULT '', code_sealed bytea,
    PRIMARY KEY (organization_id, number)
);
ALTER TABLE lockers ENABLE ROW LEVEL SECURITY;
ALTER TABLE lockers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON lockers TO ticketbase_app
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
CREATE POLICY audit ON lockers FOR SELECT TO CURRENT_USER USING (true);
GRANT SELECT, INSERT, UPDATE (label, code_sealed) ON lockers TO ticketbase_app;

CREATE TABLE safes (name text PRIMARY KEY, code_sealed bytea);
ALTER TABLE safes ENABLE ROW LEVEL SECURITY;
ALTER TABLE safes FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON safes TO ticketbase_system USING (true) WITH CHECK (true);
CREATE POLICY audit ON safes FOR SELECT TO CURRENT_USER USING (true);
GRANT SELECT (name, code_sealed), INSERT (name, code_sealed), UPDATE (code_sealed) ON safes TO ticketbase_system;
"""
OLD, NEW = new_vault_key(), new_vault_key()


def vault(*keys: str) -> EnvelopeVault:
    """The vault with these keys."""
    return vault_of(vault_keys(",".join(keys)))


class Cloakroom:
    """Two tenants with lockers, and safes of nobody's: fills them, and opens them as whoever holds the keys."""

    def __init__(self, addresses: DatabaseAddresses, app: Any, system: Any, owner: Any) -> None:
        self.addresses, self.app, self.system, self.owner = addresses, app, system, owner

    async def fill(self, vault: Vault, lockers: Sequence[int] = range(30), safes: Sequence[int] = range(30)) -> None:
        """Two tenants, each with these lockers, and these safes, instead of what was there."""
        await self.empty()
        for organization in (await make_organization(self.app), await make_organization(self.app)):
            owner = str(organization.id)
            codes = [(organization.id, at, vault.seal(b"code %d" % at, bound_to=binding(owner, "locker", str(at), 1))) for at in lockers]
            async with self.app.acquire() as connection, connection.transaction():
                await connection.execute(f"SET LOCAL app.organization_id = '{organization.id}'")
                await connection.executemany("INSERT INTO lockers (organization_id, number, code_sealed) VALUES ($1, $2, $3)", codes)
                await connection.execute("INSERT INTO lockers (organization_id, number) VALUES ($1, -1)", organization.id)
        for at in safes:
            await self.put_into_safe(f"safe {at:04}", vault.seal(b"code %d" % at, bound_to=binding("house", "safe", f"safe {at:04}", 1)))

    async def put_into_safe(self, name: str, sealed: bytes) -> None:
        """One safe with this in it."""
        await self.system.execute("INSERT INTO safes (name, code_sealed) VALUES ($1, $2)", name, sealed)

    async def empty(self) -> None:
        """Neither lockers nor safes."""
        await self.owner.execute("TRUNCATE lockers, safes")

    async def sealed(self) -> list[bytes]:
        """All that is sealed."""
        rows = await self.owner.fetch("SELECT code_sealed FROM lockers UNION ALL SELECT code_sealed FROM safes")
        return [row["code_sealed"] for row in rows if row["code_sealed"] is not None]

    async def opened(self, vault: Vault) -> list[bytes]:
        """What is in all of them, opened where it belongs; raises Unsealable."""
        lockers = await self.owner.fetch("SELECT * FROM lockers WHERE code_sealed IS NOT NULL ORDER BY organization_id, number")
        safes = await self.owner.fetch("SELECT * FROM safes ORDER BY name")
        return [
            *(vault.open(e["code_sealed"], bound_to=binding(str(e["organization_id"]), "locker", str(e["number"]), 1)) for e in lockers),
            *(vault.open(e["code_sealed"], bound_to=binding("house", "safe", e["name"], 1)) for e in safes),
        ]

    def environment(self, *keys: str) -> dict[str, str]:
        """The variables of an installation with these keys."""
        return settings_for(self.addresses, "redis://127.0.0.1:9/0", TICKETBASE_VAULT_KEYS=",".join(keys), PATH="/usr/bin:/bin")

    def settings(self, *keys: str) -> Settings:
        """The same, read."""
        return read_settings(self.environment(*keys))


@pytest_asyncio.fixture(scope="session")
async def vault_database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DatabaseAddresses]:
    """A migrated PostgreSQL that has a table more than others."""
    service = PostgreSQL(tmp_path_factory.mktemp("vault") / "postgresql")
    try:
        addresses = await service.start()
        await migrate(Secret(addresses.owner))
        connection = await asyncpg.connect(addresses.owner)
        await connection.execute(TABLES)
        await connection.close()
        yield addresses
    finally:
        await asyncio.shield(service.stop())


@pytest_asyncio.fixture
async def cloakroom(vault_database: DatabaseAddresses) -> AsyncIterator[Cloakroom]:
    """An empty one."""
    owner = await asyncpg.connect(vault_database.owner)
    await teach_types(owner)
    async with open_pool(vault_database.app, 4) as app, open_pool(vault_database.system, 2) as system:
        room = Cloakroom(vault_database, app, system, owner)
        await room.empty()
        yield room
    await owner.close()
