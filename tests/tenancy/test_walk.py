"""Row security hides every tenant from every other, in every table there is; and the walk that proves it would notice if it did not."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from adapters.postgres.rows import teach_types
from domain.organizations import Organization
from gateway.embedded.postgres import DatabaseAddresses
from tests.conftest import WorkOf
from tests.samples import an_event
from tests.tenancy.walk import OF_THE_PLATFORM, SHARED, Walk, tables_of

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def anybody(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """A superuser's connection, which may take any role, in a transaction that is undone."""
    connection = await asyncpg.connect(urlunsplit(urlsplit(database.superuser)._replace(path=urlsplit(database.owner).path)))
    await teach_types(connection)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def test_every_row_is_seen_and_changed_by_its_own_tenant_alone(anybody: Any) -> None:
    assert await Walk(anybody).complaints() == []


async def test_a_login_of_the_app_that_names_no_tenant_sees_no_row_of_any_table(
    app_pool: Any, owner: Any, organization: Organization, work_of: WorkOf
) -> None:
    async with work_of(organization) as work:
        await work.events.keep(an_event())
    names = [table.name for table in await tables_of(owner) if table.name not in SHARED]

    seen = {}
    for name in names:
        try:
            seen[name] = await app_pool.fetchval(f"SELECT count(*) FROM {name}")
        except asyncpg.InsufficientPrivilegeError:
            seen[name] = "refused"

    unreadable = {"outbox", "discarded_images", "letters", *OF_THE_PLATFORM}
    assert seen == {name: "refused" if name in unreadable else 0 for name in names}


async def test_dropping_any_policy_is_noticed(anybody: Any) -> None:
    policies = await anybody.fetch("SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'")

    unnoticed = [
        f"{policy['policyname']} on {policy['tablename']}"
        for policy in policies
        if not await _complaints_after(anybody, "DROP POLICY {1} ON {0}", policy["tablename"], policy["policyname"])
    ]

    assert len(policies) >= 35
    assert unnoticed == []


@pytest.mark.parametrize(
    ("harm", "platforms"),
    [
        ("ALTER POLICY tenant ON {} USING (true) WITH CHECK (true)", False),
        ("GRANT ALL ON {} TO ticketbase_system", False),
        ("ALTER TABLE {} DISABLE ROW LEVEL SECURITY", False),
        ("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", False),
        ("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", True),
        ("GRANT SELECT ON {} TO ticketbase_app", True),
    ],
)
async def test_a_rule_that_was_weakened_is_noticed_in_every_table(anybody: Any, harm: str, platforms: bool) -> None:
    whose = {*OF_THE_PLATFORM} if platforms else {table.name for table in await tables_of(anybody)} - SHARED - {*OF_THE_PLATFORM}
    # The system may do everything with letters and deliveries already.
    names = sorted(whose - {"letters", "deliveries"} if "ticketbase_system" in harm else whose)

    unnoticed = [name for name in names if not await _complaints_after(anybody, harm, name)]

    assert unnoticed == []


async def test_a_table_without_a_row_in_the_walk_is_noticed(anybody: Any) -> None:
    complaints = await _complaints_after(anybody, "CREATE TABLE {} (organization_id uuid)", "cloakrooms")

    assert complaints == ["cloakrooms: no row is made for it in tests/tenancy/rows.py"]


async def test_the_setting_of_the_tenant_ends_with_its_transaction(app_pool: Any, organization: Organization, work_of: WorkOf) -> None:
    async with work_of(organization):
        pass

    settings = set()
    async with app_pool.acquire() as first, app_pool.acquire() as second:
        for connection in (first, second):
            settings.add(await connection.fetchval("SELECT coalesce(current_setting('app.organization_id', true), '')"))

    assert settings == {""}


async def _complaints_after(connection: Any, harm: str, table: str, *names: str) -> list[str]:
    """What the walk says of the table after the harm was done, which is then undone."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(harm.format(table, *names))
        return await Walk(connection).complaints(only=table)
    finally:
        await transaction.rollback()
