"""TicketBase refuses to start on a database that would show a tenant's rows to another, or lose in a crash what was sold."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.cli.migrate import migrate as migrate_command
from gateway.database import DatabaseRefused, Pools, check_database, database_faults, open_pool, open_pools
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.environment import Secret
from gateway.migrating import migrate
from gateway.settings import read_settings
from gateway.vault_keys import new_vault_key
from migrations import newest

asynchronous = pytest.mark.asyncio

Using = Callable[..., AbstractAsyncContextManager[Pools]]


@pytest_asyncio.fixture(scope="module")
async def spare(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DatabaseAddresses]:
    """A migrated PostgreSQL that may be set up badly."""
    service = PostgreSQL(tmp_path_factory.mktemp("spare"))
    try:
        addresses = await service.start()
        await migrate(Secret(addresses.owner))
        yield addresses
    finally:
        await service.stop()


@pytest_asyncio.fixture
async def superuser(spare: DatabaseAddresses) -> AsyncIterator[Any]:
    """Who may set it up badly, in TicketBase's database."""
    connection = await asyncpg.connect(in_database(spare.superuser, "ticketbase"))
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
def using(spare: DatabaseAddresses) -> Using:
    """Pools on the spare database, with these addresses instead of the right ones."""

    @asynccontextmanager
    async def pools(app: str = spare.app, system: str = spare.system) -> AsyncIterator[Pools]:
        async with open_pool(app, 2) as first, open_pool(system, 2) as second:
            yield Pools(first, second)

    return pools


def in_database(address: str, name: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def environment(addresses: DatabaseAddresses) -> dict[str, str]:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        **addresses.environment(),
        "REDIS_URL": "redis://127.0.0.1:1",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "S3_ENDPOINT": "http://127.0.0.1:1",
        "S3_ACCESS_KEY": "access",
        "S3_SECRET_KEY": "secret",
        "TICKETBASE_SIGNING_KEY": pem.decode(),
        "TICKETBASE_VAULT_KEYS": new_vault_key(),
    }


@asynccontextmanager
async def harmed(superuser: Any, harm: str, remedy: str) -> AsyncIterator[None]:
    await superuser.execute(harm)
    try:
        yield
    finally:
        await superuser.execute(remedy)


@asynchronous
async def test_a_database_as_up_and_migrate_leave_it_is_accepted(using: Using) -> None:
    async with using() as pools:
        assert await database_faults(pools) == []
        await check_database(pools)


@asynchronous
async def test_a_superuser_is_refused(spare: DatabaseAddresses, using: Using) -> None:
    async with using(app=in_database(spare.superuser, "ticketbase")) as pools:
        with pytest.raises(DatabaseRefused) as refusal:
            await check_database(pools)

    assert str(refusal.value) == (
        "Role postgres is a superuser, whom row security does not bind: use the role ticketbase_app in DATABASE_URL."
    )


@asynchronous
async def test_the_owner_of_the_tables_is_refused(spare: DatabaseAddresses, using: Using) -> None:
    async with using(app=spare.owner) as pools:
        faults = await database_faults(pools)

    assert faults == ["Role ticketbase_owner owns tables, so it could lift row security: use the role ticketbase_app in DATABASE_URL."]


@asynchronous
async def test_a_role_that_can_become_the_owner_is_refused(superuser: Any, using: Using) -> None:
    grant, revoke = "GRANT ticketbase_owner TO ticketbase_app", "REVOKE ticketbase_owner FROM ticketbase_app"
    async with harmed(superuser, grant, revoke), using() as pools:
        faults = await database_faults(pools)

    assert faults == ["Role ticketbase_app owns tables, so it could lift row security: use the role ticketbase_app in DATABASE_URL."]


@asynchronous
@pytest.mark.parametrize(("role", "variable"), [("ticketbase_app", "DATABASE_URL"), ("ticketbase_system", "DATABASE_SYSTEM_URL")])
async def test_a_role_that_passes_row_security_is_refused(superuser: Any, using: Using, role: str, variable: str) -> None:
    async with harmed(superuser, f"ALTER ROLE {role} BYPASSRLS", f"ALTER ROLE {role} NOBYPASSRLS"), using() as pools:
        faults = await database_faults(pools)

    assert faults == [f"Role {role} has BYPASSRLS, so it would see every tenant's rows: use the role {role} in {variable}."]


