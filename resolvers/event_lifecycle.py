"""The life of events: publish and take back, postpone, put at another time, cancel, complete, archive."""

from domain import events as rules
from domain.events import CancelEvent, Event, PostponeEvent, PublishEvent, RescheduleEvent, StepEvent
from domain.identity import Permission
from domain.join_links import joinable

from resolvers.activity import keep_event
from resolvers.context import Context


async def publish_event(ctx: Context, ask: PublishEvent) -> Event:
    """The event, now before the public."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        ticket_types, _, _ = await work.events.stock(event.id)
        [link] = await work.join_links.of_events([event.id])
        published = rules.publish(event, ask.expected_version, ticket_types, work.now, joinable=joinable(event.attendance_mode, link))
        await keep_event(ctx, work, "event:published", event, published)
    return published


async def unpublish_event(ctx: Context, ask: StepEvent) -> Event:
    """The event, a draft again."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        _, held, sold = await work.events.stock(event.id)
        draft = rules.unpublish(event, ask.expected_version, held, sold, work.now)
        await keep_event(ctx, work, "event:unpublished", event, draft)
    return draft


async def postpone_event(ctx: Context, ask: PostponeEvent) -> Event:
    """The event, put off; its sale is paused."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        postponed = rules.postpone(event, ask, work.now)
        await keep_event(ctx, work, "event:postponed", event, postponed)
    return postponed


async def reschedule_event(ctx: Context, ask: RescheduleEvent) -> Event:
    """The event at its new times, on sale."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        rescheduled = rules.reschedule(event, ask, work.now)
        await keep_event(ctx, work, "event:rescheduled", event, rescheduled)
    return rescheduled


async def cancel_event(ctx: Context, ask: CancelEvent) -> Event:
    """The event, called off; its sale is over."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        cancelled = rules.cancel(event, ask, work.now)
        await keep_event(ctx, work, "event:cancelled", event, cancelled)
    return cancelled


async def complete_event(ctx: Context, ask: StepEvent) -> Event:
    """The event as one that has taken place; its sale is over."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        completed = rules.complete(event, ask.expected_version, work.now)
        await keep_event(ctx, work, "event:completed", event, completed)
    return completed


async def archive_event(ctx: Context, ask: StepEvent) -> Event:
    """The event, put away: the public no longer sees it."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        archived = rules.archive(event, ask.expected_version, work.now)
        await keep_event(ctx, work, "event:archived", event, archived)
    return archived
