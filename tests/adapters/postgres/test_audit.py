"""The audit finds what is wrong, all of it, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.audit import INVARIANTS, recount
from adapters.postgres.holds_writer import BatchedHolds
from domain.holds import Hold
from domain.organizations import Organization
from gateway.embedded.postgres import DatabaseAddresses
from tests.conftest import WorkOf
from tests.holds.seated import open_seats
from tests.samples import an_event
from tests.seating.halls import small_hall

pytestmark = pytest.mark.asyncio

AN_ORDER = """
INSERT INTO orders (organization_id, id, number, buyer, name, locale, status, channel, currency, net_minor, tax_minor, fee_minor,
    discount_minor, total_minor, created_at, expires_at)
SELECT organization_id, '{nobody}', 'AUDITED2', buyer, 'Ada', 'en', 'PENDING', 'ONLINE', 'EUR', 0, 0, 0, 0, 0, created_at, expires_at
FROM holds WHERE id = '{hold}'
"""
A_LINE = """
INSERT INTO order_lines (organization_id, id, order_id, position, event_id, ticket_type_id, hold_id, list_minor, discount_minor,
    price_minor, net_minor, tax_minor, tax_rate)
SELECT organization_id, '{other}', '{nobody}', 0, '{event}', ticket_type_id, hold_id, 0, 0, 0, 0, 0, 0
FROM hold_lines WHERE hold_id = '{hold}'
"""
A_PAYMENT = """
INSERT INTO payments (organization_id, id, order_id, provider, method, status, amount_minor, currency, created_at, changed_at,
    captured_minor)
