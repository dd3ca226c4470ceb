"""Notices of providers: kept as they come, looked at from the store, and believed only where they tell something final."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import orders
from domain.payments import KeptNotice, Notice, Payment, PaymentProvider, ProviderRefused, ProviderUnsure, Report, telling
from domain.payments.settling import matches
from domain.work import Work

from resolvers.payment_asking import settle_late
from resolvers.payment_settling import note_payment, settle
from resolvers.refunding import settle_refund_of
from resolvers.till import Till, account_of, opened

MOST_TRIES = 12
FIRST_WAIT = timedelta(seconds=5)


async def receive(till: Till, provider: str, body: bytes, signature: str, now: datetime) -> str | None:
    """Keep a notice that the provider signed at about this time (UTC); its id. Raises NoticeForged. The same again changes nothing.

    None for one that is about nothing of ours, which is not kept.
    """
    account = await account_of(till, provider)
    notice = account.verify(body, signature, now)
    if notice.concerns_nothing:
        return None
    async with till.work() as work:
        await work.payments.receive(KeptNotice(provider, notice.id, notice.kind, body))
    return notice.id


async def look_at(till: Till, provider: str, notice_id: str) -> bool:
    """Do what a notice asks for; whether it is done. What cannot be done now is tried again, ever later."""
    async with till.work() as work:
        kept = await work.payments.waiting_notice(provider, notice_id)
        if kept is None:
            return True
        account = opened(till, provider, await work.payments.settings())
        notice = account.read(kept.body)
        [payment] = await work.payments.get_many([notice.payment_id]) if notice.payment_id else [None]
    try:
        await _follow(till, account, notice, payment)
    except (ProviderUnsure, ProviderRefused) as fault:
        await _put_off(till, kept, str(fault))
        return False
    async with till.work() as work:
        await work.payments.notice_done(kept)
    return True


async def _put_off(till: Till, kept: KeptNotice, fault: str) -> None:
    async with till.work() as work:
        if kept.tries >= MOST_TRIES:
            await work.payments.notice_done(kept)
        else:
            await work.payments.put_off(kept, work.now + FIRST_WAIT * 2**kept.tries, fault)


async def _follow(till: Till, account: PaymentProvider, notice: Notice, payment: Payment | None) -> None:
    if notice.refund_id is not None:
        await _follow_refund(till, account, notice, notice.refund_id)
    elif notice.dispute is not None:
        await _flag(till, notice, disputed=await account.disputes(notice.dispute))
    elif payment is not None:
        await _follow_payment(till, account, notice, payment)


async def _follow_payment(till: Till, account: PaymentProvider, notice: Notice, payment: Payment) -> None:
    report = await _believed(account, payment, notice.report)
    settled = await settle(till, payment.id, report)
    if settled and settled.late:
        await settle_late(till, payment.id)


async def _believed(account: PaymentProvider, payment: Payment, report: Report | None) -> Report:
    """What the notice tells, when that is final and fits; in any doubt the provider is asked."""
    if report is not None and payment.reference is not None and matches(payment, report):
        return report
    if payment.reference is None and report is not None:
        return await account.retrieve(replace(payment, reference=report.reference))
    return await account.retrieve(payment)


async def _follow_refund(till: Till, account: PaymentProvider, notice: Notice, refund_id: UUID) -> None:
    async with till.work() as work:
        [refund] = await work.payments.refunds([refund_id])
    if refund is None:
        return
    if notice.refund is not None:
        await settle_refund_of(till, refund_id, notice.refund)
    elif refund.reference is not None:
        await settle_refund_of(till, refund_id, await account.retrieve_refund(refund))


async def _flag(till: Till, notice: Notice, *, disputed: bool) -> None:
    """A dispute changes no money of ours; it is shown, told and noted."""
    async with till.work() as work:
        [found] = await work.payments.by_intents([notice.intent or ""])
        if found is not None:
            await _flagged(work, till, found, disputed=disputed)


async def _flagged(work: Work, till: Till, found: Payment, *, disputed: bool) -> None:
    bill = orders.found(await work.orders.for_edit(found.order_id))
    now = {each.id: each for each in await work.payments.for_change(found.order_id)}[found.id]
    if now.disputed != disputed:
        changed = replace(now, disputed=disputed)
        await work.payments.keep([changed])
        await note_payment(work, till, "payment:disputed", bill.order, changed)
        work.announce(telling.news_of_payment("payment:disputed", changed))
