"""The viewer: who asks, in which role, allowed to do what."""

from typing import Annotated

import strawberry

from domain import identity
from domain.identity import Role
from resolvers.accounts import account_of_viewer
from resolvers.joining import belongings_of_viewer
from resolvers.service_keys import own_service_key
from resolvers.sessions import sessions_of_viewer
from schema import ids
from schema.accounts import Account
from schema.connections import After, Before, Connection, First, Last
from schema.memberships import Membership
from schema.order_finding import own_orders
from schema.orders import Order
from schema.service_keys import ServiceKey
from schema.sessions import Session
from schema.tickets import Ticket, own_tickets


@strawberry.type(description="Whoever is signed in.")
class Viewer:
    """See `domain.identity.Viewer`."""

    role: Role | None = strawberry.field(description="The role in the current organization, null for a plain buyer.")

    is_platform_admin: bool = strawberry.field(description="Whether the viewer acts as an admin of the platform, and so may do everything.")

    @strawberry.field(description="The person, opaque; null for a program with a service key.")
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
        return await account_of_viewer(info.context) if self.person_id else None  # type: ignore[return-value]

    @strawberry.field(description="The service key that the viewer shows; null for people.")
    async def service_key(self: identity.Viewer, info: strawberry.Info) -> ServiceKey | None:
        """The key of this request."""
        return await own_service_key(info.context)  # type: ignore[return-value]

    @strawberry.field(description="The organizations that the viewer works for, by name.")
    async def memberships(self: identity.Viewer, info: strawberry.Info) -> list[Membership]:
        """In every organization."""
        return await belongings_of_viewer(info.context)  # type: ignore[return-value]

    @strawberry.field(description="What the viewer bought in the current organization, the newest first; null where none is named.")
    async def orders(
        self: identity.Viewer, info: strawberry.Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Order] | None:
        """One page."""
        return await own_orders(info.context, first, after, last, before) if self.organization_id else None

    @strawberry.field(description="The viewer's own tickets in the current organization, the newest first.")
    async def tickets(
        self: identity.Viewer,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
    ) -> Connection[Ticket]:
        """One page."""
        return await own_tickets(info.context, first, after)

    @strawberry.field(description="Where the viewer is signed in, the session last used first.")
    async def sessions(self: identity.Viewer, info: strawberry.Info) -> list[Session]:
        """The live sessions."""
        return await sessions_of_viewer(info.context) if self.person_id else []  # type: ignore[return-value]
