"""Finds the events whose holds are overdue, and the orders that are, across all tenants, with the system role's few rights."""

from typing import NamedTuple
from uuid import UUID

from adapters.postgres.transaction import Pool

MOST_AT_ONCE = 1_000

# The index on expiry answers this; looking at a bounded number of holds keeps it short however many are overdue.
OVERDUE = """
SELECT organization_id, event_id, min(expires_at) AS since
FROM (
    SELECT organization_id, event_id, expires_at FROM holds WHERE status = 'ACTIVE' AND expires_at <= app_now() ORDER BY expires_at LIMIT $1
) AS overdue
GROUP BY organization_id, event_id ORDER BY since
"""


class Overdue(NamedTuple):
    """An event with holds that must be ended."""

    organization_id: UUID
    event_id: UUID


async def events_with_expired_holds(system_pool: Pool) -> list[Overdue]:
    """Those that wait longest first; ask again once these are done."""
    rows = await system_pool.fetch(OVERDUE, MOST_AT_ONCE)
    return [Overdue(row["organization_id"], row["event_id"]) for row in rows]


# The index on expiry covers waiting orders alone, and is read in order.
OVERDUE_ORDERS = """
SELECT organization_id, id AS order_id FROM orders
WHERE status IN ('PENDING_APPROVAL', 'PENDING') AND expires_at <= app_now() ORDER BY expires_at LIMIT $1
"""


class OverdueOrder(NamedTuple):
    """An order that waited too long."""

    organization_id: UUID
    order_id: UUID


async def overdue_orders(system_pool: Pool) -> list[OverdueOrder]:
    """Those that wait longest first, a thousand at most; ask again once these are done."""
    rows = await system_pool.fetch(OVERDUE_ORDERS, MOST_AT_ONCE)
    return [OverdueOrder(row["organization_id"], row["order_id"]) for row in rows]
