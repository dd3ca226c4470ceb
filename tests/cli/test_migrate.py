"""`ticketbase migrate` makes the tables once, and says whose address it needs."""

import pytest

from gateway.embedded.postgres import DatabaseAddresses
from migrations import newest
from tests.cli.conftest import Run, Superuser
from tests.commands import Finished
from tests.two_workers.platform import in_database

pytestmark = pytest.mark.asyncio


async def test_an_empty_database_is_migrated_once(run: Run, spare: DatabaseAddresses, superuser: Superuser) -> None:
    address = in_database(spare.owner, "fresh")
    async with superuser.harms("CREATE DATABASE fresh OWNER ticketbase_owner", "DROP DATABASE fresh WITH (FORCE)"):
        first = await run("migrate", DATABASE_OWNER_URL=address)
        second = await run("migrate", DATABASE_OWNER_URL=address)

    assert first == Finished(0, f"Migrated from nothing to {newest()}.\n", "")
    assert second == Finished(0, f"The database is up to date ({newest()}).\n", "")


async def test_without_the_owners_address_it_says_what_to_set(run: Run) -> None:
    refused = await run("migrate", DATABASE_OWNER_URL="")

    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert refused.err.startswith("DATABASE_OWNER_URL is not set: name the role that owns the tables, postgresql://ticketbase_owner:")


async def test_a_role_that_may_not_make_tables_is_told_in_one_sentence(run: Run, spare: DatabaseAddresses, superuser: Superuser) -> None:
    async with superuser.harms("CREATE DATABASE fresh OWNER ticketbase_owner", "DROP DATABASE fresh WITH (FORCE)"):
        refused = await run("migrate", DATABASE_OWNER_URL=in_database(spare.app, "fresh"))

    told = "Role ticketbase_app may not make or change the tables: use the role that owns them, ticketbase_owner, in DATABASE_OWNER_URL.\n"
    assert refused == Finished(1, "", told)
