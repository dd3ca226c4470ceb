"""Halls are kept by how many seats they have, made once for all who wait for them, and an event whose plan never rests is refused."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.halls import Halls, Seen
from adapters.postgres.holds_batch import PLANS_IN_A_ROW, House, settle
from domain.holds import Hold, Lasting
from domain.organizations import Organization
from domain.refusals import ErrorCode, TooBusy
from domain.seats import SeatStatus
from tests.conftest import Statements, WorkOf
from tests.holds.sales import held
from tests.holds.seated import SeatSale, open_seats, reseat
from tests.seating.halls import wide_hall

pytestmark = pytest.mark.asyncio


class Restless(Halls):
    """Somebody gives the event another plan each time that the hall has just been looked at."""

    def __init__(self, pool: Any, sale: SeatSale, changes: int) -> None:
        super().__init__(pool)
        self._sale, self.changes = sale, changes

    async def prepare(self, organization_id: UUID, event_id: UUID, version_id: UUID | None = None) -> Seen:
        """The hall, which is another one by now."""
        seen = await super().prepare(organization_id, event_id, version_id)
        if self.changes:
            self.changes -= 1
            await reseat(self._sale, wide_hall(2, 4 + self.changes))
        return seen


async def prepared(halls: Halls, sale: SeatSale, statements: Statements) -> tuple[Seen, int]:
    """The hall of an event, and how many statements it took to have it."""
    async with statements.sent() as sent:
        seen = await halls.prepare(sale.organization.id, sale.event_id)
    return seen, len(sent)


async def test_so_many_seats_are_kept_however_many_halls_have_them(
    app_pool: Any, work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    halls = Halls(app_pool, most_seats=20 * 3)
    sales = [await open_seats(work_of, organization, wide_hall(1, 2)) for _ in range(20)]
    for sale in sales:
        await prepared(halls, sale, statements)

    again = [await prepared(halls, sale, statements) for sale in sales]
    larger, _ = await prepared(halls, await open_seats(work_of, organization, wide_hall(1, 5)), statements)
    after = [await prepared(halls, sale, statements) for sale in reversed(sales)]

    assert [(seen.hall and seen.hall.seat_count, sent) for seen, sent in again] == [(3, 0)] * 20
    assert larger.hall is not None
    assert larger.hall.seat_count == 6
    assert [sent for _, sent in after] == [0] * 18 + [1, 1]


async def test_a_hall_that_is_too_large_to_be_kept_beside_others_serves_all_the_same(
    app_pool: Any, work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    halls = Halls(app_pool, most_seats=10)
    small, large = await open_seats(work_of, organization, wide_hall(1, 2)), await open_seats(work_of, organization, wide_hall(5, 10))
    house = House(app_pool, new_id, Lasting(), halls)
    await prepared(halls, small, statements)

    holds = held([*await settle(house, [large.best("Stalls", 4)]), *await settle(house, [small.best("Stalls", 2)])])

    assert [hold.lines[0].quantity for hold in holds] == [4, 2]
    assert await prepared(halls, large, statements) == (await halls.prepare(organization.id, large.event_id), 1)


async def test_events_that_want_the_same_hall_wait_for_it_together(
    app_pool: Any, work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    halls = Halls(app_pool)
    sale = await open_seats(work_of, organization, wide_hall(3, 4))
    async with work_of(organization) as work:
        [version] = await work.seating_plans.of_events([sale.event_id])
    assert version is not None

    async with statements.sent() as sent:
        asking = [asyncio.create_task(halls.prepare(organization.id, new_id(), version.id)) for _ in range(20)]
        await asyncio.sleep(0)
        asking[0].cancel()
        answers = await asyncio.gather(*asking, return_exceptions=True)

    assert len(sent) == 1
    assert isinstance(answers[0], asyncio.CancelledError)
    assert len({id(each.hall) for each in answers[1:] if isinstance(each, Seen) and each.hall}) == 1
    assert all(isinstance(each, Seen) and each.hall for each in answers[1:])


@pytest.mark.parametrize("changes", [1, PLANS_IN_A_ROW - 1])
async def test_a_plan_that_changes_a_few_times_meanwhile_keeps_nobody_from_his_seats(
    app_pool: Any, work_of: WorkOf, organization: Organization, changes: int
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(1, 4))
    house = House(app_pool, new_id, Lasting(), Restless(app_pool, sale, changes))

    [answer] = await settle(house, [sale.best("Stalls", 2)])

    assert isinstance(answer, Hold)
    assert answer.lines[0].quantity == 2


async def test_a_plan_that_never_rests_is_a_reason_to_try_later_for_who_wants_the_best_seats_alone(
    app_pool: Any, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(1, 4))
    house = House(app_pool, new_id, Lasting(), Restless(app_pool, sale, PLANS_IN_A_ROW))

    answers = await settle(house, [sale.best("Stalls", 2), sale.seats("Stalls 1-2"), sale.tickets("Stalls", 1)])
    [later] = await settle(house, [sale.best("Stalls", 2)])

    assert isinstance(answers[0], TooBusy)
    assert answers[0].code is ErrorCode.UNAVAILABLE
    assert isinstance(answers[1], Hold)
    assert type(answers[2]).__name__ == "SeatsNeeded"
    assert await sale.states("Stalls 1-1", "Stalls 1-2") == [SeatStatus.FREE, SeatStatus.HELD]
    assert isinstance(later, Hold)
