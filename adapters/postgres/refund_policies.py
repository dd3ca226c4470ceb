"""The store of refund policies."""

from collections.abc import Sequence
from uuid import UUID

from adapters.postgres.transaction import Transaction
from domain.payments import RefundPolicy

OF_EVENTS = """
SELECT event_id, hours_before, kept_rate, fees FROM refund_policies
WHERE event_id = ANY ($1::uuid[]) OR ($2 AND event_id IS NULL)
"""
KEEP = """
INSERT INTO refund_policies (organization_id, event_id, hours_before, kept_rate, fees) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (organization_id, event_id) DO UPDATE SET hours_before = $3, kept_rate = $4, fees = $5
"""
REMOVE = "DELETE FROM refund_policies WHERE event_id IS NOT DISTINCT FROM $1"


class RefundPolicyStore:
    """Implements `RefundPolicies`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def of_events(self, event_ids: Sequence[UUID | None]) -> list[RefundPolicy | None]:
        """In the order asked."""
        named = [each for each in event_ids if each is not None]
        rows = await self._connection.fetch(OF_EVENTS, named, None in event_ids)
        found = {row["event_id"]: RefundPolicy(row["hours_before"], row["kept_rate"], row["fees"]) for row in rows}
        return [found.get(each) for each in event_ids]

    async def keep(self, event_id: UUID | None, policy: RefundPolicy | None) -> None:
        """Set it, or take it away."""
        if policy is None:
            await self._connection.execute(REMOVE, event_id)
        else:
            values = policy.hours_before, policy.kept_rate, policy.fees
            await self._connection.execute(KEEP, self._transaction.organization_id, event_id, *values)
