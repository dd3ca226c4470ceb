"""The store of access codes."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.access_codes import AccessCode, AccessCodeTaken, Shown
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused

COLUMNS = f"""{columns_of(AccessCode, table="c", but=["ticket_type_ids"])}, ARRAY(
    SELECT opened.ticket_type_id FROM access_code_types opened
    WHERE opened.organization_id = c.organization_id AND opened.access_code_id = c.id ORDER BY opened.ticket_type_id
) AS ticket_type_ids"""
GET_MANY = f"SELECT {COLUMNS} FROM access_codes c WHERE c.id = ANY($1::uuid[])"
COUNT = "SELECT count(*) FROM (SELECT FROM access_codes WHERE event_id = $1 LIMIT $2) AS counted"
# Whether a code is valid is for the database to say, by whose time all rules go.
MATCHING = """
SELECT c.id, c.code, ARRAY(
    SELECT opened.ticket_type_id FROM access_code_types opened
    WHERE opened.organization_id = c.organization_id AND opened.access_code_id = c.id
        AND (c.valid_from IS NULL OR c.valid_from <= app_now()) AND (c.valid_until IS NULL OR c.valid_until > app_now())
) AS ticket_type_ids
FROM access_codes c WHERE c.event_id = ANY($1::uuid[]) AND c.code = ANY($2::text[]) AND c.revoked_at IS NULL
ORDER BY c.id
"""
# The code that reads the same may be written by a work that is under way; ON CONFLICT waits for it.
ADD = """
WITH added AS (
    INSERT INTO access_codes (organization_id, id, event_id, code, label, valid_from, valid_until, use_limit, created_at, created_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (organization_id, event_id, code) DO NOTHING
    RETURNING id
), opened AS (
    INSERT INTO access_code_types (organization_id, access_code_id, ticket_type_id)
    SELECT $1, added.id, type_id FROM added, unnest($11::uuid[]) AS type_id
)
SELECT id FROM added
"""
READS_ALIKE = "SELECT id FROM access_codes WHERE event_id = $1 AND code = $2"
REVOKE = "UPDATE access_codes SET revoked_at = $2 WHERE id = $1"
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


class AccessCodeRow(Row, reads=AccessCode):
    """Reads like an AccessCode."""

    __slots__ = ()

    @property
    def ticket_type_ids(self) -> tuple[UUID, ...]:
        return tuple(self["ticket_type_ids"])


class AccessCodeStore:
    """Implements `AccessCodes`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[AccessCode | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=AccessCodeRow), ids)

    async def page(self, event_id: UUID, page: Page) -> Slice[AccessCode]:
        """One window by id, and one row more to know whether others follow."""
        edge = page.edge[0] if page.edge else LAST if page.backward else FIRST
        beyond, order = ("<", "DESC") if page.backward else (">", "ASC")
        statement = f"SELECT {COLUMNS} FROM access_codes c WHERE c.event_id = $1 AND c.id {beyond} $2 ORDER BY c.id {order} LIMIT $3"
        rows = await self._connection.fetch(statement, event_id, edge, page.size + 1, record_class=AccessCodeRow)
        return pages.slice_of(cast("list[AccessCode]", rows), page)

    async def count(self, event_id: UUID, at_most: int) -> int:
        """How many the event has; looks at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, event_id, at_most)
        return counted

    async def matching(self, event_ids: Sequence[UUID], codes: Sequence[str]) -> Sequence[Shown]:
        """What these codes open for these events now."""
        rows = await self._connection.fetch(MATCHING, event_ids, codes)
        return [Shown(row["id"], row["code"], frozenset(row["ticket_type_ids"])) for row in rows]

    async def for_change(self, access_code_id: UUID) -> AccessCode:
        """The code; it does not change elsewhere while this work has its event's lock."""
        [row] = await self._connection.fetch(GET_MANY, [access_code_id], record_class=AccessCodeRow) or [None]
        if row is None:
            raise Refused(NotFound("access code", ("input", "accessCodeId")))
        return AccessCode(**facts_of(row, AccessCode))

    async def add(self, code: AccessCode) -> None:
        """Write a new code and what it opens."""
        validity = (code.valid_from, code.valid_until, code.use_limit, code.created_at, code.created_by)
        named = (self._organization_id, code.id, code.event_id, code.code, code.label)
        if await self._connection.fetchval(ADD, *named, *validity, code.ticket_type_ids) is None:
            raise Refused(AccessCodeTaken(await self._connection.fetchval(READS_ALIKE, code.event_id, code.code)))

    async def keep_revoked(self, code: AccessCode) -> None:
        """Write that the code is revoked."""
        await self._connection.execute(REVOKE, code.id, code.revoked_at)
