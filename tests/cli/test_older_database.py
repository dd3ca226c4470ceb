"""Commands that help people leave a database alone that older migrations made, and say so."""

import asyncpg
import pytest

from gateway.embedded.postgres import DatabaseAddresses
from tests.cli.conftest import Run, Superuser

pytestmark = pytest.mark.asyncio

HARM = "UPDATE alembic_version SET version_num = '0001_foundation'"


@pytest.mark.parametrize(
    "command",
    [
        ("people", "reset-two-factor", "ada@example.org", "--yes"),
        ("platform-admin", "grant", "ada@example.org"),
        ("platform-admin", "list"),
    ],
    ids=["reset-two-factor", "grant", "list"],
)
async def test_a_command_names_the_migration_that_is_missing(
    command: tuple[str, ...], run: Run, superuser: Superuser, spare: DatabaseAddresses
) -> None:
    connection = await asyncpg.connect(spare.owner)
    newest = await connection.fetchval("SELECT version_num FROM alembic_version")
    await connection.close()

    async with superuser.harms(HARM, f"UPDATE alembic_version SET version_num = '{newest}'"):
        done = await run(*command)

    assert (done.code, done.out) == (1, "")
    assert done.err.endswith(f"The database is at migration 0001_foundation, this version needs {newest}: run `ticketbase migrate`.\n")
