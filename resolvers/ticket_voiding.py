"""Voiding a ticket: its admission is cancelled with it, so that what is sold and what admits are the same always."""

from uuid import UUID

from domain import orders
from domain import tickets as rules
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.orders import Bill
from domain.tickets import ChangeTicket, Ticket
from domain.work import Work

from resolvers.context import Context
from resolvers.order_ending import drop_lines, end
from resolvers.order_settling import events_of


async def void_ticket(ctx: Context, ask: ChangeTicket) -> Ticket:
    """The ticket, void for good; its place is free again. With the last ticket of an order the order ends."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    ctx.viewer.require(Permission.ORDERS_READ)  # because the answer shows the codes
    async with ctx.work() as work:
        bill = await _locked(work, ask.ticket_id)
        ticket = await _now(work, ask.ticket_id)
        key = ask.key("voidTicket", ctx.viewer.actor)
        if await earlier(work.answers, key) is None:
            rules.expect_voidable(ticket, ask.expected_version)
            await _cancel(ctx, work, bill, ticket, ask.reason or None)
            await once(work.answers, key, ticket.id)
        return await _now(work, ask.ticket_id)


async def _locked(work: Work, ticket_id: UUID) -> Bill:
    """The order of the ticket, which nobody changes until the work ends."""
    line_id = (await _now(work, ticket_id)).order_line_id
    [line] = await work.orders.lines([line_id] if line_id else []) or [None]
    bill = await work.orders.for_change(line.order_id) if line else None
    return rules.found(bill)


async def _now(work: Work, ticket_id: UUID) -> Ticket:
    return rules.found((await work.tickets.get_many([ticket_id]))[0])


async def _cancel(ctx: Context, work: Work, bill: Bill, ticket: Ticket, reason: str | None) -> None:
    if len(bill.going_on) > 1 and ticket.order_line_id:
        await drop_lines(ctx, work, bill, (ticket.order_line_id,), bill.order.version, reason)
    else:
        begun = any(each.starts_at <= work.now for each in await events_of(work, bill.lines))
        await end(ctx, work, bill, orders.cancel(bill.order, None, work.now, staff=True, begun=begun), reason)
