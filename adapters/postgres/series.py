"""The store of series and their occurrences."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres import pages
from adapters.postgres.events import COLUMNS as EVENT_COLUMNS
from adapters.postgres.events import EventRow
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.events import PUBLIC_STATUSES, AttendanceMode, Event
from domain.identity import expect_own
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused, VersionConflict
from domain.series import EventSeries, Occurrence, Recurrence, SeriesSlugTaken, Staged, rule_of, write_rrule

COLUMNS = columns_of(EventSeries, table="s")
SHOWN = f"e.status IN ({', '.join(repr(each.value) for each in sorted(PUBLIC_STATUSES))})"
OCCURRENCES = "event_occurrences o JOIN events e ON e.organization_id = o.organization_id AND e.id = o.event_id"
HAS_SHOWN = f"""EXISTS (
    SELECT FROM {OCCURRENCES} WHERE o.organization_id = s.organization_id AND o.series_id = s.id AND {SHOWN}
)"""
GET_MANY = f"SELECT {COLUMNS} FROM event_series s WHERE s.id = ANY($1::uuid[]) AND (NOT $2 OR {HAS_SHOWN})"
BY_SLUGS = f"SELECT {COLUMNS} FROM event_series s WHERE s.slug = ANY($1::text[]) AND (NOT $2 OR {HAS_SHOWN})"
COUNT = f"SELECT count(*) FROM (SELECT FROM event_series s WHERE NOT $2 OR {HAS_SHOWN} LIMIT $1) AS counted"
OF_EVENTS = "SELECT event_id, series_id, date FROM event_occurrences WHERE event_id = ANY($1::uuid[])"
# The look-up of one series' window stands in a LATERAL, so that an index answers it for each of many series in one statement.
EVENTS = f"""
SELECT shown.* FROM unnest($1::uuid[]) AS asked (series_id) CROSS JOIN LATERAL (
    SELECT o.series_id, o.date AS occurs_on, {EVENT_COLUMNS} FROM {OCCURRENCES}
    WHERE o.series_id = asked.series_id AND (NOT $3 OR {SHOWN}) AND {{edge}}
    ORDER BY o.date {{way}} LIMIT $2
) AS shown
"""
PAGE = f"SELECT {COLUMNS} FROM event_series s WHERE (NOT $2 OR {HAS_SHOWN}) AND {{edge}} ORDER BY s.slug {{way}} LIMIT $1"
PAGES = {
    (backward, beyond): (
        PAGE.format(way="DESC" if backward else "ASC", edge=f"s.slug {'<' if backward else '>'} $3" if beyond else "true"),
        EVENTS.format(way="DESC" if backward else "ASC", edge=f"o.date {'<' if backward else '>'} $4" if beyond else "true"),
    )
    for backward in (False, True)
    for beyond in (False, True)
}
EVENT_COUNTS = f"""
SELECT (SELECT count(*) FROM (
    SELECT FROM {OCCURRENCES} WHERE o.series_id = asked.series_id AND (NOT $3 OR {SHOWN}) LIMIT $2
) AS counted)
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (series_id, place) ORDER BY place
"""
FOR_CHANGE = f"SELECT {COLUMNS} FROM event_series s WHERE s.id = $1 FOR NO KEY UPDATE"
# Inventories are locked in the order of their events, as wherever more than one is locked.
LOCK = f"""
SELECT FROM {OCCURRENCES} JOIN inventories i ON i.organization_id = o.organization_id AND i.event_id = o.event_id
WHERE o.series_id = $1 ORDER BY o.event_id FOR UPDATE OF i FOR NO KEY UPDATE OF e
"""
STAGED = f"""
SELECT o.date AS occurs_on, {EVENT_COLUMNS}, e.created_by, stock.held, stock.sold,
    (SELECT count(*) FROM ticket_types t WHERE t.organization_id = o.organization_id AND t.event_id = o.event_id) AS ticket_types
