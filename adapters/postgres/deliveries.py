"""What durable groups have not done yet: kept by the relay, taken off by the works that do it, counted and given up here."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from adapters.postgres.transaction import Pool, Transaction
from domain.bus import DeadNews, Group, Tally, Waiting
from domain.news import Line, News, Published

JOIN = "INSERT INTO news_groups (name, types) VALUES ($1, $2::text[]) ON CONFLICT (name) DO UPDATE SET types = EXCLUDED.types RETURNING 1"
# What a relay keeps for it at this very moment stays behind, and is met by nobody unless the group joins again.
LEAVE = "WITH gone AS (DELETE FROM deliveries WHERE group_name = $1) DELETE FROM news_groups WHERE name = $1 RETURNING 1"

FIRST = """
SELECT * FROM (
    SELECT news_id, type, correlation_id, tries, due_at FROM deliveries
    WHERE group_name = $1 AND organization_id = $2 AND subject = $3 AND died_at IS NULL ORDER BY position LIMIT 1
) AS first WHERE due_at <= app_now()
"""
IS_ANY_DUE = "SELECT EXISTS (SELECT FROM deliveries WHERE group_name = $1 AND died_at IS NULL AND due_at <= app_now())"
DUE = """
SELECT organization_id, subject FROM deliveries AS here
WHERE group_name = $1 AND died_at IS NULL AND due_at <= app_now() AND NOT EXISTS (
    SELECT FROM deliveries AS before WHERE before.group_name = here.group_name AND before.organization_id = here.organization_id
    AND before.subject = here.subject AND before.died_at IS NULL AND before.position < here.position
) ORDER BY due_at, position LIMIT $2
"""
# Two may fail at the same news; one of them counts.
PUT_OFF = """
UPDATE deliveries SET tries = tries + 1, due_at = app_now() + $5::interval, fault = $6
WHERE group_name = $1 AND news_id = $2 AND organization_id = $3 AND tries = $4 AND died_at IS NULL RETURNING 1
"""
GIVE_UP = """
UPDATE deliveries SET tries = tries + 1, died_at = app_now(), fault = $5
WHERE group_name = $1 AND news_id = $2 AND organization_id = $3 AND tries = $4 AND died_at IS NULL RETURNING 1
"""
TALLIES = """
SELECT name, types, count(position) FILTER (WHERE died_at IS NULL) AS waiting, min(occurred_at) FILTER (WHERE died_at IS NULL) AS oldest,
    count(position) FILTER (WHERE died_at IS NULL AND tries > 0) AS failing, count(died_at) AS dead
FROM news_groups LEFT JOIN deliveries ON group_name = name GROUP BY name, types ORDER BY name
"""

# Skipped when locked, since whoever has it is at it; which news these are was decided before, so none of the line can be overtaken.
TAKE = """
DELETE FROM deliveries WHERE group_name = $1 AND news_id = (
    SELECT news_id FROM deliveries WHERE group_name = $1 AND news_id = $2 AND died_at IS NULL AND due_at <= app_now()
    FOR UPDATE SKIP LOCKED
) RETURNING news_id, organization_id, type, version, subject, payload::text AS payload, correlation_id, occurred_at
"""

DEAD_COLUMNS = """
SELECT group_name, news_id, organization_id, type, version, subject, payload::text AS payload, correlation_id, occurred_at,
    tries, fault, died_at
