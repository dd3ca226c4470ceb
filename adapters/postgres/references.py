"""The store of references to what was imported."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from adapters.postgres.transaction import Transaction

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
FIND = "SELECT name, id FROM import_references WHERE source = $1 AND kind = $2 AND name = ANY($3::text[])"
KEEP = "INSERT INTO import_references (organization_id, source, kind, name, id) VALUES ($1, $2, $3, $4, $5)"


class ReferenceStore:
    """Implements `References`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def lock(self, source: str) -> None:
        """One import of a source at a time: two would both find that a thing is new."""
        await self._connection.execute(LOCK, f"import {self._organization_id} {source}")

    async def find(self, source: str, kind: str, names: Sequence[str]) -> Mapping[str, UUID]:
        """Our ids for the names that were imported before."""
        return {row["name"]: row["id"] for row in await self._connection.fetch(FIND, source, kind, names)}

    async def keep(self, source: str, kind: str, name: str, id: UUID) -> None:
        """Note that our `id` stands for `name`; a name is noted once."""
        await self._connection.execute(KEEP, self._organization_id, source, kind, name, id)
