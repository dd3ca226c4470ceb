"""One transaction of one tenant: how it begins, what stores work on, and how it ends even when everything goes wrong."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from domain.identity import Acting
from domain.letters import Letter
from domain.news import News

TO_WRITE = "BEGIN"
TO_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# asyncpg may raise InternalClientError when the server crashes; like a lost connection it says nothing of the state we are in.
CONNECTION_FAULTS = (asyncpg.InternalClientError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError, TimeoutError)
# A server that is killed, restarted or not up yet, as asyncpg tells it; nothing else looks like these.
AWAY = (
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    ConnectionError,
)
# What asyncpg says of a connection that was lost while nobody used it: closed, or with the server's last words read halfway (state 2).
LOST = re.compile(r"connection is closed|released back to the pool|another operation \(2\) is in progress")


def is_away(fault: BaseException) -> bool:
    """Whether this fault means that the server does not answer at the moment, and nothing else."""
    return isinstance(fault, AWAY) or (
        isinstance(fault, asyncpg.InterfaceError | asyncpg.InternalClientError) and bool(LOST.search(str(fault)))
    )


class Connection(Protocol):
    """What is used of asyncpg's connections, which have no types of their own."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetch(self, query: str, *args: object, record_class: type[Any] | None = None) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: object, record_class: type[Any] | None = None) -> Any: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...
    def is_closed(self) -> bool: ...
    def terminate(self) -> None: ...


class Pool(Protocol):
    """What is used of asyncpg's pools."""

    async def acquire(self) -> Connection: ...
    async def release(self, connection: Connection) -> None: ...
    async def fetch(self, query: str, *args: object) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: object) -> Any: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...


NOBODY = Acting()
"""An operator, or the platform itself."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What every store works on: a connection on which a transaction of this tenant is open, with its news and letters.

    `acting` is in whose name, which is noted of what it leaves behind; `members_changed` are those whose role is another, or none.
    """

    connection: Connection
    organization_id: UUID
    news: list[News] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    members_changed: list[UUID] = field(default_factory=list)
    correlation_id: str | None = None
    is_snapshot: bool = False
    """Whether it only reads, and all of it sees the same moment: what was read once need not be read again."""
    acting: Acting = NOBODY


async def begin(pool: Pool, organization_id: UUID, how: str, then: str = "") -> Connection:
    """A connection with a transaction begun, the tenant set and the statement `then` run, in one round trip.

    Give it to `keep` or `undo`.
    """
    if not isinstance(organization_id, UUID):
        raise TypeError(f"a tenant is named by a UUID, not by {type(organization_id).__name__}")
    connection = await pool.acquire()
    await begin_on(pool, connection, organization_id, how, then)
    return connection


async def begin_on(pool: Pool, connection: Connection, organization_id: UUID, how: str, then: str = "") -> None:
    """The same on a connection of the pool that one has already; it is given back where this fails."""
    try:
        await connection.execute(f"{how}; SET LOCAL app.organization_id = '{organization_id}'; {then}")
    except BaseException as fault:
        await undo(pool, connection, fault)
        raise


async def keep(pool: Pool, connection: Connection) -> None:
    """Commit and give the connection back. Raises RuntimeError when it was undone, because a failed statement was overlooked."""
    try:
        outcome = await connection.execute("COMMIT")
    except asyncpg.PostgresError:
        raise
    except BaseException:
        _discard(connection)
        raise
    finally:
        await pool.release(connection)
    if outcome != "COMMIT":
        raise RuntimeError("the work was undone: one of its statements had failed, and its error was caught inside the work")


async def undo(pool: Pool, connection: Connection, fault: BaseException | None = None) -> None:
    """Roll back and give the connection back; it is discarded when it was lost, or when even that fails (PostgreSQL then rolls back)."""
    try:
        if isinstance(fault, CONNECTION_FAULTS):
            _discard(connection)
        else:
            await connection.execute("ROLLBACK")
    except (asyncpg.PostgresError, *CONNECTION_FAULTS):
        _discard(connection)
    except BaseException:
        _discard(connection)
        raise
    finally:
        await pool.release(connection)


def _discard(connection: Connection) -> None:
    """Close it at once. One that was lost is gone already, and refuses even this; the fault to tell is the one before."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


TELL = """
INSERT INTO outbox (id, organization_id, type, version, subject, payload, correlation_id)
SELECT id, $1, type, version, subject, payload, $2
FROM unnest($3::uuid[], $4::text[], $5::integer[], $6::text[], $7::jsonb[]) WITH ORDINALITY
    AS told (id, type, version, subject, payload, place)
ORDER BY place
"""


async def tell(
    connection: Connection, organization_id: UUID, correlation_id: str | None, ids: Sequence[UUID], news: Sequence[News]
) -> None:
    """Write the news to the outbox, in order, in one statement."""
    await connection.execute(
        TELL,
        organization_id,
        correlation_id,
        ids,
        [each.type for each in news],
        [each.version for each in news],
        [each.subject for each in news],
        [each.payload for each in news],
    )
