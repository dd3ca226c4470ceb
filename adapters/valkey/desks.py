"""The watched events of one organization: movements mark them as dirty, and what is dirty is read together."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Generic
from uuid import UUID

import structlog

from adapters.valkey.watching import Kind, Watched
from domain.live import Topic

Read = Callable[[UUID, Sequence[Watched[Kind]]], Awaitable[Sequence[Kind | None]]]
"""Reads many events of one organization, in the order asked, None where there is no such event."""

# Seconds.
PACE = 0.02
"""Between two reads for one organization, so that many events moving out of step are still read together."""
AFTER_A_FAULT = 1.0
"""Between two reads when the first one failed."""

log = structlog.get_logger("ticketbase.live")


class Desk(Generic[Kind]):
    """The watched events of one organization, and the one read of them, of so many at most, that may be under way."""

    def __init__(
        self, organization_id: UUID, read: Read[Kind], spawn: Callable[[Coroutine[object, object, None]], None], at_once: int
    ) -> None:
        self.watched: dict[UUID, Watched[Kind]] = {}
        self._organization_id = organization_id
        self._read = read
        self._spawn = spawn
        self._at_once = at_once
        self._loop = asyncio.get_running_loop()
        self._dirty: set[UUID] = set()
        self._may_read_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._reading = False

    def watch(self, topic: Topic) -> Watched[Kind]:
        """One listener more; whoever calls this calls `leave` too."""
        event_id = topic.event_id
        if event_id not in self.watched:
            self.watched[event_id] = Watched(event_id, turned=lambda: self.mark(event_id))
        watched = self.watched[event_id]
        watched.topics[topic] += 1
        return watched

    def leave(self, watched: Watched[Kind], topic: Topic) -> None:
        """One listener less; after the last one nothing of the event stays."""
        watched.topics[topic] -= 1
        watched.topics += Counter()  # drops what nobody watches any more
        if watched.listeners == 0:
            watched.close()
            if self._knows(watched):
                del self.watched[watched.event_id]
                self._dirty.discard(watched.event_id)
        if not self.watched:
            self._silence()

    async def look(self, watched: Watched[Kind]) -> None:
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
        ready = [event_id for event_id in self._dirty if self.watched[event_id].read_from <= now][: self._at_once]
        if not ready:
            self._wake_for_the_rest()
            return
        self._dirty.difference_update(ready)
        self._may_read_at = now + PACE
        self._reading = True
        self._spawn(self._look_up([self.watched[event_id] for event_id in ready]))

    async def _look_up(self, ready: Sequence[Watched[Kind]]) -> None:
        answered = [watched.take_waiting() for watched in ready]
        try:
            self._take(ready, await self._read(self._organization_id, ready))
            for watched, waiting in zip(ready, answered, strict=True):
                waiting.answer(watched)
        except Exception as fault:  # noqa: BLE001 - the database's faults are not known here; it is tried again, and who waits is told
            log.warning("availability_unread", events=len(ready), fault=type(fault).__name__)
            self._may_read_at = self._loop.time() + AFTER_A_FAULT
            self._dirty.update(watched.event_id for watched in ready if self._knows(watched))
            for waiting in answered:
                waiting.fail(fault)
        finally:
            for waiting in answered:
                waiting.give_up()
            self._reading = False
            self._wake_for_the_rest()

    def _take(self, ready: Sequence[Watched[Kind]], found: Sequence[Kind | None]) -> None:
        for watched, known in zip(ready, found, strict=True):
            if self._knows(watched):
                watched.take(known)

    def _knows(self, watched: Watched[Kind]) -> bool:
        return self.watched.get(watched.event_id) is watched

    def _wake_for_the_rest(self) -> None:
        if self._dirty:
            self._wake(max(self._may_read_at, min(self.watched[event_id].read_from for event_id in self._dirty)))
