"""Puts off when a provider is asked about a payment or a refund, before it is: a lease and a retry at once."""

from dataclasses import replace
from uuid import UUID

from domain import orders
from domain.payments import UNDER_WAY, next_asking
from domain.payments.values import FINAL

from resolvers.till import Till


async def put_off_payment(till: Till, payment_id: UUID) -> None:
    """It is asked about again later, unless it comes to its end before."""
    async with till.work() as work:
        [found] = await work.payments.get_many([payment_id])
        if found is None:
            return
        orders.found(await work.orders.for_edit(found.order_id))
        now = {each.id: each for each in await work.payments.for_change(found.order_id)}[payment_id]
        waits = now.late or now.status not in FINAL
        await work.payments.keep([replace(now, due_at=next_asking(now.created_at, work.now) if waits else None)])


async def put_off_refund(till: Till, refund_id: UUID) -> None:
    """It is asked about again later, unless it comes to its end before."""
    async with till.work() as work:
        [found] = await work.payments.refunds([refund_id])
        if found is None:
            return
        orders.found(await work.orders.for_edit(found.order_id))
        [now] = await work.payments.refunds([refund_id])
        if now is not None:
            due = next_asking(now.created_at, work.now) if now.status in UNDER_WAY else None
            await work.payments.keep_refund(replace(now, due_at=due))
