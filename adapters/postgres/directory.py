"""Finds the tenant of a request and who belongs to it, with the system role's few rights."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from adapters.postgres.platform_admins import is_platform_admin, who_are_admins
from adapters.postgres.rows import columns_of
from adapters.postgres.transaction import Pool
from domain.identity import Membership, Role
from domain.organizations import Organization

ORGANIZATION = f"SELECT {columns_of(Organization, table='o')} FROM organizations o"
# An id is preferred, so that nobody gets another's requests by taking its id for a slug.
BY_NAME = f"{ORGANIZATION} WHERE o.slug = $1 OR o.id = $2 ORDER BY o.id = $2 DESC NULLS LAST LIMIT 1"
BY_HOST = f"{ORGANIZATION} JOIN organization_domains d ON d.organization_id = o.id WHERE d.domain = $1"
MEMBERSHIP = "SELECT organization_id, person_id, role, version FROM memberships WHERE organization_id = $1 AND person_id = $2"
MEMBER_WITH = "SELECT person_id FROM memberships WHERE organization_id = $1 AND role = $2 ORDER BY person_id LIMIT 1"


ROLES = """
SELECT m.organization_id, m.person_id, m.role FROM memberships m
JOIN unnest($1::uuid[], $2::uuid[]) AS asked (organization_id, person_id) USING (organization_id, person_id)
"""


class PostgresDirectory:
    """Implements `Directory` on the system role's pool; remembers nothing, who asks often does that."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def by_name(self, name: str) -> Organization | None:
        """The organization with this slug or id."""
        return await self._organization(BY_NAME, name, _as_id(name))

    async def by_host(self, host: str) -> Organization | None:
        """The organization that owns this custom domain."""
        return await self._organization(BY_HOST, host)

    async def membership(self, organization_id: UUID, person_id: UUID) -> Membership | None:
        """The person's role there."""
        row = await self._pool.fetchrow(MEMBERSHIP, organization_id, person_id)
        return row and Membership(row["organization_id"], row["person_id"], Role(row["role"]), row["version"])

    async def roles(self, pairs: Sequence[tuple[UUID, UUID]]) -> Mapping[tuple[UUID, UUID], Role]:
        """The roles of these (organization and person); plain buyers have none."""
        rows = await self._pool.fetch(ROLES, [each for each, _ in pairs], [each for _, each in pairs])
        return {(row["organization_id"], row["person_id"]): Role(row["role"]) for row in rows}

    async def is_platform_admin(self, person_id: UUID) -> bool:
        """Whether she is one now."""
        return await is_platform_admin(self._pool, person_id)

    async def platform_admins(self, persons: Sequence[UUID]) -> set[UUID]:
        """Those of these people who are admins now."""
        return await who_are_admins(self._pool, persons)

    async def member_with(self, organization_id: UUID, role: Role) -> UUID | None:
        """Some person with this role there; the same one each time."""
        found: UUID | None = await self._pool.fetchval(MEMBER_WITH, organization_id, role.value)
        return found

    async def _organization(self, statement: str, *names: object) -> Organization | None:
        row = await self._pool.fetchrow(statement, *names)
        return Organization(**row) if row else None


def _as_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
