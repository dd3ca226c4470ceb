"""The store of venues."""

from collections.abc import Sequence
from uuid import UUID

from adapters.postgres.rows import Row, columns_of, in_order
from adapters.postgres.transaction import Transaction
from domain.venues import Venue

GET_MANY = f"SELECT {columns_of(Venue)} FROM venues WHERE id = ANY($1::uuid[])"
KEEP = """
INSERT INTO venues (organization_id, id, name, street, city, country, time_zone) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (organization_id, id) DO UPDATE SET
    name = excluded.name, street = excluded.street, city = excluded.city, country = excluded.country, time_zone = excluded.time_zone
"""


class VenueRow(Row, reads=Venue):
    """Reads like a Venue."""

    __slots__ = ()


class VenueStore:
    """Implements `Venues`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[Venue | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=VenueRow), ids)

    async def keep(self, venue: Venue) -> None:
        """Write the venue, new or changed."""
        address = (venue.name, venue.street, venue.city, venue.country, venue.time_zone)
        await self._connection.execute(KEEP, self._organization_id, venue.id, *address)
