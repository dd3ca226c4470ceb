"""The store of tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.orders import split
from domain.paging import Page, Slice
from domain.tickets import CodeFacts, Revocations, Ticket, TicketFilter, TicketStatus, facts_of_code, revoked_of, ticket_news

FACTS = columns_of(Ticket, table="t")
GET_MANY = f"SELECT {FACTS} FROM tickets t WHERE t.id = ANY($1::uuid[])"
BY_CODES = f"SELECT {FACTS} FROM tickets t WHERE t.code = ANY($1::text[])"
OF_LINES = f"SELECT {FACTS} FROM tickets t WHERE t.order_line_id = ANY($1::uuid[])"
FOR_CHANGE = f"SELECT {FACTS} FROM tickets t WHERE t.id = $1 FOR UPDATE"
ADMITTING = "SELECT DISTINCT event_id FROM tickets WHERE event_id = ANY($1::uuid[]) AND holder = ANY($2::text[]) AND status = 'VALID'"
# Every change of a ticket makes its version higher, so the sum tells one state of the event's tickets from every other.
VERSION = "SELECT coalesce(sum(version - 1), 0)::bigint FROM tickets WHERE event_id = $1 AND version > 1"
REVOKED = f"SELECT {FACTS} FROM tickets t WHERE t.event_id = $1 AND t.version > 1 AND (t.revision > 1 OR t.status <> 'VALID') ORDER BY t.id"
# A line that has its ticket and a code that is taken are both left out; the caller tells them apart.
ISSUE = f"""
INSERT INTO tickets (organization_id, {columns_of(Ticket)})
SELECT $1, {columns_of(Ticket)} FROM unnest(
    $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::integer[], $11::boolean[],
    $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::integer[]
) AS made ({columns_of(Ticket)})
ON CONFLICT DO NOTHING
RETURNING id
"""
KEEP = """
UPDATE tickets t SET code = $2, status = $3, revision = $4, key_id = $5, version = $6
WHERE t.id = $1 AND NOT EXISTS (SELECT FROM tickets other WHERE other.code = $2 AND other.id <> $1)
RETURNING t.id
"""
VOID = f"""
UPDATE tickets t SET status = 'VOIDED', version = t.version + 1
FROM (
    SELECT organization_id, id FROM tickets WHERE order_line_id = ANY($1::uuid[]) AND status <> 'VOIDED' ORDER BY id FOR UPDATE
) AS own
WHERE t.organization_id = own.organization_id AND t.id = own.id
RETURNING {FACTS}
"""
GOOD_UNTIL = """
UPDATE tickets SET valid_until = $2, version = version + 1
WHERE event_id = $1 AND status <> 'VOIDED' AND valid_until IS DISTINCT FROM $2
"""
CONDITIONS = {
    "event_ids": "t.event_id = ANY({}::uuid[])",
    "ticket_type_ids": "t.ticket_type_id = ANY({}::uuid[])",
    "order_ids": "t.order_line_id IN (SELECT l.id FROM order_lines l WHERE l.order_id = ANY({}::uuid[]))",
    "statuses": "t.status = ANY({}::text[])",
    "codes": "t.code = ANY({}::text[])",
}
HELD = "t.holder = ANY($1::text[])"
WORD = """t.order_line_id IN (
    SELECT l.id FROM order_words w JOIN order_lines l ON l.organization_id = w.organization_id AND l.order_id = w.order_id
    WHERE w.word >= {} AND w.word < {}
)"""
LAST_LETTER = "\U0010ffff"
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


class TicketRow(Row, reads=Ticket):
    """Reads like a Ticket."""

    __slots__ = ()

    @property
    def status(self) -> TicketStatus:
        return TicketStatus(self["status"])

    @property
    def code_facts(self) -> CodeFacts:
        return facts_of_code(cast("Ticket", self))


class TicketStore:
    """Implements `Tickets`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._news = transaction.news

    async def get_many(self, ids: Sequence[UUID]) -> list[Ticket | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=TicketRow), ids)

    async def by_codes(self, codes: Sequence[str]) -> list[Ticket | None]:
        """By short code, in the order asked."""
        return in_order(await self._connection.fetch(BY_CODES, codes, record_class=TicketRow), codes, "code")

    async def of_lines(self, line_ids: Sequence[UUID]) -> list[Ticket | None]:
        """By the line of the order, in the order asked."""
        return in_order(await self._connection.fetch(OF_LINES, line_ids, record_class=TicketRow), line_ids, "order_line_id")

    async def page(self, where: TicketFilter, page: Page) -> Slice[Ticket]:
        """One window, the newest first, and one row more to know whether others follow."""
        conditions, values = _conditions(where)
        return await self._window(conditions, values, page)

    async def count(self, where: TicketFilter, at_most: int) -> int:
        """How many match; looks at no more than `at_most`."""
        conditions, values = _conditions(where)
        return await self._counted(conditions, values, at_most)

    async def of_holders(self, holders: Sequence[str], page: Page) -> Slice[Ticket]:
        """One window, the newest first."""
        return await self._window(HELD, [holders], page)

    async def count_of_holders(self, holders: Sequence[str], at_most: int) -> int:
        """How many there are; looks at no more than `at_most`."""
        return await self._counted(HELD, [holders], at_most)

    async def admitting(self, event_ids: Sequence[UUID], holders: Sequence[str]) -> frozenset[UUID]:
        """The events to which one of them has a valid ticket."""
        return frozenset(row["event_id"] for row in await self._connection.fetch(ADMITTING, event_ids, holders))

    async def revocations(self, event_id: UUID) -> Revocations:
        """Worked out of the tickets that were changed ever."""
        version = await self._connection.fetchval(VERSION, event_id)
        rows = await self._connection.fetch(REVOKED, event_id, record_class=TicketRow)
        return Revocations(event_id, version, [revoked for row in rows if (revoked := revoked_of(row))])

    async def issue(self, tickets: Sequence[Ticket]) -> frozenset[UUID]:
        """All of them in one statement."""
        if not tickets:
            return frozenset()
        columns = zip(*(_written(each) for each in tickets), strict=True)
        made = frozenset(row["id"] for row in await self._connection.fetch(ISSUE, self._organization_id, *columns))
        self._news += [ticket_news("ticket:issued", each) for each in tickets if each.id in made]
        return made

    async def for_change(self, ticket_id: UUID) -> Ticket | None:
        """Locked."""
        [row] = await self._connection.fetch(FOR_CHANGE, ticket_id, record_class=TicketRow) or [None]
        return Ticket(**facts_of(row, Ticket)) if row else None

    async def keep(self, ticket: Ticket) -> bool:
        """What can change of it."""
        facts = (ticket.code, ticket.status.value, ticket.revision, ticket.key_id, ticket.version)
        return await self._connection.fetchval(KEEP, ticket.id, *facts) is not None

    async def void(self, line_ids: Sequence[UUID]) -> int:
        """Those that were not void yet, locked in the order of their ids."""
        rows = await self._connection.fetch(VOID, line_ids, record_class=TicketRow)
        self._news += [ticket_news("ticket:voided", row) for row in sorted(rows, key=lambda row: row.id)]
        return len(rows)

    async def good_until(self, event_id: UUID, until: datetime | None) -> None:
        """Move the end of those that it moves for."""
        await self._connection.execute(GOOD_UNTIL, event_id, until)

    async def _window(self, conditions: str, values: Sequence[object], page: Page) -> Slice[Ticket]:
        edge = page.edge[0] if page.edge else FIRST if page.backward else LAST
        beyond, order = (">", "ASC") if page.backward else ("<", "DESC")
        at = len(values) + 1
        statement = f"SELECT {FACTS} FROM tickets t WHERE {conditions} AND t.id {beyond} ${at} ORDER BY t.id {order} LIMIT ${at + 1}"
        rows = await self._connection.fetch(statement, *values, edge, page.size + 1, record_class=TicketRow)
        return pages.slice_of(cast("list[Ticket]", rows), page)

    async def _counted(self, conditions: str, values: Sequence[object], at_most: int) -> int:
        statement = f"SELECT count(*) FROM (SELECT FROM tickets t WHERE {conditions} LIMIT ${len(values) + 1}) AS counted"
        counted: int = await self._connection.fetchval(statement, *values, at_most)
        return counted


def _written(ticket: Ticket) -> tuple[object, ...]:
    """Its fields in their order."""
    told = {name: getattr(ticket, name) for name in Ticket.__dataclass_fields__ if name != "typename"}
    return tuple({**told, "status": ticket.status.value}.values())


def _conditions(where: TicketFilter) -> tuple[str, list[object]]:
    """The conditions that hold together, and their values from $1."""
    conditions, values = ["true"], list[object]()
    for name, condition in CONDITIONS.items():
        if (value := getattr(where, name)) is not None:
            values.append(list(value))
            conditions.append(condition.format(f"${len(values)}"))
    for word in split(where.search or ""):
        values += [word, word + LAST_LETTER]
        conditions.append(WORD.format(f"${len(values) - 1}", f"${len(values)}"))
    return " AND ".join(conditions), values
