"""Who watches seats sees every one that moves in the sections he asked for, and the database is asked for those alone."""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_id
from adapters.valkey.live import ValkeyLive
from domain.live import SeatTopic, Topic
from domain.organizations import Organization
from domain.refusals import NotFound, Refused
from domain.seat_availability import NEVER, SeatAvailability, SectionMoves
from gateway.embedded.valkey import ValkeyAddress
from tests.conftest import WorkOf
from tests.live.conftest import Reads, hub, relaying, until
from tests.live.hall import BLOCKED, BOOKED, FREE, HELD, Drawing, Hall, open_hall
from tests.live.test_live import quiet

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def hall(work_of: WorkOf, organization: Organization) -> Hall:
    """Sections of four, three and five seats."""
    return await open_hall(work_of, organization, 4, 3, 5)


def statuses(frame: Any) -> list[tuple[int, str]]:
    return [(each.section, each.statuses) for each in frame.sections]


async def next_of(beats: Any, within: float = 5) -> SeatAvailability:
    async with asyncio.timeout(within):
        found: SeatAvailability = await anext(beats)
        return found


async def test_a_listener_sees_the_sections_he_asked_for_and_then_what_moves_elsewhere(live: ValkeyLive, hall: Hall, relayed: None) -> None:
    async with live.listening(hall.topic(0, 2)) as beats:
        first = await next_of(beats)
        held = await hall.move(HELD, 1, 5, 8)
        second = await next_of(beats)
        await hall.move(BOOKED, 8)
        third = await next_of(beats)

    assert statuses(first) == [(0, "0000"), (2, "00000")]
    assert statuses(second) == [(0, "0100"), (2, "01000")]
    assert list(second.since(first.mark).sections) == [SectionMoves(0, 0, [1], "1"), SectionMoves(2, 7, [8], "1")]
    assert list(third.since(second.mark).sections) == [SectionMoves(2, 7, [8], "2")]
    assert (second.sequence, third.sequence) == (held, held + 1)


async def test_what_moves_in_other_sections_or_stands_makes_no_beat(live: ValkeyLive, hall: Hall, relayed: None) -> None:
    async with live.listening(hall.topic(1)) as beats:
        await next_of(beats)

        await hall.move(HELD, 0)
        await hall.move(HELD)

        assert await quiet(beats, 0.4)
        moved = await hall.move(HELD, 4)
        assert (await next_of(beats)).sequence == moved


async def test_the_database_is_asked_for_what_moved_in_the_watched_sections_alone(
    live: ValkeyLive, reads: Reads, hall: Hall, relayed: None
) -> None:
    async with live.listening(hall.topic(0)) as stalls:
        await next_of(stalls)
        await hall.move(HELD, 0, 9)
        await next_of(stalls)
        async with live.listening(hall.topic(2)) as gallery:
            assert statuses(await next_of(gallery)) == [(2, "00100")]
            await hall.move(HELD, 1, 10)
            await asyncio.gather(next_of(stalls), next_of(gallery))
        await hall.move(HELD, 2)
        await next_of(stalls)

    assert [dict(each.since) for [each] in reads.seats] == [{0: NEVER}, {None: 1}, {None: 2, 2: NEVER}, {None: 2}, {None: 3}]
    assert reads.sizes == []


async def test_who_watches_tickets_reads_no_seats(live: ValkeyLive, reads: Reads, hall: Hall, relayed: None) -> None:
    tickets = Topic(hall.organization.id, hall.event_id)
    async with live.listening(tickets) as beats:
        await next_of(beats)
        await hall.move(HELD, 0)
        await next_of(beats)
        assert (len(reads.sizes), reads.seats) == (2, [])

        async with live.listening(hall.topic(0)) as seats:
            await asyncio.gather(next_of(seats))
            await hall.move(HELD, 1)
            await asyncio.gather(next_of(beats), next_of(seats))

    assert (len(reads.sizes), len(reads.seats)) == (3, 2)


