"""Connections that go from read to read without a way over the pool: each ends the last one's transaction with its own beginning."""

import asyncio
from uuid import UUID

import asyncpg

from adapters.postgres.transaction import TO_READ, Connection, Pool, begin, begin_on, undo

LINGER = 0.02
"""Seconds after which a connection that nobody reads with is rolled back and given to the pool, where others may be waiting for it."""
SHARE = 5 / 8
"""Of the connections of a pool; the others are left to those who write, one at least of the smallest pool there may be."""


def share_of(pool_size: int) -> int:
    """How many connections of a pool of this size may go from read to read; 10 of 16, 1 of 2."""
    return int(pool_size * SHARE)


class Readers:
    """Lends connections of a pool to reads of any tenant. What is kept here was read on only; it is rolled back before the next read.

    At most `most` connections are lent or kept; further reads go over the pool, where those who write wait their turn.
    """

    def __init__(self, pool: Pool, most: int, linger: float = LINGER) -> None:
        self._pool = pool
        self._most = most
        self._linger = linger
        self._lent: set[Connection] = set()
        self._kept: list[Connection] = []
        self._unused = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def lend(self, organization_id: UUID) -> Connection:
        """A connection with a read-only snapshot of this tenant; `take_back` wants it."""
        while self._kept:
            connection = self._kept.pop()
            self._unused = min(self._unused, len(self._kept))
            if not _is_lost(connection):
                await begin_on(self._pool, connection, organization_id, f"ROLLBACK; {TO_READ}")
                break
            await undo(self._pool, connection, ConnectionResetError("closed while nobody read"))
        else:
            connection = await begin(self._pool, organization_id, TO_READ)
        if len(self._lent) + len(self._kept) < self._most:
            self._lent.add(connection)
        return connection

    async def take_back(self, connection: Connection, fault: BaseException | None = None) -> None:
        """End a read: at once after a fault, else when the next begins or nobody else has come."""
        was_lent = connection in self._lent
        self._lent.discard(connection)
        if fault is not None or not was_lent or self._is_closed:
            await undo(self._pool, connection, fault)
            return
        self._kept.append(connection)
        if self._alarm is None:
            self._wait()

    async def close(self) -> None:
        """Give all that is kept to the pool; what is taken back from now on goes there, too."""
        self._is_closed = True
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        kept, self._kept = self._kept, []
        for connection in kept:
            await undo(self._pool, connection)
        if self._leaving:
            await asyncio.wait(self._leaving)

    def _wait(self) -> None:
        self._unused = len(self._kept)
        self._alarm = asyncio.get_running_loop().call_later(self._linger, self._look)

    def _look(self) -> None:
        """Let go of what nobody has read with since the last look, and look again while there is something left."""
        self._alarm = None
        idle, self._kept = self._kept[: self._unused], self._kept[self._unused :]
        for connection in idle:
            leaving = asyncio.get_running_loop().create_task(undo(self._pool, connection))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        if self._kept:
            self._wait()


def _is_lost(connection: Connection) -> bool:
    """Whether it was closed meanwhile; the pool has taken it back by itself then, and it refuses even this question."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True
