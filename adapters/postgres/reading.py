"""The one read work of an operation: batches take turns on it, all see the same moment, and it never waits with a connection in hand."""

import asyncio
from types import TracebackType
from uuid import UUID

from adapters.postgres.lending import Readers
from adapters.postgres.stores import Stores
from adapters.postgres.transaction import Connection, Pool, Transaction

REST = 0.003
"""Seconds without a batch after which the connection goes back: longer than the steps between two levels of a query, shorter than
anything that is awaited outside the database."""


class ReadWork:
    """Opens a read-only snapshot with the first batch, lends it to one batch at a time, and gives its connection back when it rests.

    Batches of one operation share the snapshot as long as they follow each other closely; after a rest the next one opens a new one.
    """

    def __init__(self, pool: Pool | Readers, organization_id: UUID, rest: float = REST) -> None:
        self._readers = pool if isinstance(pool, Readers) else Readers(pool, most=0)
        self._organization_id = organization_id
        self._rest = rest
        self._turn = asyncio.Lock()
        self._reader: asyncio.Task[object] | None = None
        self._open: tuple[Connection, Stores] | None = None
        self._closed = False
        self._used_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    def reading(self) -> "Turn":
        """Wait for the turn and read. An error or a cancellation inside ends the snapshot, and the next batch opens a new one."""
        return Turn(self)

    async def enter(self) -> Stores:
        """Take the turn, as soon as it comes."""
        reader = asyncio.current_task()
        if reader is not None and self._reader is reader:
            raise RuntimeError("a batch that reads already asked for the read work again and would wait for itself for ever")
        await self._turn.acquire()
        self._reader = reader
        try:
            return await self._stores()
        except BaseException as fault:
            await self.leave(fault)
            raise

    async def leave(self, fault: BaseException | None) -> None:
        """Give the turn to the next batch."""
        try:
            if fault is not None or self._closed:
                await self._give_back(fault)
            else:
                self._start_to_rest()
        finally:
            self._reader = None
            self._turn.release()

    async def close(self) -> None:
        """Give the connection back at the end of the operation; what asks for it later is refused."""
        self._closed = True
        if self._alarm is not None:
            self._alarm.cancel()
        if not self._turn.locked():
            await self._give_back()
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def _stores(self) -> Stores:
        if self._closed:
            raise RuntimeError("the operation is over, and its read work is closed")
        if self._open is None:
            connection = await self._readers.lend(self._organization_id)
            self._open = connection, Stores(Transaction(connection, self._organization_id, is_snapshot=True))
        return self._open[1]

    async def _give_back(self, fault: BaseException | None = None) -> None:
        if self._open is not None:
            connection, self._open = self._open[0], None
            await self._readers.take_back(connection, fault)

    def _start_to_rest(self) -> None:
        loop = asyncio.get_running_loop()
        self._used_at = loop.time()
        if self._alarm is None:
            self._alarm = loop.call_later(self._rest, self._look)

    def _look(self) -> None:
        """Called when the time is up: go back to sleep when a batch came meanwhile, else let what is ready run before deciding."""
        loop = asyncio.get_running_loop()
        self._alarm = None
        if self._turn.locked() or self._open is None or self._closed:
            return
        if (remaining := self._used_at + self._rest - loop.time()) > 0:
            self._alarm = loop.call_later(remaining, self._look)
        else:
            loop.call_soon(self._leave, self._used_at)

    def _leave(self, used_at: float) -> None:
        if self._turn.locked() or self._open is None or self._used_at != used_at:
            return
        connection, self._open = self._open[0], None
        leaving = asyncio.get_running_loop().create_task(self._readers.take_back(connection))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


class Turn:
    """The block in which a batch reads."""

    __slots__ = ("_work",)

    def __init__(self, work: ReadWork) -> None:
        self._work = work

    async def __aenter__(self) -> Stores:
        return await self._work.enter()

    async def __aexit__(self, _kind: type[BaseException] | None, fault: BaseException | None, _where: TracebackType | None) -> None:
        await self._work.leave(fault)
