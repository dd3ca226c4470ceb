"""What was written to the outbox reaches the bus, in order, and leaves only when it has arrived."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_batch import LANE
from adapters.postgres.outbox import PostgresOutbox
from adapters.postgres.transaction import TO_WRITE, begin, keep, tell
from adapters.valkey.client import connect
from adapters.valkey.stream import STREAM, StreamBus
from domain.news import Bus, News, Published, stock_moved
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from gateway.embedded.valkey import ValkeyAddress
from resolvers.relaying import relay
from tests.conftest import WorkOf
from tests.samples import an_event

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def redis(valkey: ValkeyAddress) -> AsyncIterator[Redis]:
    """A client of the Valkey that everybody shares."""
    client = connect(valkey.url)
    yield client
    await client.aclose()


@pytest_asyncio.fixture
async def outbox(system_pool: Any, redis: Redis) -> PostgresOutbox:
    """The outbox, with nothing in it that other tests left."""
    outbox = PostgresOutbox(system_pool)
    while await relay(outbox, StreamBus(redis), 1_000):
        pass
    return outbox


async def entries(redis: Redis, organization: Organization) -> list[dict[str, Any]]:
    """The organization's news on the stream."""
    found: Any = await redis.xrange(STREAM)
    news = [orjson.loads(fields[b"event"]) for _, fields in found]
    return [each for each in news if each["tenant"] == str(organization.id)]


def gossip(number: int, subject: str = "town:hall") -> News:
    return News("gossip:told", subject, {"number": number})


async def test_news_arrive_whole_and_in_the_order_they_were_told(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization, owner: Any
) -> None:
    for first in (0, 3):
        async with work_of(organization) as work:
            for number in range(first, first + 3):
                work.announce(gossip(number))

    sent = await relay(outbox, StreamBus(redis), 1_000)

    assert sent == 6
    arrived = await entries(redis, organization)
    assert [each["payload"]["number"] for each in arrived] == list(range(6))
    assert {key: arrived[0][key] for key in ("type", "version", "subject", "correlationId")} == {
        "type": "gossip:told",
        "version": 1,
        "subject": "town:hall",
        "correlationId": "test",
    }
    assert len({each["id"] for each in arrived}) == 6
    assert await owner.fetchval("SELECT count(*) FROM outbox") == 0


async def test_only_movements_of_stock_say_so_beside_the_news(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization
) -> None:
    event = an_event()
    async with work_of(organization) as work:
        work.announce(stock_moved("stock:moved", event.id, 7, {}))
        work.announce(gossip(1))

    await relay(outbox, StreamBus(redis), 1_000)

    newest: Any = await redis.xrevrange(STREAM, count=2)
    [(_, told), (_, moved)] = newest
    assert moved[b"moved"] == f"{organization.id} {event.id} 7".encode()
    assert b"moved" not in told


