"""Founds an organization: the tenant itself, its domains and its first members, in one transaction under its own row security."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from adapters.postgres.transaction import TO_WRITE, Connection, Pool, begin, keep, undo
from domain.identity import Role
from domain.organizations import Organization

ORGANIZATION = """
INSERT INTO organizations (id, slug, name, default_locale, default_currency, buyer_limit) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (slug) DO NOTHING RETURNING id
"""
DOMAINS = "INSERT INTO organization_domains (organization_id, domain) SELECT $1, domain FROM unnest($2::text[]) AS domain"
MEMBERSHIPS = """
INSERT INTO memberships (organization_id, person_id, role) SELECT $1, id, role FROM unnest($2::uuid[], $3::text[]) AS member (id, role)
"""
PEOPLE = "INSERT INTO people (id, name, email) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])"


@dataclass(frozen=True, slots=True)
class Member:
    """A person new to the platform, and the role she has in the organization that is founded."""

    person_id: UUID
    name: str
    email: str | None
    role: Role


async def found(pool: Pool, organization: Organization, *, domains: Sequence[str] = (), members: Sequence[Member] = ()) -> bool:
    """Write the organization with its domains (lower case) and members; False, and nothing done, when its slug is taken."""
    connection = await begin(pool, organization.id, TO_WRITE)
    try:
        is_new = await _write(connection, organization, domains, members)
    except BaseException as fault:
        await undo(pool, connection, fault)
        raise
    await keep(pool, connection)
    return is_new


async def _write(connection: Connection, organization: Organization, domains: Sequence[str], members: Sequence[Member]) -> bool:
    terms = (organization.default_locale, organization.default_currency, organization.buyer_limit)
    if await connection.fetchval(ORGANIZATION, organization.id, organization.slug, organization.name, *terms) is None:
        return False
    await connection.execute(DOMAINS, organization.id, domains)
    ids = [member.person_id for member in members]
    await connection.execute(MEMBERSHIPS, organization.id, ids, [member.role.value for member in members])
    await connection.execute(PEOPLE, ids, [member.name for member in members], [member.email for member in members])
    return True
