"""Products: offer something by its title and price, and change it."""

from domain import events as event_rules
from domain import products as rules
from domain import ticket_types as type_rules
from domain.events import Event
from domain.idempotency import earlier, once
from domain.identity import Permission, Viewer
from domain.products import CreateProduct, UpdateProduct
from domain.ticket_types import TicketType
from domain.work import Work

from resolvers.activity import keep_event
from resolvers.context import Context
from resolvers.ticket_types import add_ticket_type, change_ticket_type, locked


async def create_product(ctx: Context, ask: CreateProduct) -> TicketType:
    """The new product, of an event that is there or of one that is made for it and published; the same key again gets the same one."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    with rules.titled():
        return await _create(ctx, ask)


async def _create(ctx: Context, ask: CreateProduct) -> TicketType:
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id) if ask.event_id else None
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            return type_rules.found((await work.ticket_types.get_many([before]))[0])
        made = await (_add_to(ctx, work, ask, event) if event else _add_with_event(ctx, work, ask))
        await once(work.answers, key, made.id)
    return made


async def update_product(ctx: Context, ask: UpdateProduct) -> TicketType:
    """The product with the changes asked for; for whoever entered it, and for owners."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    with rules.titled():
        return await _update(ctx, ask)


async def _update(ctx: Context, ask: UpdateProduct) -> TicketType:
    async with ctx.work() as work:
        event, here, _ = await locked(work, ask.product_id, ("input", "productId"))
        own = rules.expect_own(here, ctx.viewer)
        return await change_ticket_type(ctx, work, event, own, ask.change(own, _locale(ctx.viewer)))


async def _add_to(ctx: Context, work: Work, ask: CreateProduct, event: Event) -> TicketType:
    rules.expect_event_unsaid(ask)
    return await _add(ctx, work, ask, event)


async def _add(ctx: Context, work: Work, ask: CreateProduct, event: Event) -> TicketType:
    return await add_ticket_type(ctx, work, event, ask.ticket_type(event.id, _locale(ctx.viewer)))


async def _add_with_event(ctx: Context, work: Work, ask: CreateProduct) -> TicketType:
    ctx.viewer.require(Permission.EVENTS_CREATE)
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    event_id = ctx.new_id()
    draft = event_rules.create(event_id, ask.event(event_id, _locale(ctx.viewer), work.now), work.now)
    await keep_event(ctx, work, "event:created", None, draft)
    made = await _add(ctx, work, ask, draft)
    published = event_rules.publish(draft, draft.version, 1, work.now)
    await keep_event(ctx, work, "event:published", draft, published)
    return made


def _locale(viewer: Viewer) -> str:
    """The language in which a text is that says none: the organization's."""
    return viewer.locales[-1]
