"""The audit finds what is wrong, all of it, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.audit import INVARIANTS, recount
from adapters.postgres.holds_writer import BatchedHolds
from adapters.postgres.work import PostgresWork
from domain.holds import Hold, HoldAsk, HoldLine
from domain.idempotency import Key
from domain.organizations import Organization
from domain.seat_assignments import AssignSeatingPlan, Here, SoldBy, assign
from domain.seating.plans import ImportSeatingPlan, draw, new_plan, with_new_version
from domain.ticket_types import TicketType
from gateway.embedded.postgres import DatabaseAddresses
from tests.conftest import WorkOf
from tests.samples import a_ticket_type, an_event
from tests.seating.halls import small_hall

pytestmark = pytest.mark.asyncio

CLAIM = "UPDATE seats SET hold_id = $2, claimed_until = $3 WHERE event_id = $1 AND seat_no < 2"
HARMS = {
    "no pool is oversold, and no counter is below nothing": (
        "ALTER TABLE pools DROP CONSTRAINT pools_capacity_check; UPDATE pools SET capacity = 1 WHERE event_id = '{event}'"
    ),
    "what a pool counts as held and sold is what its live holds took": (
        "UPDATE pools SET held = held - 1 WHERE event_id = '{event}' AND held > 0"
    ),
    "every event has an inventory": "DELETE FROM inventories WHERE event_id = '{event}'",
    "nothing moved later than the event's sequence tells": "UPDATE inventories SET sequence = 1 WHERE event_id = '{event}'",
    "a ticket type draws on pools of its own event": "UPDATE pools SET event_id = '{other}' WHERE event_id = '{event}'",
    "every hold has lines, and those of a live one name a ticket type and pools of its own event and tenant": (
        "UPDATE holds SET event_id = '{other}' WHERE id = '{hold}'"
    ),
    "every line belongs to a hold of its own tenant": "DELETE FROM holds WHERE id = '{hold}'",
    "no row is under a tenant that does not exist": "UPDATE idempotency_keys SET organization_id = '{nobody}' WHERE result_id = '{hold}'",
    "an idempotency key that led to a hold led to one that is there": (
        "UPDATE idempotency_keys SET result_id = '{nobody}' WHERE result_id = '{hold}'"
    ),
    "a pool that counts places has as many as there are seats not blocked and room to stand": (
        "UPDATE seats SET blocked_reason = 'broken' WHERE event_id = '{event}' AND seat_no = 3"
    ),
    "a pool that counts places belongs to the event whose places it counts": (
        "UPDATE pools SET event_id = '{other}' WHERE event_id = '{event}'"
    ),
    "no more seats are claimed than their pool counts as held and sold": (
        "UPDATE seats SET hold_id = '{hold}', claimed_until = now() WHERE event_id = '{event}' AND seat_no = 2"
    ),
    "a seat that is claimed or booked is of a category on sale, and names a hold of its own event": (
        "UPDATE seats SET hold_id = '{nobody}' WHERE event_id = '{event}' AND seat_no = 0"
    ),
    "the seats of an event are those of its plan, numbered without a gap": ("DELETE FROM seats WHERE event_id = '{event}' AND seat_no = 5"),
}


@pytest_asyncio.fixture
async def hold(app_pool: Any, work_of: WorkOf, organization: Organization) -> Hold:
    """Two seats of an event, held under a key."""
    event = an_event()
    stalls, floor = a_ticket_type(event.id), a_ticket_type(event.id)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.events.keep(an_event(slug="other"))
        await work.ticket_types.keep_new(stalls, [])
        await work.ticket_types.keep_new(floor, [])
        await _give_seats(work, event.id, stalls, floor)
    writer = BatchedHolds(app_pool, new_id)
    key = Key("cart:one", "holdTickets", "key-1", b"fingerprint")
    placed = await writer.place(HoldAsk(new_id(), organization.id, event.id, "cart:one", (HoldLine(stalls.id, 2),), key))
    await writer.close()
    async with work_of(organization) as work:
        await work.seats._connection.execute(CLAIM, event.id, placed.id, placed.expires_at)
    return placed


async def _give_seats(work: PostgresWork, event_id: UUID, stalls: TicketType, floor: TicketType) -> None:
    ask = ImportSeatingPlan(small_hall(), None, None)
    drawn = draw(ask)
    plan = with_new_version(await work.seating_plans.named(new_plan(new_id(), ask, drawn, work.now)), work.now)
    version = await work.seating_plans.keep(plan, drawn, new_id())
    wish = AssignSeatingPlan(event_id, version.id, (SoldBy("Stalls", (stalls.id,)), SoldBy("Floor", (floor.id,))))
    await work.seats.assign(assign(wish, drawn.geometry, Here([stalls, floor], [], [], []), new_id))


@pytest_asyncio.fixture
async def anybody(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """A superuser in a transaction that is undone."""
    connection = await asyncpg.connect(urlunsplit(urlsplit(database.superuser)._replace(path=urlsplit(database.owner).path)))
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def test_where_all_is_well_nothing_is_found_by_the_owner_nor_by_the_tenant_itself(
    hold: Hold, work_of: WorkOf, organization: Organization, owner: Any
) -> None:
    async with work_of(organization) as work:
        own = await recount(work.events._connection)

    assert own == []
    assert [each for each in await recount(owner) if each.facts["organization_id"] == organization.id] == []
    assert hold.lines[0].quantity == 2


async def test_the_owner_sees_every_tenant(hold: Hold, owner: Any) -> None:
    assert await owner.fetchval("SELECT count(*) FROM holds WHERE id = $1", hold.id) == 1


@pytest.mark.parametrize("invariant", HARMS)
async def test_what_breaks_an_invariant_is_found(anybody: Any, hold: Hold, organization: Organization, invariant: str) -> None:
    other = await anybody.fetchval("SELECT id FROM events WHERE organization_id = $1 AND slug = 'other'", organization.id)
    nobody = new_id()

    await anybody.execute(HARMS[invariant].format(event=hold.event_id, hold=hold.id, other=other, nobody=nobody))
    breaches = [each for each in await recount(anybody) if each.facts["organization_id"] in {organization.id, nobody}]

    assert invariant in {breach.invariant for breach in breaches}


async def test_every_invariant_is_tried() -> None:
    assert set(HARMS) == set(INVARIANTS)
