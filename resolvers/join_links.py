"""Join links: who may see where to connect."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.identity import Permission

from resolvers.context import Context
from resolvers.tickets import holders_of


async def join_urls_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[str | None]:
    """For each event its join link, None for those who may not see it.

    This alone decides: the staff with events:read-join-link see every link, and whoever holds a valid ticket of an event sees that
    event's. Nobody is let in by a role alone, since all viewers of one role may be served by one rendering of a live stream, which knows
    neither person nor cart.
    """
    if ctx.viewer.may(Permission.EVENTS_READ_JOIN_LINK):
        async with ctx.reading() as reading:
            return await reading.join_links.of_events(event_ids)
    return await _of_holders(ctx, event_ids, holders_of(ctx))


async def _of_holders(ctx: Context, event_ids: Sequence[UUID], holders: Sequence[str]) -> list[str | None]:
    """Only the links of events that one of them has a ticket of are read at all."""
    if not holders:
        return [None for _ in event_ids]
    async with ctx.reading() as reading:
        admitting = await reading.tickets.admitting(event_ids, holders)
        own = sorted(admitting)
        links = dict(zip(own, await reading.join_links.of_events(own) if own else [], strict=True))
    return [links.get(each) for each in event_ids]
