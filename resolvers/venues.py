"""Venues: enter one, change it; reading them by id and as a list."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import venues as rules
from domain.identity import Permission
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.venues import CreateVenue, UpdateVenue, Venue

from resolvers.context import Context


async def create_venue(ctx: Context, ask: CreateVenue) -> Venue:
    """The new venue."""
    ctx.viewer.require(Permission.VENUES_MANAGE)
    venue = rules.create(ctx.new_id(), ask.details)
    async with ctx.work() as work:
        await work.venues.keep(venue)
    return venue


async def update_venue(ctx: Context, ask: UpdateVenue) -> Venue:
    """The venue with the changes asked for."""
    ctx.viewer.require(Permission.VENUES_MANAGE)
    async with ctx.work() as work:
        venue = await work.venues.for_change(ask.venue_id)
        changed = rules.update(venue, ask.expected_version, ask.changes)
        await work.venues.keep(changed)
    return changed


async def venues_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Venue | None]:
    """The venues by id; they are public within their organization."""
    async with ctx.reading() as reading:
        return await reading.venues.get_many(ids)


async def list_venues(ctx: Context, page: Page) -> Slice[Venue]:
    """One page of the organization's venues, by name."""
    async with ctx.reading() as reading:
        return await reading.venues.page(page)


async def count_venues(ctx: Context) -> int:
    """How many venues the organization has, counted up to 10,000."""
    async with ctx.reading() as reading:
        return await reading.venues.count(COUNTED_AT_MOST)
