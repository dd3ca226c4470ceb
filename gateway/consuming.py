"""Durable groups at work in the worker: they listen for calls, look through their backlog all the same, and tell how far they are."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from secrets import SystemRandom

import structlog
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_id
from adapters.postgres.deliveries import PostgresBacklog
from adapters.postgres.work import writing
from adapters.valkey.groups import ValkeySubscriptions
from domain.bus import Backlog, Group, Handle, Subscription, Waiting
from domain.letters import Sealing
from domain.news import Line, Published
from domain.news_types import IN_PLANNING
from domain.work import Work
from gateway.bus_metrics import count_delivery, show_tallies
from gateway.database import Pools
from resolvers.delivering import Delivered, Desk, Outcome, deliver_next

# Seconds.
HEARS_FOR = 1.0
BETWEEN_LOOKS = 1.0
BETWEEN_TALLIES = 10.0
SILENT_FOR = 60.0
"""A consumer that has not answered for so long is taken for dead; one that is alive finds its news done."""
AT_ONCE = 100
LINES_AT_ONCE = 4

log = structlog.get_logger("ticketbase.bus")


async def note_arrival(_work: Work, published: Published) -> None:
    """The part of the group `delivery-watch`: the figures and the log tell that news arrive, how fast, and of what kind."""
    log.info("news_arrived", news=str(published.id), type=published.news.type, correlation_id=published.correlation_id)


GROUPS: Sequence[tuple[Group, Handle]] = ((Group("delivery-watch", IN_PLANNING), note_arrival),)


Job = tuple[str, Callable[[], Awaitable[None]], float]
"""Its name, what is done again and again, and how many seconds lie in between."""


def jobs_of_groups(pools: Pools, redis: Redis, sealing: Sealing, told: asyncio.Event) -> Iterator[Job]:
    """All that the groups of this house do in a worker."""
    backlog, subscriptions = PostgresBacklog(pools.system), ValkeySubscriptions(redis)
    for group, handle in GROUPS:
        desk = Desk(group.name, backlog, partial(_open_work, pools, sealing), handle, SystemRandom().random)
        consumer = Consumer(group, desk, subscriptions.subscription(group.name, name_here()), told)
        yield f"listen_{group.name}", consumer.listen, 0.0
        yield f"look_{group.name}", consumer.look, BETWEEN_LOOKS
    yield "tally_news", partial(_tally, pools, backlog), BETWEEN_TALLIES


async def join_groups(backlog: Backlog) -> None:
    """From now on nothing that is announced is kept from the groups of this house."""
    for group, _ in GROUPS:
        await backlog.join(group)


def name_here() -> str:
    """A consumer's name that no other process bears, and by which an operator finds this one."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Consumer:
    """One member of a group, with a few lines in hand at a time; `told` is set when it shall end, after the news it is at."""

    group: Group
    desk: Desk
    subscription: Subscription
    told: asyncio.Event

    async def listen(self) -> None:
        """Hear calls and follow them. Those of a consumer that died meanwhile are found in the backlog first, by `look`."""
        if calls := await self.subscription.hear(AT_ONCE, HEARS_FOR):
            await self._serve({call.line for call in calls})
            await self.subscription.answered(calls)

    async def look(self) -> None:
        """Do what is due without a call: what failed before, and what nobody was called for because Valkey or a process died."""
        while not self.told.is_set() and (lines := await self.desk.backlog.due(self.group.name, AT_ONCE)):
            if not await self._serve(lines):
                break
        if left := await self.subscription.take_over(AT_ONCE, SILENT_FOR):
            log.info("calls_taken_over", group=self.group.name, calls=len(left))
            await self._serve({call.line for call in left})
            await self.subscription.answered(left)

    async def _serve(self, lines: Collection[Line]) -> int:
        """Deliver what these lines have; how many news were settled."""
        turn = asyncio.Semaphore(LINES_AT_ONCE)

        async def served(line: Line) -> int:
            async with turn:
                return await self._serve_line(line)

        async with asyncio.TaskGroup() as tasks:
            serving = [tasks.create_task(served(line)) for line in lines]
        return sum(each.result() for each in serving)

    async def _serve_line(self, line: Line) -> int:
        settled = 0
        while not self.told.is_set() and (delivered := await deliver_next(self.desk, line)):
            self._tell(delivered)
            settled += delivered.outcome is not Outcome.ELSEWHERE
            if not delivered.goes_on:
                break
        return settled

    def _tell(self, delivered: Delivered) -> None:
        count_delivery(self.group.name, delivered)
        waiting = delivered.waiting
        about = {"group": self.group.name, "news": str(waiting.news_id), "type": waiting.type, "correlation_id": waiting.correlation_id}
        if delivered.outcome is Outcome.PUT_OFF:
            log.warning("news_put_off", **about, fault=delivered.fault, tries=waiting.tries + 1)
        elif delivered.outcome is Outcome.DIED:
            log.error("news_died", **about, fault=delivered.fault, tries=waiting.tries + 1)


def _open_work(pools: Pools, sealing: Sealing, waiting: Waiting) -> AbstractAsyncContextManager[Work]:
    return writing(pools.app, waiting.line.organization_id, waiting.correlation_id, new_id, sealing)


async def _tally(pools: Pools, backlog: Backlog) -> None:
    show_tallies(await backlog.tallies(), await pools.system.fetchval("SELECT app_now()"))
