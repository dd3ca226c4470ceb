"""Who watches an event sees every movement of its stock, wherever it happened, at most ten times a second and never an older state."""

import asyncio
import itertools
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from adapters.valkey.client import connect
from adapters.valkey.live import ValkeyLive
from domain.availability import Availability
from domain.holds import HoldStatus, release
from domain.live import Topic
from domain.organizations import Organization
from domain.refusals import NotFound, Refused
from domain.ticket_types import SalesStatus
from gateway.embedded.valkey import Valkey, ValkeyAddress
from tests.conftest import WorkOf
from tests.holds.sales import Sale, open_sale, rush
from tests.live.conftest import Reads, hub, relaying

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def holds(app_pool: Any) -> BatchedHolds:
    """The writer of some process."""
    return BatchedHolds(app_pool, new_id)


def topic(sale: Sale) -> Topic:
    return Topic(sale.organization.id, sale.ticket_type.event_id)


def available(seen: Availability) -> int:
    [only] = seen.ticket_types
    return only.available


async def next_of(beats: Any, within: float = 5) -> Availability:
    async with asyncio.timeout(within):
        found: Availability = await anext(beats)
        return found


async def quiet(beats: Any, for_seconds: float) -> bool:
    """Whether no beat comes for so long."""
    try:
        await next_of(beats, within=for_seconds)
    except TimeoutError:
        return True
    return False


@pytest_asyncio.fixture
async def sale(work_of: WorkOf, organization: Organization) -> Sale:
    return await open_sale(work_of, organization)


async def test_a_listener_sees_the_present_and_then_what_moves_elsewhere(
    live: ValkeyLive, holds: BatchedHolds, sale: Sale, relayed: None
) -> None:
    async with live.listening(topic(sale)) as beats:
        first = await next_of(beats)
        hold = await holds.place(sale.ask(3))
        second = await next_of(beats)
        async with sale.work_of(sale.organization) as work:
            await work.holds.give_back([release(hold)])
        third = await next_of(beats)

    assert [available(each) for each in (first, second, third)] == [50, 47, 50]
    assert all(each.whole for each in (first, second, third))
    assert first.sequence < second.sequence < third.sequence


async def test_a_movement_is_seen_by_the_hubs_of_all_processes(
    live: ValkeyLive, valkey: ValkeyAddress, reads: Reads, holds: BatchedHolds, sale: Sale, relayed: None
) -> None:
    async with hub(valkey.url, reads) as other:
        await other.hears.wait()
        async with live.listening(topic(sale)) as here, other.listening(topic(sale)) as there:
            await asyncio.gather(next_of(here), next_of(there))

            await holds.place(sale.ask(3))

            assert [available(each) for each in await asyncio.gather(next_of(here), next_of(there))] == [47, 47]


async def test_there_is_nothing_to_watch_where_there_is_no_event_of_the_tenant(
    live: ValkeyLive, sale: Sale, other_organization: Organization
) -> None:
    for stranger in (Topic(sale.organization.id, new_id()), Topic(other_organization.id, sale.ticket_type.event_id)):
        with pytest.raises(Refused) as refused:
            async with live.listening(stranger):
                pass

        assert refused.value.refusal == NotFound("event", ("eventId",))
    assert live.watched == 0


async def test_other_events_and_old_news_make_no_beat(
    live: ValkeyLive, holds: BatchedHolds, sale: Sale, work_of: WorkOf, organization: Organization, relayed: None
) -> None:
    other = await open_sale(work_of, organization)
    async with live.listening(topic(sale)) as beats:
        await next_of(beats)

        await holds.place(other.ask(3))

        assert await quiet(beats, 0.4)


