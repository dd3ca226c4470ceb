"""The way to PostgreSQL: pools for the roles of the app and of the system, and the refusal to start where data would not be safe."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from adapters.postgres.rows import teach_types
from gateway.environment import Secret
from gateway.settings import Settings
from migrations import newest

APP, SYSTEM = "ticketbase_app", "ticketbase_system"
SYSTEM_POOL_SIZE = 8
OLDEST_VERSION = 15

# Seconds. The server gives up a statement before the client does, so that the connection stays usable.
STATEMENT_TIMEOUT, CLIENT_TIMEOUT, CONNECT_TIMEOUT, CLOSE_TIMEOUT = 15, 20, 10, 5
SESSION = {
    "TimeZone": "UTC",
    # All statements are short, and compiling one takes longer than running it.
    "jit": "off",
    "statement_timeout": f"{STATEMENT_TIMEOUT}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
}

CANNOT_CONNECT = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError,
                  asyncpg.InvalidCatalogNameError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError,
                  asyncpg.InsufficientPrivilegeError)  # fmt: skip


class DatabaseRefused(Exception):
    """The database cannot be used as it is; one sentence for each reason, with the next step."""


@dataclass(frozen=True, slots=True)
class Pools:
    """asyncpg's pools: `app` lives under row security, `system` sees queues and look-ups of all tenants."""

    app: Any
    system: Any


@asynccontextmanager
async def open_pools(settings: Settings) -> AsyncIterator[Pools]:
    """Open both pools, and close them with the block. Raises DatabaseRefused when PostgreSQL does not let us in."""
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(_pool("DATABASE_URL", settings.database_url, settings.database_pool_size))
        system = await stack.enter_async_context(_pool("DATABASE_SYSTEM_URL", settings.database_system_url, SYSTEM_POOL_SIZE))
        yield Pools(app, system)


@asynccontextmanager
async def _pool(variable: str, url: Secret, size: int) -> AsyncIterator[Any]:
    pool = open_pool(url.reveal(), size, application_name=f"ticketbase {variable}")
    try:
        await pool
    except CANNOT_CONNECT as error:
        raise cannot_connect(variable, url, error) from error
    try:
        yield pool
    finally:
        try:
            await asyncio.wait_for(pool.close(), CLOSE_TIMEOUT)
        except TimeoutError:
            pool.terminate()


def open_pool(url: str, size: int, *, application_name: str = "ticketbase", prepare: Callable[[Any], Awaitable[None]] = teach_types) -> Any:
    """A pool, to be awaited; `prepare` is what is done with a new connection.

    Nothing is reset between users, since whatever is set is set for one transaction only.
    """
    return asyncpg.create_pool(
        url,
        min_size=min(2, size),
        max_size=size,
        max_queries=100_000_000,
        timeout=CONNECT_TIMEOUT,
        command_timeout=CLIENT_TIMEOUT,
        statement_cache_size=256,
        init=prepare,
        reset=_leave_as_it_is,
        server_settings={**SESSION, "application_name": application_name},
    )


async def _leave_as_it_is(_connection: Any) -> None:
    """Sparing the round trip of asyncpg's own reset."""


def cannot_connect(variable: str, url: Secret, error: BaseException) -> DatabaseRefused:
    """The sentence for a PostgreSQL that is away or does not let us in; the password is never in it."""
    address = urlsplit(url.reveal())
    why = str(error) or "no answer in time"
    return DatabaseRefused(
        f"PostgreSQL at {address.hostname}:{address.port or 5432} does not let {address.username} in ({why.rstrip('.')}): "
        f"check {variable}, and that the server runs."
    )


async def check_database(pools: Pools) -> None:
    """Refuse to go on where row security would not bite or a crash could lose what was sold. Raises DatabaseRefused."""
    if faults := await database_faults(pools):
        raise DatabaseRefused("\n".join(faults))


async def database_faults(pools: Pools) -> list[str]:
    """Everything that is wrong with the database, a sentence each; empty when all is well."""
    for pool in (pools.app, pools.system):
        if fault := await _migration_fault(pool):
            return [fault]
    faults = [
        *await _role_faults(pools.app, "DATABASE_URL", APP),
        *await _role_faults(pools.system, "DATABASE_SYSTEM_URL", SYSTEM),
        *await _safety_faults(pools.app),
        *await _safety_faults(pools.system),
        *await _table_faults(pools.app),
    ]
    return list(dict.fromkeys(faults))


async def _migration_fault(pool: Any) -> str | None:
    try:
        found = await pool.fetchval("SELECT max(version_num) FROM alembic_version")
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        found = None
    if found is None:
        return "The database has no tables that this role may read: run `ticketbase migrate`, and check the role in the address."
    if found < newest():
        return f"The database is at migration {found}, this version needs {newest()}: run `ticketbase migrate`."
    if found > newest():
        return f"The database is at migration {found}, which this version does not know: run a newer version of TicketBase."
    return None


ROLE = """
SELECT current_user::text AS name, rolsuper, rolbypassrls, pg_has_role(current_user, $1, 'USAGE') AS belongs,
    EXISTS (
        SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND pg_has_role(current_user, relowner, 'MEMBER')
    ) AS owns
FROM pg_roles WHERE rolname = current_user
"""


async def _role_faults(pool: Any, variable: str, expected: str) -> list[str]:
    role = await pool.fetchrow(ROLE, expected)
    use = f"use the role {expected} in {variable}."
    if role["rolsuper"]:
        return [f"Role {role['name']} is a superuser, whom row security does not bind: {use}"]
    if role["rolbypassrls"]:
        return [f"Role {role['name']} has BYPASSRLS, so it would see every tenant's rows: {use}"]
    if role["owns"]:
        return [f"Role {role['name']} owns tables, so it could lift row security: {use}"]
    return [] if role["belongs"] else [f"Role {role['name']} is not a member of {expected}: {use}"]


SAFETY = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'"


async def _safety_faults(pool: Any) -> list[str]:
    async with pool.acquire() as connection:
        faults = [
            f"PostgreSQL runs with {row['name']}=off, so a crash could lose what was sold: set it to on."
            for row in await connection.fetch(SAFETY)
        ]
        version = connection.get_server_version()
    if version.major < OLDEST_VERSION:
        faults.append(f"PostgreSQL {version.major} is too old: use {OLDEST_VERSION} or newer.")
    return faults


UNGUARDED = """
SELECT relname::text AS name, relkind = 'm' OR relkind = 'v' AS view FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND CASE relkind
    WHEN 'r' THEN relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)
    WHEN 'p' THEN NOT (relrowsecurity AND relforcerowsecurity)
    WHEN 'v' THEN NOT coalesce('security_invoker=true' = ANY (reloptions), false)
    ELSE relkind IN ('m', 'f')
END
ORDER BY relname
"""


async def _table_faults(pool: Any) -> list[str]:
    return [
        f"View {row['name']} would show every tenant's rows: drop it, or make it WITH (security_invoker = true)."
        if row["view"]
        else f"Table {row['name']} is without row security for its owner: ALTER TABLE {row['name']} ENABLE, and FORCE, ROW LEVEL SECURITY."
        for row in await pool.fetch(UNGUARDED)
    ]
