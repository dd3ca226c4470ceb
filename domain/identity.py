"""Who asks: roles, what each may do, and the viewer that every deed looks at first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.refusals import NotAllowed, NoTenant, NotSignedIn, Refused
from domain.sessions import Caller


class Role(StrEnum):
    """What a member is to an organization."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    SUPPORT = "support"
    ANALYST = "analyst"
    ORGANIZER = "organizer"
    USER = "user"


class Permission(StrEnum):
    """One thing a viewer may be allowed to do."""

    HOLD = "holds:place"
    ACCOUNTS_USE = "accounts:use"
    EVENTS_READ_UNPUBLISHED = "events:read-unpublished"
    EVENTS_CREATE = "events:create"
    EVENTS_UPDATE = "events:update"
    EVENTS_PUBLISH = "events:publish"
    EVENTS_DELETE = "events:delete"
    TICKETS_MANAGE = "tickets:manage"
    EVENTS_READ_JOIN_LINK = "events:read-join-link"
    PROGRAMME_MANAGE = "programme:manage"
    VENUES_MANAGE = "venues:manage"
    ORGANIZATION_READ = "organization:read"
    PEOPLE_SYNC = "people:sync"


PUBLIC = frozenset({Permission.HOLD, Permission.ACCOUNTS_USE})
_READS = PUBLIC | {Permission.EVENTS_READ_UNPUBLISHED, Permission.ORGANIZATION_READ}
_SELLS = _READS | {
    Permission.EVENTS_CREATE,
    Permission.EVENTS_UPDATE,
    Permission.EVENTS_PUBLISH,
    Permission.EVENTS_READ_JOIN_LINK,
    Permission.TICKETS_MANAGE,
    Permission.VENUES_MANAGE,
}

# People are of the whole platform: what concerns somebody who may never have been in a house is no house's to grant.
OF_THE_PLATFORM = frozenset({Permission.PEOPLE_SYNC})
_EVERYTHING = frozenset(Permission) - OF_THE_PLATFORM

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: _EVERYTHING,
    Role.ADMIN: _EVERYTHING,
    Role.MANAGER: _SELLS | {Permission.EVENTS_DELETE, Permission.PROGRAMME_MANAGE},
    Role.ORGANIZER: _SELLS,
    Role.SUPPORT: _READS | {Permission.EVENTS_READ_JOIN_LINK},
    Role.ANALYST: _READS,
    Role.USER: PUBLIC,
}
"""The one table of permission by role."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's role in an organization; `version` rises with every change and is what a token's `pv` names."""

    organization_id: UUID
    person_id: UUID
    role: Role
    version: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What the session of a front end is limited to: these permissions, and this role where it names one."""

    permissions: frozenset[Permission]
    role: Role | None = None

    def lower(self, held: Role | None) -> Role | None:
        """The role to act in for somebody who holds `held`: the one named where that is the lesser of the two."""
        if held is None or self.role in (None, Role.OWNER) or not GRANTS[self.role] <= GRANTS[held]:
            return held
        return self.role


def acting(held: Role | None, limits: Limits | None) -> Role | None:
    """The role that somebody acts in who holds this one, within the limits of her session."""
    return limits.lower(held) if limits else held


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, for which organization, in which language.

    `cart` is the opaque token of an anonymous buyer; `locales` the caller's languages, best first, the organization's default last;
    `expires_at` the end of the access token in seconds since 1970 (None when anonymous), `session_id` the session it belongs to, and
    `caller` where the request comes from. `limits` are those of a front end's session, None for whoever came with one of ours.
    """

    organization_id: UUID | None
    person_id: UUID | None = None
    role: Role | None = None
    cart: str | None = field(default=None, repr=False)
    locales: tuple[str, ...] = ("en",)
    expires_at: int | None = None
    session_id: UUID | None = None
    caller: Caller = field(default=Caller(), repr=False)
    limits: Limits | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this viewer may do; everybody may do what is public."""
        granted = GRANTS[self.role] if self.role else PUBLIC
        return granted & self.limits.permissions if self.limits else granted

    @property
    def tenant(self) -> UUID:
        """The organization asked for; refused when there is none."""
        if self.organization_id is None:
            raise Refused(NoTenant())
        return self.organization_id

    @property
    def person(self) -> UUID:
        """Who is signed in; refused when nobody is."""
        if self.person_id is None:
            raise Refused(NotSignedIn())
        return self.person_id

    def may(self, permission: Permission) -> bool:
        """Whether the viewer has the permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuse with NotSignedIn or NotAllowed unless the viewer has the permission, and with NoTenant without an organization."""
        self.require_anywhere(permission)
        self.tenant  # noqa: B018 - read for its refusal

    def require_anywhere(self, permission: Permission) -> None:
        """Refuse with NotSignedIn or NotAllowed unless the viewer has the permission; it belongs to no organization."""
        if not self.may(permission):
            raise Refused(NotAllowed(permission.value) if self.person_id else NotSignedIn())
