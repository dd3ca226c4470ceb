"""The columns that hold what the vault sealed, one line each, and how the key of all of them is changed.

A column of type bytea whose name ends in `_sealed` stands in `SEALED`; a test compares the list with the catalogue, and
`ticketbase keys rotate-vault` does nothing as long as one is missing, because a key would seem unused that is not.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from adapters.postgres.transaction import TO_WRITE, Connection, Pool, begin, keep, undo
from domain.vault import Unsealable, Vault

PAGE = 500
"""Rows that are read, and written at most, by one transaction."""
TENANT = "organization_id"
NOBODY = UUID(int=0)
"""The tenant of rows that belong to none; no organization has this id."""
MOST_TOLD = 20


class Sealed(NamedTuple):
    """A sealed column and the key columns of its table in their order.

    With `organization_id` among them its rows belong to tenants: the app's role does the work, tenant by tenant, under row security.
    Without, `by_system` says which role reads and writes that column anyway; no role gets a right for the sake of rotation.
    """

    table: str
    key: tuple[str, ...]
    column: str
    by_system: bool = False

    @property
    def is_of_tenants(self) -> bool:
        """Whether row security shows one tenant's rows at a time."""
        return TENANT in self.key

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


SEALED: tuple[Sealed, ...] = (
    Sealed("letters", ("id",), "content_sealed", by_system=True),
    Sealed("two_factors", ("person_id",), "secret_sealed", by_system=True),
    Sealed("signing_keys", ("id",), "key_sealed", by_system=True),
    Sealed("ticket_keys", ("organization_id", "id"), "secret_sealed"),
    Sealed("payment_settings", (TENANT,), "secret_key_sealed"),
    Sealed("payment_settings", (TENANT,), "webhook_secret_sealed"),
    Sealed("order_answers", (TENANT, "about_id", "question_id"), "values_sealed"),
)

IN_CATALOGUE = """
SELECT c.relname::text AS table, a.attname::text AS column FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    AND a.atttypid = 'bytea'::regtype AND right(a.attname, 7) = '_sealed'
ORDER BY c.relname, a.attname
"""
TYPE_OF = """
SELECT format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = (current_schema() || '.' || $1::text)::regclass AND attname = $2::text
"""
ORGANIZATIONS = "SELECT id FROM organizations WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2"


@dataclass(slots=True)
class Rewrapped:
    """How far a column is: rows looked at, rows rewrapped, and how many cannot be opened, the first of them with the reason."""

    column: Sealed
    seen: int = 0
    rewrapped: int = 0
    closed: int = 0
    reasons: list[str] = field(default_factory=list)

    def note(self, row: Any, why: Unsealable) -> None:
        """A row that no key of the vault opens."""
        self.closed += 1
        if len(self.reasons) < MOST_TOLD:
            key = ", ".join(f"{name} {row[name]}" for name in self.column.key)
            self.reasons.append(f"{self.column} of {key}: {why}")


async def unlisted(pool: Pool, columns: Sequence[Sealed] = SEALED) -> list[str]:
    """The sealed columns of the catalogue that the list does not name, and those it names that are not there."""
    found = {f"{row['table']}.{row['column']}" for row in await pool.fetch(IN_CATALOGUE)}
    return sorted(found ^ {str(each) for each in columns})


async def rewrap_column(app: Pool, system: Pool, vault: Vault, column: Sealed, page: int = PAGE) -> AsyncIterator[Rewrapped]:
    """Bring every row of a column under the vault's first key; how far it is, after each page and at the end.

    Rows that are under it already are only looked at: what was stopped goes on where it was, and doing it again changes nothing.
    What somebody writes meanwhile is never overwritten.
    """
    sofar = Rewrapped(column)
    if column.is_of_tenants:
        async for organization_id in _organizations(system):
            async for _ in _rewrap(_Pages(app, organization_id, column, page), vault, sofar):
                yield sofar
    else:
        async for _ in _rewrap(_Pages(system if column.by_system else app, None, column, page), vault, sofar):
            yield sofar
    yield sofar