async def test_the_first_movement_after_a_pause_is_shown_at_once_and_then_ten_times_a_second_at_most(
    live: ValkeyLive, reads: Reads, holds: BatchedHolds, sale: Sale, relayed: None
) -> None:
    loop = asyncio.get_running_loop()
    seen: list[int] = []

    async def watch() -> None:
        while True:
            seen.append(available(await next_of(beats)))

    async with live.listening(topic(sale)) as beats:
        await next_of(beats)
        began = loop.time()
        watching = asyncio.create_task(watch())
        for _ in range(40):
            await holds.place(sale.ask())
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        lasted = loop.time() - began
        watching.cancel()

    assert seen[0] > 40
    assert seen[-1] == 10
    assert seen == sorted(seen, reverse=True)
    assert 3 <= len(seen) <= lasted / 0.1 + 1
    assert len(reads.sizes) <= len(seen) + 2


async def test_a_slow_listener_finds_only_the_newest(live: ValkeyLive, holds: BatchedHolds, sale: Sale, relayed: None) -> None:
    async with live.listening(topic(sale)) as slow, live.listening(topic(sale)) as quick:
        await next_of(slow)
        await next_of(quick)
        for left in (49, 48, 47):
            await holds.place(sale.ask())
            assert available(await next_of(quick)) == left

        found = await next_of(slow)

        assert available(found) == 47
        assert await quiet(slow, 0.3)


async def test_a_late_listener_starts_from_the_present_and_misses_nothing(
    live: ValkeyLive, holds: BatchedHolds, sale: Sale, relayed: None
) -> None:
    async with live.listening(topic(sale)) as early:
        await next_of(early)
        hold = await holds.place(sale.ask(5))

        async with live.listening(topic(sale)) as late:
            start = await next_of(late)
            await holds.place(sale.ask(5))
            after = await next_of(late)

        assert (available(start), available(after)) == (45, 40)
        assert available(await next_of(early)) in (45, 40)
    assert hold.status is HoldStatus.ACTIVE


async def test_many_dirty_events_of_a_tenant_are_read_together(
    live: ValkeyLive, reads: Reads, holds: BatchedHolds, work_of: WorkOf, organization: Organization, system_pool: Any, redis: Redis
) -> None:
    sales = [await open_sale(work_of, organization) for _ in range(20)]
    async with AsyncExitStack() as streams:
        beats = await asyncio.gather(*(streams.enter_async_context(live.listening(topic(sale))) for sale in sales))
        await asyncio.gather(*(next_of(each) for each in beats))
        await rush(*((holds, sale.ask()) for sale in sales))
        assert reads.sizes == [20]

        async with relaying(system_pool, redis):
            seen = await asyncio.gather(*(next_of(each) for each in beats))

    assert {available(each) for each in seen} == {49}
    assert sum(reads.sizes) == 40
    assert len(reads.sizes) <= 3


async def test_a_sale_that_opens_is_shown_without_any_movement(live: ValkeyLive, work_of: WorkOf, organization: Organization) -> None:
    opens = datetime.now(UTC) + timedelta(seconds=0.6)
    sale = await open_sale(work_of, organization, sales_start_at=opens, sales_end_at=opens + timedelta(seconds=0.4))

    async with live.listening(topic(sale)) as beats:
        seen = [await next_of(beats) for _ in range(3)]

    assert [each.ticket_types[0].sales_status for each in seen] == [
        SalesStatus.NOT_YET_ON_SALE,
        SalesStatus.ON_SALE,
        SalesStatus.SALES_ENDED,
    ]
    assert len({each.sequence for each in seen}) == 1
    assert [len(later.since(earlier.mark).ticket_types) for earlier, later in itertools.pairwise(seen)] == [1, 1]


async def test_nothing_stays_of_an_event_when_the_last_listener_has_left(live: ValkeyLive, sale: Sale) -> None:
    async with live.listening(topic(sale)) as first:
        await next_of(first)
        async with live.listening(topic(sale)):
            assert live.watched == 1
        assert live.watched == 1
    assert live.watched == 0
    assert live._desks == {}
    await asyncio.sleep(0)
    assert len(live._tasks) == 2  # what follows the stream, and what reads again now and then


async def test_who_leaves_while_he_waits_leaves_nothing_behind(live: ValkeyLive, sale: Sale, app_pool: Any) -> None:
    async with asyncio.TaskGroup() as group:

        async def join() -> None:
            async with live.listening(topic(sale)) as beats:
                await next_of(beats)
                await next_of(beats)

        joins = [group.create_task(join()) for _ in range(10)]
        for pause, leaving in enumerate(joins):
            await asyncio.sleep(0.002 * pause)
            leaving.cancel()

    assert live.watched == 0
    assert live._desks == {}