FROM deliveries
"""
DEAD = f"""{DEAD_COLUMNS} WHERE died_at IS NOT NULL AND ($1::text IS NULL OR group_name = $1)
AND ($2::timestamptz IS NULL OR (died_at, group_name, news_id) > ($2, $3, $4)) ORDER BY died_at, group_name, news_id LIMIT 1000
"""
FIND = f"{DEAD_COLUMNS} WHERE died_at IS NOT NULL AND news_id = ANY ($1::uuid[]) ORDER BY died_at, group_name, news_id"
REPLAY = """
UPDATE deliveries SET died_at = NULL, fault = NULL, tries = 0, due_at = app_now()
WHERE group_name = $1 AND news_id = $2 AND organization_id = $3 AND died_at = $4 RETURNING 1
"""
DISCARD = "DELETE FROM deliveries WHERE group_name = $1 AND news_id = $2 AND organization_id = $3 AND died_at = $4 RETURNING 1"


class PostgresBacklog:
    """Implements `Backlog` on the system role's pool."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def join(self, group: Group) -> None:
        """The types it names last are those it gets."""
        await self._pool.fetchval(JOIN, group.name, sorted(group.types))

    async def leave(self, group: str) -> bool:
        """Nothing is kept for it any more, and what was kept is forgotten; whether there was such a group."""
        return await self._pool.fetchval(LEAVE, group) is not None

    async def first(self, group: str, line: Line) -> Waiting | None:
        """The first news of the line when they are due."""
        row = await self._pool.fetchrow(FIRST, group, line.organization_id, line.subject)
        return Waiting(row["news_id"], row["type"], line, row["correlation_id"], row["tries"]) if row else None

    async def due(self, group: str, at_most: int) -> Sequence[Line]:
        """Lines whose first news are due; asking costs one look-up when there are none."""
        if not await self._pool.fetchval(IS_ANY_DUE, group):
            return []
        return [Line(row["organization_id"], row["subject"]) for row in await self._pool.fetch(DUE, group, at_most)]

    async def put_off(self, group: str, waiting: Waiting, wait: timedelta, fault: str) -> bool:
        """Due again after this time."""
        return await self._pool.fetchval(PUT_OFF, *_key(group, waiting), wait, fault) is not None

    async def give_up(self, group: str, waiting: Waiting, fault: str) -> bool:
        """Kept among the dead."""
        return await self._pool.fetchval(GIVE_UP, *_key(group, waiting), fault) is not None

    async def tallies(self) -> Sequence[Tally]:
        """Every group, by name."""
        rows = await self._pool.fetch(TALLIES)
        return [Tally(row["name"], tuple(row["types"]), row["waiting"], row["oldest"], row["failing"], row["dead"]) for row in rows]


class PostgresDeadNews:
    """Implements `DeadNewsStore` on the system role's pool."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def dead(self, group: str | None = None) -> Sequence[DeadNews]:
        """Those that died first come first."""
        found: list[DeadNews] = []
        after: tuple[Any, Any, Any] = (None, None, None)
        while rows := await self._pool.fetch(DEAD, group, *after):
            found += [_dead(row) for row in rows]
            after = (found[-1].died_at, found[-1].group, found[-1].published.id)
        return found

    async def find(self, news_ids: Collection[UUID]) -> Sequence[DeadNews]:
        """Those of them that are dead."""
        return [_dead(row) for row in await self._pool.fetch(FIND, list(news_ids))]

    async def replay(self, each: DeadNews) -> bool:
        """Due at once, in front of what happened later about its subject."""
        return await self._pool.fetchval(REPLAY, *_dead_key(each)) is not None

    async def discard(self, each: DeadNews) -> bool:
        """Nothing of it stays."""
        return await self._pool.fetchval(DISCARD, *_dead_key(each)) is not None


class DeliveryStore:
    """Implements `Deliveries` in a tenant's transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    async def take(self, group: str, news_id: UUID) -> Published | None:
        """Gone with this transaction."""
        row = await self._connection.fetchrow(TAKE, group, news_id)
        return _published(row) if row else None


def _key(group: str, waiting: Waiting) -> tuple[str, UUID, UUID, int]:
    return group, waiting.news_id, waiting.line.organization_id, waiting.tries


def _dead_key(each: DeadNews) -> tuple[Any, ...]:
    return each.group, each.published.id, each.published.organization_id, each.died_at


def _published(row: Any) -> Published:
    news = News(row["type"], row["subject"], orjson.loads(row["payload"]), row["version"])
    return Published(row["news_id"], row["organization_id"], news, row["occurred_at"], row["correlation_id"])


def _dead(row: Any) -> DeadNews:
    return DeadNews(row["group_name"], _published(row), row["tries"], row["fault"], row["died_at"])
