"""The viewer: who asks, in which role, allowed to do what."""

import strawberry

from domain import identity
from domain.identity import Role
from schema import ids
from schema.enums import show_enum

show_enum(
    Role,
    "What a member is to an organization.",
    {
        "OWNER": "Owns it and may do everything.",
        "ADMIN": "Runs it and may do everything but own it.",
        "MANAGER": "Runs its events, deletes them too.",
        "SUPPORT": "Helps buyers; reads what is not public.",
        "ANALYST": "Reads what is not public.",
        "ORGANIZER": "Makes and sells events.",
        "USER": "Buys.",
    },
)


@strawberry.type(description="Whoever is signed in.")
class Viewer:
    """See `domain.identity.Viewer`."""

    role: Role | None = strawberry.field(description="The role in the current organization, null for a plain buyer.")

    @strawberry.field(description="The person, opaque.")
    def person_id(self: identity.Viewer) -> strawberry.ID | None:
        """The global id of the person."""
        return ids.show("Person", self.person_id) if self.person_id else None

    @strawberry.field(description="What the viewer may do in the current organization.")
    def permissions(self: identity.Viewer) -> list[str]:
        """The permissions' names, sorted."""
        return sorted(each.value for each in self.permissions)
