"""The outbox as its relay sees it: the oldest news are taken out, and stay out only when they were passed on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson

from adapters.postgres.transaction import TO_WRITE, Pool, keep, undo
from domain.news import News, Published

# One relay at a time, whichever process it is in: two would overtake each other. The lock ends with the transaction.
TAKE_TURN = "SELECT pg_try_advisory_xact_lock(hashtext('ticketbase outbox relay'))"
IS_THERE_ANY = "SELECT EXISTS (SELECT FROM outbox)"

# Positions are drawn when news are written, and seen when their work is kept, so a lower one may be seen after a higher one is gone.
# News of one subject still keep their order: whoever writes about a subject holds its lock (an event's row in `inventories`, or the
# row of the thing itself) until his work is kept, so the next one draws his positions after these were seen.
# Rows that somebody has locked are waited for and not skipped: skipping one would let later news of its subject pass.
TAKE = """
WITH taken AS (
    DELETE FROM outbox WHERE position <= (SELECT max(position) FROM (SELECT position FROM outbox ORDER BY position LIMIT $1) AS oldest)
    RETURNING position, id, organization_id, type, version, subject, payload, correlation_id, occurred_at
), kept AS (
    INSERT INTO deliveries
        (group_name, position, news_id, organization_id, type, version, subject, payload, correlation_id, occurred_at)
    SELECT name, taken.* FROM taken JOIN news_groups ON type = ANY (types)
    RETURNING news_id, group_name
)
SELECT id, organization_id, type, version, subject, payload::text AS payload, correlation_id, occurred_at,
    ARRAY(SELECT group_name FROM kept WHERE news_id = id ORDER BY group_name) AS groups
FROM taken ORDER BY position
"""


class PostgresOutbox:
    """Implements `Outbox` on the system role's pool."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    @asynccontextmanager
    async def oldest(self, at_most: int) -> AsyncIterator[Sequence[Published]]:
        """Up to so many, in the order they were written."""
        # Asked first, so that a relay with nothing to do costs one look-up and no transaction.
        if not await self._pool.fetchval(IS_THERE_ANY):
            yield []
            return
        connection = await self._pool.acquire()
        try:
            await connection.execute(TO_WRITE)
            rows = await connection.fetch(TAKE, at_most) if await connection.fetchval(TAKE_TURN) else []
            yield [_published(row) for row in rows]
        except BaseException:
            # Not told what it was: a fault of the bus may look like one of this connection, and one that is dropped keeps its turn
            # until PostgreSQL notices.
            await undo(self._pool, connection)
            raise
        await keep(self._pool, connection)


def _published(row: Any) -> Published:
    news = News(row["type"], row["subject"], orjson.loads(row["payload"]), row["version"])
    return Published(row["id"], row["organization_id"], news, row["occurred_at"], row["correlation_id"], tuple(row["groups"]))
