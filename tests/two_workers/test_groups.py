"""Whatever dies while a durable group does its part, nothing is lost and nothing is done twice."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_id
from adapters.postgres.deliveries import PostgresBacklog
from adapters.postgres.work import writing
from domain.bus import Group
from domain.news import News
from gateway.database import open_pool
from tests.two_workers.platform import Command, Platform, Tenant, eventually

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("mended")]

TELLERS = "tellers"
BOOKS = "books"
"""A group that nobody is in: what the tellers told on stays in its backlog, and can be counted."""
SUBJECTS = 10


@pytest_asyncio.fixture
async def groups(platform: Platform) -> AsyncIterator[None]:
    """Both have joined, and leave after the test."""
    async with open_pool(platform.addresses.system, 2) as pool:
        backlog = PostgresBacklog(pool)
        await backlog.join(Group(TELLERS, frozenset({"gossip:told"})))
        await backlog.join(Group(BOOKS, frozenset({"gossip:heard"})))
        yield
        for each in (TELLERS, BOOKS):
            await backlog.leave(each)


@pytest_asyncio.fixture
async def tellers(platform: Platform, groups: None) -> AsyncIterator[list[Command]]:
    """Two processes of the group, which hear."""
    words = (sys.executable, "-P", str(Path(__file__).with_name("hearing.py")), TELLERS)
    environment = {**platform.environment, "PYTHONPATH": str(Path(__file__).parents[2])}
    processes = [Command(f"teller-{at}", words, platform.folder, environment) for at in range(2)]
    for each in processes:
        each.start()
    await eventually(_answer(lambda: all("hearing" in each.printed for each in processes)), "nobody began to hear")
    yield processes
    for each in processes:
        each.kill()


def _answer(true: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def answer() -> bool:
        return true()

    return answer


async def tell(platform: Platform, tenant: Tenant, numbers: range) -> None:
    """Announce the numbers, each to one of the subjects, ten in a work."""
    async with open_pool(platform.addresses.app, 2) as pool:
        for first in numbers[::SUBJECTS]:
            async with writing(pool, tenant.organization.id, None, new_id) as work:
                for number in range(first, first + SUBJECTS):
                    work.announce(News("gossip:told", f"town:{number % SUBJECTS}", {"number": number}))


async def flush(platform: Platform) -> None:
    """Let Valkey lose all that it has."""
    async with Redis.from_url(platform.environment["REDIS_URL"]) as redis:
        await redis.flushall()


async def in_books(owner: Any) -> list[int]:
    """The numbers that were told on, in order."""
    rows = await owner.fetch("SELECT payload FROM deliveries WHERE group_name = $1 ORDER BY position", BOOKS)
    return [row["payload"]["number"] for row in rows]


async def all_was_heard_once(owner: Any, count: int) -> None:
    """Wait until so many were told on, and no more, in order of each subject."""

    async def complete() -> bool:
        return len(await in_books(owner)) >= count

    await eventually(complete, "not all was heard")
    await asyncio.sleep(0.5)
    heard = await in_books(owner)
    assert sorted(heard) == list(range(count))
    for subject in range(SUBJECTS):
        mine = [number for number in heard if number % SUBJECTS == subject]
        assert mine == sorted(mine)
    assert await owner.fetchval("SELECT count(*) FROM deliveries WHERE group_name = $1", TELLERS) == 0


async def test_consumers_that_are_killed_in_the_middle_lose_nothing_and_do_nothing_twice(
    platform: Platform, tenant: Tenant, tellers: list[Command]
) -> None:
    async with platform.connected() as owner:
        telling, killed_at = asyncio.create_task(tell(platform, tenant, range(1_500))), 0
        for turn in range(6):
            await eventually(_more_than(owner, killed_at), "nothing goes on")
            tellers[turn % 2].kill()
            killed_at = len(await in_books(owner))
            tellers[turn % 2].start()
        await telling
        await all_was_heard_once(owner, 1_500)

    assert 0 < killed_at < 1_500


def _more_than(owner: Any, count: int) -> Callable[[], Awaitable[bool]]:
    async def more() -> bool:
        return len(await in_books(owner)) > count

    return more


async def test_a_flushed_valkey_and_a_killed_one_lose_no_news_of_groups(platform: Platform, tenant: Tenant, tellers: list[Command]) -> None:
    async with platform.connected() as owner:
        await tell(platform, tenant, range(100))
        await flush(platform)
        await tell(platform, tenant, range(100, 200))
        await eventually(_more_than(owner, 0), "nothing goes on")
        platform.valkey.kill()
        await tell(platform, tenant, range(200, 300))
        await platform.valkey.start()
        await flush(platform)

        await all_was_heard_once(owner, 300)


async def test_a_killed_worker_leaves_no_news_behind(platform: Platform, tenant: Tenant, tellers: list[Command]) -> None:
    async with platform.connected() as owner:
        for turn in range(3):
            before = len(await in_books(owner))
            await tell(platform, tenant, range(turn * 200, turn * 200 + 200))
            await eventually(_more_than(owner, before), "nothing goes on")
            platform.worker.kill()
            platform.worker.start()

        await all_was_heard_once(owner, 600)
