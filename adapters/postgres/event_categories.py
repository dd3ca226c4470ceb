"""The store of event categories."""

from collections.abc import Sequence
from operator import attrgetter
from typing import cast
from uuid import UUID

import asyncpg

from adapters.postgres.rows import Row, columns_of, facts_of, grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.event_categories import EventCategory, EventCategorySlugTaken
from domain.refusals import NotFound, Refused

COLUMNS = columns_of(EventCategory)
GET_MANY = f"SELECT {COLUMNS} FROM event_categories WHERE id = ANY($1::uuid[])"
ALL = f"SELECT {COLUMNS} FROM event_categories"
# Locked rows would not do: a category entered meanwhile would be missing from what a move looks at.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
FOR_CHANGE = f"SELECT {COLUMNS} FROM event_categories ORDER BY id FOR UPDATE"
CHOSEN = f"SELECT {COLUMNS} FROM event_categories WHERE id = ANY($1::uuid[]) ORDER BY id FOR KEY SHARE"
ADD = "INSERT INTO event_categories (organization_id, id, slug, name, parent_id, position) VALUES ($1, $2, $3, $4, $5, $6)"
CHANGE = "UPDATE event_categories SET slug = $2, name = $3, parent_id = $4, position = $5, version = $6 WHERE id = $1"
DELETE = "DELETE FROM event_categories WHERE id = $1"
USES = "SELECT count(*) FROM event_category_choices WHERE category_id = $1"
OF_EVENTS = f"""
SELECT c.event_id, {columns_of(EventCategory, table="k")} FROM event_category_choices c
JOIN event_categories k ON k.organization_id = c.organization_id AND k.id = c.category_id
WHERE c.event_id = ANY($1::uuid[]) ORDER BY c.position
"""
EMPTY = "DELETE FROM event_category_choices WHERE event_id = $1"
FILL = """
INSERT INTO event_category_choices (organization_id, event_id, category_id, position)
SELECT $1, $2, chosen.id, chosen.position FROM unnest($3::uuid[]) WITH ORDINALITY AS chosen (id, position)
"""

FACTS = attrgetter("id", "slug", "name", "parent_id", "position")


class EventCategoryRow(Row, reads=EventCategory):
    """Reads like an EventCategory."""

    __slots__ = ()

    event_id = property(lambda self: self["event_id"])


class EventCategoryStore:
    """Implements `EventCategories`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[EventCategory | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=EventCategoryRow), ids)

    async def all(self) -> Sequence[EventCategory]:
        """All of them, in no order."""
        return cast("list[EventCategory]", await self._connection.fetch(ALL, record_class=EventCategoryRow))

    async def for_change(self) -> Sequence[EventCategory]:
        """All of them; nobody else changes the tree until the work ends, nor puts an event in one."""
        await self._connection.execute(LOCK, f"event categories {self._organization_id}")
        return [_value(row) for row in await self._connection.fetch(FOR_CHANGE, record_class=EventCategoryRow)]

    async def chosen(self, ids: Sequence[UUID]) -> list[EventCategory | None]:
        """By id, in the order asked; they stay until the work ends."""
        rows = await self._connection.fetch(CHOSEN, ids, record_class=EventCategoryRow)
        return in_order([_value(row) for row in rows], ids)

    async def keep(self, category: EventCategory) -> None:
        """Write it, new or changed; its version was checked under the lock of `for_change`."""
        try:
            if category.version == 1:
                await self._connection.execute(ADD, self._organization_id, *FACTS(category))
            else:
                await self._connection.execute(CHANGE, *FACTS(category), category.version)
        except asyncpg.UniqueViolationError as taken:
            raise Refused(EventCategorySlugTaken(category.slug)) from taken

    async def delete(self, category_id: UUID) -> None:
        """Remove it; its events stay without it."""
        if await self._connection.execute(DELETE, category_id) == "DELETE 0":
            raise Refused(NotFound("event category", ("input", "categoryId")))

    async def uses(self, category_id: UUID) -> int:
        """How many events are in it; exact when asked after `for_change`."""
        counted: int = await self._connection.fetchval(USES, category_id)
        return counted

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[EventCategory]]:
        """For each event its categories, as they were given."""
        rows = await self._connection.fetch(OF_EVENTS, event_ids, record_class=EventCategoryRow)
        return cast("list[Sequence[EventCategory]]", grouped(rows, event_ids, by="event_id"))

    async def put(self, event_id: UUID, category_ids: Sequence[UUID]) -> None:
        """These and no others."""
        await self._connection.execute(EMPTY, event_id)
        await self._connection.execute(FILL, self._organization_id, event_id, category_ids)


def _value(row: EventCategoryRow) -> EventCategory:
    return EventCategory(**facts_of(row, EventCategory))