SELECT organization_id, '{nobody}', '{nobody}', 'stripe', 'card', 'CONFIRMED', 100, 'EUR', app_now(), app_now(), 100
FROM holds WHERE id = '{hold}'
"""
A_REFUND = """
INSERT INTO refunds (organization_id, id, order_id, payment_id, status, amount_minor, currency, reason, created_at, changed_at)
SELECT organization_id, '{nobody}', '{nobody}', '{nobody}', 'FAILED', 100, 'EUR', '', app_now(), app_now()
FROM holds WHERE id = '{hold}'
"""

A_HISTORY = """
INSERT INTO order_history (organization_id, id, order_id, at, kind, version, facts)
SELECT organization_id, gen_random_uuid(), '{nobody}', created_at, 'order:confirmed', 2, '{{}}' FROM holds, generate_series(1, 2)
WHERE id = '{hold}'
"""

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
    "what an access code counts as used is what it opened to live holds": (
        "INSERT INTO access_codes (organization_id, id, event_id, code, created_at, used) "
        "SELECT organization_id, id, event_id, 'FRIENDS', created_at, 1 FROM holds WHERE id = '{hold}'"
    ),
    "what a promo code counts as used and given away is what orders that go on used of it": (
        "INSERT INTO promo_codes (organization_id, id, code, kind, created_at, uses) "
        "SELECT organization_id, id, 'SPRING', 'PER_ORDER', created_at, 1 FROM holds WHERE id = '{hold}'"
    ),
    "an idempotency key that led to a hold led to one that is there": (
        "UPDATE idempotency_keys SET result_id = '{nobody}' WHERE result_id = '{hold}'"
    ),
    "a pool that counts places has as many as there are seats not blocked and room to stand": (
        "UPDATE seats SET blocked_reason = 'broken' WHERE event_id = '{event}' AND seat_no = 3"
    ),
    "a pool that counts places belongs to the event whose places it counts": (
        "UPDATE pools SET event_id = '{other}' WHERE event_id = '{event}'"
    ),
    "a seat that is claimed or booked is of a category on sale, and names a hold of its own event": (
        "UPDATE seats SET hold_id = '{nobody}' WHERE event_id = '{event}' AND seat_no = 0"
    ),
    "the seats of an event are those of its plan, numbered without a gap": ("DELETE FROM seats WHERE event_id = '{event}' AND seat_no = 5"),
    "what a pool counts as sold is what its sold holds took": (
        "UPDATE pools SET sold = 2, held = held - 2 WHERE event_id = '{event}' AND held > 0"
    ),
    "a pool of seats counts as many held and sold as seats of its categories are claimed": (
        "UPDATE seats SET hold_id = NULL, claimed_until = NULL WHERE label = 'Stalls A-1' AND event_id = '{event}'"
    ),
    "a claimed seat is named by a live hold of its event, is claimed for as long as that lasts, and is booked when that is sold": (
        "UPDATE seats SET claimed_until = claimed_until + interval '1 second' WHERE hold_id = '{hold}'"
    ),
    "the seats that a live hold names are its own, and a line of seats names as many as it counts": (
        "UPDATE hold_lines SET seat_ids = seat_ids || '{hold}'::uuid WHERE hold_id = '{hold}'"
    ),
    "a type does not sell seats that are counted by several pools": (
        "INSERT INTO ticket_type_pools SELECT t.organization_id, t.id, p.id"
        " FROM ticket_types t JOIN pools p USING (organization_id, event_id) WHERE event_id = '{event}' ON CONFLICT DO NOTHING"
    ),
    "an order's sums are those of its lines that are not cancelled and of its fees": (
        f"{AN_ORDER}; {A_LINE}; UPDATE orders SET total_minor = 1 WHERE id = '{{nobody}}'"
    ),
    "every order has lines": AN_ORDER,
    "what goes on of a confirmed order has one ticket that is valid or blocked, and no other ticket of an order is": (
        f"{AN_ORDER}; {A_LINE}; UPDATE orders SET status = 'CONFIRMED', confirmed_at = app_now() WHERE id = '{{nobody}}'"
    ),
    "a ticket is for the event, the type and the seat of its line, and signed by a key of its event": (
        "INSERT INTO tickets (organization_id, id, event_id, ticket_type_id, holder, code, status, key_id, issued_at) "
        "SELECT organization_id, id, event_id, id, 'cart:x', '222222222222', 'VALID', 'AAAAAAAAAAA', created_at FROM holds "
        "WHERE id = '{hold}'"
    ),
    "what payments keep is what the ledger says, payment by payment": f"{AN_ORDER}; {A_PAYMENT}",
    "what goes back of a payment is what its refunds say, and never more than came in": (
        f"{AN_ORDER}; {A_PAYMENT}; UPDATE payments SET refunding_minor = 1 WHERE id = '{{nobody}}'"
    ),
    "an order counts as paid and refunded what its payments do": f"{AN_ORDER}; {A_PAYMENT}",
    "what a refund is for adds up to it, and no admission gets more back than it cost": f"{AN_ORDER}; {A_PAYMENT}; {A_REFUND}",
    "what an order that goes on has ordered is held for it, what is confirmed is sold, and what ended holds nothing": (
        f"{AN_ORDER}; {A_LINE}"
    ),
    "what orders that go on have of a hold is all that it still holds, type by type": (
        "UPDATE holds SET status = 'CONVERTED' WHERE id = '{hold}'"
    ),
    "a key that led to a payment or to a refund led to one that is there": (
        "UPDATE idempotency_keys SET deed = 'startPayment' WHERE result_id = '{hold}'"
    ),
    "an order of which nothing is left to pay does not wait for money": AN_ORDER,
    "money that came for an order that had ended is given back or brought it back, and nobody forgets to decide": (
        f"{AN_ORDER}; {A_PAYMENT}; UPDATE payments SET late = true, due_at = app_now() WHERE id = '{{nobody}}'"
    ),
    "what happens once to an order is in its history once": f"{AN_ORDER}; {A_HISTORY}",
    "a key that led to an order led to one that is there": ("UPDATE idempotency_keys SET deed = 'checkOutCart' WHERE result_id = '{hold}'"),
}
OTHER_SEAT_HARMS = [
    "UPDATE holds SET status = 'RELEASED' WHERE id = '{hold}'",
    "UPDATE holds SET status = 'CONVERTED' WHERE id = '{hold}'",
    "UPDATE holds SET status = 'CONVERTED', sold_at = app_now() WHERE id = '{hold}'",
    "UPDATE seats SET booked = true, claimed_until = NULL WHERE hold_id = '{hold}'",
    "UPDATE hold_lines SET seat_ids = '{{}}' WHERE hold_id = '{hold}'",
    "UPDATE seats SET hold_id = '{nobody}' WHERE hold_id = '{hold}'",
]


@pytest_asyncio.fixture
async def hold(app_pool: Any, work_of: WorkOf, organization: Organization) -> Hold:
    """Two seats of an event, held under a key."""
    sale = await open_seats(work_of, organization, small_hall())
    async with work_of(organization) as work:
        await work.events.keep(an_event(slug="other"))
    writer = BatchedHolds(app_pool, new_id)
    placed = await writer.place(sale.seats("Stalls A-1", "Stalls A-2", key="key-1"))
    await writer.close()
    return placed


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


@pytest.mark.parametrize("harm", OTHER_SEAT_HARMS)
async def test_a_seat_that_is_not_what_its_hold_is_is_found(anybody: Any, hold: Hold, organization: Organization, harm: str) -> None:
    assert [each for each in await recount(anybody) if each.facts["organization_id"] == organization.id] == []

    await anybody.execute(harm.format(hold=hold.id, nobody=new_id()))

    breaches = {each.invariant for each in await recount(anybody) if each.facts["organization_id"] == organization.id}
    assert any("seat" in each for each in breaches)


async def test_every_invariant_is_tried() -> None:
    assert set(HARMS) == set(INVARIANTS)