async def test_a_stream_ends_when_its_event_is_deleted(
    live: ValkeyLive, work_of: WorkOf, organization: Organization, redis: Any, relayed: None
) -> None:
    sale = await open_sale(work_of, organization)
    async with live.listening(topic(sale)) as beats:
        await next_of(beats)
        async with work_of(organization) as work:
            await work.events.delete(sale.ticket_type.event_id)

        with pytest.raises(StopAsyncIteration):
            await next_of(beats, within=7)


async def test_a_hub_that_closes_ends_its_listeners_streams(valkey: ValkeyAddress, reads: Reads, sale: Sale) -> None:
    async with hub(valkey.url, reads) as live, live.listening(topic(sale)) as beats:
        await next_of(beats)
        waiting = asyncio.create_task(anext(beats, None))
        await asyncio.sleep(0)

        await live.close()

        assert await waiting is None
    assert live.watched == 0


async def test_a_read_that_fails_is_told_to_who_waits_for_it_and_tried_again_for_the_others(
    live: ValkeyLive, reads: Reads, holds: BatchedHolds, sale: Sale, relayed: None
) -> None:
    async with live.listening(topic(sale)) as beats:
        await next_of(beats)
        reads.broken = ConnectionResetError("the database is away")
        await holds.place(sale.ask(2))
        with pytest.raises(ConnectionResetError):
            async with live.listening(topic(sale)):
                pass

        reads.broken = None

        assert available(await next_of(beats)) == 48


async def test_without_valkey_the_numbers_come_from_the_database_every_second(
    reads: Reads, holds: BatchedHolds, sale: Sale, unused_tcp_port: int
) -> None:
    async with hub(f"redis://127.0.0.1:{unused_tcp_port}/0", reads) as live:
        async with live.listening(topic(sale)) as beats:
            await next_of(beats)
            await holds.place(sale.ask(2))

            assert available(await next_of(beats, within=2)) == 48
        assert not live.hears.is_set()


async def test_when_valkey_is_killed_and_comes_back_the_stream_recovers_and_ends_exact(
    reads: Reads, holds: BatchedHolds, sale: Sale, system_pool: Any, tmp_path: Path
) -> None:
    service = Valkey(tmp_path)
    address = await service.start()
    redis = connect(address.url)
    try:
        async with hub(address.url, reads) as live, live.listening(topic(sale)) as beats:
            await live.hears.wait()
            await next_of(beats)
            service.kill()
            await holds.place(sale.ask(2))
            while_away = await next_of(beats, within=2.5)
            assert not live.hears.is_set()
            await service.start()
            await asyncio.wait_for(live.hears.wait(), 10)
            async with relaying(system_pool, redis):
                await holds.place(sale.ask(3))
                after = await next_of(beats)
                for _ in range(10):
                    await holds.place(sale.ask(1))
                last = after
                while available(last) != 35:
                    last = await next_of(beats)

            assert (available(while_away), available(after)) == (48, 45)
            assert last.mark.sequence == (await sale.stock()).sequence
    finally:
        await redis.aclose()
        await service.stop()


async def test_what_the_stream_lost_in_a_crash_is_read_again_at_the_reconnection(
    reads: Reads, holds: BatchedHolds, sale: Sale, tmp_path: Path
) -> None:
    """The relay has handed the news over and forgotten them; Valkey dies before they reach its disk or any listener."""
    service = Valkey(tmp_path)
    address = await service.start()
    try:
        async with hub(address.url, reads) as live, live.listening(topic(sale)) as beats:
            await live.hears.wait()
            await next_of(beats)
            await asyncio.sleep(0.1)
            await holds.place(sale.ask(2))
            before = len(reads.sizes)

            service.kill()
            await service.start()

            assert available(await next_of(beats, within=3)) == 48
            assert len(reads.sizes) > before
    finally:
        await service.stop()
