"""Reserved allotments: set tickets aside for those who know a code, in one step."""

from uuid import UUID

from domain import access_codes
from domain import allotments as rules
from domain import ticket_types as types_rules
from domain.access_codes import AccessCode
from domain.allotments import CreateReservedAllotment, NewIds, ReservedAllotment
from domain.events import Event
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.ticket_types import TicketType
from domain.work import Work

from resolvers.access_codes import note_access_code
from resolvers.context import Context
from resolvers.ticket_types import note_ticket_type, seat_pools


async def create_reserved_allotment(ctx: Context, ask: CreateReservedAllotment) -> tuple[TicketType, AccessCode]:
    """The hidden type that the tickets are sold as, and the code that opens it; the same key again gets the same ones."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            return await _made(work, before)
        types_rules.expect_editable(event.status)
        types, pools = await work.ticket_types.for_change(event.id)
        new = NewIds(ctx.new_id(), ctx.new_id(), ctx.new_id(), ctx.new_token())
        made = rules.reserve(ask, types, pools, await seat_pools(work, event.id), new, ctx.viewer.actor, work.now)
        await _keep(ctx, work, event, ask.ticket_type_id, made)
        await once(work.answers, key, made.access_code.id)
    return made.ticket_type, made.access_code


async def _keep(ctx: Context, work: Work, event: Event, source_id: UUID, made: ReservedAllotment) -> None:
    """Write the smaller pools, then what is new, priced as what it is made of."""
    await work.ticket_types.keep_pools(event.id, made.smaller)
    await work.ticket_types.keep_new(made.ticket_type, [made.pool])
    await work.access_codes.add(made.access_code)
    [priced] = await work.prices.rules([source_id])
    if priced is not None:
        await work.prices.keep_rules(made.ticket_type.id, priced)
    await note_ticket_type(ctx, work, "created", event, None, made.ticket_type)
    await note_access_code(ctx, work, "access_code:created", event, made.access_code)


async def _made(work: Work, access_code_id: UUID) -> tuple[TicketType, AccessCode]:
    code = access_codes.found((await work.access_codes.get_many([access_code_id]))[0])
    [ticket_type] = await work.ticket_types.get_many(code.ticket_type_ids)
    return types_rules.found(ticket_type), code
