"""Two hundred people want the same seats of an arena at two gateways: no seat is given twice, and nobody gets half of what he asked for."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
import pytest_asyncio

from tests.two_workers.arena import Arena, Given, SeatStorm, open_arena
from tests.two_workers.platform import Platform, Tenant, eventually
from tests.two_workers.test_crashes import uuids

pytestmark = [pytest.mark.asyncio]

CLIENTS, ASKS = 200, 4
CLAIMED = """
SELECT hold_id::text AS hold, array_agg(label ORDER BY label) AS labels FROM seats
WHERE organization_id = $1 AND hold_id IS NOT NULL GROUP BY hold_id
"""
ACTIVE = "SELECT id::text FROM holds WHERE organization_id = $1 AND status = 'ACTIVE'"
DEADLOCKS = "SELECT sum(deadlocks) FROM pg_stat_database"


@pytest_asyncio.fixture
async def arena(tenant: Tenant) -> Arena:
    """An arena on sale."""
    return await open_arena(tenant.owner())


async def claimed(platform: Platform, tenant: Tenant) -> dict[str, list[str]]:
    """The labels that each hold has claimed, by the hold's id, as the database says."""
    async with platform.connected() as owner:
        await owner.execute("SELECT set_config('app.organization_id', $1, false)", str(tenant.organization.id))
        return {row["hold"]: row["labels"] for row in await owner.fetch(CLAIMED, tenant.organization.id)}


async def deadlocks(platform: Platform) -> int:
    async with platform.connected(platform.superuser) as superuser:
        return int(await superuser.fetchval(DEADLOCKS))


def labels(given: Given) -> list[str]:
    return sorted(each["label"] for each in given.seats)


def by_uuid(given: Iterable[Given]) -> dict[str, list[str]]:
    """The labels of each hold, by the hold's UUID."""
    return {next(iter(uuids([each.hold_id]))): labels(each) for each in given}


def stands_together(seats: list[dict[str, Any]]) -> bool:
    """Whether they are neighbours in one row."""
    places = sorted(each["place"] for each in seats)
    return len({(each["section"], each["row"]) for each in seats}) == 1 and places == list(range(places[0], places[0] + len(places)))


@pytest.mark.usefixtures("quiet")
async def test_no_seat_is_given_twice_and_no_party_gets_half_of_what_it_asked_for(platform: Platform, tenant: Tenant, arena: Arena) -> None:
    storm, before = SeatStorm(tenant, arena), await deadlocks(platform)

    await storm.run(CLIENTS, ASKS)

    assert storm.failures == {}
    assert set(storm.refused) <= {"SeatsTaken", "TooManyTickets"}
    assert storm.refused["SeatsTaken"] > CLIENTS / 10
    assert all(len(each.seats) == each.asked for each in storm.given.values())
    assert all(stands_together(list(each.seats)) for each in storm.given.values() if each.best)
    times = Counter(label for each in storm.kept.values() for label in labels(each))
    assert max(times.values()) == 1
    assert await claimed(platform, tenant) == by_uuid(storm.kept.values())
    assert await deadlocks(platform) == before


@pytest.mark.usefixtures("mended")
async def test_postgresql_and_the_worker_die_in_the_storm_and_everything_adds_up(platform: Platform, tenant: Tenant, arena: Arena) -> None:
    storm = SeatStorm(tenant, arena)

    async def has_begun() -> bool:
        return len(storm.given) >= 100

    async def has_failed() -> bool:
        return bool(storm.failures)

    async with asyncio.TaskGroup() as everybody:
        everybody.create_task(storm.run(CLIENTS // 2, ASKS))
        await eventually(has_begun, "a hundred holds are never placed")
        platform.worker.kill()
        platform.postgresql.kill()
        await eventually(has_failed, "nobody notices")
        await platform.postgresql.start()
        platform.worker.start()

    assert set(storm.failures) == {"UNAVAILABLE"}
    assert await claimed(platform, tenant) == by_uuid(storm.kept.values())
    async with platform.connected() as owner:
        active = await owner.fetch(ACTIVE, tenant.organization.id)
    assert {row["id"] for row in active} == uuids(list(storm.kept))
