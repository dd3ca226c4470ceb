"""Join links: who may see where to connect."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.identity import Permission

from resolvers.context import Context


async def join_urls_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[str | None]:
    """For each event its join link, None for those who may not see it.

    This alone decides: the staff with events:read-join-link see every link. Whoever holds a valid ticket of an event is to be let in
    here, too, by what the reading knows of `ctx.viewer.person_id`; never by a role, since all viewers of one role may be served by one
    rendering of a live stream.
    """
    if not ctx.viewer.may(Permission.EVENTS_READ_JOIN_LINK):
        return [None for _ in event_ids]
    async with ctx.reading() as reading:
        return await reading.join_links.of_events(event_ids)
