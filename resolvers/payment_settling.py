"""Settling payments: what providers report is written down, orders become paid, and late money finds its order or goes back."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain import orders
from domain.letters import Letter, LetterKind
from domain.orders import Bill, Order
from domain.payments import LedgerEntry, LedgerKind, Payment, Report, Settlement, telling
from domain.payments import settling as rules
from domain.payments.values import FINAL, PaymentStatus
from domain.work import Work

from resolvers.order_settling import confirm, link
from resolvers.till import Till


async def settle(till: Till, payment_id: UUID, report: Report) -> Payment | None:
    """Write down what the provider says of a payment; the payment as it is now, None when there is no such payment here.

    The same report again, or an older one, changes nothing. Money for an order that had ended stays `late` until `settle_late`.
    """
    async with till.work() as work:
        [found] = await work.payments.get_many([payment_id])
        if found is None:
            return None
        bill = await _locked(work, found, report)
        payments = {each.id: each for each in await work.payments.for_change(found.order_id)}
        before = payments.pop(payment_id)
        return await apply(work, till, bill, before, rules.settle(before, bill.order, report, work.now), tuple(payments.values()))


async def apply(work: Work, till: Till, bill: Bill, before: Payment, settled: Settlement, others: Sequence[Payment] = ()) -> Payment:
    """Write a settlement in a work that has locked the order and its payments; `others` are the order's, to be given up once it is paid."""
    payment = replace(settled.payment, due_at=work.now) if _is_idle(settled) else settled.payment
    if payment != before:
        await work.payments.keep([payment, *_given_up(settled, others, work)])
    if settled.came_in_minor:
        await _take_in(work, till, bill, payment, settled)
    if settled.failed:
        await _tell_failure(work, till, settled.order, payment)
    return payment


async def note_payment(work: Work, till: Till, kind: str, order: Order, payment: Payment) -> None:
    """An entry of the order's history, the order unchanged."""
    facts = telling.facts_of_payment(payment)
    await work.orders.note(orders.entry(till.desk.new_id(), kind, order, order, work.now, till.desk.actor_id, facts))


async def _locked(work: Work, payment: Payment, report: Report) -> Bill:
    """Money that came in may sell stock, which is locked before the order; anything else leaves stock alone.

    What is confirmed stays confirmed, so hearing of it again does not queue up for a hot event's stock.
    """
    sells = report.status is PaymentStatus.CONFIRMED is not payment.status
    return orders.found(await (work.orders.for_change if sells else work.orders.for_edit)(payment.order_id))


def _is_idle(settled: Settlement) -> bool:
    """Whether nobody needs this payment any more, so that the provider is to be told soon."""
    order, payment = settled.order, settled.payment
    return payment.status not in FINAL and payment.failure != rules.MISMATCH and rules.is_over(order)


def _given_up(settled: Settlement, others: Sequence[Payment], work: Work) -> list[Payment]:
    paid = settled.came_in_minor and rules.is_covered(settled.order)
    return [replace(each, due_at=work.now) for each in others if paid and each.status not in FINAL]


async def _take_in(work: Work, till: Till, bill: Bill, payment: Payment, settled: Settlement) -> None:
    """The money in ledger, order and history; and the order confirmed where it is all there."""
    desk, now = till.desk, work.now
    entry = LedgerEntry(desk.new_id(), payment.order_id, payment.id, None, LedgerKind.CAPTURE, settled.came_in_minor, payment.currency, now)
    await work.payments.enter([entry])
    paid = replace(settled.order, version=bill.order.version + 1)
    noted = orders.entry(desk.new_id(), "payment:confirmed", bill.order, paid, now, desk.actor_id, telling.facts_of_payment(payment))
    await work.orders.keep(paid, noted)
    work.announce(telling.news_of_payment("payment:confirmed", payment))
    if settled.confirms:
        await confirm(work, desk, paid, bill.lines)


async def _tell_failure(work: Work, till: Till, order: Order, payment: Payment) -> None:
    await note_payment(work, till, "payment:failed", order, payment)
    work.announce(telling.news_of_payment("payment:failed", payment))
    if order.email and rules.due_minor(order):
        facts = telling.letter_of_failure(order, payment, await link(work, till.desk, order))
        desk = till.desk
        work.post(Letter(desk.new_id(), desk.organization_id, order.email, order.locale, LetterKind.PAYMENT_FAILED, facts))
