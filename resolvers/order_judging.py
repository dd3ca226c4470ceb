"""Judging orders: those of events that need approval are approved, and can be paid, or declined."""

from domain import orders as rules
from domain.identity import Permission
from domain.letters import LetterKind
from domain.orders import JudgeOrder, Order

from resolvers.context import Context
from resolvers.order_ending import end
from resolvers.order_settling import confirm, desk_of, events_of, write


async def approve_order(ctx: Context, ask: JudgeOrder) -> Order:
    """The order as one that its buyer can pay; confirmed at once where it costs nothing."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    async with ctx.work() as work:
        bill = rules.found(await work.orders.for_change(ask.order_id))
        approved = rules.approve(bill.order, ask.expected_version, await events_of(work, bill.lines), work.now)
        await work.orders.keep(approved, rules.entry(ctx.new_id(), "order:approved", bill.order, approved, work.now, ctx.viewer.actor))
        work.announce(rules.news("order:updated", approved))
        if approved.total_minor == 0:
            return await confirm(work, desk_of(ctx), approved, bill.lines)
        await write(work, desk_of(ctx), approved, LetterKind.ORDER_APPROVED)
    return approved


async def decline_order(ctx: Context, ask: JudgeOrder) -> Order:
    """The order called off, with the reason that its buyer is told."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    rules.check_reason(ask.reason, required=True)
    async with ctx.work() as work:
        bill = rules.found(await work.orders.for_change(ask.order_id))
        declined = rules.decline(bill.order, ask.expected_version, work.now)
        await end(ctx, work, bill, declined, ask.reason)
    return declined
