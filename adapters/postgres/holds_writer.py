"""Places holds in batches: those who ask for the same event while the last batch is written down are served together by the next.

Waiting happens here, in the process, so a rush for one event keeps one database connection busy and not all of them.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog

from adapters.postgres.halls import Halls
from adapters.postgres.holds_batch import House, settle
from adapters.postgres.transaction import AWAY, CONNECTION_FAULTS, Pool
from domain.holds import Hold, HoldAsk, Lasting
from domain.refusals import Refusal, Refused, TooBusy

MOST_AT_ONCE = 512
USUAL = Lasting()
LONGEST_QUEUE = 4_096

LOST = (*AWAY, *CONNECTION_FAULTS)
# No fault of one ask, so trying each alone would only make all of them wait longer.
OF_ALL = (*LOST, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)

log = structlog.get_logger("ticketbase.holds")


@dataclass(eq=False, slots=True)
class _Waiting:
    """Somebody who asked and has no answer yet."""

    ask: HoldAsk
    answer: asyncio.Future[Hold | Refusal]


class BatchedHolds:
    """Implements `Holds`: one lane per event, one batch of each lane under way in this process; idle lanes leave nothing behind."""

    def __init__(
        self,
        pool: Pool,
        new_id: Callable[[], UUID],
        *,
        lasting: Lasting = USUAL,
        most_at_once: int = MOST_AT_ONCE,
        longest_queue: int = LONGEST_QUEUE,
    ) -> None:
        """A writer on the app role's pool; `longest_queue` is how many may wait for one event before the next are turned away."""
        self._house = House(pool, new_id, lasting, Halls(pool))
        self._most_at_once = most_at_once
        self._longest_queue = longest_queue
        self._lanes: dict[tuple[UUID, UUID], deque[_Waiting]] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def lasting(self) -> Lasting:
        """How long holds last here."""
        return self._house.lasting

    @property
    def waiting(self) -> int:
        """How many wait to get into a batch."""
        return sum(map(len, self._lanes.values()))

    @property
    def lanes(self) -> int:
        """How many events are asked for at this moment."""
        return len(self._lanes)

    async def place(self, ask: HoldAsk) -> Hold:
        """See `Holds.place`. Who stops waiting before his batch began has asked for nothing; a batch under way is finished."""
        lane = self._lane(ask)
        if len(lane) >= self._longest_queue:
            raise Refused(TooBusy())
        waiting = _Waiting(ask, asyncio.get_running_loop().create_future())
        lane.append(waiting)
        try:
            answer = await waiting.answer
        except asyncio.CancelledError:
            if waiting in lane:
                lane.remove(waiting)
            raise
        if isinstance(answer, Hold):
            return answer
        raise Refused(answer)

    async def close(self) -> None:
        """Turn new asks away and answer those that are waiting."""
        self._closed = True
        if self._serving:
            await asyncio.wait(self._serving)

    def _lane(self, ask: HoldAsk) -> deque[_Waiting]:
        if self._closed:
            raise Refused(TooBusy())
        key = ask.organization_id, ask.event_id
        if key not in self._lanes:
            self._lanes[key] = deque()
            # It begins in the next turn of the loop, so all who ask in this turn are in the first batch.
            serving = asyncio.get_running_loop().create_task(self._serve(key), name=f"holds of {ask.event_id}")
            self._serving.add(serving)
            serving.add_done_callback(self._serving.discard)
        return self._lanes[key]

    async def _serve(self, key: tuple[UUID, UUID]) -> None:
        lane = self._lanes[key]
        batch: list[_Waiting] = []
        try:
            while lane:
                batch = self._next(lane)
                await self._answer(batch)
        finally:
            del self._lanes[key]
            for waiting in (*batch, *lane):
                waiting.answer.cancel()

    def _next(self, lane: deque[_Waiting]) -> list[_Waiting]:
        """The next batch: at least one, and together no heavier than so many asks for tickets."""
        batch = [lane.popleft()]
        weight = batch[0].ask.weight
        while lane and weight + lane[0].ask.weight <= self._most_at_once:
            weight += lane[0].ask.weight
            batch.append(lane.popleft())
        return batch

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        """Answer everybody in the batch; when it fails each is tried alone, so that what one asked harms nobody else."""
        try:
            answers = await self._settled([each.ask for each in batch])
        except Exception as fault:  # noqa: BLE001 - whatever it is, who asked gets to know it
            if len(batch) > 1 and not isinstance(fault, OF_ALL):
                log.warning("hold_batch_failed", asks=len(batch), event_id=str(batch[0].ask.event_id), fault=type(fault).__name__)
                for each in batch:
                    await self._answer([each])
                return
            for each in batch:
                if not each.answer.done():
                    each.answer.set_exception(fault)
            return
        for each, answer in zip(batch, answers, strict=True):
            if not each.answer.done():
                each.answer.set_result(answer)

    async def _settled(self, asks: Sequence[HoldAsk]) -> list[Hold | Refusal]:
        """Try once more after a lost connection; it may have been lost after the commit, so what is there already is looked up."""
        try:
            return await settle(self._house, asks)
        except LOST as fault:
            log.warning("hold_batch_lost", asks=len(asks), event_id=str(asks[0].event_id), fault=type(fault).__name__)
            return await settle(self._house, asks, doubtful=True)
