"""Tells the tenant of a request, from its host, its headers or its token, and the caller's role there."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from domain.identity import Membership, Role
from domain.organizations import Directory, Organization
from domain.refusals import ErrorCode, NotFound, Refusal, Refused
from gateway.remembered import Remembered

# A slug or an id. Nothing else names an organization, so nothing else is looked up, or remembered.
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")
_LONGEST_HOST = 253


@dataclass(frozen=True, slots=True)
class TenantMismatch(Refusal):
    """The token belongs to one organization and the request names another."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The access token belongs to another organization than the request names; leave X-Organization out or sign in there."


class Bound(Protocol):
    """What somebody shows that is good for one organization: a token, a session or a service key."""

    @property
    def organization_id(self) -> UUID: ...


class Tenants:
    """Finds organizations and memberships, remembering both for five seconds: the time a changed role takes to reach every replica."""

    def __init__(self, directory: Directory, *, base_domain: str, default: str | None) -> None:
        self._directory = directory
        self._base_domain = base_domain
        self._default = default
        self._names: Remembered[Organization | None] = Remembered(directory.by_name)
        self._hosts: Remembered[Organization | None] = Remembered(directory.by_host)
        self._admins: Remembered[bool] = Remembered(directory.is_platform_admin)
        self._members: Remembered[Membership | None] = Remembered(lambda pair: directory.membership(*pair))

    async def of_request(self, host: str, named: str | None, shown: Bound | None) -> Organization | None:
        """The organization a request is for: the token's, the one named, the host's, or the default; refused when names contradict."""
        if named is not None:
            organization = await self.named(named)
            if shown and (organization is None or organization.id != shown.organization_id):
                raise Refused(TenantMismatch())
            if organization is None:
                raise Refused(NotFound("organization", ("X-Organization",)))
            return organization
        if shown:
            return await self._names.get(str(shown.organization_id))
        return await self.at_host(host) or (await self._names.get(self._default) if self._default else None)

    async def named(self, name: str) -> Organization | None:
        """The organization with this slug or id."""
        return await self._names.get(name) if _NAME.fullmatch(name) else None

    async def membership(self, organization_id: UUID, person_id: UUID) -> Membership | None:
        """The person's role there, None for a plain buyer."""
        return await self._members.get((organization_id, person_id))

    def forget(self, pairs: Collection[tuple[UUID, UUID]]) -> None:
        """The roles of these changed (organization and person)."""
        for each in pairs:
            self._members.forget(each)

    def forget_admins(self, persons: Collection[UUID]) -> None:
        """These are admins of the platform no more."""
        for each in persons:
            self._admins.forget(each)

    async def is_platform_admin(self, person_id: UUID) -> bool:
        """Whether the person may act in every organization."""
        return await self._admins.get(person_id)

    async def member_with(self, organization_id: UUID, role: Role) -> Membership | None:
        """Some member with this role there."""
        person_id = await self._directory.member_with(organization_id, role)
        return await self.membership(organization_id, person_id) if person_id else None

    async def at_host(self, host: str) -> Organization | None:
        """The organization that has this host name, by a domain of its own or by its slug before ours."""
        host = host.lower()
        slug, dot, parent = host.partition(".")
        if dot and parent == self._base_domain:
            return await self.named(slug)
        return await self._hosts.get(host) if dot and len(host) <= _LONGEST_HOST else None
