"""Finds the people whom sessions of a front end speak for, outside any work; remembers nothing, who asks often does that."""

from collections.abc import Sequence
from uuid import UUID

from adapters.postgres.transaction import Pool
from domain.foreign_visitors import KnownPerson

KNOWN = """
SELECT p.id AS person_id, p.email, CASE WHEN a.password_hash IS NOT NULL THEN a.password_changed_at END AS password_changed_at,
    (SELECT organization_id FROM memberships m WHERE m.person_id = p.id ORDER BY organization_id LIMIT 1) AS home
FROM people p JOIN accounts a ON a.person_id = p.id
WHERE a.email_verified_at IS NOT NULL AND (p.id = $1 OR p.email = $2)
"""


class PostgresKnownPeople:
    """Implements `KnownPeople` on the system role's pool."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def known(self, person_id: UUID | None, email: str | None) -> Sequence[KnownPerson]:
        """By either, the address proved."""
        return [KnownPerson(**row) for row in await self._pool.fetch(KNOWN, person_id, email)]
