"""Holds: set tickets aside, give them back, see one's own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from domain import holds as rules
from domain.holds import ExtendHold, Hold, HoldAsk, HoldBestAvailable, HoldSeats, HoldTickets, ReleaseHold
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.paging import LONGEST_PAGE

from resolvers.access_codes import codes_shown
from resolvers.context import Context
from resolvers.ticket_types import sees_hidden

Wish = TypeVar("Wish", HoldTickets, HoldSeats, HoldBestAvailable)


async def hold_tickets(ctx: Context, ask: HoldTickets) -> tuple[Hold, str | None]:
    """The hold, and the cart token made for a buyer who had none."""
    ctx.viewer.require(Permission.HOLD)
    return await _place(ctx, ask, rules.ask_of)


async def hold_seats(ctx: Context, ask: HoldSeats) -> tuple[Hold, str | None]:
    """The hold of exactly these seats, and the cart token made for a buyer who had none."""
    ctx.viewer.require(Permission.HOLD)
    return await _place(ctx, ask, rules.ask_for_seats)


async def hold_best_available(ctx: Context, ask: HoldBestAvailable) -> tuple[Hold, str | None]:
    """The hold of the best seats that are free, and the cart token made for a buyer who had none."""
    ctx.viewer.require(Permission.HOLD)
    return await _place(ctx, ask, rules.ask_for_best)


async def _place(ctx: Context, ask: Wish, ask_of: Callable[[Wish, UUID, str, UUID], HoldAsk]) -> tuple[Hold, str | None]:
    """Holds alone share a transaction per batch, behind the port."""
    buyer, cart = rules.buyer_of(ctx.viewer), None
    if buyer is None:
        rules.check_anonymous(ask.idempotency_key)
        cart = ctx.new_token()
        buyer = rules.buyer_with(cart)
    wish = ask_of(ask, ctx.viewer.tenant, buyer, ctx.new_id())
    return await ctx.holds.place(await _with_codes(ctx, wish, ask.access_codes)), cart


async def _with_codes(ctx: Context, ask: HoldAsk, codes: Sequence[str]) -> HoldAsk:
    """The ask with the codes of the event that the buyer showed; the staff need none."""
    shown = await codes_shown(ctx, [ask.event_id], codes)
    return replace(ask, access_codes=tuple(each.access_code_id for each in shown), staff=sees_hidden(ctx))


async def release_hold(ctx: Context, ask: ReleaseHold) -> Hold:
    """The buyer's hold, given back; giving it back again changes nothing."""
    ctx.viewer.require(Permission.HOLD)
    async with ctx.work() as work:
        buyer = rules.buyer_of(ctx.viewer)
        hold = rules.own(await work.holds.for_change(ask.hold_id), buyer)
        await once(work.answers, ask.key(buyer), hold.id)
        released = rules.release(hold)
        await work.holds.give_back([released])
    return released


async def extend_hold(ctx: Context, ask: ExtendHold) -> Hold:
    """The buyer's hold with more time; that can be had once."""
    ctx.viewer.require(Permission.HOLD)
    async with ctx.work() as work:
        buyer = rules.buyer_of(ctx.viewer)
        hold = rules.own(await work.holds.for_change(ask.hold_id), buyer)
        if await earlier(work.answers, ask.key(buyer)) is not None:
            return hold
        extended = rules.extend(hold, work.now, ctx.holds.lasting)
        await once(work.answers, ask.key(buyer), hold.id)
        await work.holds.extend(extended)
    return extended


async def holds_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Hold | None]:
    """The viewer's own holds by id; None for the others."""
    async with ctx.reading() as reading:
        found = await reading.holds.get_many(ids)
    buyer = rules.buyer_of(ctx.viewer)
    return [hold if hold and hold.buyer == buyer else None for hold in found]


async def holds_of_viewer(ctx: Context) -> Sequence[Hold]:
    """The viewer's active holds, newest first, at most 100; none for one without a cart."""
    buyer = rules.buyer_of(ctx.viewer)
    if buyer is None or ctx.viewer.organization_id is None:
        return []
    async with ctx.reading() as reading:
        return await reading.holds.of_buyer(buyer, LONGEST_PAGE)
