"""Connections go from read to read, and none of them shows a reader what was before him or keeps one from the pool for long."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from adapters.postgres.lending import Readers
from adapters.postgres.reading import ReadWork
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from tests.adapters.postgres.test_reading import given_back, in_use, pid_of
from tests.conftest import WorkOf
from tests.samples import an_event

pytestmark = pytest.mark.asyncio

LONG = 30.0


@pytest_asyncio.fixture
async def pool(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """Two connections."""
    async with open_pool(database.app, 2) as pool:
        yield pool


async def test_the_next_read_has_the_same_connection_and_sees_what_was_written_meanwhile(
    pool: Any, organization: Organization, work_of: WorkOf
) -> None:
    readers, event = Readers(pool, most=2), an_event()
    first, second = ReadWork(readers, organization.id, LONG), ReadWork(readers, organization.id, LONG)

    async with first.reading() as reading:
        before, used_first = await reading.events.get_many([event.id]), await pid_of(reading)
    await first.close()
    async with work_of(organization) as work:
        await work.events.keep(event)
    async with second.reading() as reading:
        [after], used_then = await reading.events.get_many([event.id]), await pid_of(reading)
    await second.close()

    assert before == [None]
    assert after is not None
    assert after.id == event.id
    assert used_then == used_first


async def test_the_next_read_is_of_its_own_tenant_alone(
    pool: Any, organization: Organization, other_organization: Organization, work_of: WorkOf
) -> None:
    readers, event = Readers(pool, most=2), an_event()
    async with work_of(organization) as work:
        await work.events.keep(event)
    own, foreign = ReadWork(readers, organization.id, LONG), ReadWork(readers, other_organization.id, LONG)

    async with own.reading() as reading:
        seen = [each and each.id for each in await reading.events.get_many([event.id])]
    await own.close()
    async with foreign.reading() as reading:
        seen_by_others = await reading.events.get_many([event.id])
    await foreign.close()

    assert (seen, seen_by_others) == ([event.id], [None])


async def test_a_connection_that_nobody_reads_with_goes_back_to_the_pool(pool: Any, organization: Organization) -> None:
    readers = Readers(pool, most=2, linger=0.001)
    read = ReadWork(readers, organization.id, LONG)

    async with read.reading():
        pass
    await read.close()
    kept = in_use(pool)
    await given_back(pool)

    assert kept == 1
    assert await pool.fetchval("SELECT current_setting('app.organization_id', true)") in (None, "")


async def test_reads_beyond_the_most_leave_nothing_behind(pool: Any, organization: Organization) -> None:
    readers = Readers(pool, most=1, linger=LONG)
    first, second = ReadWork(readers, organization.id, LONG), ReadWork(readers, organization.id, LONG)

    async with first.reading(), second.reading():
        pass
    await asyncio.gather(first.close(), second.close())

    assert in_use(pool) == 1
    await readers.close()
    assert in_use(pool) == 0


async def test_a_connection_that_was_lost_meanwhile_is_not_read_with(pool: Any, organization: Organization) -> None:
    readers = Readers(pool, most=2, linger=LONG)
    first, second = ReadWork(readers, organization.id, LONG), ReadWork(readers, organization.id, LONG)
    async with first.reading() as reading:
        lost = await pid_of(reading)
        connection: Any = reading.events._connection
    await first.close()
    connection.terminate()

    async with second.reading() as reading:
        used = await pid_of(reading)
    await second.close()
    await readers.close()

    assert used != lost
    assert in_use(pool) == 0


async def test_a_read_that_failed_is_ended_at_once(pool: Any, organization: Organization) -> None:
    readers = Readers(pool, most=2, linger=LONG)
    read = ReadWork(readers, organization.id, LONG)

    with pytest.raises(LookupError):
        async with read.reading():
            raise LookupError

    assert in_use(pool) == 0
    await read.close()
