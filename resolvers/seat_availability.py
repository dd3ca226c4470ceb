"""Live seat maps: who may watch which sections of an event, and from what point."""

from collections.abc import Sequence
from uuid import UUID

from domain.events import found
from domain.live import PublicLive, SeatTopic
from domain.seat_availability import check_sections

from resolvers.availability import Watch
from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.seating import versions_of_events
from resolvers.ticket_types import sees_hidden


async def watch_seats(ctx: Context, event_id: UUID, sections: Sequence[int] | None, resume_from: str | None) -> Watch:
    """The stream of an event's seats, for the public while it may see the event.

    Refused with NotFound, ResumeTokenInvalid, or InputInvalid for sections that are not there.
    """
    topic = SeatTopic(ctx.viewer.tenant, event_id, None if sections is None else frozenset(sections))
    since = topic.point(resume_from) if resume_from is not None else None
    [event] = await events_by_id(ctx, [event_id], {})
    found(event, ("eventId",))
    [version] = await versions_of_events(ctx, [event_id], {})
    check_sections(topic.sections, version)
    return Watch(topic, since, ctx.live if sees_hidden(ctx) else PublicLive(ctx.live))
