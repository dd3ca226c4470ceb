"""An operation's batches take turns on one snapshot, and its connection goes back whenever it is not read from."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from adapters.postgres.reading import ReadWork
from adapters.postgres.stores import Stores
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from tests.conftest import WorkOf
from tests.samples import an_event

pytestmark = pytest.mark.asyncio

LONG, SHORT = 30.0, 0.003


@pytest_asyncio.fixture(scope="module")
async def pool(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """Two connections, so that one kept too long is noticed."""
    async with open_pool(database.app, 2) as pool:
        yield pool


def in_use(pool: Any) -> int:
    used: int = pool.get_size() - pool.get_idle_size()
    return used


async def pid_of(reading: Stores) -> int:
    pid: int = await reading.events._connection.fetchval("SELECT pg_backend_pid()")
    return pid


async def given_back(pool: Any) -> None:
    """Wait until no connection is in use."""
    async with asyncio.timeout(5):
        while in_use(pool):
            await asyncio.sleep(0.001)


async def test_batches_that_come_at_once_take_turns_in_the_order_they_came(pool: Any, organization: Organization) -> None:
    read, order = ReadWork(pool, organization.id, LONG), list[str]()

    async def batch(name: str) -> None:
        async with read.reading() as reading:
            order.append(f"{name} begins")
            await reading.events._connection.execute("SELECT pg_sleep(0.01)")
            order.append(f"{name} ends")

    await asyncio.gather(batch("first"), batch("second"), batch("third"))
    used = in_use(pool)
    await read.close()

    assert order == ["first begins", "first ends", "second begins", "second ends", "third begins", "third ends"]
    assert (used, in_use(pool)) == (1, 0)


async def test_nothing_is_opened_for_an_operation_that_reads_nothing(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id)

    used = in_use(pool)
    await read.close()

    assert used == 0


async def test_all_batches_see_the_same_moment(pool: Any, organization: Organization, work_of: WorkOf) -> None:
    read, event = ReadWork(pool, organization.id, LONG), an_event()

    async with read.reading() as reading:
        before = await reading.events.get_many([event.id])
    async with work_of(organization) as work:
        await work.events.keep(event)
    async with read.reading() as reading:
        after = await reading.events.get_many([event.id])
    await read.close()

    assert (before, after) == ([None], [None])


async def test_nothing_can_be_written(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id)

    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with read.reading() as reading:
            await reading.events.keep(an_event())
    await read.close()

    assert in_use(pool) == 0


async def test_the_connection_goes_back_by_itself_while_something_else_is_awaited(
    pool: Any, organization: Organization, work_of: WorkOf
) -> None:
    read, event = ReadWork(pool, organization.id, SHORT), an_event()
    async with read.reading() as reading:
        assert await reading.events.get_many([event.id]) == [None]

    await given_back(pool)
    async with work_of(organization) as work:
        await work.events.keep(event)
    async with read.reading() as reading:
        [seen] = await reading.events.get_many([event.id])
    await read.close()

    assert seen is not None


async def test_batches_that_follow_each_other_closely_keep_the_snapshot_longer_than_one_rest(pool: Any, organization: Organization) -> None:
    read, snapshots = ReadWork(pool, organization.id, rest=0.05), set[object]()

    for _ in range(8):
        async with read.reading() as reading:
            snapshots.add(await reading.events._connection.fetchval("SELECT now()"))
        await asyncio.sleep(0.02)
    await read.close()

    assert len(snapshots) == 1


async def test_a_long_batch_is_not_disturbed_by_the_rest_that_was_due(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id, SHORT)
    async with read.reading() as reading:
        first = await reading.events._connection.fetchval("SELECT now()")

    async with read.reading() as reading:
        await asyncio.sleep(0.02)
        second = await reading.events._connection.fetchval("SELECT now()")
    await read.close()

    assert first == second


async def test_a_batch_that_comes_while_the_connection_goes_back_gets_another(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id, rest=0)
    answers = list[int]()

    for _ in range(30):
        async with read.reading() as reading:
            answers.append(len(await reading.organizations.get_many([organization.id])))
        await asyncio.sleep(0)
    await read.close()

    assert answers == [1] * 30
    assert in_use(pool) == 0


async def test_after_an_error_the_next_batch_starts_anew(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id, LONG)

    with pytest.raises(asyncpg.DivisionByZeroError):
        async with read.reading() as reading:
            await reading.events._connection.fetchval("SELECT 1 / 0")
    between = in_use(pool)
    async with read.reading() as reading:
        [seen] = await reading.organizations.get_many([organization.id])
    await read.close()

    assert between == 0
    assert seen == organization


async def test_a_batch_cancelled_while_it_reads_gives_the_connection_back_and_lets_the_next_one_in(
    pool: Any, organization: Organization
) -> None:
    read, inside = ReadWork(pool, organization.id, LONG), asyncio.Event()

    async def slow() -> None:
        async with read.reading() as reading:
            inside.set()
            await reading.events._connection.execute("SELECT pg_sleep(30)")

    async def waiting() -> int:
        async with read.reading() as reading:
            return len(await reading.organizations.get_many([organization.id]))

    first, second, third = (asyncio.create_task(each()) for each in (slow, waiting, waiting))
    await inside.wait()
    await asyncio.sleep(0.01)
    second.cancel()
    first.cancel()
    outcomes = await asyncio.gather(first, second, third, return_exceptions=True)
    await read.close()

    assert [type(each) for each in outcomes] == [asyncio.CancelledError, asyncio.CancelledError, int]
    assert in_use(pool) == 0


async def test_a_batch_cancelled_while_it_waits_for_a_connection_leaves_nothing_behind(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id, LONG)

    async def batch() -> None:
        async with read.reading():
            pass

    async with pool.acquire(), pool.acquire():
        task = asyncio.create_task(batch())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with read.reading() as reading:
        found = await reading.organizations.get_many([organization.id])
    await read.close()

    assert found == [organization]
    assert in_use(pool) == 0


async def test_many_operations_cancelled_at_any_point_leave_no_connection_in_use(pool: Any, organization: Organization) -> None:
    async def operation() -> None:
        read = ReadWork(pool, organization.id)
        try:
            for _ in range(3):
                async with read.reading() as reading:
                    await reading.events.get_many([organization.id])
        finally:
            await read.close()

    for step in range(60):
        task = asyncio.create_task(operation())
        await asyncio.sleep(step * 0.0001)
        task.cancel()
        await asyncio.wait([task])
    await given_back(pool)

    async with pool.acquire() as first, pool.acquire() as second:
        assert [await each.fetchval("SELECT current_setting('transaction_read_only')") for each in (first, second)] == ["off", "off"]


async def test_a_batch_that_asks_again_inside_itself_is_told_instead_of_waiting_for_ever(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id)

    with pytest.raises(RuntimeError, match="would wait for itself for ever"):
        async with read.reading(), read.reading():
            pass
    await read.close()

    assert in_use(pool) == 0


async def test_an_operation_that_is_over_reads_no_more(pool: Any, organization: Organization) -> None:
    read = ReadWork(pool, organization.id)
    async with read.reading():
        closing = asyncio.create_task(read.close())
        await asyncio.sleep(0.01)
    await closing

    used = in_use(pool)
    with pytest.raises(RuntimeError, match="the operation is over"):
        async with read.reading():
            pass

    assert used == 0
    await read.close()


async def test_a_connection_lost_between_two_batches_costs_the_second_and_not_the_third(
    pool: Any, organization: Organization, database: DatabaseAddresses
) -> None:
    read = ReadWork(pool, organization.id, LONG)
    async with read.reading() as reading:
        pid = await pid_of(reading)
    superuser = await asyncpg.connect(database.superuser)
    await superuser.execute("SELECT pg_terminate_backend($1)", pid)
    await superuser.close()
    await asyncio.sleep(0.05)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        async with read.reading() as reading:
            await pid_of(reading)
    async with read.reading() as reading:
        again = await pid_of(reading)
    await read.close()

    assert again != pid
    assert in_use(pool) == 0
