"""Admins of the platform: who is one, and what each did in an organization."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of
from adapters.postgres.transaction import Pool, Transaction
from domain.members import PlatformAdminAct
from domain.paging import Page, Slice

NOTE = """
INSERT INTO platform_admin_acts (organization_id, id, person_id, news, correlation_id) VALUES ($1, $2, $3, $4, $5)
"""
PAGE = f"SELECT {columns_of(PlatformAdminAct)} FROM platform_admin_acts WHERE {{edge}} ORDER BY id {{way}} LIMIT $1"
STATEMENTS = {
    (backward, beyond): PAGE.format(way="ASC" if backward else "DESC", edge=f"id {'>' if backward else '<'} $2" if beyond else "true")
    for backward in (False, True)
    for beyond in (False, True)
}
COUNT = "SELECT count(*) FROM (SELECT FROM platform_admin_acts LIMIT $1) AS counted"
IS_ADMIN = "SELECT EXISTS (SELECT FROM platform_admins WHERE person_id = $1)"
WHO_ARE = "SELECT person_id FROM platform_admins WHERE person_id = ANY($1::uuid[])"
GRANT = """
WITH who AS (
    SELECT p.id FROM people p JOIN accounts a ON a.person_id = p.id WHERE p.email = $1 AND a.email_verified_at IS NOT NULL
), entered AS (
    INSERT INTO platform_admins (person_id) SELECT id FROM who ON CONFLICT (person_id) DO NOTHING
)
SELECT id FROM who
"""
REVOKE = "DELETE FROM platform_admins USING people p WHERE p.id = person_id AND p.email = $1 RETURNING person_id"
ALL = "SELECT p.email, p.name, a.granted_at FROM platform_admins a JOIN people p ON p.id = a.person_id ORDER BY p.email"


class ActRow(Row, reads=PlatformAdminAct):
    """Reads like a PlatformAdminAct."""

    __slots__ = ()


class ActStore:
    """Implements `PlatformAdminActs`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    async def page(self, page: Page) -> Slice[PlatformAdminAct]:
        """One window, the newest first."""
        statement = STATEMENTS[page.backward, page.edge is not None]
        rows = await self._connection.fetch(statement, page.size + 1, *(page.edge or ()), record_class=ActRow)
        return pages.slice_of(cast("list[PlatformAdminAct]", rows), page)

    async def count(self, at_most: int) -> int:
        """How many there are, looking at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, at_most)
        return counted


async def note_act(transaction: Transaction, act_id: UUID) -> None:
    """Note in the organization's own log that an admin of the platform did this work, and what it told."""
    news = [each.type for each in transaction.news]
    await transaction.connection.execute(NOTE, transaction.organization_id, act_id, transaction.acting.id, news, transaction.correlation_id)


async def is_platform_admin(system_pool: Pool, person_id: UUID) -> bool:
    """Whether she is one now."""
    found: bool = await system_pool.fetchval(IS_ADMIN, person_id)
    return found


async def who_are_admins(system_pool: Pool, persons: Sequence[UUID]) -> set[UUID]:
    """Those of these people who are admins now."""
    return {row["person_id"] for row in await system_pool.fetch(WHO_ARE, persons)}


async def grant(system_pool: Pool, email: str) -> bool:
    """Make the account with this proved address an admin of the platform; False where there is none."""
    return await system_pool.fetchval(GRANT, email) is not None


async def revoke(system_pool: Pool, email: str) -> bool:
    """Take it from her; False where she was none."""
    return await system_pool.fetchval(REVOKE, email) is not None


async def everybody(system_pool: Pool) -> Sequence[tuple[str, str, str]]:
    """All admins of the platform: address, name and since when (RFC 3339)."""
    return [(row["email"], row["name"], row["granted_at"].isoformat()) for row in await system_pool.fetch(ALL)]
