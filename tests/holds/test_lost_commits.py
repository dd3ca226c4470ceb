"""A commit whose answer gets lost leaves open whether it happened; nobody gets his tickets twice for that, and nobody loses them."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from domain.holds import TicketsSoldOut
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from tests.conftest import WorkOf
from tests.holds.lossy import Loss, LossyLine
from tests.holds.sales import Sale, held, open_sale, rush

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def line(database: DatabaseAddresses) -> LossyLine:
    """The network that breaks."""
    return LossyLine(database.app)


@pytest_asyncio.fixture
async def writer(line: LossyLine) -> AsyncIterator[BatchedHolds]:
    """A writer behind that network."""
    async with line.address() as address, open_pool(address, 2) as pool:
        writer = BatchedHolds(pool, new_id)
        yield writer
        await writer.close()


@pytest.mark.parametrize("loss", Loss)
async def test_each_gets_his_hold_once_though_the_line_broke_at_the_commit(
    writer: BatchedHolds, line: LossyLine, sale: Sale, loss: Loss
) -> None:
    asks = [sale.ask(2) for _ in range(10)]
    line.lose(loss)

    answers = await rush(*((writer, ask) for ask in asks))

    assert line.lost == 1
    assert [hold.id for hold in held(answers)] == [ask.hold_id for ask in asks]
    assert held(answers) == await sale.kept(*asks)
    assert await sale.available() == 30


async def test_a_kept_hold_is_the_answer_even_when_nothing_is_left_for_a_second_one(
    writer: BatchedHolds, line: LossyLine, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_sale(work_of, organization, capacity=3)
    line.lose(Loss.ITS_ANSWER)

    answers = await rush(*((writer, sale.ask(2)) for _ in range(3)))

    assert len(held(answers)) == 1
    [kept] = held(answers)
    assert answers[1:] == [TicketsSoldOut(sale.ticket_type.id, available=1, held_elsewhere=2, may_return_at=kept.expires_at)] * 2
    assert await sale.available() == 1


async def test_a_line_that_breaks_twice_is_told_to_everybody(writer: BatchedHolds, line: LossyLine, sale: Sale) -> None:
    line.lose(Loss.THE_COMMIT, Loss.THE_COMMIT)

    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError)):
        await rush((writer, sale.ask()), (writer, sale.ask()))

    assert await sale.available() == 50
    assert len(held(await rush((writer, sale.ask())))) == 1
