"""The store of an organization's members."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.identity import Role
from domain.members import Member
from domain.paging import Page, Slice

MEMBERS = """
SELECT m.person_id AS id, p.name, p.email, m.role, m.version, m.joined_at FROM memberships m JOIN people p ON p.id = m.person_id
"""
GET_MANY = f"{MEMBERS} WHERE m.person_id = ANY($1::uuid[])"
PAGE = f"{MEMBERS} WHERE {{edge}} ORDER BY m.person_id {{way}} LIMIT $1"
STATEMENTS = {
    (backward, beyond): PAGE.format(
        way="DESC" if backward else "ASC", edge=f"m.person_id {'<' if backward else '>'} $2" if beyond else "true"
    )
    for backward in (False, True)
    for beyond in (False, True)
}
COUNT = "SELECT count(*) FROM (SELECT FROM memberships LIMIT $1) AS counted"
# All owners are locked whenever a role changes, in key order: of two who would take ownership from each other the second finds it done.
LOCK = "SELECT FROM memberships WHERE role = 'owner' OR person_id = ANY($1::uuid[]) ORDER BY person_id FOR UPDATE"
# Read after the locks are had, because waiting for one may have changed what the locking statement saw.
LOCKED = f"{MEMBERS} WHERE m.role = 'owner' OR m.person_id = ANY($1::uuid[]) ORDER BY m.person_id"
IS_MEMBER = "SELECT EXISTS (SELECT FROM memberships m JOIN people p ON p.id = m.person_id WHERE p.email = $1)"
KEEP = "UPDATE memberships SET role = $2, version = $3 WHERE person_id = $1"
REMOVE = "DELETE FROM memberships WHERE person_id = $1"


class MemberRow(Row, reads=Member):
    """Reads like a Member."""

    __slots__ = ()

    @property
    def role(self) -> Role:
        return Role(self["role"])


class MemberStore:
    """Implements `Members`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._changed = transaction.members_changed

    async def get_many(self, ids: Sequence[UUID]) -> list[Member | None]:
        """By person, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=MemberRow), ids)

    async def page(self, page: Page) -> Slice[Member]:
        """One window, and one row more to know whether others follow."""
        statement = STATEMENTS[page.backward, page.edge is not None]
        rows = await self._connection.fetch(statement, page.size + 1, *(page.edge or ()), record_class=MemberRow)
        return pages.slice_of(cast("list[Member]", rows), page)

    async def count(self, at_most: int) -> int:
        """How many there are, looking at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, at_most)
        return counted

    async def for_change(self, ids: Sequence[UUID]) -> Sequence[Member]:
        """These and all owners; no role of theirs changes elsewhere until the work ends."""
        await self._connection.execute(LOCK, ids)
        rows = await self._connection.fetch(LOCKED, ids, record_class=MemberRow)
        return [Member(**facts_of(row, Member)) for row in rows]

    async def is_member(self, email: str) -> bool:
        """By the address in the form that is kept."""
        found: bool = await self._connection.fetchval(IS_MEMBER, email)
        return found

    async def keep(self, member: Member) -> None:
        """Write what changes of a member."""
        await self._connection.execute(KEEP, member.id, member.role.value, member.version)
        self._changed.append(member.id)

    async def remove(self, person_id: UUID) -> None:
        """She stays a person, and is no member."""
        await self._connection.execute(REMOVE, person_id)
        self._changed.append(person_id)
