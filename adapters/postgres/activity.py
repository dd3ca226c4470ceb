"""The log of what was done to events."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of, grouped
from adapters.postgres.transaction import Transaction
from domain.activity import Activity
from domain.paging import Page, Slice

WRITTEN = ("id", "event_id", "actor_id", "deed", "version", "changes", "at")
ADD = f"""
INSERT INTO event_activity (organization_id, correlation_id, service_key_id, by_platform_admin, {", ".join(WRITTEN)})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
# The look-up of one event's window stands in a LATERAL, so that an index answers it for each of many events in one statement.
PAGES = f"""
SELECT shown.* FROM unnest($1::uuid[]) AS asked (event_id) CROSS JOIN LATERAL (
    SELECT {columns_of(Activity, table="a", but=["actor_name"])}, p.name AS actor_name
    FROM event_activity a LEFT JOIN people p ON p.id = a.actor_id
    WHERE a.event_id = asked.event_id AND {{edge}}
    ORDER BY a.at {{way}}, a.id {{way}} LIMIT $2
) AS shown
"""
COUNTS = """
SELECT (SELECT count(*) FROM (SELECT FROM event_activity a WHERE a.event_id = asked.event_id LIMIT $2) AS counted)
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (event_id, place) ORDER BY place
"""
MOVED_ONLINE = """
SELECT EXISTS (
    SELECT FROM events e JOIN event_activity a ON a.organization_id = e.organization_id AND a.event_id = e.id AND a.at >= e.published_at
    WHERE e.id = asked.event_id AND (
        e.attendance_mode <> 'PHYSICAL' AND a.changes->'attendance_mode'->>'old' = 'PHYSICAL'
        OR e.attendance_mode = 'VIRTUAL' AND a.changes->'attendance_mode'->>'old' = 'HYBRID'
    )
)
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (event_id, place) ORDER BY place
"""
STATEMENTS = {
    (backward, beyond): PAGES.format(
        way="ASC" if backward else "DESC",
        edge=f"(a.at, a.id) {'>' if backward else '<'} ($3, $4)" if beyond else "true",
    )
    for backward in (False, True)
    for beyond in (False, True)
}


class ActivityRow(Row, reads=Activity):
    """Reads like an Activity."""

    __slots__ = ()


class ActivityStore:
    """Implements `ActivityLog`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._correlation_id = transaction.correlation_id
        self._acting = transaction.acting

    async def add(self, activity: Activity) -> None:
        """Write it down; nobody may change it afterwards."""
        facts = (getattr(activity, name) for name in WRITTEN)
        in_name_of = (self._acting.service_key_id, self._acting.as_platform_admin)
        await self._connection.execute(ADD, self._organization_id, self._correlation_id, *in_name_of, *facts)

    async def pages(self, event_ids: Sequence[UUID], page: Page) -> list[Slice[Activity]]:
        """One window for each event, the newest first, and one row more to know whether others follow."""
        statement = STATEMENTS[page.backward, page.edge is not None]
        rows = await self._connection.fetch(statement, event_ids, page.size + 1, *(page.edge or ()), record_class=ActivityRow)
        found = grouped(cast("list[Activity]", rows), event_ids, by="event_id")
        return [pages.slice_of(each, page) for each in found]

    async def counts(self, event_ids: Sequence[UUID], at_most: int) -> list[int]:
        """For each event, looking at no more than `at_most`."""
        return [row[0] for row in await self._connection.fetch(COUNTS, event_ids, at_most)]

    async def moved_online(self, event_ids: Sequence[UUID]) -> list[bool]:
        """By what was noted since each event was published."""
        return [row[0] for row in await self._connection.fetch(MOVED_ONLINE, event_ids)]
