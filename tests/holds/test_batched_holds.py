"""Whatever crowds ask at once, on however many processes, nobody gets a ticket that is not there."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from domain.access_codes import AccessCode
from domain.events import EventStatus
from domain.holds import (
    AccessCodeNeeded,
    HoldLine,
    HoldStatus,
    HoldTickets,
    LimitScope,
    SalesClosed,
    TicketsSoldOut,
    TooManyTickets,
    ask_of,
    draws,
    release,
)
from domain.organizations import Organization
from domain.refusals import IdempotencyKeyReused, NotFound, TooBusy
from domain.ticket_types import SalesStatus
from tests.conftest import Statements, WorkOf, make_organization
from tests.holds.sales import Sale, blocked, held, open_sale, refused, rush
from tests.samples import CREATED, ENDS, a_pool, a_ticket_type, an_event

pytestmark = pytest.mark.asyncio


async def test_two_processes_never_give_out_more_than_there_is(
    here: BatchedHolds, elsewhere: BatchedHolds, sale: Sale, superuser: Any, failed_batches: list[Any]
) -> None:
    wishes = [(writer, sale.ask()) for writer in (here, elsewhere) * 60]
    async with blocked(sale, superuser) as lock:
        asking = asyncio.create_task(rush(*wishes))
        await lock.waits(crowd=2)

    answers = await asking

    assert len(held(answers)) == 50
    assert {type(refusal) for refusal in refused(answers)} == {TicketsSoldOut}
    assert await sale.available() == 0
    kept = await sale.kept(*(ask for _, ask in wishes))
    assert [hold for hold in kept if hold] == held(answers)
    assert failed_batches == []  # nothing had to be caught by the tables' own constraints


async def test_those_who_ask_while_a_batch_is_under_way_share_the_next(here: BatchedHolds, sale: Sale, statements: Statements) -> None:
    async with statements.sent() as sent:
        answers = await rush(*((here, sale.ask()) for _ in range(40)))

    assert len(held(answers)) == 40
    assert [text.split()[0] for text in sent] == ["SELECT", "WITH"]
    assert (await sale.stock()).sequence == 2  # the ticket type, then the batch


async def test_a_refused_ask_consumes_nothing_and_smaller_ones_behind_it_are_served(
    here: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_sale(work_of, organization, capacity=5)

    answers = await rush(*((here, sale.ask(quantity)) for quantity in (10, 1, 1)))

    assert answers[0] == TicketsSoldOut(sale.ticket_type.id, available=5, held_elsewhere=0)
    assert len(held(answers)) == 2
    assert await sale.available() == 3


async def test_a_batch_that_grants_nothing_writes_nothing(here: BatchedHolds, sale: Sale, owner: Any) -> None:
    before = await sale.stock()

    await rush((here, sale.ask(20)), (here, sale.ask(20)), (here, sale.ask(20)))
    middle = await sale.stock()
    answers = await rush((here, sale.ask(11)), (here, sale.ask(12)))

    assert len(refused(answers)) == 2
    assert middle.sequence == before.sequence + 1
    assert (await sale.stock()).sequence == middle.sequence
    assert await owner.fetchval("SELECT count(*) FROM holds WHERE organization_id = $1", sale.organization.id) == 2


async def test_no_buyer_gets_past_the_limit_by_asking_two_processes_at_once(
    here: BatchedHolds, elsewhere: BatchedHolds, work_of: WorkOf, app_pool: Any, superuser: Any
) -> None:
    organization = await make_organization(app_pool, buyer_limit=4)
    sale = await open_sale(work_of, organization)
    async with blocked(sale, superuser) as lock:
        asking = asyncio.create_task(rush(*((writer, sale.ask(buyer="person:greedy")) for writer in (here, elsewhere) * 5)))
        await lock.waits(crowd=2)

    answers = await asking

    assert len(held(answers)) == 4
    assert {type(refusal) for refusal in refused(answers)} == {TooManyTickets}
    assert await sale.available() == 46


async def test_the_limit_counts_what_the_buyer_held_before(here: BatchedHolds, sale: Sale) -> None:
    await here.place(sale.ask(15, buyer="person:a"))

    answers = await rush(
        (here, sale.ask(6, buyer="person:a")), (here, sale.ask(5, buyer="person:a")), (here, sale.ask(6, buyer="person:b"))
    )

    assert answers[0] == TooManyTickets(limit=20, already_held=15)
    assert len(held(answers)) == 2


async def test_one_key_gets_one_hold_however_often_and_wherever_it_is_sent(
    here: BatchedHolds, elsewhere: BatchedHolds, sale: Sale, superuser: Any, owner: Any
) -> None:
    async with blocked(sale, superuser) as lock:
        asking = asyncio.create_task(rush(*((writer, sale.ask(2, buyer="person:a", key="once")) for writer in (here, elsewhere) * 5)))
        await lock.waits(crowd=2)

    answers = await asking

    assert len(held(answers)) == 10
    assert len({hold.id for hold in held(answers)}) == 1
    assert await sale.available() == 48
    assert (
        await owner.fetchval("SELECT count(*) FROM outbox WHERE organization_id = $1 AND type = 'hold:placed'", sale.organization.id) == 1
    )


async def test_a_key_with_another_input_is_refused_and_another_buyers_key_is_his_own(here: BatchedHolds, sale: Sale) -> None:
    first = await here.place(sale.ask(2, buyer="person:a", key="k"))

    answers = await rush((here, sale.ask(3, buyer="person:a", key="k")), (here, sale.ask(2, buyer="person:b", key="k")))

    assert answers[0] == IdempotencyKeyReused(first.id)
    assert len(held(answers)) == 1
    assert await sale.available() == 46


async def test_a_key_that_came_before_gets_the_hold_as_it_is_now(here: BatchedHolds, sale: Sale) -> None:
    ask = sale.ask(2, buyer="person:a", key="k")
    placed = await here.place(ask)
    async with sale.work_of(sale.organization) as work:
        hold = await work.holds.for_change(placed.id)
        assert hold is not None
        await work.holds.give_back([release(hold)])

    again = await here.place(sale.ask(2, buyer="person:a", key="k"))

    assert (again.id, again.status) == (placed.id, HoldStatus.RELEASED)
    assert await sale.available() == 50


async def test_a_key_that_another_deed_used_is_refused(here: BatchedHolds, sale: Sale) -> None:
    ask = sale.ask(buyer="person:a", key="k")
    assert ask.key is not None
    earlier = new_id()
    async with sale.work_of(sale.organization) as work:
        await work.answers.remember(replace(ask.key, deed="releaseHold"), earlier)

    answers = await rush((here, ask))

    assert answers == [IdempotencyKeyReused(earlier)]


async def test_one_key_for_two_events_at_once_is_granted_for_one_of_them(
    here: BatchedHolds, elsewhere: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sales = [await open_sale(work_of, organization) for _ in range(2)]

    answers = await rush(
        *((writer, sale.ask(buyer="person:a", key=f"k{number}")) for number in range(5) for writer in (here, elsewhere) for sale in sales)
    )

    assert len({hold.id for hold in held(answers)}) == 5
    assert {type(refusal) for refusal in refused(answers)} == {IdempotencyKeyReused}
    assert sum([await sale.available() for sale in sales]) == 95


async def test_a_poisonous_ask_harms_nobody_else(here: BatchedHolds, sale: Sale) -> None:
    asks = [sale.ask() for _ in range(5)]
    poison = sale.ask(buyer="person:\x00")

    answers = await asyncio.gather(*(here.place(ask) for ask in (*asks[:3], poison, *asks[3:])), return_exceptions=True)

    assert [type(answer).__name__ for answer in answers] == ["Hold", "Hold", "Hold", "CharacterNotInRepertoireError", "Hold", "Hold"]
    assert await sale.available() == 45
    assert await sale.kept(poison) == [None]


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.ARCHIVED])
async def test_an_event_the_public_does_not_see_is_not_found(
    here: BatchedHolds, work_of: WorkOf, organization: Organization, status: EventStatus
) -> None:
    sale = await open_sale(work_of, organization, facts={"status": status})

    assert await rush((here, sale.ask())) == [NotFound("event", ("input", "eventId"))]
    assert await sale.available() == 50


async def test_anothers_event_and_no_event_are_answered_alike(here: BatchedHolds, sale: Sale, other_organization: Organization) -> None:
    line = HoldLine(sale.ticket_type.id, 1)
    foreign = ask_of(HoldTickets(sale.ticket_type.event_id, (line,)), other_organization.id, "person:a", new_id())
    missing = ask_of(HoldTickets(new_id(), (line,)), sale.organization.id, "person:a", new_id())

    answers = await rush((here, foreign), (here, missing))

    assert answers == [NotFound("event", ("input", "eventId"))] * 2
    assert await sale.available() == 50


async def test_nothing_is_held_once_sales_have_ended(here: BatchedHolds, sale: Sale, clock: Any) -> None:
    await clock.advance(days=365 * 20)

    answers = await rush((here, sale.ask()))

    assert answers == [SalesClosed(sale.ticket_type.id, SalesStatus.SALES_ENDED, None, ENDS)]
    assert await sale.available() == 50


async def test_a_ticket_of_two_pools_takes_one_from_each(here: BatchedHolds, work_of: WorkOf, organization: Organization) -> None:
    event = an_event()
    pools = [a_pool(event.id, capacity, name=name) for name, capacity in (("hall", 10), ("bus", 3))]
    both, hall = a_ticket_type(event.id, *pools), a_ticket_type(event.id, pools[0], position=1)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(both, pools)
        await work.ticket_types.keep_new(hall, [])
    lines = (HoldLine(both.id, 2), HoldLine(hall.id, 4))

    hold = await here.place(ask_of(HoldTickets(event.id, lines), organization.id, "person:a", new_id()))

    assert draws(hold.lines) == {pools[0].id: 6, pools[1].id: 2}
    async with work_of(organization) as work:
        [stock] = await work.ticket_types.pools_of_events([event.id])
        [available] = await work.availability.snapshots([event.id])
    assert {pool.name: pool.held for pool in stock} == {"hall": 6, "bus": 2}
    assert available is not None
    assert [each.available for each in available.ticket_types] == [1, 4]


async def test_who_saw_the_stock_before_is_told_what_moved(here: BatchedHolds, sale: Sale) -> None:
    before = await sale.stock()

    await here.place(sale.ask(3))

    delta = (await sale.stock()).since(before.mark)
    assert [(each.ticket_type_id, each.available) for each in delta.ticket_types] == [(sale.ticket_type.id, 47)]


async def test_each_hold_is_news_of_its_event_in_the_order_of_its_movements(here: BatchedHolds, sale: Sale, owner: Any) -> None:
    first = await here.place(sale.ask(3))
    second, third = held(await rush((here, sale.ask(2)), (here, sale.ask(1))))

    rows = await owner.fetch(
        "SELECT * FROM outbox WHERE organization_id = $1 AND type = 'hold:placed' ORDER BY position", sale.organization.id
    )

    assert [row["payload"]["holdId"] for row in rows] == [str(hold.id) for hold in (first, second, third)]
    assert [row["payload"]["sequence"] for row in rows] == [2, 3, 3]
    assert rows[0]["payload"]["lines"] == [{"ticketTypeId": str(sale.ticket_type.id), "quantity": 3}]
    assert {row["subject"] for row in rows} == {f"event:{sale.ticket_type.event_id}"}
    assert len({row["id"] for row in rows}) == 3


async def test_when_too_many_wait_the_next_are_turned_away(app_pool: Any, sale: Sale, superuser: Any) -> None:
    writer = BatchedHolds(app_pool, new_id, longest_queue=2)
    async with blocked(sale, superuser) as lock:
        first = asyncio.create_task(writer.place(sale.ask()))
        await lock.waits()

        waiting = [asyncio.create_task(writer.place(sale.ask())) for _ in range(2)]
        await asyncio.sleep(0)
        answers = await rush((writer, sale.ask()))

        assert answers == [TooBusy()]
        assert writer.waiting == 2
    await asyncio.gather(first, *waiting)
    assert await sale.available() == 47


async def test_who_stops_waiting_in_the_queue_has_asked_for_nothing(here: BatchedHolds, sale: Sale, superuser: Any) -> None:
    left, in_flight = sale.ask(), sale.ask()
    async with blocked(sale, superuser) as lock:
        begun = asyncio.create_task(here.place(in_flight))
        await lock.waits()
        queued = asyncio.create_task(here.place(left))
        await asyncio.sleep(0)

        queued.cancel()
        begun.cancel()
        await asyncio.gather(queued, begun, return_exceptions=True)

        assert here.waiting == 0
    await here.close()
    assert await sale.kept(left) == [None]
    [kept] = await sale.kept(in_flight)
    assert kept is not None
    assert kept.status is HoldStatus.ACTIVE


async def test_a_connection_killed_in_the_middle_of_a_batch_costs_nobody_his_hold(here: BatchedHolds, sale: Sale, superuser: Any) -> None:
    asks = [sale.ask(2) for _ in range(10)]
    async with blocked(sale, superuser) as lock:
        placing = asyncio.create_task(rush(*((here, ask) for ask in asks)))
        pid = await lock.waits()

        await superuser.execute("SELECT pg_terminate_backend($1)", pid)
        assert await lock.waits(other_than=pid)

    assert [hold.id for hold in held(await placing)] == [ask.hold_id for ask in asks]
    assert await sale.available() == 30


async def test_who_cannot_get_the_lock_in_time_is_told_and_nobody_waits_alone_again(
    app_pool: Any, sale: Sale, superuser: Any, database: Any
) -> None:
    async with asyncpg.create_pool(database.app, min_size=1, max_size=1, server_settings={"lock_timeout": "50ms"}) as impatient:
        writer = BatchedHolds(impatient, new_id)
        async with blocked(sale, superuser):
            answers = await asyncio.gather(*(writer.place(sale.ask()) for _ in range(3)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [asyncpg.LockNotAvailableError] * 3
    assert await sale.available() == 50


async def test_a_closed_writer_answers_those_who_wait_and_turns_others_away(app_pool: Any, sale: Sale) -> None:
    writer = BatchedHolds(app_pool, new_id)
    waiting = asyncio.create_task(writer.place(sale.ask()))
    await asyncio.sleep(0)

    await writer.close()
    late = await rush((writer, sale.ask()))

    assert (await waiting).status is HoldStatus.ACTIVE
    assert late == [TooBusy()]


async def test_fifty_racing_asks_of_one_buyer_at_two_processes_get_what_one_buyer_may_have(
    here: BatchedHolds, elsewhere: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_sale(work_of, organization, max_per_buyer=7)

    answers = await rush(*((writer, sale.ask(buyer="person:greedy")) for _ in range(25) for writer in (here, elsewhere)))

    assert len(held(answers)) == 7
    assert set(refused(answers)) == {TooManyTickets(7, 7, LimitScope.TICKET_TYPE, sale.ticket_type.id)}
    assert await sale.available() == 43


async def test_a_code_that_was_revoked_while_the_ask_was_on_its_way_opens_nothing(
    here: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_sale(work_of, organization, hidden=True)
    event_id, type_id = sale.ticket_type.event_id, sale.ticket_type.id
    code = AccessCode(new_id(), event_id, "FRIENDS", "", (type_id,), None, None, None, CREATED)
    async with work_of(organization) as work:
        await work.access_codes.add(code)
    asks = [replace(sale.ask(), access_codes=(code.id,)) for _ in range(2)]

    [opened] = await rush((here, asks[0]))
    async with work_of(organization) as work:
        await work.access_codes.keep_revoked(replace(code, revoked_at=CREATED))
    [closed] = await rush((here, asks[1]))

    assert (opened, closed) == (*held([opened]), AccessCodeNeeded(type_id))
    assert await sale.available() == 49
