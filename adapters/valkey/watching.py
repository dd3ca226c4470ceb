"""One watched event, or order: the newest that is known of it, when it is shown, and who listens; tickets and seats alike."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, Protocol, Self, TypeVar
from uuid import UUID

from domain.availability import Availability, Mark
from domain.live import Topic
from domain.order_watching import OrderUpdate
from domain.refusals import NotFound, Refused
from domain.seat_availability import SeatAvailability, SeatMap, Sections

BEAT = 0.1
"""Seconds between two beats of one event; the first after a pause comes at once."""
LONGEST_NAP = 3600.0
"""Seconds after which a sale that opens much later is looked at again, since our clock and the database's drift apart."""
JUST_AFTER = timedelta(milliseconds=5)


class Known(Protocol):
    """Everything of one event at one point: an `Availability`, or a `SeatMap`."""

    @property
    def sequence(self) -> int:
        """The event's movement number."""

    @property
    def mark(self) -> Mark:
        """The point."""

    @property
    def turns_next(self) -> datetime | None:
        """When it changes by itself, without a movement."""

    def replaces(self, known: Self) -> bool:
        """Whether it is news for who knows the other."""


Kind = TypeVar("Kind", bound=Known)


class Watched(Generic[Kind]):
    """What is known of one event. `turned` is called when a sale of it opens or closes, which no movement tells."""

    def __init__(self, event_id: UUID, turned: Callable[[], None]) -> None:
        self.event_id = event_id
        self.topics: Counter[Topic] = Counter()
        self.latest: Kind | None = None
        self.shown: Kind | None = None
        self.over = False
        self._turned = turned
        self._loop = asyncio.get_running_loop()
        self._beat = asyncio.Event()
        self._quiet_until = 0.0
        self._beats_at: asyncio.TimerHandle | None = None
        self._turns_at: asyncio.TimerHandle | None = None
        self._waiting = Waiting()

    @property
    def sequence(self) -> int:
        """The newest movement known, -1 before the first read."""
        return self.latest.sequence if self.latest else -1

    @property
    def read_from(self) -> float:
        """The loop's time from which reading it is of use: at once for who waits for a snapshot, else when a beat may follow."""
        return 0.0 if self._waiting else self._quiet_until

    @property
    def listeners(self) -> int:
        """How many there are."""
        return self.topics.total()

    def wait_for_read(self) -> asyncio.Future[None]:
        """Answered by the next read that begins."""
        return self._waiting.join()

    def take_waiting(self) -> "Waiting":
        """Those whom the read that begins now must answer."""
        waiting, self._waiting = self._waiting, Waiting()
        return waiting

    def take(self, read: Kind | None) -> None:
        """Remember what was read, None when there is no such event any more; listeners are told when it is news."""
        if read is None:
            if self.latest is not None:
                self.end()
            return
        if self.latest is None:
            self.latest = read
        elif read.replaces(self.latest):
            self.latest = read
            self._show_soon()
        self._watch_for_turns(read)

    async def beat(self) -> None:
        """Wait for the next beat, or the end."""
        await self._beat.wait()

    def end(self) -> None:
        """There will be no more beats."""
        self.over = True
        self._wake_all()
        self.close()

    def close(self) -> None:
        """Cancel what is still to come."""
        for handle in (self._beats_at, self._turns_at):
            if handle is not None:
                handle.cancel()
        self._waiting.fail(Refused(_NO_EVENT))

    def _show_soon(self) -> None:
        if self._loop.time() >= self._quiet_until:
            self._show()
        elif self._beats_at is None:
            self._beats_at = self._loop.call_at(self._quiet_until, self._show)

    def _show(self) -> None:
        self._beats_at = None
        self._quiet_until = self._loop.time() + BEAT
        self.shown = self.latest
        self._wake_all()

    def _wake_all(self) -> None:
        self._beat.set()
        self._beat.clear()

    def _watch_for_turns(self, read: Kind) -> None:
        if self._turns_at is not None:
            self._turns_at.cancel()
            self._turns_at = None
        if (turn := read.turns_next) is not None:
            nap = min((turn - read.mark.at + JUST_AFTER).total_seconds(), LONGEST_NAP)
            self._turns_at = self._loop.call_later(nap, self._turned)


class Listener(Generic[Kind]):
    """What one listener has seen. It has no queue: one that is slow finds what is shown when he comes."""

    def __init__(self, watched: Watched[Kind]) -> None:
        self._watched = watched
        self._seen: Mark | None = None

    @property
    def newest(self) -> Kind:
        """The newest known."""
        if self._watched.latest is None:
            raise Refused(_NO_EVENT)
        return self._watched.latest

    async def next(self) -> Kind:
        """What is known at once, then what is shown by each beat; raises StopAsyncIteration at the end."""
        found = self.newest if self._seen is None else self._watched.shown
        while not self._watched.over and (found is None or not _is_later(found.mark, self._seen)):
            await self._watched.beat()
            found = self._watched.shown
        if self._watched.over or found is None:
            raise StopAsyncIteration
        self._seen = found.mark
        return found


class TicketBeats(Listener[Availability]):
    """Implements `Beats` for tickets."""

    @property
    def latest(self) -> Availability:
        """The newest known."""
        return self.newest

    def __aiter__(self) -> "TicketBeats":
        return self

    async def __anext__(self) -> Availability:
        """The next."""
        return await self.next()


class SeatBeats(Listener[SeatMap]):
    """Implements `Beats` for the seats of some sections: what moves elsewhere in the house makes no beat."""

    def __init__(self, watched: Watched[SeatMap], sections: Sections) -> None:
        super().__init__(watched)
        self._sections = sections
        self._told: SeatAvailability | None = None

    @property
    def latest(self) -> SeatAvailability:
        """The newest known of these sections."""
        return self.newest.of(self._sections)

    def __aiter__(self) -> "SeatBeats":
        return self

    async def __anext__(self) -> SeatAvailability:
        """The next in which any of these seats is another than it was."""
        found = (await self.next()).of(self._sections)
        while self._told is not None and not found.is_news_after(self._told):
            found = (await self.next()).of(self._sections)
        self._told = found
        return found


class OrderBeats(Listener[OrderUpdate]):
    """Implements `Beats` for an order."""

    @property
    def latest(self) -> OrderUpdate:
        """The newest known."""
        return self.newest

    def __aiter__(self) -> "OrderBeats":
        return self

    async def __anext__(self) -> OrderUpdate:
        """The next."""
        return await self.next()


class Waiting:
    """Those who wait for one read."""

    def __init__(self) -> None:
        self._futures: list[asyncio.Future[None]] = []

    def __bool__(self) -> bool:
        return bool(self._futures)

    def join(self) -> asyncio.Future[None]:
        """One more."""
        future = asyncio.get_running_loop().create_future()
        self._futures.append(future)
        return future

    def answer(self, watched: "Watched[Kind]") -> None:
        """The read is done; without an event it is a refusal."""
        if watched.latest is None or watched.over:
            self.fail(Refused(_NO_EVENT))
        for future in self._futures:
            if not future.done():
                future.set_result(None)

    def give_up(self) -> None:
        """Whoever has no answer yet gets none, because the read was cancelled."""
        for future in self._futures:
            future.cancel()

    def fail(self, fault: Exception) -> None:
        """The read failed."""
        for future in self._futures:
            if not future.done():
                future.set_exception(fault)


_NO_EVENT = NotFound("event", ("eventId",))


def _is_later(mark: Mark, seen: Mark | None) -> bool:
    return seen is None or (mark.sequence, mark.at) > (seen.sequence, seen.at)
