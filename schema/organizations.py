"""Organizations as clients see them, with those who work for them."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from domain import organizations as domain
from domain.paging import Page, Slice, page_of
from resolvers import members, service_keys
from resolvers.context import Context
from resolvers.organizations import expect_current, organizations_by_id
from resolvers.pricing import prices_include_tax
from schema.batched import batched
from schema.connections import After, Before, Connection, First, Last, connect, read_cursor, show_cursor
from schema.members import Invitation, Member, PlatformAdminAct
from schema.nodes import Node, found_by
from schema.scalars import CurrencyCode
from schema.service_keys import ServiceKey


@strawberry.federation.type(keys=["id"], description="A tenant: whoever sells the tickets.")
class Organization(Node):
    """See `domain.organizations.Organization`."""

    slug: str = strawberry.field(description="Its short name, used as subdomain and in the header X-Organization.")
    name: str = strawberry.field(description="Its name.")
    default_locale: str = strawberry.field(description="The language that serves readers whose own a text lacks.")
    default_currency: CurrencyCode = strawberry.field(description="The currency it sells in when none is named.")

    prices_include_tax: bool | None = batched(
        prices_include_tax, description="Whether the prices it shows include taxes; null for another organization than that of the request."
    )

    @strawberry.field(description="Who works for it. Needs members:read, in the organization of the request.")
    async def members(
        self: domain.Organization,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Member] | None:
        """One page, those known longest first."""
        return await _page(info, self.id, (first, after, last, before), members.list_members, members.count_members)

    @strawberry.field(description="Who was asked to join and has not yet, in time. Needs members:manage.")
    async def invitations(
        self: domain.Organization,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Invitation] | None:
        """One page, the oldest first."""
        return await _page(info, self.id, (first, after, last, before), members.list_invitations, members.count_invitations)

    @strawberry.field(description="Its service keys, the newest first, those that were revoked too. Needs service-keys:manage.")
    async def service_keys(
        self: domain.Organization,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ServiceKey] | None:
        """One page."""
        asked = (first, after, last, before)
        return await _page(info, self.id, asked, service_keys.list_service_keys, service_keys.count_service_keys)

    @strawberry.field(description="What admins of the platform did here, the newest first. Needs members:manage.")
    async def platform_admin_acts(
        self: domain.Organization,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PlatformAdminAct] | None:
        """One page."""
        asked = (first, after, last, before)
        return await _page(info, self.id, asked, members.list_platform_admin_acts, members.count_platform_admin_acts)


async def _page(
    info: strawberry.Info,
    organization_id: UUID,
    asked: tuple[int | None, str | None, int | None, str | None],
    find: Callable[[Context, Page], Awaitable[Slice[Any]]],
    count: Callable[[Context], Awaitable[int]],
) -> Connection[Any]:
    """The page asked for, of the organization of the request alone."""
    expect_current(info.context, organization_id)
    first, after, last, before = asked
    page = page_of(first, read_cursor(after, (UUID,), "after"), last, read_cursor(before, (UUID,), "before"))
    found = await find(info.context, page)
    return connect(found, lambda each: show_cursor([str(each.id)]), lambda: count(info.context))


found_by("Organization", organizations_by_id)
