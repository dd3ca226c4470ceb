"""Ordering at once: tickets are set aside and checked out in one step, or nothing of it happens."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from domain import holds as hold_rules
from domain import orders as rules
from domain.holds import Hold, HoldLine, HoldStatus, HoldTickets
from domain.idempotency import Key, earlier
from domain.identity import Permission
from domain.orders import CheckOutCart, Order

from resolvers.carts import place_order, secret_for
from resolvers.context import Context
from resolvers.holds import hold_tickets
from resolvers.order_settling import by_event


async def check_out_cart(ctx: Context, ask: CheckOutCart) -> tuple[Order, str | None, str | None]:
    """The order, the secret by which a guest shows that it is hers, and the cart token made for one who had none.

    What is wished for besides holds is set aside first, and let go again where there is no order. The same key again gets the same.
    """
    ctx.viewer.require(Permission.ORDERS_PLACE)
    rules.check_wish(ask)
    cart, mine = None, ctx
    if ask.lines and hold_rules.buyer_of(ctx.viewer) is None:
        hold_rules.check_anonymous(ask.idempotency_key)
        cart = ctx.new_token()
        mine = replace(ctx, viewer=replace(ctx.viewer, cart=cart))
    key = ask.key(rules.somebody(hold_rules.buyer_of(mine.viewer)))
    order = await _told_before(mine, key) if ask.lines else None
    if order is None:
        async with _held(mine, ask) as holds:
            order = await place_order(mine, replace(ask, hold_ids=_all(ask, holds)), key)
    return order, secret_for(mine, order.id), cart


def _all(ask: CheckOutCart, holds: Sequence[Hold]) -> tuple[UUID, ...] | None:
    return (*(ask.hold_ids or ()), *(hold.id for hold in holds)) if ask.lines else ask.hold_ids


async def _told_before(ctx: Context, key: Key | None) -> Order | None:
    """The order that the same wish led to before; nothing is set aside for it again."""
    async with ctx.work() as work:
        before = await earlier(work.answers, key)
        return rules.found_order((await work.orders.get_many([before]))[0]) if before else None


@asynccontextmanager
async def _held(ctx: Context, ask: CheckOutCart) -> AsyncIterator[list[Hold]]:
    """The tickets wished for, set aside; what the block does not use of them is let go, also when it is refused."""
    holds: list[Hold] = []
    try:
        for event_id, lines in await _lines_of_events(ctx, ask.lines):
            hold, _ = await hold_tickets(ctx, HoldTickets(event_id, lines, access_codes=ask.access_codes))
            holds.append(hold)
        yield holds
    finally:
        if holds:
            await asyncio.shield(_let_go(ctx, holds))


async def _lines_of_events(ctx: Context, lines: Sequence[HoldLine]) -> list[tuple[UUID, tuple[HoldLine, ...]]]:
    """The lines of each event, in the order of the events' ids; refused with NotFound at the place of a type that there is not."""
    if not lines:
        return []
    async with ctx.reading() as reading:
        types = await reading.ticket_types.get_many([line.ticket_type_id for line in lines])
    events = rules.events_of_types(types)
    return [(each, tuple(line for line, at in zip(lines, events, strict=True) if at == each)) for each in sorted(set(events))]


async def _let_go(ctx: Context, holds: Sequence[Hold]) -> None:
    """Give back those that no order took over; of the others nothing is touched."""
    async with ctx.work() as work:
        for some in by_event([replace(hold, status=HoldStatus.RELEASED) for hold in holds]):
            await work.holds.give_back(some)
