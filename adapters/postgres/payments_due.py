"""Finds payments, refunds and notices that wait to be looked at, across all tenants, with the system role's few rights."""

from typing import NamedTuple
from uuid import UUID

from adapters.postgres.transaction import Pool

PAYMENTS = "SELECT organization_id, id FROM payments WHERE due_at <= app_now() ORDER BY due_at LIMIT $1"
REFUNDS = "SELECT organization_id, id FROM refunds WHERE due_at <= app_now() ORDER BY due_at LIMIT $1"
NOTICES = "SELECT organization_id, provider, id FROM payment_notices WHERE due_at <= app_now() ORDER BY due_at LIMIT $1"


class Due(NamedTuple):
    """A payment or a refund that is to be asked about."""

    organization_id: UUID
    id: UUID


class DueNotice(NamedTuple):
    """A notice that is to be looked at."""

    organization_id: UUID
    provider: str
    id: str


async def payments_due(system_pool: Pool, at_most: int) -> list[Due]:
    """Those that wait longest first."""
    return [Due(row["organization_id"], row["id"]) for row in await system_pool.fetch(PAYMENTS, at_most)]


async def refunds_due(system_pool: Pool, at_most: int) -> list[Due]:
    """Those that wait longest first."""
    return [Due(row["organization_id"], row["id"]) for row in await system_pool.fetch(REFUNDS, at_most)]


async def notices_due(system_pool: Pool, at_most: int) -> list[DueNotice]:
    """Those that wait longest first."""
    rows = await system_pool.fetch(NOTICES, at_most)
    return [DueNotice(row["organization_id"], row["provider"], row["id"]) for row in rows]
