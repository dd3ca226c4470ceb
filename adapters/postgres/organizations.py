"""The store of organizations, as one of them sees itself."""

from collections.abc import Sequence
from uuid import UUID

from adapters.postgres.rows import columns_of, in_order
from adapters.postgres.transaction import Transaction
from domain.organizations import Organization

COLUMNS = columns_of(Organization)
GET_MANY = f"SELECT {COLUMNS} FROM organizations WHERE id = ANY($1::uuid[])"


class OrganizationStore:
    """Implements `Organizations`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    async def get_many(self, ids: Sequence[UUID]) -> list[Organization | None]:
        """By id, in the order asked."""
        rows = await self._connection.fetch(GET_MANY, ids)
        return in_order([Organization(**row) for row in rows], ids)
