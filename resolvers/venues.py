"""Venues: reading them by id."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.venues import Venue

from resolvers.context import Context


async def venues_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Venue | None]:
    """The venues by id; they are public within their organization."""
    async with ctx.reading() as reading:
        return await reading.venues.get_many(ids)
