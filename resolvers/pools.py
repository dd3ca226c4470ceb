"""Pools: make a stock for several ticket types to share, resize it, take it away."""

from uuid import UUID

from domain import ticket_types as rules
from domain.events import Event
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.refusals import NotFound, Refused
from domain.ticket_types import CreatePool, Pool, TicketType, UpdatePool
from domain.work import Work

from resolvers.context import Context
from resolvers.ticket_types import seat_pools


async def create_pool(ctx: Context, ask: CreatePool) -> Pool:
    """The new pool of an event; the same key again gets the same one."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            _, pools = await work.ticket_types.for_change(event.id)
            return rules.chosen_pool(pools, before)
        rules.expect_editable(event.status)
        made = rules.create_pool(ctx.new_id(), ask)
        await work.ticket_types.keep_pools(event.id, [made])
        await once(work.answers, key, made.id)
    return made


async def update_pool(ctx: Context, ask: UpdatePool) -> Pool:
    """The pool with the changes asked for, never smaller than what is held and sold of it."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event, here, _ = await _locked(work, ask.pool_id)
        changed = rules.update_pool(here, ask, await seat_pools(work, event.id))
        await work.ticket_types.keep_pools(event.id, [changed])
    return changed


async def delete_pool(ctx: Context, pool_id: UUID) -> UUID:
    """The id of the pool that is gone."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event, here, types = await _locked(work, pool_id)
        gone = rules.delete_pool(here, types, await seat_pools(work, event.id))
        await work.ticket_types.remove_pool(event.id, gone)
    return gone


async def _locked(work: Work, pool_id: UUID) -> tuple[Event, Pool, list[TicketType]]:
    """The pool with its event, which stays locked until the work ends, and the event's types; refused with NotFound."""
    [seen] = await work.ticket_types.pools([pool_id])
    if seen is None:
        raise Refused(NotFound("pool", ("input", "poolId")))
    event = await work.events.for_change(seen.event_id)
    rules.expect_editable(event.status)
    types, pools = await work.ticket_types.for_change(event.id)
    return event, rules.chosen_pool(pools, pool_id), types
