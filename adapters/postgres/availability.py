"""Reads how many tickets can be had: one statement for many events, whether they are shown once or streamed."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from adapters.postgres.rows import in_order
from adapters.postgres.transaction import Transaction
from domain.availability import Availability, Mark, TypeAvailability
from domain.events import EventStatus, is_public
from domain.ticket_types import SaleTerms, sales_status

# Where several pools are equally scarce, the one with the fewest held tickets decides: if nothing of it may come back, nothing will.
SNAPSHOTS = """
SELECT i.event_id, i.sequence, i.reshaped_at, app_now() AS at, e.status, e.ends_at,
    t.id, t.sales_start_at, t.sales_end_at, t.paused, t.hidden,
    coalesce(scarcest.available, 0) AS available, coalesce(scarcest.held, 0) AS held, greatest(t.moved_at, scarcest.moved_at) AS moved_at
FROM inventories i
JOIN events e ON e.organization_id = i.organization_id AND e.id = i.event_id
LEFT JOIN ticket_types t ON t.organization_id = i.organization_id AND t.event_id = i.event_id
LEFT JOIN LATERAL (
    SELECT p.capacity - p.held - p.sold AS available, p.held, max(p.moved_at) OVER () AS moved_at
    FROM ticket_type_pools drawn
    JOIN pools p ON p.organization_id = drawn.organization_id AND p.id = drawn.pool_id
    WHERE drawn.organization_id = t.organization_id AND drawn.ticket_type_id = t.id
    ORDER BY available, p.held LIMIT 1
) scarcest ON true
WHERE i.event_id = ANY($1::uuid[])
ORDER BY i.event_id, t.position, t.id
"""


class AvailabilityStore:
    """Implements `Availabilities`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    async def snapshots(self, event_ids: Sequence[UUID]) -> list[Availability | None]:
        """Of each event, whatever its status, in the order asked; ticket types by position."""
        rows = await self._connection.fetch(SNAPSHOTS, event_ids)
        return in_order([_snapshot(list(group)) for _, group in groupby(rows, itemgetter("event_id"))], event_ids, by="event_id")


def _snapshot(rows: Sequence[Any]) -> Availability:
    first = rows[0]
    types = [_type(row) for row in rows if row["id"] is not None]
    mark, public = Mark(first["sequence"], first["at"]), is_public(EventStatus(first["status"]))
    return Availability(first["event_id"], mark, types, reshaped_at=first["reshaped_at"], public=public)


def _type(row: Any) -> TypeAvailability:
    terms = SaleTerms(EventStatus(row["status"]), row["ends_at"], row["sales_start_at"], row["sales_end_at"], row["paused"])
    status = sales_status(terms, row["at"], row["available"], row["held"])
    turns = (terms.closes_at,) if terms.sales_start_at is None else (terms.sales_start_at, terms.closes_at)
    return TypeAvailability(row["id"], row["available"], status, row["moved_at"], turns, row["hidden"])
