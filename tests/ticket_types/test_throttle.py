"""Tries are counted for all processes together, all of them or none, and by each process alone while Valkey is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_token
from adapters.valkey.client import connect
from adapters.valkey.throttle import PREFIX, ValkeyThrottle
from domain.throttling import Allowance
from gateway.embedded.valkey import ValkeyAddress
from tests.identity.hanging import never_answering

pytestmark = pytest.mark.asyncio

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture
async def redis(valkey: ValkeyAddress) -> AsyncIterator[Redis]:
    """A client of the Valkey that everybody shares."""
    client = connect(valkey.url)
    yield client
    await client.aclose()


@pytest_asyncio.fixture
async def hanging() -> AsyncIterator[Redis]:
    """A client of a Valkey that takes every connection and never says a word."""
    async with never_answering() as url:
        client = connect(url)
        yield client
        await client.aclose()


@pytest_asyncio.fixture
async def nowhere() -> AsyncIterator[Redis]:
    """A client of a Valkey that is away."""
    client = connect("redis://127.0.0.1:9")
    yield client
    await client.aclose()


async def is_taken(throttle: ValkeyThrottle, *allowances: Allowance) -> bool:
    return await throttle.take(allowances) is None


async def test_racing_tries_of_two_processes_are_counted_together(redis: Redis) -> None:
    here, there = ValkeyThrottle(redis), ValkeyThrottle(redis)
    allowance = Allowance(new_token(), 7, 60)

    taken = await asyncio.gather(*(throttle.take([allowance]) for throttle in (here, there) for _ in range(20)))

    assert taken.count(None) == 7
    assert 0 < await redis.ttl(PREFIX + allowance.name) <= 60


async def test_a_try_that_was_none_is_given_back(redis: Redis) -> None:
    throttle, allowance = ValkeyThrottle(redis), Allowance(new_token(), 1, 60)

    assert await throttle.take([allowance]) is None
    await throttle.give_back([allowance])
    await throttle.give_back([allowance])

    assert [await is_taken(throttle, allowance) for _ in range(2)] == [True, False]


async def test_who_is_over_one_limit_uses_up_no_other(redis: Redis) -> None:
    throttle = ValkeyThrottle(redis)
    narrow, wide = Allowance(new_token(), 1, 60), Allowance(new_token(), 3, 60)

    both = [await is_taken(throttle, wide, narrow) for _ in range(3)]

    assert both == [True, False, False]
    assert [await is_taken(throttle, wide) for _ in range(3)] == [True, True, False]


async def test_who_has_used_up_several_waits_for_the_last_of_them_to_the_whole_second(redis: Redis) -> None:
    noon = datetime(2026, 1, 1, 12, 0, 0, 500_000, tzinfo=UTC)
    throttle = ValkeyThrottle(redis, now=lambda: noon)
    minute, hour, day = (Allowance(new_token(), most, seconds) for most, seconds in ((1, 60), (1, 3_600), (5, 86_400)))

    for each in (minute, hour):
        await throttle.take([each])
    both, one = await throttle.take([minute, hour, day]), await throttle.take([minute, day])

    assert both in {datetime(2026, 1, 1, 13, 0, second, tzinfo=UTC) for second in (0, 1)}
    assert one in {datetime(2026, 1, 1, 12, 1, second, tzinfo=UTC) for second in (0, 1)}


async def test_it_opens_when_it_said(redis: Redis) -> None:
    throttle, allowance = ValkeyThrottle(redis), Allowance(new_token(), 1, 1)
    await throttle.take([allowance])
    opens_at = await throttle.take([allowance])
    assert opens_at is not None

    await asyncio.sleep((opens_at - datetime.now(UTC)).total_seconds())

    assert await throttle.take([allowance]) is None


async def test_one_that_hangs_is_as_good_as_away(hanging: Redis) -> None:
    throttle, allowance, began = ValkeyThrottle(hanging), Allowance(new_token(), 1, 60), time.monotonic()

    taken = [await is_taken(throttle, allowance) for _ in range(2)]
    waited = time.monotonic() - began

    assert taken == [True, False]
    assert waited < 2


async def test_without_valkey_each_process_counts_alone_until_the_window_is_over(nowhere: Redis) -> None:
    hands = Hands()
    throttle = ValkeyThrottle(nowhere, hands, lambda: NOON)
    narrow, wide = Allowance("narrow", 2, 60), Allowance("wide", 3, 60)

    first = [await is_taken(throttle, wide, narrow) for _ in range(3)]
    await throttle.give_back([narrow])
    second = [await is_taken(throttle, wide, narrow) for _ in range(2)]
    hands.now += 20
    opens_at = await throttle.take([wide, narrow])
    hands.now += 41
    third = [await is_taken(throttle, wide, narrow) for _ in range(3)]

    assert (first, second, third) == ([True, True, False], [True, False], [True, True, False])
    assert opens_at == NOON + timedelta(seconds=40)
