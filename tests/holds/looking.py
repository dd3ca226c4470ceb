"""A pool whose transactions tell, before they end, how many rows of each table they looked at."""

from typing import Any

LOOKED_AT = """
SELECT relname::text AS name, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_xact_user_tables
WHERE schemaname = current_schema()
"""


class LookingPool:
    """Implements `Pool` over a pool, for as much of it as a batch of holds uses."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.rows: dict[str, int] = {}
        """Of each table, what the last transaction looked at."""

    async def acquire(self) -> Any:
        """A connection that is watched."""
        return _Watched(await self._pool.acquire(), self)

    async def release(self, connection: Any) -> None:
        """Give it back."""
        await self._pool.release(connection.watched)


class _Watched:
    def __init__(self, watched: Any, told: LookingPool) -> None:
        self.watched = watched
        self._told = told
        self._before: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.watched, name)

    async def execute(self, statement: str, *arguments: object) -> Any:
        """As the connection does. PostgreSQL counts on from one transaction to the next, so both ends of one are noted."""
        if statement in ("COMMIT", "ROLLBACK"):
            self._told.rows = {name: rows - self._before.get(name, 0) for name, rows in (await self._looked_at()).items()}
        done = await self.watched.execute(statement, *arguments)
        if statement.startswith("BEGIN"):
            self._before = await self._looked_at()
        return done

    async def _looked_at(self) -> dict[str, int]:
        return {row["name"]: row["rows"] for row in await self.watched.fetch(LOOKED_AT)}
