"""Giving tickets away: the stock is held as for anybody, and becomes an order that costs nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain import orders
from domain import tickets as rules
from domain.holds import Hold, HoldStatus, release
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.orders import Order
from domain.tickets import GiveTickets, Ticket
from domain.work import Work

from resolvers.carts import make_order
from resolvers.context import Context

Given = tuple[Order, Sequence[Ticket]]


async def issue_complimentary_tickets(ctx: Context, ask: GiveTickets) -> Given:
    """The order and its tickets; the same key again gets the same. All of them or none."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    ctx.viewer.require(Permission.ORDERS_READ)  # because the answer shows the codes
    rules.check_gift(ask)
    if (before := await _before(ctx, ask)) is not None:
        return before
    hold = await _hold(ctx, ask)
    try:
        return await _order(ctx, ask, hold)
    finally:
        await asyncio.shield(_give_back(ctx, hold))


async def _before(ctx: Context, ask: GiveTickets) -> Given | None:
    """What the same key led to."""
    async with ctx.work() as work:
        order_id = await earlier(work.answers, ask.key(ctx.viewer.actor))
        return await _given(work, order_id) if order_id else None


async def _hold(ctx: Context, ask: GiveTickets) -> Hold:
    """The stock; the same key shares one hold with whoever asks at the same time, but not one that a refusal has ended."""
    wish = rules.hold_of(ask, ctx.viewer.tenant, ctx.viewer.someone, ctx.new_id())
    hold = await ctx.holds.place(wish)
    if hold.status in rules.GONE:
        hold = await ctx.holds.place(replace(wish, hold_id=ctx.new_id(), key=None))
    return hold


async def _order(ctx: Context, ask: GiveTickets, hold: Hold) -> Given:
    async with ctx.work() as work:
        held = await work.holds.lock([hold.id])
        key = ask.key(ctx.viewer.actor)
        order_id = await earlier(work.answers, key)
        if order_id is None:
            own = orders.own_holds(held, hold.buyer)
            wish = rules.order_of(ask, hold, await _labels(work, hold))
            order_id = (await make_order(ctx, work, wish, hold.buyer, own)).id
            await once(work.answers, key, order_id)
        return await _given(work, order_id)


async def _labels(work: Work, hold: Hold) -> list[str]:
    """The names of the seats held, in the order in which they are held."""
    ids = [seat_id for line in hold.lines for seat_id in line.seat_ids]
    return [state.seat.label for state in await work.seats.get_many(ids) if state] if ids else []


async def _given(work: Work, order_id: UUID) -> Given:
    [order] = await work.orders.get_many([order_id])
    [lines] = await work.orders.lines_of_orders([order_id])
    tickets = await work.tickets.of_lines([line.id for line in lines])
    return orders.found_order(order), [each for each in tickets if each]


async def _give_back(ctx: Context, hold: Hold) -> None:
    """Nothing is kept aside that did not become an order."""
    async with ctx.work() as work:
        [held] = await work.holds.lock([hold.id])
        if held is not None and held.status is HoldStatus.ACTIVE:
            await work.holds.give_back([release(held)])
