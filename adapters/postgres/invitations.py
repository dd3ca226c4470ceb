"""The store of an organization's invitations."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.identity import Role
from domain.members import Invitation
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused

COLUMNS = f"{columns_of(Invitation, table='i', but=['inviter_name'])}, p.name AS inviter_name"
INVITATIONS = f"SELECT {COLUMNS} FROM invitations i LEFT JOIN people p ON p.id = i.invited_by"
OPEN = "i.accepted_at IS NULL AND i.revoked_at IS NULL"
GET_MANY = f"{INVITATIONS} WHERE i.id = ANY($1::uuid[])"
PAGE = f"{INVITATIONS} WHERE {OPEN} AND i.expires_at > app_now() AND {{edge}} ORDER BY i.id {{way}} LIMIT $1"
STATEMENTS = {
    (backward, beyond): PAGE.format(way="DESC" if backward else "ASC", edge=f"i.id {'<' if backward else '>'} $2" if beyond else "true")
    for backward in (False, True)
    for beyond in (False, True)
}
COUNT = f"SELECT count(*) FROM (SELECT FROM invitations i WHERE {OPEN} AND i.expires_at > app_now() LIMIT $1) AS counted"
# One statement writes it or takes the earlier one's place, so that of two who invite the same person at once one link is good.
PUT = """
INSERT INTO invitations AS i (organization_id, id, email, role, token_hash, invited_by, invited_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (organization_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL DO UPDATE
SET role = EXCLUDED.role, token_hash = EXCLUDED.token_hash, invited_by = EXCLUDED.invited_by, invited_at = EXCLUDED.invited_at,
    expires_at = EXCLUDED.expires_at
RETURNING id
"""
LOCK = f"SELECT FROM invitations i WHERE i.id = $1 AND {OPEN} FOR NO KEY UPDATE"
TO = f"SELECT i.id FROM invitations i WHERE i.email = $1 AND {OPEN} FOR NO KEY UPDATE"
REVOKE = "UPDATE invitations SET revoked_at = $2 WHERE id = $1"


class InvitationRow(Row, reads=Invitation):
    """Reads like an Invitation."""

    __slots__ = ()

    @property
    def role(self) -> Role:
        return Role(self["role"])


class InvitationStore:
    """Implements `Invitations`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[Invitation | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=InvitationRow), ids)

    async def page(self, page: Page) -> Slice[Invitation]:
        """One window, and one row more to know whether others follow."""
        statement = STATEMENTS[page.backward, page.edge is not None]
        rows = await self._connection.fetch(statement, page.size + 1, *(page.edge or ()), record_class=InvitationRow)
        return pages.slice_of(cast("list[Invitation]", rows), page)

    async def count(self, at_most: int) -> int:
        """How many there are, looking at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, at_most)
        return counted

    async def to(self, email: str) -> Invitation | None:
        """The open one to this address, locked until the work ends."""
        found = await self._connection.fetchval(TO, email)
        return await self._get(found) if found else None

    async def put(self, invitation: Invitation, secret: bytes) -> Invitation:
        """Write it, or let it take the place of one to the same address."""
        facts = (invitation.email, invitation.role.value, secret, invitation.invited_by, invitation.invited_at, invitation.expires_at)
        kept = await self._connection.fetchval(PUT, self._organization_id, invitation.id, *facts)
        return await self._get(kept)

    async def for_change(self, invitation_id: UUID) -> Invitation:
        """One that is open; nobody accepts or revokes it elsewhere until the work ends."""
        if await self._connection.execute(LOCK, invitation_id) == "SELECT 0":
            raise Refused(NotFound("invitation", ("input", "invitationId")))
        return await self._get(invitation_id)

    async def revoke(self, invitation_id: UUID, now: datetime) -> None:
        """Nobody accepts it any more."""
        await self._connection.execute(REVOKE, invitation_id, now)

    async def _get(self, invitation_id: UUID) -> Invitation:
        [row] = await self._connection.fetch(GET_MANY, [invitation_id], record_class=InvitationRow)
        return Invitation(**facts_of(row, Invitation))
