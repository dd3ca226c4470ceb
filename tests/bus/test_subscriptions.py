"""What every implementation of `Subscriptions` promises, asked of each of them: calls are heard by one, and not lost with him."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_id
from adapters.valkey import groups
from adapters.valkey.groups import ValkeySubscriptions
from adapters.valkey.stream import StreamBus
from domain.bus import Call, Subscription, Subscriptions
from domain.news import Bus, Line, News, Published

pytestmark = pytest.mark.asyncio

SOON = 0.05
WHEN = datetime(2030, 5, 1, 20, tzinfo=UTC)
TENANT = UUID("018f0000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Town:
    """A bus of one kind, and a group that nobody else uses."""

    bus: Bus
    subscriptions: Subscriptions
    group: str
    lose_everything: Callable[[], Any]

    def consumer(self, name: str = "a", group: str | None = None) -> Subscription:
        return self.subscriptions.subscription(group or self.group, name)

    async def call(self, *subjects: str, groups: Sequence[str] | None = None) -> None:
        named = tuple(groups or [self.group])
        await self.bus.call([Published(new_id(), TENANT, News("gossip:told", each, {}), WHEN, None, named) for each in subjects])


@pytest_asyncio.fixture(params=["valkey"])
async def town(redis: Redis) -> AsyncIterator[Town]:
    group = f"parish-{new_id()}"
    yield Town(StreamBus(redis), ValkeySubscriptions(redis), group, lambda: redis.delete(f"ticketbase:group:{group}"))
    await redis.delete(f"ticketbase:group:{group}")


def subjects(calls: Sequence[Call]) -> list[str]:
    assert {call.line.organization_id for call in calls} <= {TENANT}
    return [call.line.subject for call in calls]


async def test_calls_are_heard_in_order_even_those_from_before_anybody_listened(town: Town) -> None:
    await town.call("town:1", "town:2")

    heard = await town.consumer().hear(10, SOON)

    assert subjects(heard) == ["town:1", "town:2"]
    assert heard[0].line == Line(TENANT, "town:1")


async def test_many_news_of_one_line_are_one_call(town: Town) -> None:
    await town.call("town:1", "town:1", "town:2", "town:1")

    assert subjects(await town.consumer().hear(10, SOON)) == ["town:1", "town:2"]


async def test_who_listens_waits_for_the_next_call_and_no_longer_than_told(town: Town) -> None:
    consumer = town.consumer()
    started = time.monotonic()
    nothing = await consumer.hear(10, 0.2)
    waited = time.monotonic() - started
    listening = asyncio.create_task(consumer.hear(10, 5))
    await asyncio.sleep(SOON)
    await town.call("town:1")

    assert nothing == []
    assert 0.15 < waited < 2
    assert subjects(await listening) == ["town:1"]


async def test_each_call_is_heard_by_one_consumer_of_the_group(town: Town) -> None:
    await town.call(*(f"town:{number}" for number in range(6)))

    first, second = await town.consumer("a").hear(4, SOON), await town.consumer("b").hear(10, SOON)

    assert subjects(first) == [f"town:{number}" for number in range(4)]
    assert subjects(second) == ["town:4", "town:5"]


async def test_every_group_is_called_for_itself(town: Town) -> None:
    other = f"{town.group}-other"
    await town.call("town:1", groups=[town.group, other])
    await town.call("town:2", groups=[other])

    heard = [subjects(await town.consumer("a", group).hear(10, SOON)) for group in (town.group, other)]

    assert heard == [["town:1"], ["town:1", "town:2"]]


async def test_what_was_heard_and_not_answered_is_taken_over_after_a_silence_and_not_before(town: Town) -> None:
    dead, heir = town.consumer("dead"), town.consumer("heir")
    await town.call("town:1", "town:2")
    [first, _] = await dead.hear(10, SOON)
    await dead.answered([first])

    too_soon = await heir.take_over(10, 60)
    await asyncio.sleep(0.1)
    taken = await heir.take_over(10, SOON)

    assert too_soon == []
    assert subjects(taken) == ["town:2"]
    assert await heir.hear(10, SOON) == []
    await heir.answered(taken)
    await asyncio.sleep(0.1)
    assert await dead.take_over(10, SOON) == []


async def test_what_was_answered_is_heard_by_nobody_again(town: Town) -> None:
    consumer = town.consumer()
    await town.call("town:1")
    await consumer.answered(await consumer.hear(10, SOON))
    await consumer.answered([])

    assert await consumer.hear(10, SOON) == []
    assert await consumer.take_over(10, 0) == []


async def test_when_everything_was_lost_listening_goes_on(town: Town) -> None:
    consumer = town.consumer()
    await town.call("town:1")
    await town.lose_everything()

    taken, heard = await consumer.take_over(10, 0), await consumer.hear(10, SOON)
    await town.call("town:2")

    assert (taken, heard) == ([], [])
    assert subjects(await consumer.hear(10, SOON)) == ["town:2"]
    await town.lose_everything()
    await town.call("town:3")
    assert subjects(await consumer.hear(10, SOON)) == ["town:3"]


async def test_what_nobody_hears_is_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "KEPT_AT_LEAST", 100)
    for _ in range(10):
        await town.call(*(f"town:{number}" for number in range(100)))

    heard = await town.consumer().hear(10_000, SOON)

    assert 100 <= len(heard) < 400
    assert heard[-1].line.subject == "town:99"


async def test_consumers_that_are_long_gone_are_forgotten(town: Town, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, here = town.consumer("gone"), town.consumer("here")
    await town.call("town:1")
    await gone.answered(await gone.hear(10, SOON))
    await asyncio.sleep(0.1)
    monkeypatch.setattr(groups, "GONE_AFTER", SOON)

    await here.take_over(10, 60)

    names: Any = await redis.xinfo_consumers(f"ticketbase:group:{town.group}", town.group)
    assert [each["name"] for each in names] == [b"here"]
