"""Availability: what can be had now, for many events at once, and the live stream that follows."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.availability import Availability, Mark
from domain.events import found
from domain.live import Frame, Live, PublicLive, Topic

from resolvers.access_codes import unlocked_by
from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.ticket_types import sees_hidden


async def availability_of_events(ctx: Context, event_ids: Sequence[UUID], args: Mapping[str, object]) -> list[Availability | None]:
    """A snapshot for each event of what the viewer sees; the events themselves were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        found = await reading.availability.snapshots(event_ids)
    if sees_hidden(ctx):
        return found
    unlocked = await unlocked_by(ctx, event_ids, args.get("access_code"))
    return [each and each.open_to(unlocked) for each in found]


@dataclass(frozen=True, slots=True)
class Watch:
    """A viewer's allowed wish to watch a topic, from a point he has already seen when `since` is given.

    Iterating it gives his own frames: a snapshot (or what moved since), then what moved since the frame before. Transports that serve many
    equal viewers read `topic` and `since` instead and render once for all of them.
    """

    topic: Topic
    since: Mark | None
    live: Live

    async def __aiter__(self) -> AsyncIterator[Frame]:
        """The frames of this one viewer; ends when the iterator is closed."""
        async with self.live.listening(self.topic) as beats:
            seen = self.since
            async for latest in beats:
                yield latest if seen is None else latest.since(seen)
                seen = latest.mark


async def watch_tickets(ctx: Context, event_id: UUID, resume_from: str | None, access_code: str | None = None) -> Watch:
    """The stream of an event's availability, as the viewer sees it; refused with NotFound, or ResumeTokenInvalid."""
    topic = Topic(ctx.viewer.tenant, event_id)
    since = topic.point(resume_from) if resume_from is not None else None
    [event] = await events_by_id(ctx, [event_id], {})
    found(event, ("eventId",))
    live = ctx.live if sees_hidden(ctx) else PublicLive(ctx.live, await unlocked_by(ctx, [event_id], access_code))
    return Watch(topic, since, live)
