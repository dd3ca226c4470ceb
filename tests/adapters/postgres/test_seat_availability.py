"""What moved in seat maps is read for many events by one statement, which visits the sections that are wanted and no other seats."""

import json
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.seat_availability import MOVED
from domain.organizations import Organization
from domain.seat_availability import NEVER, MovedSeats, SeatsWanted
from tests.conftest import Clock, Statements, WorkOf
from tests.live.hall import BLOCKED, BOOKED, HELD, open_hall

pytestmark = pytest.mark.asyncio


async def test_many_events_are_read_in_the_order_asked_by_one_statement(
    work_of: WorkOf, organization: Organization, other_organization: Organization, statements: Statements
) -> None:
    first, second = await open_hall(work_of, organization, 2, 3), await open_hall(work_of, organization, 2)
    plain, theirs = await open_hall(work_of, organization), await open_hall(work_of, other_organization, 2)
    await first.move(HELD, 0, 3)
    await first.move(BOOKED, 3)
    await first.move(BLOCKED, 4)
    wanted = [
        SeatsWanted(second.event_id, {None: 1}),
        SeatsWanted(theirs.event_id, {None: NEVER}),
        SeatsWanted(first.event_id, {0: NEVER, 1: 2, 7: NEVER}),
        SeatsWanted(new_id(), {None: NEVER}),
        SeatsWanted(plain.event_id, {None: NEVER, 0: NEVER}),
    ]

    async with work_of(organization) as work, statements.sent() as sent:
        found = await work.seat_availability.moved_since(wanted)

    assert len(sent) == 1
    assert [each and (each.event_id, each.mark.sequence, each.plan and each.plan.assigned_at, each.moved) for each in found] == [
        (second.event_id, 1, 1, []),
        None,
        (first.event_id, 4, 1, [MovedSeats(0, 0, [0, 1], "10", [2, 1]), MovedSeats(1, 2, [3, 4], "23", [3, 4])]),
        None,
        (plain.event_id, 0, None, []),
    ]


async def test_a_plan_that_was_assigned_since_is_found_as_a_whole(work_of: WorkOf, organization: Organization) -> None:
    hall = await open_hall(work_of, organization, 2, 3)
    held = await hall.move(HELD, 0)
    new_hash = await hall.seat_by([1, 2])

    async with work_of(organization) as work:
        [found] = await work.seat_availability.moved_since([SeatsWanted(hall.event_id, {None: held})])

    assert found is not None
    assert found.plan is not None
    assert (found.plan.hash, found.plan.assigned_at) == (new_hash, 3)
    assert found.moved == [MovedSeats(0, 0, [0], "0", [3]), MovedSeats(1, 1, [1, 2], "00", [3, 3])]


async def test_seats_are_what_the_pictures_show_also_when_a_hold_is_over(work_of: WorkOf, organization: Organization, clock: Clock) -> None:
    hall = await open_hall(work_of, organization, 4)
    for status, seat in ((HELD, 1), (BOOKED, 2), (BLOCKED, 3)):
        await hall.move(status, seat)
    seen = []
    for minutes in (0, 16):
        await clock.advance(minutes=minutes)
        async with work_of(organization) as work:
            [found] = await work.seat_availability.moved_since([SeatsWanted(hall.event_id, {0: NEVER})])
        assert found is not None
        seen.append((found.moved[0].statuses, await hall.statuses()))

    assert seen == [("0123", "0123"), ("0023", "0023")]


async def test_a_section_is_read_by_its_range_of_the_primary_key(work_of: WorkOf, organization: Organization) -> None:
    hall = await open_hall(work_of, organization, *[100] * 60)

    async with work_of(organization) as work:
        connection: Any = work.seats._connection
        rows = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {MOVED}", [hall.event_id] * 2, [3, 7], [9, 9])
    visited = [node for node in _nodes(json.loads(rows[0][0])) if node.get("Relation Name") == "seats"]

    assert sum(node["Rows Removed by Filter"] * node["Actual Loops"] for node in visited) == 200
    assert all(node.get("Rows Removed by Index Recheck", 0) == 0 for node in visited)


def _nodes(plan: Any) -> list[dict[str, Any]]:
    if isinstance(plan, list):
        return [node for each in plan for node in _nodes(each)]
    inner = plan.get("Plan", plan)
    return [inner, *_nodes(inner.get("Plans", []))]
