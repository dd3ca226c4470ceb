"""The store of idempotency keys and of what their first use led to."""

from uuid import UUID

from adapters.postgres.transaction import Transaction
from domain.idempotency import Answer, Key
from domain.refusals import IdempotencyKeyReused, Refused

# The lock and the look are two statements: one would look with a snapshot from before the wait for the lock.
WAIT = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
RECALL = "SELECT deed, fingerprint, result_id FROM idempotency_keys WHERE scope = $1 AND key = $2"
REMEMBER = """
INSERT INTO idempotency_keys (organization_id, scope, key, deed, fingerprint, result_id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organization_id, scope, key) DO NOTHING
RETURNING result_id
"""


class AnswerStore:
    """Implements `Answers`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def recall(self, key: Key) -> Answer | None:
        """The answer given before; waits while another work uses the same key. A key of another deed never matches."""
        await self._connection.execute(WAIT, f"{self._organization_id} {key.scope} {key.key}")
        row = await self._connection.fetchrow(RECALL, key.scope, key.key)
        if row is None:
            return None
        return Answer(row["fingerprint"] if row["deed"] == key.deed else b"", row["result_id"])

    async def remember(self, key: Key, result_id: UUID) -> None:
        """Keep the answer in this work; refused with IdempotencyKeyReused when the key was used in the meantime by who did not wait."""
        facts = (key.scope, key.key, key.deed, key.fingerprint, result_id)
        if await self._connection.fetchval(REMEMBER, self._organization_id, *facts) is None:
            earlier = await self._connection.fetchrow(RECALL, key.scope, key.key)
            raise Refused(IdempotencyKeyReused(earlier["result_id"]))
