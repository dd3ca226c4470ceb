"""Who asks: roles, what each may do, and the viewer that every deed looks at first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.refusals import NotAllowed, NotAPerson, NoTenant, NotSignedIn, Refused
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
    EVENTS_CHANGE_OTHERS = "events:change-others"
    ORGANIZATION_READ = "organization:read"
    PEOPLE_SYNC = "people:sync"
    ORGANIZATION_OWN = "organization:own"
    MEMBERS_READ = "members:read"
    MEMBERS_MANAGE = "members:manage"
    SERVICE_KEYS_MANAGE = "service-keys:manage"
    ORDERS_PLACE = "orders:place"
    ORDERS_READ = "orders:read"
    ORDERS_MANAGE = "orders:manage"
    PRICES_MANAGE = "prices:manage"
    PAYMENTS_MANAGE = "payments:manage"
    REFUNDS_MAKE = "refunds:make"


PUBLIC = frozenset({Permission.HOLD, Permission.ORDERS_PLACE, Permission.ACCOUNTS_USE})
"""What everybody may do, somebody who is not signed in, too."""
FOR_PEOPLE_ONLY = frozenset({Permission.ORGANIZATION_OWN, Permission.MEMBERS_MANAGE, Permission.SERVICE_KEYS_MANAGE})
"""What no service key is given: who may do it could give himself everything else, and nobody would know who he is."""
_READS = PUBLIC | {Permission.EVENTS_READ_UNPUBLISHED, Permission.ORGANIZATION_READ}
_SELLS = _READS | {
    Permission.EVENTS_CREATE,
    Permission.EVENTS_UPDATE,
    Permission.EVENTS_PUBLISH,
    Permission.EVENTS_READ_JOIN_LINK,
    Permission.TICKETS_MANAGE,
    Permission.VENUES_MANAGE,
    Permission.ORDERS_READ,
    Permission.ORDERS_MANAGE,
}

# People are of the whole platform: what concerns somebody who may never have been in a house is no house's to grant.
OF_THE_PLATFORM = frozenset({Permission.PEOPLE_SYNC})
_EVERYTHING = frozenset(Permission) - OF_THE_PLATFORM

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: _EVERYTHING,
    Role.ADMIN: _EVERYTHING - {Permission.ORGANIZATION_OWN},
    Role.MANAGER: _SELLS
    | {
        Permission.PRICES_MANAGE,
        Permission.REFUNDS_MAKE,
        Permission.EVENTS_DELETE,
        Permission.EVENTS_CHANGE_OTHERS,
        Permission.PROGRAMME_MANAGE,
        Permission.MEMBERS_READ,
    },
    Role.ORGANIZER: _SELLS,
    Role.SUPPORT: _READS | {Permission.EVENTS_READ_JOIN_LINK, Permission.ORDERS_READ, Permission.ORDERS_MANAGE},
    Role.ANALYST: _READS,
    Role.USER: PUBLIC,
}
"""The one table of permission by role; a platform admin may do all of it in every organization."""
GRANTABLE = frozenset(Permission) - FOR_PEOPLE_ONLY - PUBLIC
"""What a service key can be given."""


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
class Acting:
    """In whose name a work is done, as is noted of all that it leaves behind: `id` is a person or a service key, None for an operator.

    With `own_only` events that somebody else made may not be changed.
    """

    id: UUID | None = None
    service_key_id: UUID | None = None
    as_platform_admin: bool = False
    own_only: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, for which organization, in which language.

    `cart` is the opaque token of an anonymous buyer; `locales` the caller's languages, best first, the organization's default last;
    `expires_at` the end of the access token in seconds since 1970 (None when anonymous), `session_id` the session it belongs to, and
    `caller` where the request comes from. `limits` are those of a front end's session, None for whoever came with one of ours.
    A program that shows a service key is no person: `service_key` is its id, and `granted` what the key may do. A platform admin may do
    everything, whatever role she has here, unless she comes by a front end.
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
    service_key: UUID | None = None
    granted: frozenset[Permission] = frozenset()
    is_platform_admin: bool = False

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this viewer may do; everybody may do what is public."""
        if self.service_key:
            return PUBLIC | self.granted & GRANTABLE
        if self.is_platform_admin:
            return frozenset(Permission)
        granted = GRANTS[self.role] if self.role else PUBLIC
        return granted & self.limits.permissions if self.limits else granted

    @property
    def actor(self) -> UUID | None:
        """The person or the service key; None for somebody who has not said who he is, and for an operator."""
        return self.person_id or self.service_key

    @property
    def someone(self) -> UUID:
        """The person or the service key; refused when nobody is signed in."""
        if self.actor is None:
            raise Refused(NotSignedIn())
        return self.actor

    @property
    def acting(self) -> Acting:
        """What is noted of a work of this viewer's."""
        own_only = not self.may(Permission.EVENTS_CHANGE_OTHERS)
        return Acting(self.actor, self.service_key, self.is_platform_admin, own_only)

    @property
    def tenant(self) -> UUID:
        """The organization asked for; refused when there is none."""
        if self.organization_id is None:
            raise Refused(NoTenant())
        return self.organization_id

    @property
    def person(self) -> UUID:
        """Who is signed in; refused when nobody is, and for a service key, which is nobody."""
        if self.person_id is None:
            raise Refused(NotAPerson() if self.service_key else NotSignedIn())
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
            raise Refused(NotAllowed(permission.value) if self.actor else NotSignedIn())


def expect_own(acting: Acting, created_by: UUID | None) -> None:
    """Refuse with NotAllowed whoever may change only what he made, and did not make this."""
    if acting.own_only and (created_by is None or created_by != acting.id):
        raise Refused(NotAllowed(Permission.EVENTS_CHANGE_OTHERS.value))