@asynchronous
async def test_swapped_roles_are_refused(spare: DatabaseAddresses, using: Using) -> None:
    async with using(app=spare.system, system=spare.app) as pools:
        faults = await database_faults(pools)

    assert faults == [
        "Role ticketbase_system is not a member of ticketbase_app: use the role ticketbase_app in DATABASE_URL.",
        "Role ticketbase_app is not a member of ticketbase_system: use the role ticketbase_system in DATABASE_SYSTEM_URL.",
    ]


@asynchronous
async def test_commits_that_do_not_wait_for_the_disk_are_refused(superuser: Any, using: Using) -> None:
    off, on = "ALTER ROLE ticketbase_app SET synchronous_commit = off", "ALTER ROLE ticketbase_app RESET synchronous_commit"
    async with harmed(superuser, off, on), using() as pools:
        faults = await database_faults(pools)

    assert faults == ["PostgreSQL runs with synchronous_commit=off, so a crash could lose what was sold: set it to on."]


@asynchronous
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_may_lose_what_was_written_is_refused(superuser: Any, using: Using, setting: str) -> None:
    await superuser.execute(f"ALTER SYSTEM SET {setting} = off")
    try:
        await reload(superuser, setting, "off")
        async with using() as pools:
            faults = await database_faults(pools)
    finally:
        await superuser.execute(f"ALTER SYSTEM RESET {setting}")
        await reload(superuser, setting, "on")

    assert faults == [f"PostgreSQL runs with {setting}=off, so a crash could lose what was sold: set it to on."]


async def reload(superuser: Any, setting: str, expected: str) -> None:
    """Let the server read its configuration again, and wait until this session knows."""
    await superuser.execute("SELECT pg_reload_conf()")
    async with asyncio.timeout(10):
        while await superuser.fetchval(f"SHOW {setting}") != expected:
            await asyncio.sleep(0.01)


GUARD = "ALTER TABLE {0} ENABLE, and FORCE, ROW LEVEL SECURITY."


@asynchronous
@pytest.mark.parametrize(
    ("harm", "remedy", "fault"),
    [
        (
            "ALTER TABLE events NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE events FORCE ROW LEVEL SECURITY",
            f"Table events is without row security for its owner: {GUARD.format('events')}",
        ),
        (
            "ALTER TABLE outbox DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE outbox ENABLE ROW LEVEL SECURITY",
            f"Table outbox is without row security for its owner: {GUARD.format('outbox')}",
        ),
        (
            "CREATE TABLE wardrobes (id uuid)",
            "DROP TABLE wardrobes",
            f"Table wardrobes is without row security for its owner: {GUARD.format('wardrobes')}",
        ),
        (
            "CREATE VIEW sales AS SELECT * FROM pools",
            "DROP VIEW sales",
            "View sales would show every tenant's rows: drop it, or make it WITH (security_invoker = true).",
        ),
        (
            "CREATE MATERIALIZED VIEW sales AS SELECT * FROM pools",
            "DROP MATERIALIZED VIEW sales",
            "View sales would show every tenant's rows: drop it, or make it WITH (security_invoker = true).",
        ),
    ],
)
async def test_anything_that_row_security_does_not_guard_is_refused(
    superuser: Any, using: Using, harm: str, remedy: str, fault: str
) -> None:
    async with harmed(superuser, harm, remedy), using() as pools:
        faults = await database_faults(pools)

    assert faults == [fault]


@asynchronous
async def test_a_view_under_the_readers_own_rights_is_accepted(superuser: Any, using: Using) -> None:
    view = "CREATE VIEW sales WITH (security_invoker = true) AS SELECT * FROM pools"
    async with harmed(superuser, view, "DROP VIEW sales"), using() as pools:
        assert await database_faults(pools) == []


@asynchronous
async def test_a_database_without_tables_is_refused(spare: DatabaseAddresses, superuser: Any, using: Using) -> None:
    app, system = in_database(spare.app, "blank"), in_database(spare.system, "blank")
    async with harmed(superuser, "CREATE DATABASE blank", "DROP DATABASE blank WITH (FORCE)"), using(app, system) as pools:
        faults = await database_faults(pools)

    assert faults == ["The database has no tables that this role may read: run `ticketbase migrate`, and check the role in the address."]


