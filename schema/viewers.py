"""The viewer: who asks, in which role, allowed to do what."""

import strawberry

from domain import identity
from domain.identity import Role
from resolvers.accounts import account_of_viewer
from resolvers.sessions import sessions_of_viewer
from schema import ids
from schema.accounts import Account
from schema.enums import show_enum
from schema.sessions import Session

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

    @strawberry.field(description="The viewer's own account; null for those who are known elsewhere only.")
    async def account(self: identity.Viewer, info: strawberry.Info) -> Account | None:
        """What the viewer sees of herself."""
        return await account_of_viewer(info.context)  # type: ignore[return-value]

    @strawberry.field(description="Where the viewer is signed in, the session last used first.")
    async def sessions(self: identity.Viewer, info: strawberry.Info) -> list[Session]:
        """The live sessions."""
        return await sessions_of_viewer(info.context)  # type: ignore[return-value]
