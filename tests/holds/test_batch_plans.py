"""A batch looks at the seats and the holds that it is about and at no others, whatever PostgreSQL knows of the tables."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.halls import Halls
from adapters.postgres.holds_batch import House, settle
from domain.holds import Hold, Lasting, release
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from gateway.seating.arena import make_arena
from tests.conftest import WorkOf, make_organization
from tests.holds.looking import LookingPool
from tests.holds.seated import SeatSale, open_seats

pytestmark = pytest.mark.asyncio

SEATS, BUYERS, BEFORE, APART = 8_000, 8, 400, 16
TABLES = ("seats", "holds", "hold_lines", "pools", "ticket_types", "ticket_type_pools")
Known = Literal["nothing", "all tables but the event", "all tables but the tenant"]


@pytest_asyncio.fixture
async def house(database: DatabaseAddresses) -> AsyncIterator[tuple[House, LookingPool]]:
    """Its only connection is its own, so that no plan is left over from other tests."""
    async with open_pool(database.app, 1) as pool:
        looking = LookingPool(pool)
        yield House(looking, new_id, Lasting(), Halls(looking)), looking  # type: ignore[arg-type]


async def arena(work_of: WorkOf, organization: Organization) -> tuple[SeatSale, list[str]]:
    """An arena on sale, and the labels of its plain seats, those of one price category far from each other: none runs short."""
    sale = await open_seats(work_of, organization, make_arena(SEATS))
    async with work_of(organization) as work:
        seats = await work.seats.chosen(sale.event_id, (), range(100))
    plain = [each.label for each in seats if not each.flags]
    return sale, [label for first in range(APART) for label in plain[first::APART]]


@pytest_asyncio.fixture
async def make_known(work_of: WorkOf, organization: Organization, app_pool: Any, owner: Any, superuser: Any) -> Callable[[Known], Any]:
    """Opens an arena of which PostgreSQL knows so much."""

    async def open_known(known: Known) -> tuple[SeatSale, list[str]]:
        if known == "nothing":
            await superuser.execute("DELETE FROM pg_statistic WHERE starelid = ANY ($1::text[]::regclass[])", TABLES)
        else:
            await arena(work_of, organization)
            await owner.execute(f"ANALYZE {', '.join(TABLES)}")
        tenant = await make_organization(app_pool) if known == "all tables but the tenant" else organization
        return await arena(work_of, tenant)

    return open_known


@pytest.mark.parametrize("known", ["nothing", "all tables but the event", "all tables but the tenant"])
async def test_a_batch_looks_at_the_seats_that_are_named_and_at_its_own_buyers_holds(
    make_known: Callable[[Known], Any], house: tuple[House, LookingPool], known: Known
) -> None:
    here, looking = house
    sale, labels = await make_known(known)
    given = await settle(here, [sale.seats(label) for label in labels[:BEFORE]])

    for start in range(BEFORE, BEFORE + 8 * BUYERS, BUYERS):  # more often than it takes to have one plan for all parameters
        holds = await settle(here, [sale.seats(label) for label in labels[start : start + BUYERS]])
        given += holds
    looked_at = looking.rows
    async with sale.work_of(sale.organization) as work:  # so that no other test has to sweep them
        await work.holds.give_back([release(hold) for hold in given if isinstance(hold, Hold)])

    assert [type(hold) for hold in holds] == [Hold] * BUYERS
    # Each seat is looked up by its label, then by its id to be claimed.
    assert looked_at["seats"] == 2 * BUYERS
    # A small table may be looked through once for what is overdue, and never once for each buyer.
    assert looked_at["holds"] <= BEFORE + 10 * BUYERS
    assert looked_at["hold_lines"] <= 2 * BUYERS