async def test_what_is_undone_is_never_told(outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization) -> None:
    async def fail() -> None:
        async with work_of(organization) as work:
            work.announce(gossip(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await relay(outbox, StreamBus(redis), 1_000) == 0
    assert await entries(redis, organization) == []


async def test_a_bounded_number_is_taken_oldest_first(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization
) -> None:
    async with work_of(organization) as work:
        for number in range(5):
            work.announce(gossip(number))

    sent = [await relay(outbox, StreamBus(redis), 2) for _ in range(4)]

    assert sent == [2, 2, 1, 0]
    assert [each["payload"]["number"] for each in await entries(redis, organization)] == list(range(5))


async def test_the_order_is_that_of_writing_and_not_of_the_places_on_disk(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization, owner: Any
) -> None:
    async def tell_some(numbers: range) -> None:
        async with work_of(organization) as work:
            for number in numbers:
                work.announce(gossip(number))

    await tell_some(range(40))
    await relay(outbox, StreamBus(redis), 30)
    await owner.execute("VACUUM outbox")  # so that the next are written where the first ones were, in front of the others
    await tell_some(range(40, 70))

    while await relay(outbox, StreamBus(redis), 7):
        pass

    assert [each["payload"]["number"] for each in await entries(redis, organization)] == list(range(70))


async def test_news_stay_in_the_outbox_while_valkey_is_away(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization, owner: Any, unused_tcp_port: int
) -> None:
    away = connect(f"redis://127.0.0.1:{unused_tcp_port}/0")
    async with work_of(organization) as work:
        work.announce(gossip(1))

    with pytest.raises((RedisError, OSError)):
        await relay(outbox, StreamBus(away), 1_000)
    await away.aclose()

    assert await owner.fetchval("SELECT count(*) FROM outbox WHERE organization_id = $1", organization.id) == 1
    assert await relay(outbox, StreamBus(redis), 1_000) == 1
    assert len(await entries(redis, organization)) == 1


async def test_one_relay_at_a_time(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization, database: DatabaseAddresses
) -> None:
    async with work_of(organization) as work:
        work.announce(gossip(1))

    async with open_pool(database.system, 2) as pool, outbox.oldest(1_000) as mine, PostgresOutbox(pool).oldest(1_000) as others:
        assert len(mine) == 1
        assert list(others) == []

    assert await relay(outbox, StreamBus(redis), 1_000) == 0


async def test_many_relays_send_everything_once_and_in_order(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization, database: DatabaseAddresses
) -> None:
    writing, numbers = True, itertools.count()

    async def tell_much() -> None:
        nonlocal writing
        for _ in range(40):
            async with work_of(organization) as work:
                for _ in range(3):
                    work.announce(gossip(next(numbers)))
        writing = False

    async def pass_on(mine: PostgresOutbox) -> None:
        while writing or await relay(mine, StreamBus(redis), 7):
            await asyncio.sleep(0)

    async with open_pool(database.system, 4) as pool:
        await asyncio.gather(tell_much(), *(pass_on(each) for each in (outbox, PostgresOutbox(pool)) * 2))
        while await relay(outbox, StreamBus(redis), 1_000):
            pass

    assert [each["payload"]["number"] for each in await entries(redis, organization)] == list(range(120))


async def test_a_slower_work_of_another_subject_is_told_later_and_its_own_order_is_kept(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization, app_pool: Any
) -> None:
    hall, tent = (an_event() for _ in range(2))
    async with work_of(organization) as work:
        await work.events.keep(hall)
        await work.events.keep(tent)

    async def tell_of(event_id: Any, number: int) -> None:
        async with work_of(organization) as work:
            await work.events.for_change(event_id)
            work.announce(gossip(number, f"event:{event_id}"))

    slow = await begin(app_pool, organization.id, TO_WRITE, LANE.format(organization.id, hall.id))
    await tell(slow, organization.id, None, [new_id()], [gossip(1, f"event:{hall.id}")])
    waits = asyncio.create_task(tell_of(hall.id, 2))
    await tell_of(tent.id, 3)
    first = await relay(outbox, StreamBus(redis), 1_000)
    await keep(app_pool, slow)
    await waits
    second = await relay(outbox, StreamBus(redis), 1_000)

    assert (first, second) == (1, 2)
    assert [each["payload"]["number"] for each in await entries(redis, organization)] == [3, 1, 2]


class Forgetful:
    """A bus whose answer gets lost after it has carried the news."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def publish(self, news: Sequence[Published]) -> None:
        await self._bus.publish(news)
        raise ConnectionResetError

    async def call(self, news: Sequence[Published]) -> None:
        await self._bus.call(news)


async def test_when_the_answer_of_the_bus_gets_lost_the_same_news_come_again_in_the_same_order(
    outbox: PostgresOutbox, redis: Redis, work_of: WorkOf, organization: Organization
) -> None:
    async with work_of(organization) as work:
        for number in range(3):
            work.announce(gossip(number))

    with pytest.raises(ConnectionResetError):
        await relay(outbox, Forgetful(StreamBus(redis)), 1_000)
    await relay(outbox, StreamBus(redis), 1_000)

    arrived = await entries(redis, organization)
    assert [each["payload"]["number"] for each in arrived] == [0, 1, 2, 0, 1, 2]
    assert [each["id"] for each in arrived[:3]] == [each["id"] for each in arrived[3:]]
