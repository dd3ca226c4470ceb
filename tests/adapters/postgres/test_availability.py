"""Availability is read for many events by one statement: what is free in the scarcest pool, and what may come back."""

from datetime import timedelta

import pytest

from adapters.crypto.identifiers import new_id
from domain.availability import TypeAvailability
from domain.events import EventStatus
from domain.organizations import Organization
from domain.ticket_types import SalesStatus
from tests.conftest import Clock, Statements, WorkOf
from tests.samples import ENDS, a_pool, a_ticket_type, an_event

pytestmark = pytest.mark.asyncio

DAY = timedelta(days=1)


async def test_many_events_are_read_in_the_order_asked_by_one_statement(
    work_of: WorkOf, organization: Organization, other_organization: Organization, statements: Statements
) -> None:
    first, second, theirs = an_event(), an_event(), an_event()
    pool = a_pool(second.id, 10, held=2, sold=3)
    early, late = a_ticket_type(second.id, pool, position=1), a_ticket_type(second.id, pool, position=2)
    async with work_of(organization) as work:
        for event in (first, second):
            await work.events.keep(event)
        await work.ticket_types.keep_new(late, [pool])
        await work.ticket_types.keep_new(early, [])
    async with work_of(other_organization) as work:
        await work.events.keep(theirs)

    async with work_of(organization) as work, statements.sent() as sent:
        found = await work.availability.snapshots([second.id, theirs.id, first.id, new_id()])

    assert [each and (each.event_id, each.sequence, each.whole, each.mark.at) for each in found] == [
        (second.id, 2, True, work.now),
        None,
        (first.id, 0, True, work.now),
        None,
    ]
    assert found[0] is not None
    assert list(found[0].ticket_types) == [
        TypeAvailability(early.id, 5, SalesStatus.ON_SALE, 2, (ENDS,)),
        TypeAvailability(late.id, 5, SalesStatus.ON_SALE, 1, (ENDS,)),
    ]
    assert found[2] is not None
    assert list(found[2].ticket_types) == []
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("pools", "available", "status"),
    [
        ([(10, 2, 3), (4, 0, 1)], 3, SalesStatus.ON_SALE),
        ([(10, 0, 10)], 0, SalesStatus.SOLD_OUT),
        ([(10, 1, 9)], 0, SalesStatus.RESERVED_OUT),
        ([(10, 10, 0), (5, 0, 1)], 0, SalesStatus.RESERVED_OUT),
        ([(10, 10, 0), (5, 0, 5)], 0, SalesStatus.SOLD_OUT),
        ([(5, 0, 5), (10, 10, 0)], 0, SalesStatus.SOLD_OUT),
        ([], 0, SalesStatus.SOLD_OUT),
    ],
    ids=["scarcest of two", "sold", "held", "one held", "one held, one sold", "the other way round", "no pool"],
)
async def test_the_scarcest_pool_decides_and_what_is_sold_does_not_come_back(
    work_of: WorkOf, organization: Organization, pools: list[tuple[int, int, int]], available: int, status: SalesStatus
) -> None:
    event = an_event()
    stock = [a_pool(event.id, capacity, held=held, sold=sold) for capacity, held, sold in pools]
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(a_ticket_type(event.id, *stock), stock)
        [found] = await work.availability.snapshots([event.id])

    assert found is not None
    assert [(each.available, each.sales_status, each.moved_at) for each in found.ticket_types] == [(available, status, 1)]


async def test_a_type_moved_when_one_of_its_pools_did(work_of: WorkOf, organization: Organization) -> None:
    event = an_event()
    floor, balcony = a_pool(event.id, 10), a_pool(event.id, 5)
    moving, still = a_ticket_type(event.id, floor, balcony), a_ticket_type(event.id, floor, position=1)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(moving, [floor, balcony])
        await work.ticket_types.keep_new(still, [])
        await work.ticket_types.keep_pools(event.id, [balcony])
        [found] = await work.availability.snapshots([event.id])

    assert found is not None
    assert [(each.ticket_type_id, each.moved_at) for each in found.ticket_types] == [(moving.id, 3), (still.id, 2)]


async def test_sales_open_and_close_by_the_databases_clock(work_of: WorkOf, organization: Organization, clock: Clock) -> None:
    async with work_of(organization) as work:
        now = work.now
        event = an_event(starts_at=now + 8 * DAY, ends_at=now + 9 * DAY)
        pool = a_pool(event.id)
        early = a_ticket_type(event.id, pool, sales_end_at=now + 2 * DAY)
        late = a_ticket_type(event.id, pool, sales_start_at=now + 2 * DAY, sales_end_at=now + 20 * DAY, position=1)
        await work.events.keep(event)
        await work.ticket_types.keep_new(early, [pool])
        await work.ticket_types.keep_new(late, [])

    seen, turns = [], []
    for days in (0, 3, 10):
        await clock.advance(days=days)
        async with work_of(organization) as work:
            [found] = await work.availability.snapshots([event.id])
            assert found is not None
            seen.append([each.sales_status for each in found.ticket_types])
            turns.append([each.turns for each in found.ticket_types])

    assert seen == [
        [SalesStatus.ON_SALE, SalesStatus.NOT_YET_ON_SALE],
        [SalesStatus.SALES_ENDED, SalesStatus.ON_SALE],
        [SalesStatus.SALES_ENDED, SalesStatus.SALES_ENDED],
    ]
    assert turns == [[(now + 2 * DAY,), (now + 2 * DAY, now + 9 * DAY)]] * 3


@pytest.mark.parametrize(
    ("status", "sales"),
    [
        (EventStatus.DRAFT, SalesStatus.NOT_YET_ON_SALE),
        (EventStatus.POSTPONED, SalesStatus.PAUSED),
        (EventStatus.CANCELLED, SalesStatus.SALES_ENDED),
    ],
)
async def test_the_events_own_status_comes_before_its_stock(
    work_of: WorkOf, organization: Organization, status: EventStatus, sales: SalesStatus
) -> None:
    event = an_event(status=status)
    pool = a_pool(event.id)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(a_ticket_type(event.id, pool), [pool])
        [found] = await work.availability.snapshots([event.id])

    assert found is not None
    assert [each.sales_status for each in found.ticket_types] == [sales]
