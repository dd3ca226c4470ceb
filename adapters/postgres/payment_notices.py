"""The inbox of providers' notices: each is kept once, and looked at until it is done."""

from datetime import datetime

from adapters.postgres.transaction import Transaction
from domain.payments import KeptNotice

RECEIVE = """
INSERT INTO payment_notices (organization_id, provider, id, kind, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true
"""
WAITING = "SELECT provider, id, kind, body, tries FROM payment_notices WHERE provider = $1 AND id = $2 AND due_at IS NOT NULL"
DONE = "UPDATE payment_notices SET due_at = NULL, fault = NULL WHERE provider = $1 AND id = $2"
PUT_OFF = "UPDATE payment_notices SET due_at = $3, tries = tries + 1, fault = $4 WHERE provider = $1 AND id = $2 AND due_at IS NOT NULL"


class NoticeStore:
    """The part of `Payments` that keeps notices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def receive(self, notice: KeptNotice) -> bool:
        """Keep it; False for one that is there already."""
        tenant = self._transaction.organization_id
        return bool(await self._connection.fetchval(RECEIVE, tenant, notice.provider, notice.id, notice.kind, notice.body))

    async def waiting_notice(self, provider: str, id: str) -> KeptNotice | None:
        """One that waits."""
        row = await self._connection.fetchrow(WAITING, provider, id)
        return KeptNotice(**row) if row else None

    async def notice_done(self, notice: KeptNotice) -> None:
        """It waits no more; it stays, so that the same one is known when it comes again."""
        await self._connection.execute(DONE, notice.provider, notice.id)

    async def put_off(self, notice: KeptNotice, until: datetime, fault: str) -> None:
        """It waits until then."""
        await self._connection.execute(PUT_OFF, notice.provider, notice.id, until, fault)
