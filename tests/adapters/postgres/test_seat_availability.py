"""What moved in seat maps is read for many events by one statement, which looks at the seats that moved and at no others."""

import json
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.seat_availability import MOVED
from domain.organizations import Organization
from domain.seat_availability import NEVER, MovedSeats, SeatsWanted
from tests.conftest import Clock, Statements, WorkOf
from tests.live.hall import BLOCKED, BOOKED, FREE, HELD, Hall, open_hall

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
        SeatsWanted(first.event_id, {None: 2, 0: NEVER, 7: NEVER}),
        SeatsWanted(new_id(), {None: NEVER}),
        SeatsWanted(plain.event_id, {None: NEVER, 0: NEVER}),
    ]

    async with work_of(organization) as work, statements.sent() as sent:
        found = await work.seat_availability.moved_since(wanted)

    assert len(sent) == 1
    assert [each and (each.event_id, each.mark.sequence, each.plan and each.plan.assigned_at, each.moved) for each in found] == [
        (second.event_id, 1, 1, []),
        None,
        (first.event_id, 4, 1, [MovedSeats(1, 2, 3, [3, 4], "23", [3, 4]), MovedSeats(0, 0, 2, [0, 1], "10", [2, 1])]),
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
    assert found.moved == [MovedSeats(0, 0, 1, [0], "0", [3]), MovedSeats(1, 1, 2, [1, 2], "00", [3, 3])]


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


async def test_what_is_noted_is_found_without_looking_at_other_seats(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    hall = await open_hall(work_of, organization, *[100] * 60)
    await hall.move(HELD, 17, 3000, 3001)
    await hall.move(HELD)
    await hall.move(FREE, 3001, 5999)

    few, one = await looked_at(owner, hall, None, 1), await looked_at(owner, hall, None, 3)
    section, everything = await looked_at(owner, hall, 30, NEVER), await looked_at(owner, hall, None, NEVER)

    assert (few, one, section, everything) == (4, 2, 100, 6000)


@pytest.mark.parametrize(("movements", "looked"), [(1024, 2), (1025, 900)])
async def test_after_very_many_movements_every_seat_is_looked_at(
    work_of: WorkOf, organization: Organization, owner: Any, movements: int, looked: int
) -> None:
    hall = await open_hall(work_of, organization, 500, 400)
    await hall.move(BLOCKED, 0)
    await hall.stand(movements - 2)
    await hall.move(BOOKED, 899)

    async with work_of(organization) as work:
        [found] = await work.seat_availability.moved_since([SeatsWanted(hall.event_id, {None: 1})])

    assert found is not None
    assert [(each.seats, each.statuses) for each in found.moved] == [([0], "3"), ([899], "2")]
    assert await looked_at(owner, hall, None, 1) == looked


async def test_a_movement_of_very_many_seats_is_found_all_the_same(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    hall = await open_hall(work_of, organization, 900, 900)
    for seats in (range(1000), range(400, 1401), range(2)):
        await hall.move(BLOCKED, *seats)

    counts = [await found_since(hall, since) for since in (1, 2, 3)]

    assert counts == [1401, 1003, 2]
    assert await looked_at(owner, hall, None, 2) == 1800
    assert await looked_at(owner, hall, None, 3) == 2


async def test_a_note_that_is_long_over_is_passed_over(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    hall = await open_hall(work_of, organization, 600, 600)
    large = await hall.move(BLOCKED, *range(1001))
    await hall.stand(1024)

    assert await looked_at(owner, hall, None, large + 1) == 0


async def test_one_movement_may_change_seats_in_several_statements(work_of: WorkOf, organization: Organization) -> None:
    hall = await open_hall(work_of, organization, 900, 900)
    for parts in ((range(5), range(3, 9)), (range(600), range(600, 1200)), (range(1001), range(2)), (range(2), range(1001))):
        sequence = await hall.move(HELD, *parts[0])
        await hall.change(sequence, BOOKED, *parts[1])

        assert await found_since(hall, sequence - 1) == len({*parts[0], *parts[1]})


async def test_a_change_that_is_no_movement_hides_none(work_of: WorkOf, organization: Organization) -> None:
    hall = await open_hall(work_of, organization, 5)
    early = await hall.move(HELD, 0)
    await hall.stand(1023)
    late = await hall.move(HELD, 3)
    assert late == early + 1024

    await hall.change(early, HELD, 0)

    assert await found_since(hall, late - 1) == 1
    assert await found_since(hall, late - 1024) == 1


async def test_the_notes_of_an_event_are_so_many_and_no_more(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    hall = await open_hall(work_of, organization, 3)
    async with work_of(organization) as work:
        connection: Any = work.seats._connection
        for sequence in range(2, 1102):
            await connection.execute("UPDATE seats SET moved_at = $2 WHERE event_id = $1 AND seat_no = 1", hall.event_id, sequence)
    await hall.change(1101, HELD, 1)

    rows = await owner.fetch("SELECT sequence, seats FROM seat_moves WHERE event_id = $1 ORDER BY sequence", hall.event_id)

    assert [row["sequence"] for row in rows] == list(range(1101 - 1023, 1102))
    assert {tuple(row["seats"]) for row in rows} == {(1,)}


async def found_since(hall: Hall, since: int) -> int:
    """How many seats are found that moved since."""
    async with hall.work_of(hall.organization) as work:
        [found] = await work.seat_availability.moved_since([SeatsWanted(hall.event_id, {None: since})])
    assert found is not None
    return sum(len(each.seats) for each in found.moved)


async def looked_at(owner: Any, hall: Hall, section: int | None, since: int) -> int:
    """How many seats the statement looks at, once PostgreSQL has counted what there is."""
    await owner.execute("ANALYZE seats")
    async with hall.work_of(hall.organization) as work:
        connection: Any = work.seats._connection
        rows = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {MOVED}", [hall.event_id], [section], [since])
    visited = [node for node in _nodes(json.loads(rows[0][0])) if node.get("Relation Name") == "seats"]
    return sum((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in visited)


def _nodes(plan: Any) -> list[dict[str, Any]]:
    if isinstance(plan, list):
        return [node for each in plan for node in _nodes(each)]
    inner = plan.get("Plan", plan)
    return [inner, *_nodes(inner.get("Plans", []))]


async def test_a_large_hall_among_many_small_ones_is_not_taken_for_one_of_them(
    work_of: WorkOf, organization: Organization, owner: Any
) -> None:
    for _ in range(60):
        await open_hall(work_of, organization, 4)
    hall = await open_hall(work_of, organization, *[500] * 10)
    await hall.move(HELD, *range(0, 5000, 50))

    assert [await looked_at(owner, hall, section, since) for section, since in ((None, 1), (None, 2), (3, NEVER))] == [100, 0, 500]


@pytest.mark.parametrize("events", [1, 100, -1])
@pytest.mark.parametrize("tenants", [1, 100, -0.01, -1])
async def test_the_same_seats_are_looked_at_whatever_postgresql_believes_of_how_many_tenants_and_events_there_are(
    work_of: WorkOf, organization: Organization, owner: Any, tenants: float, events: float
) -> None:
    hall = await open_hall(work_of, organization, *[20] * 30)
    await hall.move(HELD, 17, 300, 301)
    believed = {"organization_id": tenants, "event_id": events}
    for column, distinct in believed.items():
        await owner.execute(f"ALTER TABLE seats ALTER {column} SET STATISTICS -1, ALTER {column} SET (n_distinct = {distinct})")

    try:
        counts = [await looked_at(owner, hall, section, since) for section, since in ((None, 1), (None, 2), (3, NEVER), (None, NEVER))]
    finally:
        for column in believed:
            await owner.execute(f"ALTER TABLE seats ALTER {column} RESET (n_distinct)")
        await owner.execute("ALTER TABLE seats ALTER organization_id SET STATISTICS 0")
        await owner.execute("SELECT pg_clear_attribute_stats(current_schema(), 'seats', 'organization_id', false)")
        await owner.execute("ANALYZE seats")

    assert counts == [3, 0, 20, 600]
