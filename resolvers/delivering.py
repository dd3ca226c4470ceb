"""Delivers the news of a line to a durable group: in order, each with all that it brings about, and again later when that fails."""

import asyncio
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import PurePath

from domain.bus import Backlog, Handle, Waiting, wait_after
from domain.news import Line
from domain.work import Work

PATIENCE = 20.0
"""Seconds that a handler may take; less than a connection may idle in a transaction."""

OpenWork = Callable[[Waiting], AbstractAsyncContextManager[Work]]
"""Opens a work of the tenant whose news these are, under their correlation id."""


class Outcome(Enum):
    """What became of some news at one try."""

    DONE = "done"
    PUT_OFF = "put_off"
    DIED = "died"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the first news of a line; `after` is how long since they happened, when they are done."""

    waiting: Waiting
    outcome: Outcome
    after: timedelta | None = None
    fault: str | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the next of the line may be tried now."""
        return self.outcome in {Outcome.DONE, Outcome.DIED}


@dataclass(frozen=True, slots=True)
class Desk:
    """One group at work: where its news wait, how a work is opened, what it does, and chance (0 to 1)."""

    group: str
    backlog: Backlog
    open_work: OpenWork
    handle: Handle
    luck: Callable[[], float]


async def deliver_next(desk: Desk, line: Line) -> Delivered | None:
    """Deliver the first news of the line, None when there are none or they are not due.

    What the handler writes and that the news are done is kept in one transaction: who dies before that has done nothing, and they
    are tried again. Only faults that a handler lived to tell count as tries.
    """
    waiting = await desk.backlog.first(desk.group, line)
    if waiting is None:
        return None
    try:
        after = await _handle(desk, waiting)
    except Exception as fault:  # noqa: BLE001 - told by whoever called, with what became of it
        return await _settle(desk, waiting, _told(fault))
    return Delivered(waiting, Outcome.ELSEWHERE if after is None else Outcome.DONE, after)


async def _handle(desk: Desk, waiting: Waiting) -> timedelta | None:
    async with desk.open_work(waiting) as work, asyncio.timeout(PATIENCE):
        published = await work.deliveries.take(desk.group, waiting.news_id)
        if published is None:
            return None
        await desk.handle(work, published)
        return work.now - published.occurred_at


async def _settle(desk: Desk, waiting: Waiting, fault: str) -> Delivered:
    wait = wait_after(waiting.tries + 1, desk.luck())
    if wait is None:
        settled, outcome = await desk.backlog.give_up(desk.group, waiting, fault), Outcome.DIED
    else:
        settled, outcome = await desk.backlog.put_off(desk.group, waiting, wait, fault), Outcome.PUT_OFF
    return Delivered(waiting, outcome if settled else Outcome.ELSEWHERE, fault=fault)


def _told(fault: Exception) -> str:
    """The fault's class and where it was raised; what it says may be about somebody, and is not kept."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {PurePath(place.filename).name}:{place.lineno}"
