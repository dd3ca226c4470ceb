"""A consumer follows calls, finds by itself what it was not called for, and ends after the news it is at."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.valkey.client import connect
from adapters.valkey.groups import ValkeySubscriptions
from gateway import consuming
from gateway.consuming import Consumer
from tests.bus.conftest import Parish, gossip

pytestmark = pytest.mark.asyncio


def consumer_of(parish: Parish, redis: Redis, name: str = "a") -> Consumer:
    return Consumer(parish.group, parish.desk, ValkeySubscriptions(redis).subscription(parish.group.name, name), asyncio.Event())


async def calls(redis: Redis, parish: Parish) -> int:
    """How many calls stand on the group's stream, answered or not."""
    return int(await redis.xlen(f"ticketbase:group:{parish.group.name}"))


async def test_it_does_what_it_is_called_for_and_answers(parish: Parish, redis: Redis) -> None:
    await parish.told(*(gossip(number, f"town:{number % 9}") for number in range(27)))
    called = await calls(redis, parish)

    await consumer_of(parish, redis).listen()

    effects = await parish.effects()
    assert called == 9
    assert sorted(number for _, number in effects) == list(range(27))
    assert all([n for where, n in effects if where == f"town:{at}"] == [at, at + 9, at + 18] for at in range(9))
    assert (await parish.waiting(), await calls(redis, parish)) == ([], 0)


async def test_a_valkey_that_lost_everything_loses_no_news(parish: Parish, redis: Redis) -> None:
    await parish.told(*(gossip(number) for number in range(5)))
    await redis.delete(f"ticketbase:group:{parish.group.name}")
    consumer = consumer_of(parish, redis)

    await consumer.listen()
    heard = await parish.numbers()
    await consumer.look()

    assert (heard, await parish.numbers()) == ([], list(range(5)))


async def test_while_valkey_is_away_news_are_done_all_the_same(parish: Parish, unused_tcp_port: int) -> None:
    away = connect(f"redis://127.0.0.1:{unused_tcp_port}/0")
    consumer = consumer_of(parish, away)
    await parish.told(gossip(1))

    with pytest.raises((RedisError, OSError)):
        await consumer.listen()
    with pytest.raises((RedisError, OSError)):
        await consumer.look()
    await away.aclose()

    assert await parish.numbers() == [1]


async def test_what_a_dead_consumer_heard_another_one_does(parish: Parish, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consuming, "SILENT_FOR", 0.05)
    await parish.told(gossip(1))
    await ValkeySubscriptions(redis).subscription(parish.group.name, "dead").hear(10, 0.05)
    await asyncio.sleep(0.1)

    await consumer_of(parish, redis, "heir").look()

    assert await parish.numbers() == [1]
    assert await calls(redis, parish) == 0


async def test_one_that_is_told_to_end_finishes_what_it_is_at_and_begins_nothing(parish: Parish, redis: Redis) -> None:
    consumer = consumer_of(parish, redis)

    async def tell() -> None:
        consumer.told.set()

    parish.patience = tell
    await parish.told(gossip(1), gossip(2))
    await consumer.listen()
    await consumer.look()

    assert await parish.numbers() == [1]
    assert await parish.waiting() == [(2, 0, None)]


async def test_what_fails_does_not_keep_it_from_the_others(parish: Parish, redis: Redis) -> None:
    parish.stumbles_at = {0, 1, 2, 3, 4}
    await parish.told(*(gossip(number, f"town:{number}") for number in range(9)))

    await consumer_of(parish, redis).look()

    assert sorted(await parish.numbers()) == [5, 6, 7, 8]
    assert [tries for _, tries, _ in await parish.waiting()] == [1] * 5


async def test_the_groups_of_the_house_have_joined_and_their_figures_are_shown(parish: Parish, backlog: Any) -> None:
    await consuming.join_groups(backlog)
    joined = {each.group: each.types for each in await backlog.tallies()}
    await backlog.leave("delivery-watch")

    [(group, _)] = consuming.GROUPS
    assert joined[group.name] == tuple(sorted(group.types))