FROM {OCCURRENCES} CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.held), 0) AS held, coalesce(sum(p.sold), 0) AS sold
    FROM pools p WHERE p.organization_id = o.organization_id AND p.event_id = o.event_id
) AS stock
WHERE o.series_id = $1 ORDER BY o.date
"""
WRITTEN = tuple(each.name for each in fields(EventSeries))
CHANGED = tuple(name for name in WRITTEN if name not in {"id", "created_at"})
ADD = f"""
INSERT INTO event_series (organization_id, {", ".join(WRITTEN)})
VALUES ($1, {", ".join(f"${at}" for at, _ in enumerate(WRITTEN, start=2))})
"""
CHANGE = f"""
UPDATE event_series SET {", ".join(f"{name} = ${at}" for at, name in enumerate(CHANGED, start=3))}
WHERE id = $1 AND version = $2 - 1 RETURNING id
"""
# Dates that somebody else adds belong to whoever made the series.
LINK = f"""
WITH maker AS (SELECT e.created_by FROM {OCCURRENCES} WHERE o.series_id = $2 ORDER BY o.date LIMIT 1),
handed_over AS (
    UPDATE events SET created_by = maker.created_by FROM maker
    WHERE events.id = ANY($3::uuid[]) AND events.created_by IS DISTINCT FROM maker.created_by
)
INSERT INTO event_occurrences (organization_id, series_id, event_id, date)
SELECT $1, $2, made.* FROM unnest($3::uuid[], $4::date[]) AS made
"""
HAND_OVER = "UPDATE event_occurrences SET series_id = $2 WHERE series_id = $1 AND date >= $3"

NEW_FACTS, CHANGED_FACTS = attrgetter(*WRITTEN), attrgetter("id", "version", *CHANGED)
RULE = WRITTEN.index("rule")


class EventSeriesRow(Row, reads=EventSeries):
    """Reads like an EventSeries."""

    __slots__ = ()

    @property
    def rule(self) -> Recurrence:
        return rule_of(self["rule"])

    @property
    def attendance_mode(self) -> AttendanceMode:
        return AttendanceMode(self["attendance_mode"])


class OccurrenceRow(Row, reads=Occurrence):
    """Reads like an Occurrence."""

    __slots__ = ()


class PostgresSeriesStore:
    """Implements `SeriesStore`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._acting = transaction.acting

    async def get_many(self, ids: Sequence[UUID], *, public: bool) -> list[EventSeries | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, public, record_class=EventSeriesRow), ids)

    async def by_slugs(self, slugs: Sequence[str], *, public: bool) -> list[EventSeries | None]:
        """By slug, in the order asked."""
        return in_order(await self._connection.fetch(BY_SLUGS, slugs, public, record_class=EventSeriesRow), slugs, by="slug")

    async def page(self, page: Page, *, public: bool) -> Slice[EventSeries]:
        """One window, and one row more to know whether others follow."""
        statement, _ = PAGES[page.backward, page.edge is not None]
        rows = await self._connection.fetch(statement, page.size + 1, public, *(page.edge or ()), record_class=EventSeriesRow)
        return pages.slice_of(rows, page)

    async def count(self, at_most: int, *, public: bool) -> int:
        """How many there are; looks at no more than `at_most` that are shown."""
        counted: int = await self._connection.fetchval(COUNT, at_most, public)
        return counted

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Occurrence | None]:
        """For each event its date in its series."""
        return in_order(await self._connection.fetch(OF_EVENTS, event_ids, record_class=OccurrenceRow), event_ids, by="event_id")

    async def events(self, series_ids: Sequence[UUID], page: Page, *, public: bool) -> list[Slice[tuple[date, Event]]]:
        """One window for each series by date, and one row more to know whether others follow."""
        _, statement = PAGES[page.backward, page.edge is not None]
        rows = await self._connection.fetch(statement, series_ids, page.size + 1, public, *(page.edge or ()), record_class=EventRow)
        found: dict[UUID, list[tuple[date, Event]]] = {each: [] for each in series_ids}
        for row in rows:
            found[row["series_id"]].append((row["occurs_on"], row))
        return [pages.slice_of(found[each], page) for each in series_ids]

    async def event_counts(self, series_ids: Sequence[UUID], at_most: int, *, public: bool) -> list[int]:
        """For each series, looking at no more than `at_most`."""
        return [row[0] for row in await self._connection.fetch(EVENT_COUNTS, series_ids, at_most, public)]

    async def for_change(self, series_id: UUID) -> EventSeries:
        """The series; it does not change elsewhere until the work ends."""
        row = await self._connection.fetchrow(FOR_CHANGE, series_id, record_class=EventSeriesRow)
        if row is None:
            raise Refused(NotFound("series", ("input", "seriesId")))
        return EventSeries(**facts_of(row, EventSeries) | {name: tuple(row[name]) for name in ("excluded_dates", "extra_dates")})

    async def staged(self, series_id: UUID) -> list[Staged]:
        """All occurrences by date. What is read after the locks are had is what holds until the work ends."""
        await self._connection.execute(LOCK, series_id)
        rows = await self._connection.fetch(STAGED, series_id, record_class=EventRow)
        for row in rows:
            expect_own(self._acting, row["created_by"])
        return [Staged(row["occurs_on"], Event(**facts_of(row, Event)), row["ticket_types"], row["held"], row["sold"]) for row in rows]

    async def keep(self, series: EventSeries) -> None:
        """Write the series, new or changed."""
        try:
            if series.version == 1:
                await self._connection.execute(ADD, self._organization_id, *_written(NEW_FACTS(series), RULE))
            elif await self._connection.fetchval(CHANGE, *_written(CHANGED_FACTS(series), 2 + CHANGED.index("rule"))) is None:
                await self._refuse_stale(series.id)
        except asyncpg.UniqueViolationError as taken:
            if taken.constraint_name != "event_series_organization_id_slug_key":
                raise
            raise Refused(SeriesSlugTaken(series.slug)) from taken
        except asyncpg.ForeignKeyViolationError as unknown:
            raise Refused(NotFound("venue", ("input", "venueId"))) from unknown

    async def add(self, series_id: UUID, events: Mapping[date, UUID]) -> None:
        """Make these events occurrences."""
        await self._connection.execute(LINK, self._organization_id, series_id, [*events.values()], [*events])

    async def hand_over(self, series_id: UUID, to: UUID, since: date) -> None:
        """Make later occurrences those of another series."""
        await self._connection.execute(HAND_OVER, series_id, to, since)

    async def _refuse_stale(self, series_id: UUID) -> None:
        version = await self._connection.fetchval("SELECT version FROM event_series WHERE id = $1", series_id)
        raise Refused(NotFound("series", ("input", "seriesId")) if version is None else VersionConflict(version))


def _written(facts: Sequence[Any], at: int) -> list[Any]:
    """The facts with the rule, which stands at `at`, as the text that is kept."""
    return [*facts[:at], write_rrule(facts[at]), *facts[at + 1 :]]