async def test_many_dirty_maps_of_a_tenant_are_read_by_one_statement(
    live: ValkeyLive, reads: Reads, work_of: WorkOf, organization: Organization, system_pool: Any, redis: Redis
) -> None:
    halls = [await open_hall(work_of, organization, 3) for _ in range(12)]
    async with AsyncExitStack() as streams:
        beats = await asyncio.gather(*(streams.enter_async_context(live.listening(each.topic())) for each in halls))
        await asyncio.gather(*(next_of(each) for each in beats))
        assert [len(each) for each in reads.seats] == [12]
        for each in halls:
            await each.move(BOOKED, 1)

        async with relaying(system_pool, redis):
            seen = await asyncio.gather(*(next_of(each) for each in beats))

    assert [statuses(each) for each in seen] == [[(0, "020")]] * 12
    assert sum(len(each) for each in reads.seats) == 24
    assert len(reads.seats) <= 3


async def test_a_burst_becomes_ten_frames_a_second_and_the_last_is_exact(live: ValkeyLive, hall: Hall, relayed: None) -> None:
    loop = asyncio.get_running_loop()
    seen: list[Any] = []

    async def watch() -> None:
        while True:
            seen.append(await anext(beats))

    async with live.listening(hall.topic()) as stream:
        beats: Any = stream
        await next_of(beats)
        watching, began = asyncio.create_task(watch()), loop.time()
        moves = 0
        async with asyncio.timeout(10):
            while moves < 60 or len(seen) < 3:
                await hall.move("0123"[moves % 4], moves % 12)
                moves += 1
        await asyncio.sleep(0.3)
        lasted = loop.time() - began
        watching.cancel()

    assert "".join(text for _, text in statuses(seen[-1])) == await hall.statuses()
    assert seen[-1].sequence == 1 + moves
    assert 3 <= len(seen) <= lasted / 0.1 + 1


async def test_another_plan_comes_as_a_snapshot_also_to_sections_that_it_does_not_have(live: ValkeyLive, hall: Hall, relayed: None) -> None:
    async with live.listening(hall.topic(0)) as stays, live.listening(hall.topic(2)) as goes:
        first = await next_of(stays)
        await next_of(goes)

        new_hash = await hall.seat_by([6, 2])
        here, gone = await asyncio.gather(next_of(stays), next_of(goes))

    assert (here.plan_hash, gone.plan_hash) == (new_hash, new_hash)
    assert first.plan_hash != new_hash
    assert (here.since(first.mark).snapshot, statuses(here)) == (True, [(0, "000000")])
    assert statuses(gone) == []


async def test_an_event_without_a_plan_shows_its_seats_once_it_gets_one(
    live: ValkeyLive, work_of: WorkOf, organization: Organization, relayed: None
) -> None:
    empty = await open_hall(work_of, organization)
    async with live.listening(empty.topic()) as beats:
        nothing = await next_of(beats)
        await empty.seat_by([2])
        something = await next_of(beats)

    assert (nothing.plan_hash, statuses(nothing)) == (None, [])
    assert (something.since(nothing.mark).snapshot, statuses(something)) == (True, [(0, "00")])


async def test_a_plan_that_is_taken_away_takes_its_seats_along(live: ValkeyLive, hall: Hall, relayed: None) -> None:
    async with live.listening(hall.topic(1)) as beats:
        first = await next_of(beats)
        async with hall.work_of(hall.organization) as work:
            await work.seats.unassign(hall.event_id)
        nothing = await next_of(beats)
        again = await hall.seat_by(hall.sizes)
        anew = await next_of(beats)

    assert (nothing.since(first.mark).snapshot, nothing.plan_hash, statuses(nothing)) == (True, None, [])
    assert (anew.since(nothing.mark).snapshot, anew.plan_hash, statuses(anew)) == (True, again, [(1, "000")])
    assert anew.since(first.mark).snapshot


