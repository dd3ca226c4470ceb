"""Counts the SQL statements that a server sends for one request, from what PostgreSQL itself writes into its log."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from bench.stage import Stage

TOLD = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)")
SETTLED_SECONDS = 0.3


async def statements_of(stage: Stage, ask: Callable[[], Awaitable[object]]) -> int:
    """How many statements one request costs, those that open and close its transaction included."""
    log = _log(stage)
    connection = await asyncpg.connect(stage.database.superuser)
    try:
        await _tell_all(connection, "all")
        before = log.stat().st_size
        await ask()
        await asyncio.sleep(SETTLED_SECONDS)
        told = log.read_bytes()[before:].decode(errors="replace")
    finally:
        await _tell_all(connection, "none")
        await connection.close()
    return sum(not each.startswith("ALTER SYSTEM") and "pg_reload_conf" not in each for each in TOLD.findall(told))


async def _tell_all(connection: asyncpg.Connection, what: str) -> None:
    await connection.execute(f"ALTER SYSTEM SET log_statement = '{what}'")
    await connection.execute("SELECT pg_reload_conf()")
    await asyncio.sleep(SETTLED_SECONDS)


def _log(stage: Stage) -> Path:
    return next((stage.folder / "postgresql").glob("*.log"))
