"""The store of events."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import cast
from uuid import UUID

import asyncpg

from adapters.postgres import pages
from adapters.postgres.event_finding import UNREAD, count_statement, order_of, page_statement, shape_of, values_of
from adapters.postgres.event_search import ASKED, Found, find, questions_of, searches_of, understood
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.events import AttendanceMode, Event, EventFilter, EventHasOrders, EventOrder, EventSlugTaken, EventStatus
from domain.identity import expect_own
from domain.news import stock_moved
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused, VersionConflict

COLUMNS = columns_of(Event, table="e", unread=UNREAD)
GET_MANY = f"SELECT {COLUMNS} FROM events e WHERE e.id = ANY($1::uuid[])"
BY_SLUGS = f"SELECT {COLUMNS} FROM events e WHERE e.slug = ANY($1::text[])"
# The inventory is locked first, as every change of stock does. The weaker lock on the event lets foreign keys to it pass.
FOR_CHANGE = f"""
SELECT {COLUMNS}, e.created_by FROM inventories i JOIN events e ON e.organization_id = i.organization_id AND e.id = i.event_id
WHERE i.event_id = $1 FOR UPDATE OF i FOR NO KEY UPDATE OF e
"""
WRITTEN = tuple(each.name for each in fields(Event))
CHANGED = tuple(name for name in WRITTEN if name not in {"id", "created_at"})
ADD = f"""
WITH added AS (
    INSERT INTO events (organization_id, created_by, {", ".join(WRITTEN)})
    VALUES ($1, {", ".join(f"${at}" for at, _ in enumerate(("created_by", *WRITTEN), start=2))})
    RETURNING organization_id, id
)
INSERT INTO inventories (organization_id, event_id) SELECT organization_id, id FROM added
"""
CHANGE = f"""
WITH before AS (SELECT status, ends_at FROM events WHERE id = $1),
changed AS (
    UPDATE events SET {", ".join(f"{name} = ${at}" for at, name in enumerate(CHANGED, start=3))}
    WHERE id = $1 AND version = $2 - 1
    RETURNING status, ends_at
)
SELECT (before.status, before.ends_at) <> (changed.status, changed.ends_at) FROM before, changed
"""
SALE_MOVED = """
WITH lane AS (UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 RETURNING sequence),
stamped AS (UPDATE ticket_types SET moved_at = lane.sequence FROM lane WHERE event_id = $1)
SELECT sequence FROM lane
"""
STOCK = """
SELECT (SELECT count(*) FROM ticket_types WHERE event_id = $1), coalesce(sum(held), 0), coalesce(sum(sold), 0)
FROM pools WHERE event_id = $1
"""

ORDERED = "SELECT EXISTS (SELECT FROM order_lines WHERE event_id = $1)"

NEW_FACTS, CHANGED_FACTS = attrgetter(*WRITTEN), attrgetter("id", "version", *CHANGED)


_STATUSES = {each.value: each for each in EventStatus}


class EventRow(Row, reads=Event, unread=UNREAD):
    """Reads like an Event."""

    __slots__ = ()

    @property
    def status(self) -> EventStatus:
        return _STATUSES[self["status"]]

    @property
    def attendance_mode(self) -> AttendanceMode:
        return AttendanceMode(self["attendance_mode"])


class EventStore:
    """Implements `Events`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._news = transaction.news
        self._seen: dict[UUID, Event] | None = {} if transaction.is_snapshot else None
        self._acting = transaction.acting

    async def get_many(self, ids: Sequence[UUID]) -> list[Event | None]:
        """By id, in the order asked. A snapshot reads an event once: ticket types and holds ask for it to know whether it may be seen."""
        if self._seen is None:
            return in_order(await self._connection.fetch(GET_MANY, ids, record_class=EventRow), ids)
        if unknown := [each for each in ids if each not in self._seen]:
            self._seen.update((row.id, row) for row in await self._connection.fetch(GET_MANY, unknown, record_class=EventRow))
        return [self._seen.get(each) for each in ids]

    async def by_slugs(self, slugs: Sequence[str]) -> list[Event | None]:
        """By slug, in the order asked."""
        return in_order(await self._connection.fetch(BY_SLUGS, slugs, record_class=EventRow), slugs, by="slug")

    async def page(self, where: EventFilter, order: Sequence[EventOrder], page: Page, locales: Sequence[str] = ()) -> Slice[Event]:
        """One window, and one row more to know whether others follow."""
        found = await self._found(where)
        by, order_values = order_of(order, found, locales)
        statement = page_statement(shape_of(found.where), by, page.backward, page.edge is not None)
        values = values_of(found.where) | order_values | pages.edge_values(page, len(order) + 1) | {"size": page.size + 1}
        rows = await self._connection.fetch(statement.text, *statement.arguments(values), record_class=EventRow)
        window = pages.slice_of(rows, page)
        items, keys = cast("Sequence[EventRow]", window.items), [*(f"sort{at}" for at in range(len(order))), "id"]
        edges = tuple(zip(*(map(itemgetter(key), items) for key in keys), strict=True))
        return Slice(cast("Sequence[Event]", window.items), window.has_next, window.has_previous, edges)

    async def count(self, where: EventFilter, at_most: int) -> int:
        """How many match; looks at no more than `at_most`."""
        found = (await self._found(where)).where
        statement = count_statement(shape_of(found))
        counted: int = await self._connection.fetchval(statement.text, *statement.arguments(values_of(found) | {"at_most": at_most}))
        return counted

    async def for_change(self, event_id: UUID) -> Event:
        """The event, where it may be changed; neither it nor its stock changes elsewhere until the work ends."""
        row = await self._locked(event_id)
        expect_own(self._acting, row["created_by"])
        return Event(**facts_of(row, Event))

    async def for_copy(self, event_id: UUID) -> Event:
        """The event, whoever made it; it does not change until the work ends."""
        return Event(**facts_of(await self._locked(event_id), Event))

    async def keep(self, event: Event) -> None:
        """Write the event. A change that opens or closes its sale counts as a movement of its stock and is announced as `stock:moved`."""
        try:
            if event.version == 1:
                await self._connection.execute(ADD, self._organization_id, self._acting.id, *NEW_FACTS(event))
                return
            sale_moved = await self._connection.fetchval(CHANGE, *CHANGED_FACTS(event))
        except asyncpg.UniqueViolationError as taken:
            if taken.constraint_name != "events_organization_id_slug_key":
                raise
            raise Refused(EventSlugTaken(event.slug)) from taken
        except asyncpg.ForeignKeyViolationError as unknown:
            if unknown.constraint_name != "events_organization_id_venue_id_fkey":
                raise
            raise Refused(NotFound("venue", ("input", "venueId"))) from unknown
        if sale_moved is None:
            await self._refuse_stale(event.id)
        if sale_moved:
            sequence = await self._connection.fetchval(SALE_MOVED, event.id)
            self._news.append(stock_moved("stock:moved", event.id, sequence, {}))

    async def delete(self, event_id: UUID) -> None:
        """Remove it with its ticket types and pools; holds that ended long ago stay as history."""
        if await self._connection.fetchval(ORDERED, event_id):
            raise Refused(EventHasOrders())
        if await self._connection.execute("DELETE FROM events WHERE id = $1", event_id) == "DELETE 0":
            raise Refused(NotFound("event", ("input", "eventId")))

    async def stock(self, event_id: UUID) -> tuple[int, int, int]:
        """Ticket types, held, sold; exact until the work ends when asked after `for_change`. Tickets of two pools count twice."""
        ticket_types, held, sold = await self._connection.fetchrow(STOCK, event_id)
        return ticket_types, held, sold

    async def _locked(self, event_id: UUID) -> EventRow:
        row: EventRow | None = await self._connection.fetchrow(FOR_CHANGE, event_id, record_class=EventRow)
        if row is None:
            raise Refused(NotFound("event", ("input", "eventId")))
        return row

    async def _found(self, where: EventFilter) -> Found:
        """The filter with searches made into conditions on words, after their words were made comparable."""
        searches = searches_of(where)
        return find(where, understood(await self._connection.fetch(ASKED, *questions_of(searches))) if searches else {})

    async def _refuse_stale(self, event_id: UUID) -> None:
        version = await self._connection.fetchval("SELECT version FROM events WHERE id = $1", event_id)
        raise Refused(NotFound("event", ("input", "eventId")) if version is None else VersionConflict(version))
