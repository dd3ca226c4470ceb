"""A stream ends for those who may not see the event any more, on whichever process they watch; the staff watches on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.valkey.live import ValkeyLive
from domain.events import EventStatus
from domain.live import Live, PublicLive, Topic
from domain.organizations import Organization
from domain.refusals import NotFound, Refused
from gateway.embedded.valkey import ValkeyAddress
from tests.conftest import WorkOf
from tests.live.conftest import Reads, hub
from tests.live.hall import HELD, Hall, open_hall
from tests.live.test_live import quiet
from tests.samples import a_pool, a_ticket_type

pytestmark = pytest.mark.asyncio

SOON = 1.0
OUT_OF_SIGHT = (EventStatus.DRAFT, EventStatus.ARCHIVED)


@pytest_asyncio.fixture
async def hall(work_of: WorkOf, organization: Organization) -> Hall:
    """A public event with one section of four seats and one ticket type."""
    made = await open_hall(work_of, organization, 4)
    pool = a_pool(made.event_id, 50)
    async with work_of(organization) as work:
        await work.ticket_types.keep_new(a_ticket_type(made.event_id, pool), [pool])
    return made


def topics(hall: Hall) -> tuple[Topic, Topic]:
    return Topic(hall.organization.id, hall.event_id), hall.topic(0)


async def become(hall: Hall, status: EventStatus) -> None:
    """Put the event into this status, as every deed does that changes it."""
    async with hall.work_of(hall.organization) as work:
        event = await work.events.for_change(hall.event_id)
        await work.events.keep(replace(event, status=status, version=event.version + 1))


@asynccontextmanager
async def watching(hall: Hall, *hubs: Live) -> AsyncIterator[Sequence[Any]]:
    """The beats of tickets and of seats at each hub, after the first."""
    async with AsyncExitStack() as streams:
        beats: list[Any] = [await streams.enter_async_context(live.listening(topic)) for live in hubs for topic in topics(hall)]
        for each in beats:
            assert (await anext(each)).public
        yield beats


async def ended(beats: Any) -> bool:
    """Whether it ends soon, with nothing more before."""
    async with asyncio.timeout(SOON):
        return await anext(beats, None) is None


@pytest.mark.parametrize("status", OUT_OF_SIGHT)
async def test_the_publics_streams_end_on_every_process_when_an_event_goes_out_of_its_sight(
    live: ValkeyLive, valkey: ValkeyAddress, reads: Reads, hall: Hall, relayed: None, status: EventStatus
) -> None:
    async with hub(valkey.url, reads) as other:
        await other.hears.wait()
        async with watching(hall, PublicLive(live), PublicLive(other)) as public, watching(hall, live) as staff:
            await become(hall, status)

            assert await asyncio.gather(*(ended(each) for each in public)) == [True] * 4
            told = [await anext(each) for each in staff]
            assert [each.public for each in told] == [False, False]
            moved = await hall.move(HELD, 1)
            assert (await anext(staff[1])).sequence == moved


async def test_without_valkey_the_publics_streams_end_by_the_database(reads: Reads, hall: Hall, unused_tcp_port: int) -> None:
    async with hub(f"redis://127.0.0.1:{unused_tcp_port}/0", reads) as deaf, watching(hall, PublicLive(deaf)) as public:
        await become(hall, EventStatus.DRAFT)

        assert [await anext(each, None) for each in public] == [None, None]


@pytest.mark.parametrize("status", [EventStatus.POSTPONED, EventStatus.CANCELLED, EventStatus.COMPLETED])
async def test_the_public_watches_on_while_it_sees_the_event(live: ValkeyLive, hall: Hall, relayed: None, status: EventStatus) -> None:
    async with watching(hall, PublicLive(live)) as (tickets, seats):
        await become(hall, status)

        assert (await anext(tickets)).public
        assert await quiet(seats, 0.3)
        moved = await hall.move(HELD, 1)
        assert (await anext(seats)).sequence == moved


async def test_the_public_cannot_begin_to_watch_what_it_may_not_see(live: ValkeyLive, hall: Hall) -> None:
    await become(hall, EventStatus.DRAFT)

    for topic in (*topics(hall), Topic(hall.organization.id, new_id())):
        with pytest.raises(Refused) as refused:
            async with PublicLive(live).listening(topic):
                pass
        assert refused.value.refusal == NotFound("event", ("eventId",))
    assert live.watched == 0
