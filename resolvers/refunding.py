"""Carrying refunds out: reserved first, asked of the provider outside of any work, then written down; whatever gets lost is repeated."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain import orders
from domain.letters import Letter, LetterKind
from domain.orders import Bill
from domain.payments import (
    Account,
    Payment,
    Planned,
    ProviderRefused,
    ProviderUnsure,
    Refund,
    RefundReport,
    RefundSettlement,
    RefundStatus,
    Share,
    entry_of,
    settle_refund,
    telling,
)
from domain.payments.refunding import plan, shares_of
from domain.payments.values import UNDER_WAY
from domain.work import Work

from resolvers.order_settling import link
from resolvers.till import Till, account_for

LATE = "late"
"""The reason of a refund of money that came for an order that had ended, and whose places others have."""


async def money_of(work: Work, bill: Bill) -> Account:
    """All the money of an order that this work has locked; its payments are locked by this."""
    payments = await work.payments.for_change(bill.order.id)
    [refunds] = await work.payments.refunds_of_orders([bill.order.id])
    lines = [line for some in await work.payments.refund_lines([refund.id for refund in refunds]) for line in some]
    return Account(bill, tuple(payments), tuple(refunds), tuple(lines))


async def reserve(work: Work, till: Till, account: Account, shares: Sequence[Share], reason: str, by: UUID | None) -> Planned:
    """Set money aside for refunds; refused with RefundTooLarge beyond what is left. Whoever does so carries them out afterwards."""
    planned = plan(account, shares, reason=reason, by=by, now=work.now, new_id=till.desk.new_id)
    await work.payments.keep(planned.payments)
    await work.payments.add_refunds(planned.refunds, planned.lines)
    order = account.bill.order
    for refund in planned.refunds:
        noted = orders.entry(till.desk.new_id(), "refund:requested", order, order, work.now, by, telling.facts_of_refund(refund))
        await work.orders.note(noted)
    return planned


async def carry_out(till: Till, refund_id: UUID) -> Refund | None:
    """Ask the provider for a refund, or how it stands, and write it down; one that nobody knows of stays as it is, and is asked again."""
    async with till.work() as work:
        [refund] = await work.payments.refunds([refund_id])
        [payment] = await work.payments.get_many([refund.payment_id]) if refund else [None]
    if refund is None or payment is None or refund.status not in UNDER_WAY:
        return refund
    try:
        report = await _report(till, payment, refund)
    except ProviderUnsure:
        return refund
    return await settle_refund_of(till, refund_id, report)


async def _report(till: Till, payment: Payment, refund: Refund) -> RefundReport:
    account = await account_for(till, payment)
    try:
        if refund.reference is not None:
            return await account.retrieve_refund(refund)
        return await account.refund(payment, refund)
    except ProviderRefused as refused:
        name = refund.reference or ""
        return RefundReport(name, RefundStatus.FAILED, refund.amount_minor, refund.currency, refund.id, refused.reason)


async def settle_refund_of(till: Till, refund_id: UUID, report: RefundReport) -> Refund | None:
    """Write down what the provider says of a refund; the same again, or something older, changes nothing."""
    async with till.work() as work:
        [found] = await work.payments.refunds([refund_id])
        if found is None:
            return None
        bill = orders.found(await work.orders.for_edit(found.order_id))
        payments = {each.id: each for each in await work.payments.for_change(found.order_id)}
        # Read again: who had the payment locked before may have settled it.
        [refund] = await work.payments.refunds([refund_id])
        [lines] = await work.payments.refund_lines([refund_id])
        settled = settle_refund(bill, payments[found.payment_id], refund or found, lines, report, work.now)
        if settled.refund != refund:
            await _keep(work, till, bill, settled)
    return settled.refund


async def _keep(work: Work, till: Till, bill: Bill, settled: RefundSettlement) -> None:
    refund = settled.refund
    await work.payments.keep([settled.payment])
    await work.payments.keep_refund(replace(refund, reference=refund.reference or None))
    facts = telling.facts_of_refund(refund)
    kind = "refund:failed" if settled.failed else "refund:succeeded"
    if settled.moved_minor:
        await work.payments.enter([entry_of(settled, work.now, till.desk.new_id())])
        order = replace(settled.order, version=bill.order.version + 1)
        noted = orders.entry(till.desk.new_id(), kind, bill.order, order, work.now, refund.by, facts)
        await work.orders.keep(order, noted, settled.lines)
    elif settled.failed:
        await work.orders.note(orders.entry(till.desk.new_id(), kind, bill.order, bill.order, work.now, refund.by, facts))
    if settled.moved_minor > 0:
        await _tell(work, till, bill, refund)


async def _tell(work: Work, till: Till, bill: Bill, refund: Refund) -> None:
    work.announce(telling.news_of_refund(refund))
    order, desk = bill.order, till.desk
    if order.email:
        facts = telling.letter_of_refund(order, refund, await link(work, desk, order))
        kind = LetterKind.LATE_PAYMENT_REFUNDED if refund.reason == LATE else LetterKind.REFUND_MADE
        work.post(Letter(desk.new_id(), desk.organization_id, order.email, order.locale, kind, facts))


async def give_back_late(till: Till, payment_id: UUID) -> None:
    """Give money back that came for an order that had ended, all that is left of it."""
    async with till.work() as work:
        [found] = await work.payments.get_many([payment_id])
        if found is None:
            return
        bill = orders.found(await work.orders.for_change(found.order_id))
        account = await money_of(work, bill)
        planned = await _planned_late(work, till, account, payment_id)
    for refund in planned:
        await carry_out(till, refund.id)


async def _planned_late(work: Work, till: Till, account: Account, payment_id: UUID) -> Sequence[Refund]:
    payment = next(each for each in account.payments if each.id == payment_id)
    if not payment.late:
        return []
    decided = replace(payment, late=False, due_at=None)
    alone = replace(account, payments=(decided,))
    if not decided.left_minor:
        await work.payments.keep([decided])
        return []
    planned = await reserve(work, till, alone, shares_of(alone, (), None), LATE, None)
    return planned.refunds
