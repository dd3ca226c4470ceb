"""Tries are counted for all processes together, all of them or none, and by each process alone while Valkey is away."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_token
from adapters.valkey.client import connect
from adapters.valkey.throttle import PREFIX, ValkeyThrottle
from domain.throttling import Allowance
from gateway.embedded.valkey import ValkeyAddress

pytestmark = pytest.mark.asyncio


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
async def nowhere() -> AsyncIterator[Redis]:
    """A client of a Valkey that is away."""
    client = connect("redis://127.0.0.1:9")
    yield client
    await client.aclose()


async def test_racing_tries_of_two_processes_are_counted_together(redis: Redis) -> None:
    here, there = ValkeyThrottle(redis), ValkeyThrottle(redis)
    allowance = Allowance(new_token(), 7, 60)

    taken = await asyncio.gather(*(throttle.take([allowance]) for throttle in (here, there) for _ in range(20)))

    assert sum(taken) == 7
    assert 0 < await redis.ttl(PREFIX + allowance.name) <= 60


async def test_a_try_that_was_none_is_given_back(redis: Redis) -> None:
    throttle, allowance = ValkeyThrottle(redis), Allowance(new_token(), 1, 60)

    assert await throttle.take([allowance])
    await throttle.give_back([allowance])
    await throttle.give_back([allowance])

    assert [await throttle.take([allowance]) for _ in range(2)] == [True, False]


async def test_who_is_over_one_limit_uses_up_no_other(redis: Redis) -> None:
    throttle = ValkeyThrottle(redis)
    narrow, wide = Allowance(new_token(), 1, 60), Allowance(new_token(), 3, 60)

    both = [await throttle.take([wide, narrow]) for _ in range(3)]

    assert both == [True, False, False]
    assert [await throttle.take([wide]) for _ in range(3)] == [True, True, False]


async def test_without_valkey_each_process_counts_alone_until_the_window_is_over(nowhere: Redis) -> None:
    hands = Hands()
    throttle = ValkeyThrottle(nowhere, hands)
    narrow, wide = Allowance("narrow", 2, 60), Allowance("wide", 3, 60)

    first = [await throttle.take([wide, narrow]) for _ in range(3)]
    await throttle.give_back([narrow])
    second = [await throttle.take([wide, narrow]) for _ in range(2)]
    hands.now += 61
    third = [await throttle.take([wide, narrow]) for _ in range(3)]

    assert (first, second, third) == ([True, True, False], [True, False], [True, True, False])