async def test_there_is_nothing_to_watch_where_there_is_no_event_of_the_tenant(
    live: ValkeyLive, hall: Hall, other_organization: Organization
) -> None:
    for stranger in (SeatTopic(hall.organization.id, new_id(), None), SeatTopic(other_organization.id, hall.event_id, None)):
        with pytest.raises(Refused) as refused:
            async with live.listening(stranger):
                pass

        assert refused.value.refusal == NotFound("event", ("eventId",))
    assert live.watched == 0
    assert live._desks == {}


async def test_a_stream_ends_when_its_event_is_deleted(
    live: ValkeyLive, work_of: WorkOf, organization: Organization, relayed: None
) -> None:
    hall = await open_hall(work_of, organization, 2)
    async with live.listening(hall.topic()) as beats:
        await next_of(beats)
        async with work_of(organization) as work:
            await work.events.delete(hall.event_id)

        with pytest.raises(StopAsyncIteration):
            await next_of(beats, within=7)


async def test_a_read_that_fails_is_tried_again_and_nothing_is_missed(live: ValkeyLive, reads: Reads, hall: Hall, relayed: None) -> None:
    async with live.listening(hall.topic(0)) as beats:
        await next_of(beats)
        reads.broken = ConnectionResetError("the database is away")
        await hall.move(HELD, 1)
        await asyncio.sleep(0.3)
        await hall.move(HELD, 2)
        reads.broken = None

        assert statuses(await next_of(beats)) == [(0, "0110")]


async def test_without_valkey_seats_come_from_the_database_every_second(reads: Reads, hall: Hall, unused_tcp_port: int) -> None:
    async with hub(f"redis://127.0.0.1:{unused_tcp_port}/0", reads) as live, live.listening(hall.topic(0)) as beats:
        await next_of(beats)
        await hall.move(BOOKED, 3)

        assert statuses(await next_of(beats, within=2)) == [(0, "0002")]


async def test_whoever_watches_whatever_from_whenever_on_any_process_draws_the_truth(
    live: ValkeyLive, valkey: ValkeyAddress, reads: Reads, hall: Hall, relayed: None
) -> None:
    """Clients of random sections come, go and resume on either of two processes while seats move."""
    chance = random.Random(7)
    wishes = [(), (0,), (1,), (2,), (0, 2), (1, 2)] * 4
    drawings = [Drawing() for _ in wishes]
    async with hub(valkey.url, reads) as other:
        await other.hears.wait()
        clients = [
            asyncio.create_task(come_and_go([live, other], hall.topic(*wish), drawing, chance))
            for wish, drawing in zip(wishes, drawings, strict=True)
        ]
        for _ in range(150):
            await hall.move(chance.choice((FREE, HELD, BOOKED, BLOCKED)), *chance.sample(range(12), chance.randrange(4)))
            await asyncio.sleep(0.01)
        truth = await hall.statuses()
        try:
            await until(lambda: all_show(drawings, truth, wishes))
        finally:
            for each in clients:
                each.cancel()
            ends = await asyncio.gather(*clients, return_exceptions=True)

    assert {type(each) for each in ends} == {asyncio.CancelledError}


async def come_and_go(processes: list[ValkeyLive], topic: SeatTopic, drawing: Drawing, chance: random.Random) -> None:
    """A client that loses its connection again and again."""
    seen: SeatAvailability | None = None
    while True:
        async with chance.choice(processes).listening(topic) as beats:
            async for whole in beats:
                assert isinstance(whole, SeatAvailability)
                drawing.take([whole if seen is None else whole.since(seen.mark)])
                seen = whole
                if chance.random() < 0.4:
                    break
        await asyncio.sleep(chance.random() / 20)


async def all_show(drawings: list[Drawing], truth: str, wishes: list[tuple[int, ...]]) -> bool:
    """Whether all draw what is so, of the sections that they wished for."""
    parts = (truth[:4], truth[4:7], truth[7:])
    return all(
        drawing.shown == "".join(part for at, part in enumerate(parts) if not wish or at in wish)
        for drawing, wish in zip(drawings, wishes, strict=True)
    )
