"""Walks every table of the catalogue as each role, and complains of whatever is seen or changed that should not be, or the reverse."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from adapters.crypto.identifiers import new_id
from tests.tenancy.rows import Row, rows_of

APP, SYSTEM, OWNER = "ticketbase_app", "ticketbase_system", "ticketbase_owner"
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")

# The system's few rights, written down a second time on purpose: whoever gives it more has to say so here.
SYSTEM_MAY: Mapping[str, frozenset[str]] = {
    "organizations": frozenset({"SELECT", "INSERT"}),
    "organization_domains": frozenset({"SELECT"}),
    "memberships": frozenset({"SELECT", "INSERT"}),
    "people": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "holds": frozenset({"SELECT"}),
    "outbox": frozenset({"SELECT", "INSERT", "DELETE"}),
    "images": frozenset({"SELECT"}),
    "discarded_images": frozenset({"SELECT", "DELETE"}),
    "letters": frozenset(VERBS),
    "invitations": frozenset({"SELECT", "UPDATE"}),
    "service_keys": frozenset({"SELECT", "UPDATE"}),
    "orders": frozenset({"SELECT"}),
    "payments": frozenset({"SELECT"}),
    "refunds": frozenset({"SELECT"}),
    "payment_notices": frozenset({"SELECT"}),
    "deliveries": frozenset(VERBS),
}
# Tables of tenants whose rows the system writes.
WRITTEN_BY_THE_SYSTEM = frozenset({"deliveries"})
# Tables that belong to no tenant, of which the app sees nothing at all, and what the system may do there.
OF_THE_PLATFORM: Mapping[str, frozenset[str]] = {
    "accounts": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "one_time_links": frozenset(VERBS),
    "sessions": frozenset(VERBS),
    "refresh_tokens": frozenset(VERBS),
    "two_factors": frozenset(VERBS),
    "recovery_codes": frozenset(VERBS),
    "sign_in_challenges": frozenset(VERBS),
    "known_devices": frozenset(VERBS),
    "signing_keys": frozenset(VERBS),
    "platform_admins": frozenset({"SELECT", "INSERT", "DELETE"}),
    "news_groups": frozenset(VERBS),
}
# What is told of a statement that row security let pass, and that failed for another reason.
ONLY_A_CONSTRAINT = -1
# Tables whose key the database draws, so that a row can be written twice.
NUMBERED = frozenset({"outbox"})
# Tables that hold no tenant's rows; the app may read them and nothing else.
SHARED = frozenset({"alembic_version"})

TABLES = """
SELECT c.relname::text AS name, ARRAY(
    SELECT a.attname::text FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = ''
) AS columns
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the catalogue."""

    name: str
    columns: tuple[str, ...]

    @property
    def tenant_column(self) -> str:
        return "organization_id" if "organization_id" in self.columns else "id"


async def tables_of(connection: Any) -> list[Table]:
    """Every table there is."""
    return [Table(row["name"], tuple(row["columns"])) for row in await connection.fetch(TABLES)]


class Walk:
    """One walk over all tables, on a superuser's connection that takes each role in turn, inside a transaction of the caller's."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._complaints: list[str] = []
        self._mine, self._other = new_id(), new_id()
        self._rows = {tenant: rows_of(tenant) for tenant in (self._mine, self._other)}

    async def complaints(self, only: str | None = None) -> list[str]:
        """What is wrong, one sentence each; empty when every row is seen and changed by whom it should be and by nobody else.

        `only` one table is looked at after all were written, where the others are known to be well.
        """
        tables = await tables_of(self._connection)
        self._complaints += [
            f"{table.name}: no row is made for it in tests/tenancy/rows.py"
            for table in tables
            if table.name not in {*self._rows[self._mine], *SHARED}
        ]
        for tenant in (self._mine, self._other):
            await self._write(tenant)
        for table in tables if not self._complaints else ():
            if only in {None, table.name}:
                await self._look(table)
        return self._complaints

    async def _look(self, table: Table) -> None:
        if table.name in SHARED:
            await self._look_at_shared(table)
        elif table.name in OF_THE_PLATFORM:
            await self._look_at_the_platforms(table)
        else:
            await self._look_as_app(table)
            await self._look_as_system(table)
            await self._look_as_owner(table)

    async def _write(self, tenant: UUID) -> None:
        """Each tenant writes its own rows itself, where the system does not; both must be possible."""
        for name, row in self._rows[tenant].items():
            writer = (SYSTEM, None) if name in {*OF_THE_PLATFORM, *WRITTEN_BY_THE_SYSTEM} else (APP, tenant)
            if await self._try(*writer, *_insert(name, row), kept=True) != 1:
                self._complaints.append(f"{name}: a tenant cannot write its own row")

    async def _look_as_app(self, table: Table) -> None:
        rights = await self._rights(APP, table)
        where, values = _where(table, self._rows[self._mine][table.name])
        statements = _statements(table, await self._columns(APP, table, "UPDATE"))
        for verb, statement in statements.items():
            granted = verb in rights
            for who, tenant, expected in (("its own tenant", self._mine, 1), ("another tenant", self._other, 0), ("no tenant", None, 0)):
                changed = await self._try(APP, tenant, f"{statement} WHERE {where}", *values)
                self._expect(table, f"{verb} as {who}", changed, expected if granted else None)
            self._expect(table, f"{verb} of all as no tenant", await self._try(APP, None, statement), 0 if granted else None)
            self._expect(table, f"{verb} of all as a tenant", await self._try(APP, self._other, statement), 1 if granted else None)
        if table.name == "discarded_images":
            # An event takes its images with it, and what lies of them elsewhere is noted here.
            self._expect(table, "DELETE of an event with images", await self._try(APP, self._mine, "DELETE FROM events"), 1)
        for who, tenant in (("another tenant", self._other), ("no tenant", None)):
            inserted = await self._try(APP, tenant, *_insert(table.name, self._rows[self._mine][table.name]))
            self._expect(table, f"INSERT as {who}", inserted, None)
        if table.tenant_column in await self._columns(APP, table, "UPDATE"):
            self._complaints.append(f"{table.name}: a row may be moved to another tenant")

    async def _look_as_system(self, table: Table) -> None:
        rights, expected = await self._rights(SYSTEM, table), SYSTEM_MAY.get(table.name, frozenset())
        if rights != expected:
            self._complaints.append(f"{table.name}: the system may {sorted(rights)}, and should {sorted(expected)}")
        await self._do_as_system(table, expected)
        both = f"SELECT {table.tenant_column} FROM {table.name} WHERE {table.tenant_column} = ANY ($1::uuid[])"
        if table.name == "holds":
            ended = "UPDATE holds SET status = 'RELEASED'"
            seen = await self._try(SYSTEM, None, both, [self._mine, self._other], first=(self._mine, ended))
            self._expect(table, "SELECT as the system, of a hold that ended", seen, 1)

    async def _do_as_system(self, table: Table, expected: frozenset[str]) -> None:
        """It meets the rows of all tenants, or none at all; a row that is there already is stopped by its key, and by nothing before."""
        statements = _statements(table, await self._columns(SYSTEM, table, "UPDATE"))
        readable = await self._columns(SYSTEM, table, "SELECT")
        for tenant in (self._mine, self._other):
            row = self._rows[tenant][table.name]
            where, values = _where(table, {name: value for name, value in row.items() if name in readable} or row)
            for verb, statement in statements.items():
                changed = await self._try(SYSTEM, None, f"{statement} WHERE {where}", *values)
                self._expect(table, f"{verb} as the system", changed, 1 if verb in expected else None)
            inserted = await self._try(SYSTEM, None, *_insert(table.name, row))
            let_in = 1 if table.name in NUMBERED else ONLY_A_CONSTRAINT
            self._expect(table, "INSERT as the system", inserted, let_in if "INSERT" in expected else None)

    async def _look_at_the_platforms(self, table: Table) -> None:
        if rights := await self._rights(APP, table):
            self._complaints.append(f"{table.name}: the app may {sorted(rights)}, and should nothing")
        rights, expected = await self._rights(SYSTEM, table), OF_THE_PLATFORM[table.name]
        if rights != expected:
            self._complaints.append(f"{table.name}: the system may {sorted(rights)}, and should {sorted(expected)}")
        await self._do_as_system(table, expected)
        await self._look_as_owner(table)

    async def _look_as_owner(self, table: Table) -> None:
        """The owner reads for audits; forced row security keeps it from writing."""
        where, values = _where(table, self._rows[self._mine][table.name])
        for verb, statement in _statements(table, table.columns).items():
            changed = await self._try(OWNER, None, f"{statement} WHERE {where}", *values)
            self._expect(table, f"{verb} as the owner", changed, 1 if verb == "SELECT" else 0)
        inserted = await self._try(OWNER, None, *_insert(table.name, self._rows[self._mine][table.name]))
        self._expect(table, "INSERT as the owner", inserted, None)

    async def _look_at_shared(self, table: Table) -> None:
        for role in (APP, SYSTEM):
            if (rights := await self._rights(role, table)) != {"SELECT"}:
                self._complaints.append(f"{table.name}: {role} may {sorted(rights)}")

    def _expect(self, table: Table, what: str, met: int | None, expected: int | None) -> None:
        if met != expected:
            told = {None: "is refused", 0: "finds nothing", ONLY_A_CONSTRAINT: "is stopped by a constraint only"}
            wrong, right = (told.get(count, f"finds {count}") for count in (met, expected))
            self._complaints.append(f"{table.name}: {what} {wrong}, and not: {right}")

    async def _try(
        self, role: str, tenant: UUID | None, statement: str, *values: object, kept: bool = False, first: tuple[UUID, str] | None = None
    ) -> int | None:
        """How many rows the statement finds or changes, None when it is not allowed; what it does is undone unless `kept`."""
        savepoint = self._connection.transaction()
        await savepoint.start()
        try:
            if first is not None:
                await self._become(APP, first[0])
                await self._connection.execute(first[1])
            await self._become(role, tenant)
            counted: int | None = int((await self._execute(statement, values)).rsplit(" ", 1)[1])
        except asyncpg.InsufficientPrivilegeError:
            counted = None
        except asyncpg.IntegrityConstraintViolationError:
            counted = ONLY_A_CONSTRAINT
        if kept and counted == 1:
            await self._become("none", None)
            await savepoint.commit()
        else:
            await savepoint.rollback()
        return counted

    async def _execute(self, statement: str, values: tuple[object, ...]) -> str:
        prepared = await self._connection.prepare(statement)
        await prepared.fetch(*values)
        outcome: str = prepared.get_statusmsg()
        return outcome

    async def _become(self, role: str, tenant: UUID | None) -> None:
        await self._connection.execute(f"SET LOCAL ROLE {role}; SET LOCAL app.organization_id = '{tenant or ''}'")

    async def _rights(self, role: str, table: Table) -> set[str]:
        rights = set()
        for verb in VERBS:
            # There is no privilege to DELETE single columns, and to ask for one is an error.
            asked = "has_table_privilege" if verb == "DELETE" else "has_any_column_privilege"
            if await self._connection.fetchval(f"SELECT {asked}($1, $2, $3)", role, table.name, verb):
                rights.add(verb)
        return rights

    async def _columns(self, role: str, table: Table, verb: str) -> list[str]:
        asked = "SELECT each FROM unnest($4::text[]) AS each WHERE has_column_privilege($1, $2, each, $3)"
        return [row["each"] for row in await self._connection.fetch(asked, role, table.name, verb, table.columns)]


def _insert(table: str, row: Row) -> tuple[Any, ...]:
    numbers = ", ".join(f"${at}" for at in range(1, len(row) + 1))
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({numbers})", *row.values()


def _where(table: Table, row: Row) -> tuple[str, list[object]]:
    """The condition that finds exactly this row."""
    names = [name for name, value in row.items() if isinstance(value, UUID | str)]
    return " AND ".join(f"{table.name}.{name} = ${at}" for at, name in enumerate(names, start=1)), [row[name] for name in names]


def _statements(table: Table, changeable: tuple[str, ...] | list[str]) -> dict[str, str]:
    column = changeable[0] if changeable else table.columns[0]
    return {
        "SELECT": f"SELECT 1 FROM {table.name}",
        "UPDATE": f"UPDATE {table.name} SET {column} = {column}",
        "DELETE": f"DELETE FROM {table.name}",
    }
