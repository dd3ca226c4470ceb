"""Tells listeners when stock moved, on whichever process it moved: the stream says that something moved, the database says what.

A process has one connection to the stream. Movements mark events as dirty; dirty events are read together, one statement for each
organization. When the stream is away everything that is watched is read every second, and once more when it is back.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.valkey.desks import Desk, Read
from adapters.valkey.stream import newest, read_on
from adapters.valkey.watching import Kind, OrderBeats, SeatBeats, TicketBeats, Watched
from domain.availability import Availability
from domain.live import SeatTopic, Topic
from domain.order_watching import OrderTopic, OrderUpdate
from domain.seat_availability import SeatMap, SeatsRead, SeatsWanted, renewed, together, wanted_of

Snapshots = Callable[[UUID, Sequence[UUID]], Awaitable[Sequence[Availability | None]]]
"""Reads the whole availability of many events of one organization, in the order asked, None where there is no such event."""
MovedSince = Callable[[UUID, Sequence[SeatsWanted]], Awaitable[Sequence[SeatsRead | None]]]
"""Reads which seats moved, in the same way."""

OrdersNow = Callable[[UUID, Sequence[UUID]], Awaitable[Sequence[OrderUpdate | None]]]
"""Reads many orders of one organization, in the same way."""

# Seconds.
WHILE_DEAF = 1.0
"""Between two reads of everything while the stream is away."""
CAREFUL = 5.0
"""Between two reads of everything while all is well: news may be stuck in an outbox whose relay is away."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Between two attempts to reach the stream."""
MOST_AT_ONCE, MOST_MAPS_AT_ONCE = 500, 20
"""Events in one read, of tickets and of seats."""
READS_AT_ONCE = 4
"""Reads under way for all organizations together, so that queries find a connection too."""

KINDS: Mapping[type[Topic], tuple[type[Topic], ...]] = {Topic: (Topic, SeatTopic), OrderTopic: (OrderTopic,)}
"""Who is told of a movement: of stock those who watch tickets or seats, of an order those who watch it."""

log = structlog.get_logger("ticketbase.live")


class ValkeyLive:
    """Implements `Live`. Listeners may come before `start` and are served from the database until the stream is reached."""

    def __init__(self, redis: Redis, snapshots: Snapshots, moved_since: MovedSince, orders_now: OrdersNow) -> None:
        self._redis = redis
        self._snapshots = snapshots
        self._moved_since = moved_since
        self._orders_now = orders_now
        self._turns = asyncio.Semaphore(READS_AT_ONCE)
        self._desks: dict[tuple[type[Topic], UUID], Desk[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.hears = asyncio.Event()

    @property
    def watched(self) -> int:
        """How many events are being watched, for their tickets or for their seats."""
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
    async def listening(self, topic: Topic) -> AsyncIterator[TicketBeats | SeatBeats | OrderBeats]:
        """See `Live.listening`. The snapshot is read after listening began; listeners that come together share one read."""
        if isinstance(topic, SeatTopic):
            async with self._at_desk(topic, self._read_seats, MOST_MAPS_AT_ONCE) as seats:
                yield SeatBeats(seats, topic.sections)
        elif isinstance(topic, OrderTopic):
            async with self._at_desk(topic, self._read_orders, MOST_AT_ONCE) as orders:
                yield OrderBeats(orders)
        else:
            async with self._at_desk(topic, self._read_tickets, MOST_AT_ONCE) as tickets:
                yield TicketBeats(tickets)

    @asynccontextmanager
    async def _at_desk(self, topic: Topic, read: Read[Kind], at_once: int) -> AsyncIterator[Watched[Kind]]:
        place = type(topic), topic.organization_id
        desk: Desk[Kind] | None = self._desks.get(place)
        if desk is None:
            desk = self._desks[place] = Desk(topic.organization_id, read, self._spawn, at_once)
        watched = desk.watch(topic)
        try:
            await desk.look(watched)
            yield watched
        finally:
            desk.leave(watched, topic)
            if not desk.watched and self._desks.get(place) is desk:
                del self._desks[place]

    async def _read_tickets(self, organization_id: UUID, ready: Sequence[Watched[Availability]]) -> Sequence[Availability | None]:
        async with self._turns:
            return await self._snapshots(organization_id, [watched.event_id for watched in ready])

    async def _read_orders(self, organization_id: UUID, ready: Sequence[Watched[OrderUpdate]]) -> Sequence[OrderUpdate | None]:
        async with self._turns:
            return await self._orders_now(organization_id, [watched.event_id for watched in ready])

    async def _read_seats(self, organization_id: UUID, ready: Sequence[Watched[SeatMap]]) -> Sequence[SeatMap | None]:
        """Only what moved since it was read before, of the sections that anybody watches now."""
        known = [(watched.latest, together([topic.sections for topic in _seat_topics(watched)])) for watched in ready]
        wanted = [wanted_of(watched.event_id, covers, latest) for watched, (latest, covers) in zip(ready, known, strict=True)]
        async with self._turns:
            found = await self._moved_since(organization_id, wanted)
        return [None if read is None else renewed(latest, covers, read) for read, (latest, covers) in zip(found, known, strict=True)]

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
                            for kind in KINDS[type(moved.topic)]:
                                if desk := self._desks.get((kind, moved.topic.organization_id)):
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


def _seat_topics(watched: Watched[SeatMap]) -> list[SeatTopic]:
    return [topic for topic in watched.topics if isinstance(topic, SeatTopic)]
