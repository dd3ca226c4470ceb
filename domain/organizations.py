"""Organizations: the tenants, each with its slug, domains and settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from domain.identity import Membership, Role
from domain.refusals import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant. `default_locale` serves readers whose languages a text lacks; `buyer_limit` caps one buyer's tickets per event."""

    id: UUID
    slug: str
    name: str
    default_locale: str = "en"
    default_currency: str = "EUR"
    buyer_limit: int = 20

    typename: ClassVar[str] = "Organization"


def found(organization: Organization | None) -> Organization:
    """The organization, or the refusal NotFound."""
    if organization is None:
        raise Refused(NotFound("organization"))
    return organization


class Organizations(Protocol):
    """The store of organizations, seen from inside one of them (row security shows only the current one)."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Organization | None]:
        """The organizations by id, in the order asked, None where the current tenant sees none."""


class Directory(Protocol):
    """Finds the tenant of a request and a person's membership; runs as the system role, returns ids and roles only."""

    async def by_name(self, name: str) -> Organization | None:
        """The organization with this slug or, when `name` is one, this id."""

    async def by_host(self, host: str) -> Organization | None:
        """The organization that owns this custom domain (lower case, no port)."""

    async def membership(self, organization_id: UUID, person_id: UUID) -> Membership | None:
        """The person's role in the organization, None for a plain buyer."""

    async def is_platform_admin(self, person_id: UUID) -> bool:
        """Whether the person is an admin of the platform."""

    async def member_with(self, organization_id: UUID, role: Role) -> UUID | None:
        """Some person who has this role there, for tokens minted by an operator."""
