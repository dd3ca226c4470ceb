"""Tells listeners when stock moved, on whichever process it moved: the stream says that something moved, the database says what.

A process has one connection to the stream. Movements mark events as dirty; dirty events are read together, one statement for each
organization. When the stream is away everything that is watched is read every second, and once more when it is back.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.valkey.stream import newest, read_on
from adapters.valkey.watching import Listener, Watched
from domain.availability import Availability
from domain.live import Topic

Snapshots = Callable[[UUID, Sequence[UUID]], Awaitable[Sequence[Availability | None]]]
"""Reads the whole availability of many events of one organization, in the order asked, None where there is no such event."""

# Seconds.
PACE = 0.02
"""Between two reads for one organization, so that many events moving out of step are still read together."""
WHILE_DEAF = 1.0
"""Between two reads of everything while the stream is away; also after a read that failed."""
CAREFUL = 5.0
"""Between two reads of everything while all is well: news may be stuck in an outbox whose relay is away."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Between two attempts to reach the stream."""
MOST_AT_ONCE = 500
"""Events in one read."""
READS_AT_ONCE = 4
"""Reads under way for all organizations together, so that queries find a connection too."""

log = structlog.get_logger("ticketbase.live")


class ValkeyLive:
    """Implements `Live`. Listeners may come before `start` and are served from the database until the stream is reached."""

    def __init__(self, redis: Redis, snapshots: Snapshots) -> None:
        self._redis = redis
        self._snapshots = snapshots
        self._turns = asyncio.Semaphore(READS_AT_ONCE)
        self._desks: dict[UUID, _Desk] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.hears = asyncio.Event()

    @property
    def watched(self) -> int:
        """How many events are being watched."""
        return sum(len(desk.watched) for desk in self._desks.values())

    def start(self) -> None:
        """Begin to follow the stream."""
        self._spawn(self._follow())
        self._spawn(self._reread())

    async def close(self) -> None:
        """Stop following, and end every listener's stream."""
        for desk in self._desks.values():
            desk.close()
        while tasks := tuple(self._tasks):
            for task in tasks:
                task.cancel()
            # Asked again, because Python 3.11 loses a cancellation that meets the end of a connection's set-up.
            await asyncio.wait(tasks, timeout=0.2)

    @asynccontextmanager
    async def listening(self, topic: Topic) -> AsyncIterator[Listener]:
        """See `Live.listening`. The snapshot is read after listening began; listeners that come together share one read."""
        desk = self._desks.get(topic.organization_id)
        if desk is None:
            desk = self._desks[topic.organization_id] = _Desk(topic.organization_id, self._read, self._spawn)
        watched = desk.watch(topic.event_id)
        try:
            await desk.look(watched)
            yield Listener(watched)
        finally:
            desk.leave(watched)
            if not desk.watched and self._desks.get(topic.organization_id) is desk:
                del self._desks[topic.organization_id]

    async def _read(self, organization_id: UUID, event_ids: Sequence[UUID]) -> Sequence[Availability | None]:
        async with self._turns:
            return await self._snapshots(organization_id, event_ids)

    async def _follow(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                # The client's own context manager leaves its connection open when it is cancelled while it opens it.
                async with aclosing(self._redis.client()) as connection:
                    await connection.initialize()
                    position = await newest(connection)
                    pause = FIRST_PAUSE
                    self._hear_again()
                    while True:
                        position, movements = await read_on(connection, position)
                        for moved in movements:
                            if desk := self._desks.get(moved.topic.organization_id):
                                desk.mark(moved.topic.event_id, moved.sequence)
            except Exception as fault:  # even a fault of ours must not end this for good, for all who watch
                if self.hears.is_set():
                    ours = not isinstance(fault, RedisError | OSError)
                    log.warning("stream_lost", fault=type(fault).__name__, watched=self.watched, exc_info=ours)
                self.hears.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _hear_again(self) -> None:
        """Everything after the position is heard of; what came before may have been missed, so all is read once."""
        log.info("stream_followed", watched=self.watched)
        self.hears.set()
        self._mark_all()

    async def _reread(self) -> None:
        loop = asyncio.get_running_loop()
        read_at = loop.time()
        while True:
            await asyncio.sleep(WHILE_DEAF)
            if not self.hears.is_set() or loop.time() - read_at >= CAREFUL:
                read_at = loop.time()
                self._mark_all()

    def _mark_all(self) -> None:
        for desk in self._desks.values():
            for event_id in desk.watched:
                desk.mark(event_id)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Desk:
    """The watched events of one organization, and the one read of them that may be under way."""

    def __init__(self, organization_id: UUID, snapshots: Snapshots, spawn: Callable[[Coroutine[object, object, None]], None]) -> None:
        self.watched: dict[UUID, Watched] = {}
        self._organization_id = organization_id
        self._snapshots = snapshots
        self._spawn = spawn
        self._loop = asyncio.get_running_loop()
        self._dirty: set[UUID] = set()
        self._may_read_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._reading = False

    def watch(self, event_id: UUID) -> Watched:
        """One listener more; whoever calls this calls `leave` too."""
        if event_id not in self.watched:
            self.watched[event_id] = Watched(event_id, turned=lambda: self.mark(event_id))
        watched = self.watched[event_id]
        watched.listeners += 1
        return watched

    def leave(self, watched: Watched) -> None:
        """One listener less; after the last one nothing of the event stays."""
        watched.listeners -= 1
        if watched.listeners == 0:
            watched.close()
            if self._knows(watched):
                del self.watched[watched.event_id]
                self._dirty.discard(watched.event_id)
        if not self.watched:
            self._silence()

    async def look(self, watched: Watched) -> None:
        """Wait for a read that begins from now on; refused with NotFound, and fails as that read does."""
        waiting = watched.wait_for_read()
        self.mark(watched.event_id)
        await waiting

    def mark(self, event_id: UUID, sequence: int | None = None) -> None:
        """The event must be read, unless what is known of it is as new as that movement."""
        watched = self.watched.get(event_id)
        if watched is None or (sequence is not None and watched.sequence >= sequence):
            return
        self._dirty.add(event_id)
        if not self._reading:
            self._wake(max(watched.read_from, self._may_read_at))

    def close(self) -> None:
        """End all listeners' streams."""
        self._silence()
        for watched in self.watched.values():
            watched.end()
        self.watched.clear()
        self._dirty.clear()

    def _wake(self, at: float) -> None:
        # Remembered, because uvloop's handle for a moment that has come already cannot be asked.
        if self._alarm is None or at < self._rings_at:
            self._silence()
            self._alarm, self._rings_at = self._loop.call_at(at, self._begin), at

    def _silence(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _begin(self) -> None:
        """Read what is dirty and due, together."""
        self._alarm = None
        now = self._loop.time() + 0.001
        ready = [event_id for event_id in self._dirty if self.watched[event_id].read_from <= now][:MOST_AT_ONCE]
        if not ready:
            self._wake_for_the_rest()
            return
        self._dirty.difference_update(ready)
        self._may_read_at = now + PACE
        self._reading = True
        self._spawn(self._read([self.watched[event_id] for event_id in ready]))

    async def _read(self, ready: Sequence[Watched]) -> None:
        answered = [watched.take_waiting() for watched in ready]
        try:
            self._take(ready, await self._snapshots(self._organization_id, [watched.event_id for watched in ready]))
            for watched, waiting in zip(ready, answered, strict=True):
                waiting.answer(watched)
        except Exception as fault:  # noqa: BLE001 - the database's faults are not known here; it is tried again, and who waits is told
            log.warning("availability_unread", events=len(ready), fault=type(fault).__name__)
            self._may_read_at = self._loop.time() + WHILE_DEAF
            self._dirty.update(watched.event_id for watched in ready if self._knows(watched))
            for waiting in answered:
                waiting.fail(fault)
        finally:
            for waiting in answered:
                waiting.give_up()
            self._reading = False
            self._wake_for_the_rest()

    def _take(self, ready: Sequence[Watched], found: Sequence[Availability | None]) -> None:
        for watched, availability in zip(ready, found, strict=True):
            if self._knows(watched):
                watched.take(availability)

    def _knows(self, watched: Watched) -> bool:
        return self.watched.get(watched.event_id) is watched

    def _wake_for_the_rest(self) -> None:
        if self._dirty:
            self._wake(max(self._may_read_at, min(self.watched[event_id].read_from for event_id in self._dirty)))
