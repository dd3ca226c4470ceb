"""Refunds: made by the staff, asked for by buyers where the organizer's policy lets them, and seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain import orders
from domain.holds import buyer_of
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.orders import Bill, OrderLine
from domain.payments import Account, Refund, RefundPolicy, Share, offered
from domain.payments.asking import RefundOrder, RequestRefund
from domain.payments.refunding import check_amount, lines_named, shares_of
from domain.work import Work

from resolvers.context import Context
from resolvers.order_ending import drop_lines, end, opens
from resolvers.order_settling import events_of
from resolvers.refunding import carry_out, money_of, reserve
from resolvers.till import Till, till_of

BY_BUYER = "requested by the buyer"


@dataclass(frozen=True, slots=True)
class Refunded:
    """The refunds that were made, and whose order."""

    order_id: UUID
    refunds: Sequence[Refund]


async def refund_order(ctx: Context, ask: RefundOrder) -> Refunded:
    """Give money of an order back; what the provider has not confirmed yet goes on by itself. The same key again is the same refund."""
    ctx.viewer.require(Permission.REFUNDS_MAKE)
    check_amount(ask.amount_minor, ask.reason)
    till = till_of(ctx)
    async with ctx.work() as work:
        bill = orders.found(await work.orders.for_change(ask.order_id))
        key = ask.key(f"person:{ctx.viewer.actor}")
        known = await earlier(work.answers, key)
        refunds = await _of(work, known) if known else await _refund(ctx, work, till, bill, ask)
        await once(work.answers, key, refunds[0].id)
    return await _carried_out(till, bill.order.id, refunds)


async def _refund(ctx: Context, work: Work, till: Till, bill: Bill, ask: RefundOrder) -> Sequence[Refund]:
    account = await money_of(work, bill)
    lines = lines_named(bill, ask.line_ids)
    shares = shares_of(account, lines, ask.amount_minor)
    planned = await reserve(work, till, account, shares, ask.reason, ctx.viewer.actor)
    if ask.cancel_lines:
        await _cancel(ctx, work, bill, lines, ask.expected_version, ask.reason)
    return planned.refunds


async def _cancel(ctx: Context, work: Work, bill: Bill, lines: Sequence[OrderLine], expected_version: int | None, reason: str) -> None:
    """The admissions called off, of which some may have been before; with the last of them the order itself."""
    gone = {line.id for line in lines or bill.lines if line.cancelled_at is None}
    expected = bill.order.version if expected_version is None else expected_version
    if len(gone) == len(bill.going_on):
        await end(ctx, work, bill, orders.cancel(bill.order, expected, work.now, staff=True, begun=False), reason)
    elif gone:
        await drop_lines(ctx, work, bill, list(gone), expected, reason)


async def request_refund(ctx: Context, ask: RequestRefund) -> Refunded:
    """Give admissions back, as the organizer's policy allows; they are cancelled, and their money goes back less what is kept."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    till = till_of(ctx)
    async with ctx.work() as work:
        bill = orders.found(await work.orders.for_change(ask.order.order_id))
        orders.expect_touchable(bill.order, ctx.viewer, opened=await opens(work, ask.order))
        key = ask.key(buyer_of(ctx.viewer) or f"order:{bill.order.id}")
        known = await earlier(work.answers, key)
        refunds = await _of(work, known) if known else await _request(ctx, work, till, bill, ask)
        await once(work.answers, key, refunds[0].id)
    return await _carried_out(till, bill.order.id, refunds)


async def _request(ctx: Context, work: Work, till: Till, bill: Bill, ask: RequestRefund) -> Sequence[Refund]:
    account = await money_of(work, bill)
    lines = lines_named(bill, ask.line_ids) if ask.line_ids else list(bill.going_on)
    shares = await _offered(work, account, lines)
    planned = await reserve(work, till, account, shares, BY_BUYER, ctx.viewer.actor)
    await _cancel(ctx, work, bill, lines, None, BY_BUYER)
    return planned.refunds


async def _offered(work: Work, account: Account, lines: Sequence[OrderLine]) -> list[Share]:
    events = await events_of(work, lines)
    ids = [event.id for event in events]
    *own, general = await work.refund_policies.of_events([*ids, None])
    policies: dict[UUID, RefundPolicy | None] = {event: policy or general for event, policy in zip(ids, own, strict=True)}
    begins = {event.id: event.starts_at for event in events}
    return offered(account, lines, policies, begins, work.now)


async def _of(work: Work, refund_id: UUID) -> Sequence[Refund]:
    """The refunds of the wish whose first one this is: they were written at the same moment."""
    [first] = await work.payments.refunds([refund_id])
    if first is None:
        raise RuntimeError("a refund that was answered with is gone")
    [all_of_order] = await work.payments.refunds_of_orders([first.order_id])
    return [each for each in all_of_order if each.created_at == first.created_at]


async def _carried_out(till: Till, order_id: UUID, refunds: Sequence[Refund]) -> Refunded:
    done = [await carry_out(till, refund.id) or refund for refund in refunds]
    return Refunded(order_id, done)
