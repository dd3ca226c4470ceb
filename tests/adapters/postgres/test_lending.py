"""Connections go from read to read, and none of them shows a reader what was before him or keeps one from the pool for long."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.lending import Readers, share_of
from adapters.postgres.reading import ReadWork
from adapters.postgres.stores import Stores
from adapters.postgres.work import writing
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


async def tenant_of(reading: Stores) -> str:
    told: str = await reading.events._connection.fetchval("SELECT current_setting('app.organization_id')")
    return told


async def test_an_error_between_two_tenants_leaves_nothing_of_the_first_to_the_second(
    pool: Any, organization: Organization, other_organization: Organization, work_of: WorkOf
) -> None:
    readers, event = Readers(pool, most=1, linger=LONG), an_event()
    async with work_of(organization) as work:
        await work.events.keep(event)
    own, foreign, again = (ReadWork(readers, each.id, LONG) for each in (organization, other_organization, organization))

    async with own.reading() as reading:
        used = [await pid_of(reading)]
        with pytest.raises(asyncpg.DivisionByZeroError):  # caught by the batch: the transaction is broken, and kept as it is
            await reading.events._connection.fetchval("SELECT 1/0")
    await own.close()
    async with foreign.reading() as reading:
        used.append(await pid_of(reading))
        seen, told = await reading.events.get_many([event.id]), [await tenant_of(reading)]
        isolation = await reading.events._connection.fetchval("SELECT current_setting('transaction_isolation')")
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await reading.events._connection.execute("DELETE FROM events")
    await foreign.close()
    async with again.reading() as reading:
        used.append(await pid_of(reading))
        seen += await reading.events.get_many([event.id])
        told.append(await tenant_of(reading))
    await again.close()
    await readers.close()

    assert len(set(used)) == 1
    assert (seen[0], seen[1] and seen[1].id) == (None, event.id)
    assert told == [str(other_organization.id), str(organization.id)]
    assert isolation == "repeatable read"
    assert await pool.fetchval("SELECT current_setting('app.organization_id', true)") in (None, "")


async def test_a_read_that_fails_between_two_others_leaves_them_a_clean_connection(
    pool: Any, organization: Organization, other_organization: Organization
) -> None:
    readers = Readers(pool, most=2, linger=LONG)
    first, failing, last = (ReadWork(readers, each.id, LONG) for each in (organization, other_organization, organization))
    async with first.reading():
        pass
    await first.close()

    with pytest.raises(asyncpg.DivisionByZeroError):
        async with failing.reading() as reading:
            await reading.events._connection.fetchval("SELECT 1/0")
    await failing.close()
    left = in_use(pool)
    outside = await pool.fetch("SELECT current_setting('app.organization_id', true), pg_current_xact_id_if_assigned() FROM events")
    async with last.reading() as reading:
        told = await tenant_of(reading)
    await last.close()
    await readers.close()

    assert (left, outside, told) == (0, [], str(organization.id))


@pytest.mark.parametrize(("size", "share"), [(2, 1), (3, 1), (4, 2), (8, 5), (16, 10), (500, 312)])
async def test_more_than_a_third_of_a_pool_is_left_to_those_who_write(size: int, share: int) -> None:
    assert share_of(size) == share
    assert size - share > size / 3


async def test_whoever_writes_need_not_wait_for_connections_that_are_kept(pool: Any, organization: Organization) -> None:
    readers = Readers(pool, share_of(pool.get_max_size()), linger=LONG)
    reads = [ReadWork(readers, organization.id, LONG) for _ in range(2)]
    async with reads[0].reading(), reads[1].reading():
        pass
    await asyncio.gather(*(each.close() for each in reads))

    async with asyncio.timeout(1), writing(pool, organization.id, None, new_id) as work:
        kept = in_use(pool)
        await work.events.keep(an_event())

    assert kept == 2  # this one, and the one that waits for the next read
    assert await pool.fetchval("SELECT current_setting('app.organization_id', true)") in (None, "")
    await readers.close()
    assert in_use(pool) == 0


async def test_what_is_read_with_while_the_house_closes_goes_to_the_pool_afterwards(pool: Any, organization: Organization) -> None:
    readers = Readers(pool, most=2, linger=LONG)
    read = ReadWork(readers, organization.id, LONG)

    async with read.reading() as reading:
        await readers.close()
        told = await tenant_of(reading)
    await read.close()

    assert told == str(organization.id)
    assert in_use(pool) == 0


async def test_a_connection_that_went_back_to_the_pool_counts_no_longer(pool: Any, organization: Organization) -> None:
    readers = Readers(pool, most=1, linger=LONG)
    failing, other = ReadWork(readers, organization.id, LONG), ReadWork(readers, organization.id, LONG)
    with pytest.raises(LookupError):
        async with failing.reading():
            raise LookupError
    await failing.close()

    async with other.reading():
        pass
    await other.close()

    assert in_use(pool) == 1
    await readers.close()
    assert in_use(pool) == 0