async def _organizations(system: Pool) -> AsyncIterator[UUID]:
    last: UUID | None = None
    while rows := await system.fetch(ORGANIZATIONS, last, PAGE):
        for row in rows:
            yield row["id"]
        last = rows[-1]["id"]


class _Pages:
    """Reads a column page by page in the order of its key, and writes what was rewrapped of a page."""

    def __init__(self, pool: Pool, organization_id: UUID | None, column: Sealed, size: int) -> None:
        self._pool, self._organization_id, self._column, self._size = pool, organization_id, column, size

    async def read(self, after: Sequence[object]) -> list[Any]:
        """The next rows: their key, and what is sealed."""
        key = ", ".join(self._column.key)
        beyond = f" AND ({key}) > ({_numbers(2, len(after))})" if after else ""
        async with self._connection() as connection:
            return await connection.fetch(
                f"SELECT {key}, {self._column.column} AS sealed FROM {self._column.table} "
                f"WHERE {self._column.column} IS NOT NULL{beyond} ORDER BY {key} LIMIT $1",
                self._size,
                *after,
            )

    async def write(self, rows: Sequence[Any], sealed: Sequence[bytes]) -> int:
        """Put these in place, where nobody wrote something else meanwhile; how many. Rows are locked in the order of their key."""
        table, column, key = self._column.table, self._column.column, self._column.key
        names, mine = ", ".join(key), ", ".join(f"each.{name}" for name in key)
        async with self._connection() as connection:
            types = [await connection.fetchval(TYPE_OF, table, name) for name in key]
            arrays = ", ".join(f"${at}::{each}[]" for at, each in enumerate([*types, "bytea", "bytea"], start=1))
            written = await connection.fetch(
                f"""
                WITH named AS (SELECT * FROM unnest({arrays}) AS named ({names}, was, sealed)),
                locked AS (
                    SELECT {mine}, named.sealed FROM {table} AS each JOIN named USING ({names})
                    WHERE each.{column} = named.was ORDER BY {mine} FOR NO KEY UPDATE OF each
                )
                UPDATE {table} AS each SET {column} = locked.sealed FROM locked
                WHERE ({mine}) = ({", ".join(f"locked.{name}" for name in key)}) RETURNING 1
                """,
                *([row[name] for row in rows] for name in (*key, "sealed")),
                list(sealed),
            )
        return len(written)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """A transaction, of the tenant where there is one."""
        connection = await begin(self._pool, self._organization_id or NOBODY, TO_WRITE)
        try:
            yield connection
        except BaseException as fault:
            await undo(self._pool, connection, fault)
            raise
        await keep(self._pool, connection)


async def _rewrap(pages: _Pages, vault: Vault, sofar: Rewrapped) -> AsyncIterator[None]:
    """A page with something to do is read again once it is done, until nobody wrote under another key meanwhile."""
    after: list[object] = []
    tried: set[bytes] = set()
    while rows := await pages.read(after):
        wanted, closed = _sort(rows, vault, tried)
        if wanted:
            tried.update(row["sealed"] for row, _ in wanted)
            sofar.rewrapped += await pages.write([row for row, _ in wanted], [sealed for _, sealed in wanted])
            continue
        for row, why in closed:
            sofar.note(row, why)
        sofar.seen += len(rows)
        after = [rows[-1][name] for name in sofar.column.key]
        tried.clear()
        yield


def _sort(rows: Sequence[Any], vault: Vault, tried: set[bytes]) -> tuple[list[tuple[Any, bytes]], list[tuple[Any, Unsealable]]]:
    """The rows to write with what to write, and those that stay as they are with the reason."""
    wanted, closed = [], []
    for row in rows:
        try:
            if vault.needs_rewrap(row["sealed"]):
                _refuse_again(row["sealed"], tried)
                wanted.append((row, vault.rewrap(row["sealed"])))
        except Unsealable as why:
            closed.append((row, why))
    return wanted, closed


def _refuse_again(sealed: bytes, tried: set[bytes]) -> None:
    """Row security passes over what may not be written without a word; trying for ever would be no answer to that."""
    if sealed in tried:
        raise Unsealable("the database shows it and does not let it be written")


def _numbers(first: int, count: int) -> str:
    return ", ".join(f"${at}" for at in range(first, first + count))
