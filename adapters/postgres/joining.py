"""Finds, for somebody whose organization is not known yet, the invitation she shows and the organizations she works for."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from adapters.postgres.rows import columns_of
from adapters.postgres.transaction import Connection
from domain.accounts import LinkInvalid
from domain.identity import Role
from domain.joining import Belonging, OpenInvitation
from domain.organizations import Organization
from domain.refusals import Refused

FIELDS = tuple(each.removeprefix("o.") for each in columns_of(Organization, table="o").split(", "))
ORGANIZATION = ", ".join(f"o.{each} AS organization_{each}" for each in FIELDS)
# One statement looks and accepts, so that of two who come with a link one joins.
TAKE = f"""
WITH taken AS (
    UPDATE invitations SET accepted_at = app_now()
    WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > app_now()
    RETURNING id, organization_id, email, role, invited_by
)
SELECT t.id, t.email, t.role, m.role AS inviter_role, {ORGANIZATION},
    EXISTS (SELECT FROM platform_admins a WHERE a.person_id = t.invited_by) AS inviter_is_platform_admin
FROM taken t JOIN organizations o ON o.id = t.organization_id
LEFT JOIN memberships m ON m.organization_id = t.organization_id AND m.person_id = t.invited_by
"""
JOIN = """
INSERT INTO memberships (organization_id, person_id, role) VALUES ($1, $2, $3)
ON CONFLICT (organization_id, person_id) DO NOTHING RETURNING person_id
"""
BELONGINGS = f"""
SELECT m.role, {ORGANIZATION} FROM memberships m JOIN organizations o ON o.id = m.organization_id
WHERE m.person_id = $1 ORDER BY o.name, o.id
"""
GET = f"SELECT {ORGANIZATION} FROM organizations o WHERE o.id = $1"


class JoiningStore:
    """Implements `Joining`, as the system's role."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.joined: list[tuple[UUID, UUID]] = []

    async def take(self, secret: bytes) -> OpenInvitation:
        """The invitation; accepted when this work is kept."""
        row = await self._connection.fetchrow(TAKE, secret)
        if row is None:
            raise Refused(LinkInvalid())
        inviter = Role(row["inviter_role"]) if row["inviter_role"] else None
        facts = (row["email"], Role(row["role"]), inviter, row["inviter_is_platform_admin"])
        return OpenInvitation(row["id"], _organization(row), *facts)

    async def join(self, organization_id: UUID, person_id: UUID, role: Role) -> bool:
        """Write the membership, unless there is one."""
        is_new = await self._connection.fetchval(JOIN, organization_id, person_id, role.value) is not None
        if is_new:
            self.joined.append((organization_id, person_id))
        return is_new

    async def belongings(self, person_id: UUID) -> Sequence[Belonging]:
        """Where she works, by name."""
        rows = await self._connection.fetch(BELONGINGS, person_id)
        return [Belonging(_organization(row), Role(row["role"])) for row in rows]

    async def organization(self, organization_id: UUID) -> Organization | None:
        """By id."""
        row = await self._connection.fetchrow(GET, organization_id)
        return _organization(row) if row else None


def _organization(row: Mapping[str, Any]) -> Organization:
    return Organization(**{each: row[f"organization_{each}"] for each in FIELDS})
