"""Ending orders: when their time is over, by their buyer or by the staff; stock goes back exactly once, money is not touched here."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from uuid import UUID

from domain import orders as rules
from domain.holds import Hold, HoldStatus, buyer_of
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.letters import LetterKind
from domain.news import News
from domain.orders import Bill, CancelOrder, CancelOrderLines, Order, OrderLine, OrderNamed, OrderStatus
from domain.payments.settling import is_covered
from domain.secrets import digest
from domain.work import Work

from resolvers.context import Context
from resolvers.order_settling import by_event, confirm, desk_of, events_of, holds_of, write
from resolvers.tickets import void_tickets

InFlight = Callable[[Order], Awaitable[bool]]
"""Whether money for the order may still be on its way; it may ask the payment provider, so no work is open meanwhile."""
WorkOf = Callable[[], AbstractAsyncContextManager[Work]]

ASK_AGAIN_AFTER = timedelta(minutes=1)


async def expire(work_of: WorkOf, order_id: UUID, new_id: Callable[[], UUID], in_flight: InFlight) -> bool:
    """End the order when its time is over and no money is on its way; whether it was ended.

    The sweeper's deed: it acts for nobody, so it is handed works of the tenant instead of a context with a viewer.
    """
    async with work_of() as work:
        [order] = await work.orders.get_many([order_id])
        if order is None or not rules.is_overdue(order, work.now):
            return False
    if await in_flight(order):
        async with work_of() as work:
            await work.orders.put_off(order_id, work.now + ASK_AGAIN_AFTER)
        return False
    async with work_of() as work:
        bill = await work.orders.for_change(order_id)
        if bill is None or not rules.is_overdue(bill.order, work.now):
            return False
        expired = rules.expire(bill.order, work.now)
        await give_back(work, bill, expired)
        await work.orders.keep(expired, rules.entry(new_id(), "order:expired", bill.order, expired, work.now, None))
        work.announce(rules.news("order:expired", expired))
        work.announce(News("expiration:complete", f"order:{order_id}", {"orderId": str(order_id), "version": expired.version}))
    return True


async def cancel_order(ctx: Context, ask: CancelOrder) -> Order:
    """The order called off by its buyer, or by the staff with a reason; the same key again changes nothing."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    async with ctx.work() as work:
        bill = rules.found(await work.orders.for_change(ask.order.order_id))
        staff = rules.expect_touchable(bill.order, ctx.viewer, opened=await opens(work, ask.order))
        key = ask.key(buyer_of(ctx.viewer) or f"order:{bill.order.id}")
        if await earlier(work.answers, key) is not None:
            return bill.order
        rules.check_reason(ask.reason, required=staff and not rules.is_own(bill.order, ctx.viewer))
        begun = any(each.starts_at <= work.now for each in await events_of(work, bill.lines))
        cancelled = rules.cancel(bill.order, ask.expected_version, work.now, staff=staff, begun=begun)
        await end(ctx, work, bill, cancelled, ask.reason)
        await once(work.answers, key, bill.order.id)
    return cancelled


async def cancel_order_lines(ctx: Context, ask: CancelOrderLines) -> Order:
    """The order without some of its admissions, whose places are free again; the same key again changes nothing."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    rules.check_some(ask.line_ids, ("input", "lineIds"))
    rules.check_reason(ask.reason, required=False)
    async with ctx.work() as work:
        bill = rules.found(await work.orders.for_change(ask.order_id))
        key = ask.key(f"person:{ctx.viewer.actor}")
        if await earlier(work.answers, key) is not None:
            return bill.order
        changed = await drop_lines(ctx, work, bill, ask.line_ids, ask.expected_version, ask.reason)
        await once(work.answers, key, changed.id)
    return changed


async def drop_lines(ctx: Context, work: Work, bill: Bill, line_ids: Sequence[UUID], expected_version: int, reason: str | None) -> Order:
    """Write an order without these admissions, in a work that has locked it: their stock goes back, and their tickets admit nobody.

    What has been paid may be enough for the rest, which is confirmed then. Refused as `cancel_lines` is.
    """
    changed, gone = rules.cancel_lines(bill, line_ids, expected_version, work.now)
    await _shorten(work, bill, gone)
    await void_tickets(work, line_ids)
    also = {"reason": reason, **rules.told_of_lines(rules.lines_named(bill, line_ids), gone)}
    noted = rules.entry(ctx.new_id(), "order:lines_cancelled", bill.order, changed, work.now, ctx.viewer.actor, also)
    await work.orders.keep(changed, noted, gone)
    work.announce(rules.news("order:updated", changed))
    if changed.status is OrderStatus.PENDING and is_covered(changed):
        left = {line.id for line in bill.going_on} - {line.id for line in gone}
        return await confirm(work, desk_of(ctx), changed, [line for line in bill.lines if line.id in left])
    return changed


async def end(ctx: Context, work: Work, bill: Bill, cancelled: Order, reason: str | None) -> None:
    """Write an order as cancelled, in a work that has locked it: its stock goes back, and its buyer is told."""
    await give_back(work, bill, cancelled)
    noted = rules.entry(ctx.new_id(), "order:cancelled", bill.order, cancelled, work.now, ctx.viewer.actor, {"reason": reason})
    await work.orders.keep(cancelled, noted)
    await write(work, desk_of(ctx), cancelled, LetterKind.ORDER_CANCELLED, reason)
    work.announce(rules.news("order:cancelled", cancelled))


async def give_back(work: Work, bill: Bill, ended: Order) -> None:
    """Return what the order holds or has sold, and what it used of promo codes. Raises RuntimeError where that was done before."""
    for some in by_event(await holds_of(work, bill.going_on)):
        if await work.holds.give_back(rules.revoked(some)) != len(some):
            raise RuntimeError("an order's hold was given back before the order ended")
    await void_tickets(work, [line.id for line in bill.going_on])
    await work.prices.unspend(ended.id)


async def opens(work: Work, named: OrderNamed) -> bool:
    """Whether the secret that was shown opens this order."""
    if named.secret is None or not rules.is_secret(named.secret):
        return False
    [order] = await work.orders.by_secrets([digest(named.secret)])
    return order is not None and order.id == named.order_id


async def _shorten(work: Work, bill: Bill, gone: Sequence[OrderLine]) -> None:
    for before, after in sorted(rules.without(await holds_of(work, bill.going_on), gone), key=_event):
        if after.status is HoldStatus.REVOKED:
            done = await work.holds.give_back([after]) == 1
        else:
            done = await work.holds.give_back_part(before, after)
        if not done:
            raise RuntimeError("a part of an order's hold was given back before")


def _event(change: tuple[Hold, Hold]) -> UUID:
    return change[0].event_id
