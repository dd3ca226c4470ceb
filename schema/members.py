"""Members as those see them who may: who works for an organization, and who was asked to."""

from datetime import datetime

import strawberry

from domain import members as domain
from domain.identity import Role
from resolvers import members as deeds
from schema import ids, roles
from schema.errors import UserError, shows
from schema.nodes import Node, found_by
from schema.scalars import EmailAddress

ROLES = roles
"""Roles are shown from there, before anything that has one."""


@strawberry.federation.type(keys=["id"], description="A person who works for the organization. Needs members:read.")
class Member(Node):
    """See `domain.members.Member`."""

    name: str = strawberry.field(description="What the person is called.")
    email: EmailAddress | None = strawberry.field(description="Where mail reaches the person.")
    role: Role = strawberry.field(description="What the person is to the organization.")
    version: int = strawberry.field(description="Rises with every change of the role; give it as `expectedVersion`.")
    joined_at: datetime = strawberry.field(description="Since when.")

    @strawberry.field(description="The person, opaque.")
    def person_id(self: domain.Member) -> strawberry.ID:
        """The global id of the person."""
        return ids.show("Person", self.id)


@strawberry.federation.type(keys=["id"], description="Somebody who is asked by mail to join. Needs members:manage.")
class Invitation(Node):
    """See `domain.members.Invitation`."""

    email: EmailAddress = strawberry.field(description="Whom the link was mailed to.")
    role: Role = strawberry.field(description="What the person is to be.")
    invited_at: datetime = strawberry.field(description="When the link was mailed last.")
    expires_at: datetime = strawberry.field(description="Until when the link is good.")
    accepted_at: datetime | None = strawberry.field(description="When it was accepted; null when it was not.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null when it was not.")
    inviter_name: str | None = strawberry.field(description="Who invited, by name; null for one who is no member.")


@strawberry.type(description="One work of an admin of the platform in this organization.")
class PlatformAdminAct:
    """See `domain.members.PlatformAdminAct`."""

    news: list[str] = strawberry.field(description="The types of what it told, such as member:role_changed.")
    correlation_id: str | None = strawberry.field(description="The id of the request, as logs and X-Request-Id tell it.")
    at: datetime = strawberry.field(description="When.")

    @strawberry.field(description="Who, opaque.")
    def person_id(self: domain.PlatformAdminAct) -> strawberry.ID:
        """The global id of the person."""
        return ids.show("Person", self.person_id)


@shows(domain.LastOwner, "An organization must have an owner.")
class LastOwner(UserError):
    """See `domain.members.LastOwner`."""


@shows(domain.RoleTooHigh, "The role may do something that the viewer may not.")
class RoleTooHigh(UserError):
    """See `domain.members.RoleTooHigh`."""

    role: Role = strawberry.field(description="That role.")


@shows(domain.AlreadyMember, "The person works for the organization already.")
class AlreadyMember(UserError):
    """See `domain.members.AlreadyMember`."""


found_by("Member", deeds.members_by_id)
found_by("Invitation", deeds.invitations_by_id)
