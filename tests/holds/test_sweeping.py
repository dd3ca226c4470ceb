"""When a hold's time is over its tickets come back, exactly once, however many sweep."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.expiries import Overdue, events_with_expired_holds
from adapters.postgres.holds_writer import BatchedHolds
from adapters.postgres.work import writing
from domain.holds import HoldStatus
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from resolvers.sweeping import end_expired_holds
from tests.conftest import Clock, WorkOf
from tests.holds.sales import Sale, held, open_sale, rush

pytestmark = pytest.mark.asyncio


async def sweep(sale: Sale) -> int:
    return await end_expired_holds(partial(sale.work_of, sale.organization), sale.ticket_type.event_id)


async def released(owner: Any, sale: Sale) -> list[Any]:
    query = "SELECT payload FROM outbox WHERE organization_id = $1 AND type = 'hold:released' ORDER BY position"
    return [row["payload"] for row in await owner.fetch(query, sale.organization.id)]


async def test_an_overdue_hold_ends_and_its_tickets_can_be_had_again(here: BatchedHolds, sale: Sale, clock: Clock, owner: Any) -> None:
    ask = sale.ask(4)
    await here.place(ask)
    before = await sale.stock()
    await clock.advance(minutes=15)

    ended = await sweep(sale)

    assert ended == 1
    [hold] = await sale.kept(ask)
    assert hold is not None
    assert hold.status is HoldStatus.EXPIRED
    delta = (await sale.stock()).since(before.mark)
    assert [each.available for each in delta.ticket_types] == [50]
    assert [(each["holdId"], each["status"], each["sequence"]) for each in await released(owner, sale)] == [(str(hold.id), "EXPIRED", 3)]


async def test_a_hold_that_has_a_second_left_stays(here: BatchedHolds, sale: Sale, clock: Clock) -> None:
    await here.place(sale.ask(4))
    await clock.advance(minutes=14, seconds=59)

    assert await sweep(sale) == 0
    assert await sale.available() == 46


async def test_two_sweepers_at_once_end_each_hold_once(
    here: BatchedHolds, sale: Sale, clock: Clock, owner: Any, database: DatabaseAddresses
) -> None:
    await rush(*((here, sale.ask()) for _ in range(50)))
    await clock.advance(minutes=16)
    async with open_pool(database.app, 4) as pool:
        other = replace(sale, work_of=lambda organization: writing(pool, organization.id, None, new_id))

        ended = await asyncio.gather(*(sweep(each) for each in (sale, other) * 3))

    assert sum(ended) == 50
    assert await sale.available() == 50
    assert len(await released(owner, sale)) == 50


async def test_a_release_and_the_sweeper_do_not_give_the_same_tickets_back_twice(here: BatchedHolds, sale: Sale, clock: Clock) -> None:
    hold = await here.place(sale.ask(7))
    await clock.advance(minutes=16)

    async def release() -> int:
        async with sale.work_of(sale.organization) as work:
            locked = await work.holds.for_change(hold.id)
            assert locked is not None
            return await work.holds.give_back([replace(locked, status=HoldStatus.RELEASED)])

    assert sum(await asyncio.gather(release(), sweep(sale), release(), sweep(sale))) == 1
    assert await sale.available() == 50


async def test_sweeping_goes_on_until_nothing_is_overdue(
    here: BatchedHolds, work_of: WorkOf, organization: Organization, clock: Clock
) -> None:
    sale = await open_sale(work_of, organization, capacity=1_200)
    await rush(*((here, sale.ask()) for _ in range(1_200)))
    await clock.advance(minutes=16)

    assert await sweep(sale) == 1_200
    assert await sale.available() == 1_200


async def test_the_system_finds_the_events_of_all_tenants_that_need_sweeping(
    here: BatchedHolds, sale: Sale, work_of: WorkOf, other_organization: Organization, clock: Clock, system_pool: Any
) -> None:
    other = await open_sale(work_of, other_organization)
    quiet = await open_sale(work_of, other_organization)
    await rush((here, sale.ask()), (here, sale.ask()), (here, other.ask()))
    overdue = {Overdue(each.organization.id, each.ticket_type.event_id) for each in (sale, other)}
    assert not overdue & set(await events_with_expired_holds(system_pool))

    await clock.advance(minutes=15)
    found = await events_with_expired_holds(system_pool)

    assert overdue <= set(found)
    assert quiet.ticket_type.event_id not in {each.event_id for each in found}
    assert len(found) == len(set(found))


async def test_a_buyer_whose_hold_is_overdue_may_hold_again_before_it_is_swept(
    here: BatchedHolds, sale: Sale, clock: Clock, owner: Any
) -> None:
    first = await here.place(sale.ask(20, buyer="person:a"))
    await clock.advance(minutes=15)

    answers = await rush((here, sale.ask(20, buyer="person:a")))

    assert len(held(answers)) == 1
    assert await sale.available() == 30
    assert await sweep(sale) == 0
    assert [(each["holdId"], each["status"]) for each in await released(owner, sale)] == [(str(first.id), "EXPIRED")]


async def test_what_is_overdue_ends_for_good_even_when_whoever_asked_is_refused(
    here: BatchedHolds, sale: Sale, clock: Clock, owner: Any
) -> None:
    ask = sale.ask(20)
    await here.place(ask)
    await clock.advance(minutes=15)

    refusals = await rush((here, sale.ask(20, buyer="person:a")), (here, sale.ask(1, buyer="person:a")), (here, sale.ask(51)))
    again = await rush((here, sale.ask(51)))

    assert [type(each).__name__ for each in refusals + again] == ["Hold", "TooManyTickets", "TooManyTickets", "TooManyTickets"]
    await clock.advance(minutes=31)
    assert [type(each).__name__ for each in await rush((here, sale.ask(51)))] == ["TooManyTickets"]
    [hold] = await sale.kept(ask)
    assert hold is not None
    assert hold.status is HoldStatus.EXPIRED
    assert await sale.available() == 50
    assert await sweep(sale) == 0
    assert len(await released(owner, sale)) == 2
