"""The store of events."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import count
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, Integer, Text, Uuid, and_, any_, bindparam, false, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres import pages, tables
from adapters.postgres.pages import Sort, Statement
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.events import AttendanceMode, Event, EventFilter, EventOrder, EventSlugTaken, EventStatus
from domain.news import stock_moved
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused, VersionConflict

columns = tables.events.c

COLUMNS = columns_of(Event, table="e")
GET_MANY = f"SELECT {COLUMNS} FROM events e WHERE e.id = ANY($1::uuid[])"
BY_SLUGS = f"SELECT {COLUMNS} FROM events e WHERE e.slug = ANY($1::text[])"
# The inventory is locked first, as every change of stock does. The weaker lock on the event lets foreign keys to it pass.
FOR_CHANGE = f"""
SELECT {COLUMNS} FROM inventories i JOIN events e ON e.organization_id = i.organization_id AND e.id = i.event_id
WHERE i.event_id = $1 FOR UPDATE OF i FOR NO KEY UPDATE OF e
"""
ADD = """
WITH added AS (
    INSERT INTO events (organization_id, id, slug, title, description, status, attendance_mode, starts_at, ends_at, time_zone,
        venue_id, created_at, updated_at, published_at, version)
    VALUES ($14, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $15, $11, $12, $13)
    RETURNING organization_id, id
)
INSERT INTO inventories (organization_id, event_id) SELECT organization_id, id FROM added
"""
CHANGE = """
WITH before AS (SELECT status, ends_at FROM events WHERE id = $1),
changed AS (
    UPDATE events SET slug = $2, title = $3, description = $4, status = $5, attendance_mode = $6, starts_at = $7, ends_at = $8,
        time_zone = $9, venue_id = $10, updated_at = $11, published_at = $12, version = $13
    WHERE id = $1 AND version = $13 - 1
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

CHANGEABLE = attrgetter(
    "id", "slug", "title", "description", "status", "attendance_mode", "starts_at", "ends_at", "time_zone", "venue_id",
    "updated_at", "published_at", "version",
)  # fmt: skip


class EventRow(Row, reads=Event):
    """Reads like an Event."""

    __slots__ = ()

    @property
    def status(self) -> EventStatus:
        return EventStatus(self["status"])

    @property
    def attendance_mode(self) -> AttendanceMode:
        return AttendanceMode(self["attendance_mode"])


class EventStore:
    """Implements `Events`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._news = transaction.news

    async def get_many(self, ids: Sequence[UUID]) -> list[Event | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=EventRow), ids)

    async def by_slugs(self, slugs: Sequence[str]) -> list[Event | None]:
        """By slug, in the order asked."""
        return in_order(await self._connection.fetch(BY_SLUGS, slugs, record_class=EventRow), slugs, by="slug")

    async def page(self, where: EventFilter, order: Sequence[EventOrder], page: Page) -> Slice[Event]:
        """One window, and one row more to know whether others follow."""
        statement = _page_statement(_shape(where), tuple(order), page.backward, page.edge is not None)
        values = _values(where) | pages.edge_values(page, len(order) + 1) | {"size": page.size + 1}
        rows = await self._connection.fetch(statement.text, *statement.arguments(values), record_class=EventRow)
        return pages.slice_of(cast("list[Event]", rows), page)

    async def count(self, where: EventFilter, at_most: int) -> int:
        """How many match; looks at no more than `at_most`."""
        statement = _count_statement(_shape(where))
        counted: int = await self._connection.fetchval(statement.text, *statement.arguments(_values(where) | {"at_most": at_most}))
        return counted

    async def for_change(self, event_id: UUID) -> Event:
        """The event; neither it nor its stock changes elsewhere until the work ends."""
        row = await self._connection.fetchrow(FOR_CHANGE, event_id, record_class=EventRow)
        if row is None:
            raise Refused(NotFound("event", ("input", "eventId")))
        return Event(**facts_of(row, Event))

    async def keep(self, event: Event) -> None:
        """Write the event. A change that opens or closes its sale counts as a movement of its stock and is announced as `stock:moved`."""
        facts = CHANGEABLE(event)
        try:
            if event.version == 1:
                await self._connection.execute(ADD, *facts, self._organization_id, event.created_at)
                return
            sale_moved = await self._connection.fetchval(CHANGE, *facts)
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
        if await self._connection.execute("DELETE FROM events WHERE id = $1", event_id) == "DELETE 0":
            raise Refused(NotFound("event", ("input", "eventId")))

    async def stock(self, event_id: UUID) -> tuple[int, int, int]:
        """Ticket types, held, sold; exact until the work ends when asked after `for_change`. Tickets of two pools count twice."""
        ticket_types, held, sold = await self._connection.fetchrow(STOCK, event_id)
        return ticket_types, held, sold

    async def _refuse_stale(self, event_id: UUID) -> None:
        version = await self._connection.fetchval("SELECT version FROM events WHERE id = $1", event_id)
        raise Refused(NotFound("event", ("input", "eventId")) if version is None else VersionConflict(version))


CONDITIONS: dict[str, tuple[Any, Any]] = {
    "statuses": (lambda given: columns.status == any_(given), ARRAY(Text)),
    "slugs": (lambda given: columns.slug == any_(given), ARRAY(Text)),
    "venue_ids": (lambda given: columns.venue_id == any_(given), ARRAY(Uuid)),
    "starts_from": (lambda given: columns.starts_at >= given, columns.starts_at.type),
    "starts_before": (lambda given: columns.starts_at < given, columns.starts_at.type),
}
SORTS = {
    EventOrder.STARTS_AT_ASC: Sort(columns.starts_at),
    EventOrder.STARTS_AT_DESC: Sort(columns.starts_at, descending=True),
    EventOrder.CREATED_AT_ASC: Sort(columns.created_at),
    EventOrder.CREATED_AT_DESC: Sort(columns.created_at, descending=True),
}

Shape = tuple[tuple[str, ...], tuple["Shape", ...], tuple["Shape", ...], tuple["Shape", ...]]
"""Which conditions a filter gives, without their values: its own, and the shapes of those nested in all_of, any_of, none_of."""


def _nested(where: EventFilter) -> Iterator[Sequence[EventFilter]]:
    yield from (where.all_of, where.any_of, where.none_of)


def _shape(where: EventFilter) -> Shape:
    given = tuple(name for name in CONDITIONS if getattr(where, name) is not None)
    all_of, any_of, none_of = (tuple(_shape(each) for each in filters) for filters in _nested(where))
    return given, all_of, any_of, none_of


def _values(where: EventFilter) -> dict[str, object]:
    """The filter's values, named in the order in which `_condition` meets them."""
    return {f"value{at}": value for at, value in enumerate(_each_value(where))}


def _each_value(where: EventFilter) -> Iterator[object]:
    yield from (value for name in CONDITIONS if (value := getattr(where, name)) is not None)
    for filters in _nested(where):
        for each in filters:
            yield from _each_value(each)


def _condition(shape: Shape, numbers: Iterator[int]) -> ColumnElement[bool]:
    given, all_of, any_of, none_of = shape
    own = [compare(bindparam(f"value{next(numbers)}", type_=type_)) for compare, type_ in (CONDITIONS[name] for name in given)]
    every = [_condition(each, numbers) for each in all_of]
    some = [_condition(each, numbers) for each in any_of]
    # NULL is not true, so an event without a venue is none of those at a venue.
    none = [not_(func.coalesce(_condition(each, numbers), false())) for each in none_of]
    return and_(true(), *own, *every, *([or_(false(), *some)] if some else []), *none)


@lru_cache(maxsize=256)
def _page_statement(shape: Shape, order: tuple[EventOrder, ...], backward: bool, has_edge: bool) -> Statement:  # noqa: FBT001 - part of the shape
    sorts = [SORTS[each] for each in order]
    sorts.append(Sort(columns.id, descending=bool(sorts) and sorts[-1].descending))
    if backward:
        sorts = pages.turned(sorts)
    conditions = [_condition(shape, count()), *([pages.beyond(sorts)] if has_edge else [])]
    asked = select(*(columns[each.name] for each in fields(Event))).where(*conditions)
    return pages.compiled(asked.order_by(*pages.ordering(sorts)).limit(bindparam("size", type_=Integer)))


@lru_cache(maxsize=256)
def _count_statement(shape: Shape) -> Statement:
    matching = select(columns.id).where(_condition(shape, count())).limit(bindparam("at_most", type_=Integer))
    return pages.compiled(select(func.count()).select_from(matching.subquery()))
