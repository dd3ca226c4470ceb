"""The store of venues."""

from collections.abc import Sequence
from functools import lru_cache
from typing import cast
from uuid import UUID

from sqlalchemy import Integer, bindparam, select

from adapters.postgres import pages, tables
from adapters.postgres.pages import Sort, Statement
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused, VersionConflict
from domain.venues import Venue

columns = tables.venues.c
SORTS = [Sort(columns.name), Sort(columns.id)]

GET_MANY = f"SELECT {columns_of(Venue)} FROM venues WHERE id = ANY($1::uuid[])"
COUNT = "SELECT count(*) FROM (SELECT FROM venues LIMIT $1) AS counted"
FOR_CHANGE = f"SELECT {columns_of(Venue)} FROM venues WHERE id = $1 FOR NO KEY UPDATE"
ADD = """
INSERT INTO venues (organization_id, id, name, street, city, country, time_zone, latitude, longitude, region)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
CHANGE = """
UPDATE venues SET name = $2, street = $3, city = $4, country = $5, time_zone = $6, latitude = $7, longitude = $8, region = $9, version = $10
WHERE id = $1 AND version = $10 - 1
RETURNING id
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

    async def page(self, page: Page) -> Slice[Venue]:
        """One window, and one row more to know whether others follow."""
        statement = _page_statement(page.backward, page.edge is not None)
        values = pages.edge_values(page, len(SORTS)) | {"size": page.size + 1}
        rows = await self._connection.fetch(statement.text, *statement.arguments(values), record_class=VenueRow)
        return pages.slice_of(cast("list[Venue]", rows), page)

    async def count(self, at_most: int) -> int:
        """How many there are; looks at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, at_most)
        return counted

    async def for_change(self, venue_id: UUID) -> Venue:
        """The venue; it does not change elsewhere until the work ends."""
        row = await self._connection.fetchrow(FOR_CHANGE, venue_id, record_class=VenueRow)
        if row is None:
            raise Refused(NotFound("venue", ("input", "venueId")))
        return Venue(**facts_of(row, Venue))

    async def keep(self, venue: Venue) -> None:
        """Write the venue, new or changed."""
        position = (venue.latitude, venue.longitude)
        address = (venue.name, venue.street, venue.city, venue.country, venue.time_zone, *position, venue.region)
        if venue.version == 1:
            await self._connection.execute(ADD, self._organization_id, venue.id, *address)
        elif await self._connection.fetchval(CHANGE, venue.id, *address, venue.version) is None:
            [found] = await self.get_many([venue.id])
            raise Refused(VersionConflict(found.version) if found else NotFound("venue", ("input", "venueId")))


@lru_cache(maxsize=4)
def _page_statement(backward: bool, beyond_edge: bool) -> Statement:  # noqa: FBT001 - two of a shape's facts
    sorts = pages.turned(SORTS) if backward else SORTS
    rows = select(*(columns[name] for name in Venue.__slots__))
    if beyond_edge:
        rows = rows.where(pages.beyond(sorts))
    return pages.compiled(rows.order_by(*pages.ordering(sorts)).limit(bindparam("size", type_=Integer)))