@asynchronous
@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ("0000_before", f"The database is at migration 0000_before, this version needs {newest()}: run `ticketbase migrate`."),
        (
            "9999_later",
            "The database is at migration 9999_later, which this version does not know: run a newer version of TicketBase.",
        ),
    ],
)
async def test_a_database_of_another_version_is_refused(superuser: Any, using: Using, found: str, fault: str) -> None:
    change = "UPDATE alembic_version SET version_num = '{}'"
    async with harmed(superuser, change.format(found), change.format(newest())), using() as pools:
        faults = await database_faults(pools)

    assert faults == [fault]


@asynchronous
async def test_a_database_that_is_away_or_lets_nobody_in_is_told_without_the_password(spare: DatabaseAddresses) -> None:
    told = []
    for address in ("postgresql://ticketbase_app:secret@127.0.0.1:1/ticketbase", spare.app.replace("app:", "app:wrong-secret-")):
        settings = read_settings(environment(spare) | {"DATABASE_URL": address})
        with pytest.raises(DatabaseRefused) as refusal:
            async with open_pools(settings):
                pass
        told.append(str(refusal.value))

    assert told[0].startswith("PostgreSQL at 127.0.0.1:1 does not let ticketbase_app in (")
    assert 'password authentication failed for user "ticketbase_app"' in told[1]
    assert all(each.endswith("): check DATABASE_URL, and that the server runs.") and "secret" not in each for each in told)


@asynchronous
async def test_pools_are_opened_as_settings_say_and_closed_with_the_block(spare: DatabaseAddresses) -> None:
    async with open_pools(read_settings(environment(spare) | {"DATABASE_POOL_SIZE": "3"})) as pools:
        who = [await pool.fetchrow("SELECT current_user::text, current_setting('jit')") for pool in (pools.app, pools.system)]
        sizes = pools.app.get_max_size()

    assert [tuple(each) for each in who] == [("ticketbase_app", "off"), ("ticketbase_system", "off")]
    assert sizes == 3
    assert pools.app.is_closing()
    assert pools.system.is_closing()


@asynchronous
async def test_migrating_without_the_owners_address_says_what_to_set() -> None:
    with pytest.raises(DatabaseRefused, match=r"^DATABASE_OWNER_URL is not set: name the role that owns the tables"):
        await migrate(None)


@asynchronous
async def test_migrating_without_a_role_says_which_and_makes_nothing(spare: DatabaseAddresses, superuser: Any) -> None:
    address = in_database(spare.owner, "blank")
    async with (
        harmed(superuser, "CREATE DATABASE blank OWNER ticketbase_owner", "DROP DATABASE blank WITH (FORCE)"),
        harmed(superuser, "ALTER ROLE ticketbase_system RENAME TO sister", "ALTER ROLE sister RENAME TO ticketbase_system"),
    ):
        with pytest.raises(DatabaseRefused) as refusal:
            await migrate(Secret(address))
        blank = await asyncpg.connect(address)
        tables = await blank.fetchval("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        await blank.close()

    assert str(refusal.value) == (
        "The database has no role ticketbase_system; create what is missing as a superuser "
        "(CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '…') and migrate again."
    )
    assert tables == 0


@asynchronous
async def test_two_that_migrate_at_once_wait_for_each_other(spare: DatabaseAddresses, superuser: Any) -> None:
    address = Secret(in_database(spare.owner, "blank"))
    async with harmed(superuser, "CREATE DATABASE blank OWNER ticketbase_owner", "DROP DATABASE blank WITH (FORCE)"):
        steps = await asyncio.gather(migrate(address), migrate(address))

    assert sorted(steps, key=str) == [(newest(), newest()), (None, newest())]


def test_the_command_migrates_once_and_says_so(spare: DatabaseAddresses) -> None:
    result = CliRunner().invoke(migrate_command, env=environment(spare))

    assert (result.exit_code, result.output) == (0, f"The database is up to date ({newest()}).\n")


def test_the_command_fails_with_one_sentence(spare: DatabaseAddresses) -> None:
    result = CliRunner().invoke(migrate_command, env=environment(spare) | {"DATABASE_OWNER_URL": "postgresql://owner@127.0.0.1:1/none"})

    assert result.exit_code == 1
    assert result.output.startswith("PostgreSQL at 127.0.0.1:1 does not let owner in (")
    assert result.output.count("\n") == 1
