"""Copying: an event once more at another time."""

from dataclasses import replace

from domain import copying as rules
from domain.copying import Copy, CopyEvent
from domain.events import Event
from domain.identity import Permission
from domain.programme import ProgrammePlan, changes
from domain.work import Work

from resolvers.activity import keep_event
from resolvers.context import Context
from resolvers.pricing import copy_price_rules
from resolvers.programme import copied_programme, keep_programme
from resolvers.questions import copy_questions
from resolvers.ticket_types import announce_ticket_type


async def copy_event(ctx: Context, ask: CopyEvent) -> Event:
    """A new draft like the event, with its ticket types, pools and seats, of which nothing is held or sold; blocked seats stay blocked."""
    ctx.viewer.require(Permission.EVENTS_CREATE)
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        source = await work.events.for_copy(ask.event_id)
        return await make_copy(ctx, work, source, ask)


async def make_copy(ctx: Context, work: Work, source: Event, ask: CopyEvent) -> Event:
    """The copy, written in this work. What the event itself says is taken from `source`, all else from what is kept of it."""
    [ticket_types] = await work.ticket_types.of_events([source.id])
    [pools] = await work.ticket_types.pools_of_events([source.id])
    copy = rules.copy_event(source, ticket_types, pools, ask, ctx.new_id, work.now)
    await _keep(ctx, work, copy, await copied_programme(work, source.id))
    await copy_price_rules(work, source, ticket_types, copy)
    await copy_questions(ctx, work, source, ticket_types, copy)
    await work.seats.copy(source.id, copy.event.id, copy.new_pools)
    return copy.event


async def _keep(ctx: Context, work: Work, copy: Copy, programme: ProgrammePlan) -> None:
    await keep_event(ctx, work, "event:created", None, copy.event, changes(programme))
    await keep_programme(work, copy.event.id, programme)
    if copy.pools:
        await work.ticket_types.keep_pools(copy.event.id, copy.pools)
    for each in (replace(source, created_by=ctx.viewer.actor) for source in copy.ticket_types):
        await work.ticket_types.keep_new(each, [])
        announce_ticket_type(work, "created", each)
