"""The store of holds: reading them, and giving back their stock exactly once, whoever else is at it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.audit import recount
from adapters.postgres.holds_writer import BatchedHolds
from adapters.postgres.work import PostgresWork
from domain.holds import Hold, HoldAsk, HoldLine, HoldStatus, release
from domain.organizations import Organization
from domain.ticket_types import TicketType
from tests.conftest import Clock, Statements, WorkOf
from tests.samples import a_hold, a_pool, a_ticket_type, an_event

pytestmark = pytest.mark.asyncio

BUYER = "cart:one"


@dataclass(frozen=True, slots=True)
class Counter:
    """An event that sells standing room (from one pool) and seats with standing room (from both)."""

    organization: Organization
    writer: BatchedHolds
    standing: TicketType
    both: TicketType

    async def hold(self, *lines: tuple[TicketType, int], buyer: str = BUYER) -> Hold:
        """Tickets set aside."""
        wanted = tuple(sorted((HoldLine(each.id, quantity) for each, quantity in lines), key=lambda line: line.ticket_type_id))
        return await self.writer.place(HoldAsk(new_id(), self.organization.id, self.standing.event_id, buyer, wanted))


@pytest_asyncio.fixture
async def counter(app_pool: Any, work_of: WorkOf, organization: Organization, owner: Any) -> Any:
    """A fresh event, and a recount after the test."""
    event = an_event()
    floor, seats = a_pool(event.id, 20, name="Floor"), a_pool(event.id, 10, name="Seats")
    standing, both = a_ticket_type(event.id, floor), a_ticket_type(event.id, floor, seats, position=1)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(standing, [floor, seats])
        await work.ticket_types.keep_new(both, [])
    writer = BatchedHolds(app_pool, new_id)
    yield Counter(organization, writer, standing, both)
    await writer.close()
    assert [breach for breach in await recount(owner) if breach.facts.get("organization_id") == organization.id] == []


async def stock_of(owner: Any, counter: Counter) -> dict[str, tuple[int, int]]:
    """By pool: how many are held, and the number of its last movement."""
    rows = await owner.fetch("SELECT name, held, moved_at FROM pools WHERE event_id = $1", counter.standing.event_id)
    return {row["name"]: (row["held"], row["moved_at"]) for row in rows}


async def released_news(owner: Any, counter: Counter) -> list[dict[str, Any]]:
    rows = await owner.fetch(
        "SELECT payload FROM outbox WHERE organization_id = $1 AND type = 'hold:released' ORDER BY position", counter.organization.id
    )
    return [row["payload"] for row in rows]


async def test_holds_come_back_with_their_lines_in_the_order_asked_by_one_statement(
    counter: Counter, work_of: WorkOf, statements: Statements
) -> None:
    first, second = await counter.hold((counter.standing, 2), (counter.both, 1)), await counter.hold((counter.both, 3))

    async with work_of(counter.organization) as work, statements.sent() as sent:
        found = await work.holds.get_many([second.id, new_id(), first.id])

    assert found == [second, None, first]
    assert found[2] is not None
    assert found[2].status is HoldStatus.ACTIVE
    assert len(found[2].lines) == 2
    assert len(sent) == 1


async def test_a_buyers_holds_are_the_newest_first_without_those_whose_time_is_over(
    counter: Counter, work_of: WorkOf, clock: Clock
) -> None:
    old = await counter.hold((counter.standing, 1))
    await clock.advance(minutes=10)
    middle, newest = await counter.hold((counter.standing, 2), (counter.both, 1)), await counter.hold((counter.both, 1))
    await counter.hold((counter.standing, 1), buyer="cart:other")

    async with work_of(counter.organization) as work:
        all_three, two = await work.holds.of_buyer(BUYER, 100), await work.holds.of_buyer(BUYER, 2)
    await clock.advance(minutes=16)
    async with work_of(counter.organization) as work:
        await work.holds.give_back([release(newest)])
        left = await work.holds.of_buyer(BUYER, 100)

    assert list(all_three) == [newest, middle, old]
    assert list(two) == [newest, middle]
    assert list(left) == [middle]


async def test_given_back_stock_is_a_movement_of_the_event_with_news_of_each_hold(counter: Counter, work_of: WorkOf, owner: Any) -> None:
    first, second = await counter.hold((counter.standing, 2), (counter.both, 3)), await counter.hold((counter.standing, 4))
    before = await stock_of(owner, counter)

    async with work_of(counter.organization) as work:
        ended = await work.holds.give_back([release(first), replace(second, status=HoldStatus.EXPIRED)])

    async with work_of(counter.organization) as work:
        statuses = [hold and hold.status for hold in await work.holds.get_many([first.id, second.id])]
    assert before == {"Floor": (9, 4), "Seats": (3, 3)}
    assert ended == 2
    assert statuses == [HoldStatus.RELEASED, HoldStatus.EXPIRED]
    assert await stock_of(owner, counter) == {"Floor": (0, 5), "Seats": (0, 5)}
    assert await released_news(owner, counter) == [
        {
            "eventId": str(hold.event_id),
            "sequence": 5,
            "holdId": str(hold.id),
            "status": status,
            "lines": [{"ticketTypeId": str(line.ticket_type_id), "quantity": line.quantity} for line in hold.lines],
        }
        for hold, status in ((first, "RELEASED"), (second, "EXPIRED"))
    ]


async def test_a_hold_given_back_again_changes_nothing(counter: Counter, work_of: WorkOf, owner: Any) -> None:
    hold = await counter.hold((counter.standing, 2))
    async with work_of(counter.organization) as work:
        await work.holds.give_back([release(hold)])
    after_once = await stock_of(owner, counter)

    async with work_of(counter.organization) as work:
        again = await work.holds.give_back([replace(hold, status=HoldStatus.EXPIRED)])
        twice = await work.holds.give_back([release(hold), release(hold)])
        nothing = await work.holds.give_back([])
        [found] = await work.holds.get_many([hold.id])

    assert (again, twice, nothing) == (0, 0, 0)
    assert found is not None
    assert found.status is HoldStatus.RELEASED
    assert await stock_of(owner, counter) == after_once
    assert len(await released_news(owner, counter)) == 1


async def test_holds_that_go_on_or_are_of_several_events_are_not_given_back(counter: Counter, work_of: WorkOf, owner: Any) -> None:
    hold = await counter.hold((counter.standing, 2))
    elsewhere = a_hold(a_ticket_type(new_id()), 1, status=HoldStatus.RELEASED)
    cases: list[Sequence[Hold]] = [[hold], [replace(hold, status=HoldStatus.CONVERTED)], [release(hold), elsewhere]]

    messages = []
    for holds in cases:
        with pytest.raises(ValueError, match="stock") as mistake:
            async with work_of(counter.organization) as work:
                await work.holds.give_back(holds)
        messages.append(str(mistake.value))

    assert messages == [
        "a hold that is ACTIVE keeps its stock; say how it ended",
        "a hold that is CONVERTED keeps its stock; say how it ended",
        "stock moves of one event at a time; these holds are of several",
    ]
    assert (await stock_of(owner, counter))["Floor"][0] == 2


async def test_another_tenants_hold_is_not_given_back(
    counter: Counter, work_of: WorkOf, other_organization: Organization, owner: Any
) -> None:
    hold = await counter.hold((counter.standing, 2))

    async with work_of(other_organization) as work:
        ended = await work.holds.give_back([release(hold)])
        found = await work.holds.for_change(hold.id), await work.holds.get_many([hold.id]), await work.holds.of_buyer(BUYER, 10)

    assert ended == 0
    assert found == (None, [None], [])
    assert (await stock_of(owner, counter))["Floor"][0] == 2


@pytest.mark.parametrize("buyers", [0, 5])
async def test_stock_is_given_back_once_when_the_buyer_and_several_sweepers_do_it_at_the_same_time(
    counter: Counter, work_of: WorkOf, clock: Clock, owner: Any, buyers: int
) -> None:
    holds = [await counter.hold((counter.standing, 1), (counter.both, 1), buyer=f"cart:{at}") for at in range(5)]
    await clock.advance(minutes=15)

    async def sweep() -> int:
        async with work_of(counter.organization) as work:
            expired = await work.holds.expired(counter.standing.event_id, 100)
            return await work.holds.give_back([replace(hold, status=HoldStatus.EXPIRED) for hold in expired])

    async def give_back(hold: Hold) -> int:
        async with work_of(counter.organization) as work:
            found = await work.holds.for_change(hold.id)
            assert found is not None
            return await work.holds.give_back([release(found)]) if found.status is HoldStatus.ACTIVE else 0

    async def buy() -> int:
        await counter.hold((counter.standing, 1), buyer="cart:late")
        return 0

    ended = await asyncio.gather(*(each for hold in holds for each in (give_back(hold), sweep())), *(buy() for _ in range(buyers)))

    # Buyers who come meanwhile take over what they meet overdue; without them all five are ended here.
    assert sum(ended) in (range(6) if buyers else {5})
    assert {pool: held for pool, (held, _) in (await stock_of(owner, counter)).items()} == {"Floor": buyers, "Seats": 0}
    assert sorted(each["holdId"] for each in await released_news(owner, counter)) == sorted(str(hold.id) for hold in holds)


async def test_a_hold_for_change_is_the_hold_after_whoever_was_changing_it(counter: Counter, work_of: WorkOf) -> None:
    hold = await counter.hold((counter.standing, 1), (counter.both, 2))
    locked = asyncio.Event()

    async def change() -> None:
        async with work_of(counter.organization) as work:
            assert await work.holds.for_change(hold.id) == hold
            locked.set()
            await work.holds.give_back([release(hold)])
            await asyncio.sleep(0.05)

    changing = asyncio.create_task(change())
    await locked.wait()
    async with work_of(counter.organization) as work:
        found = await work.holds.for_change(hold.id)
    await changing

    assert found == release(hold)


async def sweep(work: PostgresWork, hold: Hold) -> None:
    await work.holds.expired(hold.event_id, 10)


async def give_back(work: PostgresWork, hold: Hold) -> None:
    await work.holds.give_back([release(hold)])


async def change(work: PostgresWork, hold: Hold) -> None:
    await work.holds.for_change(hold.id)


@pytest.mark.parametrize("step", [sweep, give_back, change], ids=lambda step: step.__name__)
async def test_whoever_touches_holds_waits_for_the_events_lane_before_he_locks_any(
    counter: Counter,
    work_of: WorkOf,
    clock: Clock,
    owner: Any,
    step: Callable[[PostgresWork, Hold], Awaitable[None]],
) -> None:
    hold = await counter.hold((counter.standing, 1))
    await clock.advance(minutes=16)

    async def queue_up() -> None:
        async with work_of(counter.organization) as work:
            await step(work, hold)

    async with work_of(counter.organization) as work:
        await work.events.for_change(hold.event_id)
        queueing = asyncio.create_task(queue_up())
        async with asyncio.timeout(5):
            while not await owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.005)
        untouched = await work.holds._connection.fetch("SELECT id FROM holds WHERE id = $1 FOR UPDATE SKIP LOCKED", hold.id)
    await queueing

    assert [row["id"] for row in untouched] == [hold.id]


async def test_expired_are_the_active_ones_whose_time_is_over_longest_ago_first(counter: Counter, work_of: WorkOf, clock: Clock) -> None:
    first = await counter.hold((counter.standing, 1), (counter.both, 1))
    released = await counter.hold((counter.standing, 1))
    await clock.advance(minutes=1)
    second = await counter.hold((counter.standing, 1))
    await clock.advance(minutes=10)
    third = await counter.hold((counter.standing, 1))
    async with work_of(counter.organization) as work:
        await work.holds.give_back([release(released)])
    event_id = counter.standing.event_id

    await clock.advance(minutes=14, seconds=55)
    async with work_of(counter.organization) as work:
        none = await work.holds.expired(event_id, 100)
    await clock.advance(minutes=17)
    async with work_of(counter.organization) as work:
        both, one = await work.holds.expired(event_id, 100), await work.holds.expired(event_id, 1)
        elsewhere = await work.holds.expired(new_id(), 100)

    assert list(none) == []
    assert list(both) == [first, second]
    assert list(one) == [first]
    assert list(elsewhere) == []
    assert third.expires_at - second.expires_at > timedelta(minutes=8)


async def test_what_is_sold_is_told_as_converted_whatever_its_seller_saw(counter: Counter, work_of: WorkOf, owner: Any) -> None:
    hold = await counter.hold((counter.standing, 2))

    async with work_of(counter.organization) as work:
        assert (hold.status, await work.holds.convert([hold]), await work.holds.sell([hold])) == (HoldStatus.ACTIVE, 1, 1)

    told = await owner.fetchval("SELECT payload FROM outbox WHERE organization_id = $1 AND type = 'hold:sold'", counter.organization.id)
    assert (told["holdId"], told["status"]) == (str(hold.id), "CONVERTED")
    async with work_of(counter.organization) as work:  # no order has it, which the audit after the test would find
        assert await work.holds.give_back([replace(hold, status=HoldStatus.REVOKED)]) == 1
