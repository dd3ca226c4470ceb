"""One rendering serves all who watch alike; who is slow gets the newest whole; nothing is left when nobody watches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest

from domain.availability import Availability, Mark
from domain.live import Frame, Topic
from domain.refusals import Refused
from gateway.transports.cohorts import Cohorts, End, Message, Subscriber, Wish
from tests.transports.beating import BALCONY, EVENT, STALLS, TENANT, MemoryBeats, MemoryLive

pytestmark = pytest.mark.asyncio
ELSEWHERE = Topic(TENANT, TENANT)


@dataclass
class Frames:
    """Renders a frame as its sequence and its numbers; remembers every rendering; fails where it is told to."""

    rendered: list[tuple[int, bool]] = field(default_factory=list)
    refused: list[Exception] = field(default_factory=list)
    fails_at: int = 0
    ends_at: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def render(self, frame: Frame) -> bytes | End:
        assert isinstance(frame, Availability)
        self.rendered.append((frame.sequence, frame.whole))
        await self.gate.wait()
        if frame.sequence == self.fails_at:
            raise ValueError("broken")
        if frame.sequence == self.ends_at:
            return End(b'["no data"]')
        left = {str(each.ticket_type_id.int): each.available for each in frame.ticket_types}
        return orjson.dumps({"sequence": frame.sequence, "whole": frame.whole, "left": left})

    def refuse(self, error: Exception) -> bytes:
        self.refused.append(error)
        return b'["refused"]'


class Watcher:
    """A subscriber with a bell: takes what is there, or waits for it."""

    def __init__(self, cohorts: Cohorts, wish: Wish) -> None:
        self.bell = asyncio.Event()
        self.subscriber: Subscriber = cohorts.join(wish, self.bell.set)

    async def take(self) -> Message | End:
        async with asyncio.timeout(2):
            while True:
                await self.bell.wait()
                self.bell.clear()
                if taken := self.subscriber.take():
                    return taken

    async def read(self) -> Any:
        taken = await self.take()
        assert isinstance(taken, Message)
        return orjson.loads(taken.payload)


@dataclass
class Room:
    """Live stock, cohorts, and a wish to watch."""

    live: MemoryLive = field(default_factory=MemoryLive)
    cohorts: Cohorts = field(default_factory=Cohorts)
    frames: Frames = field(default_factory=Frames)

    def wish(self, key: str = "all", since: Mark | None = None, topic: Topic | None = None) -> Wish:
        return Wish(key, topic or self.live.topic, self.live, since, self.frames)

    def watcher(self, key: str = "all", since: Mark | None = None, topic: Topic | None = None) -> Watcher:
        return Watcher(self.cohorts, self.wish(key, since, topic))


@asynccontextmanager
async def room() -> AsyncIterator[Room]:
    """A room that must be empty of listeners and tasks soon after."""
    before = asyncio.all_tasks()
    made = Room()
    yield made
    async with asyncio.timeout(2):
        while left := asyncio.all_tasks() - before:
            await asyncio.wait(left)
    assert (len(made.cohorts), made.cohorts.subscribers, made.live.listeners) == (0, 0, set())


async def test_the_first_message_is_a_snapshot_and_the_next_tells_what_moved() -> None:
    async with room() as made:
        watcher = made.watcher()

        snapshot = await watcher.read()
        made.live.move(BALCONY, 9)
        moved = await watcher.read()

        assert snapshot == {"sequence": 1, "whole": True, "left": {"71": 10, "72": 20}}
        assert moved == {"sequence": 2, "whole": False, "left": {"71": 9}}
        watcher.subscriber.leave()


async def test_two_hundred_who_watch_alike_cost_one_rendering_of_each_beat() -> None:
    async with room() as made:
        watchers = [made.watcher() for _ in range(200)]

        snapshots = [await each.take() for each in watchers]
        made.live.move(BALCONY, 9)
        moved = [await each.take() for each in watchers]

        assert made.frames.rendered == [(1, True), (2, False)]
        assert made.live.opened == 1
        assert len({id(each) for each in snapshots}) == len({id(each) for each in moved}) == 1
        for each in watchers:
            each.subscriber.leave()


async def test_who_watches_otherwise_is_rendered_for_separately() -> None:
    async with room() as made:
        one, other = made.watcher("one"), made.watcher("other")

        await one.read()
        await other.read()

        assert made.frames.rendered == [(1, True), (1, True)]
        one.subscriber.leave()
        other.subscriber.leave()


async def test_who_missed_a_beat_takes_the_newest_whole_and_all_such_share_it() -> None:
    async with room() as made:
        quick, slow, slower = (made.watcher() for _ in range(3))
        for each in (quick, slow, slower):
            await each.take()
        for available in (9, 8, 7):
            made.live.move(BALCONY, available)
            await quick.take()

        caught_up = [await slow.read(), await slower.read()]

        assert caught_up == [{"sequence": 4, "whole": True, "left": {"71": 7, "72": 20}}] * 2
        assert made.frames.rendered == [(1, True), (2, False), (3, False), (4, False), (4, True)]
        made.live.move(STALLS, 1)
        assert await slow.read() == await quick.read() == {"sequence": 5, "whole": False, "left": {"72": 1}}
        for each in (quick, slow, slower):
            each.subscriber.leave()


async def test_who_resumes_is_told_what_moved_since_and_equal_marks_share_it() -> None:
    async with room() as made:
        known = made.live.latest.mark
        made.live.move(BALCONY, 9)
        made.live.move(STALLS, 19)
        first, second, newcomer = made.watcher(since=known), made.watcher(since=known), made.watcher()

        resumed = [await first.read(), await second.read()]
        whole = await newcomer.read()

        assert resumed == [{"sequence": 3, "whole": False, "left": {"71": 9, "72": 19}}] * 2
        assert whole["whole"] is True
        assert made.frames.rendered == [(3, False), (3, True)]
        for each in (first, second, newcomer):
            each.subscriber.leave()


async def test_a_newcomer_gets_the_newest_snapshot_and_then_moves_with_the_others() -> None:
    async with room() as made:
        first = made.watcher()
        await first.read()
        made.live.move(BALCONY, 9)
        await first.read()

        newcomer = made.watcher()

        assert await newcomer.read() == {"sequence": 2, "whole": True, "left": {"71": 9, "72": 20}}
        made.live.move(BALCONY, 8)
        assert await newcomer.read() == await first.read() == {"sequence": 3, "whole": False, "left": {"71": 8}}
        first.subscriber.leave()
        newcomer.subscriber.leave()


async def test_a_message_carries_the_token_of_its_own_point() -> None:
    async with room() as made:
        watcher = made.watcher()

        taken = await watcher.take()

        assert isinstance(taken, Message)
        assert taken.resume_token == made.live.latest.mark.token(EVENT)
        watcher.subscriber.leave()


async def test_who_is_up_to_date_takes_nothing() -> None:
    async with room() as made:
        watcher = made.watcher()
        await watcher.take()

        assert watcher.subscriber.take() is None
        watcher.subscriber.leave()


async def test_the_last_one_who_leaves_ends_the_listening_and_the_next_one_begins_it_anew() -> None:
    async with room() as made:
        one, other = made.watcher(), made.watcher()
        await one.take()
        one.subscriber.leave()
        assert len(made.live.listeners) == 1

        other.subscriber.leave()
        again = made.watcher()

        assert (await again.read())["whole"] is True
        assert (made.live.opened, len(made.live.listeners)) == (2, 1)
        again.subscriber.leave()


async def test_leaving_while_others_wait_for_the_same_rendering_takes_nothing_from_them() -> None:
    async with room() as made:
        made.frames.gate.clear()
        first, second = made.watcher(), made.watcher()
        takes = [asyncio.create_task(each.read()) for each in (first, second)]
        await asyncio.sleep(0.01)

        takes[0].cancel()
        first.subscriber.leave()
        made.frames.gate.set()

        assert (await takes[1])["sequence"] == 1
        assert made.frames.rendered == [(1, True)]
        second.subscriber.leave()


@pytest.mark.parametrize(("fails_at", "errors"), [(2, b'["refused"]'), (0, b'["no data"]')])
async def test_a_beat_that_cannot_be_rendered_ends_all_streams_of_the_cohort_once(fails_at: int, errors: bytes) -> None:
    async with room() as made:
        made.frames = Frames(fails_at=fails_at, ends_at=0 if fails_at else 2)
        watchers = [made.watcher() for _ in range(3)]
        for each in watchers:
            await each.take()

        made.live.move(BALCONY, 9)
        ends = [await each.take() for each in watchers]

        assert ends == [End(errors)] * 3
        assert len(made.frames.refused) == (1 if fails_at else 0)
        assert made.live.listeners == set()
        for each in watchers:
            each.subscriber.leave()


async def test_after_a_failure_newcomers_begin_a_new_cohort() -> None:
    async with room() as made:
        made.frames.fails_at = 2
        first = made.watcher()
        await first.take()
        made.live.move(BALCONY, 9)
        await first.take()
        made.live.move(BALCONY, 8)

        newcomer = made.watcher()
        first.subscriber.leave()

        assert (await newcomer.read())["sequence"] == 3
        newcomer.subscriber.leave()


async def test_what_cannot_be_listened_to_ends_with_its_refusal() -> None:
    async with room() as made:
        watcher = made.watcher(topic=ELSEWHERE)

        end = await watcher.take()

        assert end == End(b'["refused"]')
        assert [type(each) for each in made.frames.refused] == [Refused]
        watcher.subscriber.leave()


async def test_a_topic_that_ends_ends_its_streams_without_errors() -> None:
    async with room() as made:
        watcher = made.watcher()
        await watcher.take()

        [beats] = made.live.listeners
        assert isinstance(beats, MemoryBeats)
        beats.end()

        assert await watcher.take() == End()
        watcher.subscriber.leave()


async def test_queries_get_their_turn_while_a_thousand_are_woken() -> None:
    async with room() as made:
        watchers = [made.watcher() for _ in range(1_000)]
        for each in watchers:
            await each.take()
        turns = 0

        made.live.move(BALCONY, 9)
        while not watchers[-1].bell.is_set():
            await asyncio.sleep(0)
            turns += 1

        assert turns > 1_000 / 50
        for each in watchers:
            each.subscriber.leave()


async def test_closing_stops_all_listening() -> None:
    async with room() as made:
        watchers = [made.watcher(key) for key in "ab"]
        for each in watchers:
            await each.take()

        await made.cohorts.close()

        assert made.live.listeners == set()
        assert made.cohorts.idle
        for each in watchers:
            each.subscriber.leave()


async def test_a_wish_from_a_point_that_is_yet_to_come_gets_the_whole() -> None:
    async with room() as made:
        ahead = replace(made.live.latest.mark, sequence=99)
        watcher = made.watcher(since=ahead)

        assert (await watcher.read())["whole"] is True
        watcher.subscriber.leave()
