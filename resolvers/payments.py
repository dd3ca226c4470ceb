"""Payments of orders: begun by buyers, noted by the staff, given up, and seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain import orders
from domain import payments as rules
from domain.holds import buyer_of
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.orders import Bill, Order, OrderNamed
from domain.payments import MANUAL, Charge, Payment, PaymentMethodUnknown, PaymentProvider, PaymentStatus, Report
from domain.payments.asking import RecordPayment, StartPayment, check_recorded, check_start
from domain.payments.settling import STUCK_AFTER, expect_payable
from domain.payments.settling import settle as settled_by
from domain.payments.values import FINAL
from domain.refusals import NotFound, Refused
from domain.work import Work

from resolvers.context import Context
from resolvers.order_ending import opens
from resolvers.payment_settling import apply, settle
from resolvers.till import Till, account_for, opened, till_of

LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that was begun, and what the page of the person who pays needs for it."""

    payment: Payment
    publishable_key: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    redirect_url: str | None = field(default=None, repr=False)


async def start_payment(ctx: Context, ask: StartPayment) -> Begun:
    """Begin to pay what is left of an order: reserved and kept first, then the provider is asked, then its answer is kept.

    The same key again goes on where the first request stopped. Who comes without one, but wishes the same, goes on with the payment that
    is open, so that nobody pays twice.
    """
    ctx.viewer.require(Permission.ORDERS_PLACE)
    check_start(ask)
    till = till_of(ctx)
    provider = _provider_of(till, ask.method)
    async with ctx.work() as work:
        bill = orders.found(await work.orders.for_edit(ask.order.order_id))
        orders.expect_touchable(bill.order, ctx.viewer, opened=await opens(work, ask.order))
        account = opened(till, provider, await work.payments.settings())
        payment = await _reserved(ctx, work, ask, bill.order, provider)
        charge = await _charge(ctx, work, bill.order, payment)
    report = await _begin(till, account, charge)
    now = await settle(till, payment.id, report)
    return Begun(now or payment, account.publishable_key, report.client_secret, report.redirect_url)


def _provider_of(till: Till, method: str) -> str:
    provider = till.providers.provider_of(method)
    if provider is None:
        raise Refused(PaymentMethodUnknown(method, tuple(till.providers.methods)))
    return provider


async def _reserved(ctx: Context, work: Work, ask: StartPayment, order: Order, provider: str) -> Payment:
    """The payment that this wish began before, the open one that is the same, or a new one."""
    key = ask.key(buyer_of(ctx.viewer) or f"order:{order.id}")
    if known := await earlier(work.answers, key):
        return _found((await work.payments.get_many([known]))[0])
    due = expect_payable(order)
    [before] = await work.payments.of_orders([order.id])
    wanted = (ask.method, due, ask.return_url)
    same = [each for each in before if each.status not in FINAL and (each.method, each.amount_minor, each.return_url) == wanted]
    payment = same[-1] if same else await _add(ctx, work, order, due, ask.method, provider, ask.return_url)
    await once(work.answers, key, payment.id)
    return payment


async def _add(
    ctx: Context, work: Work, order: Order, amount: int, method: str, provider: str, return_url: str | None = None, note: str = ""
) -> Payment:
    payment = Payment(
        id=ctx.new_id(),
        order_id=order.id,
        provider=provider,
        method=method,
        status=PaymentStatus.CREATED,
        amount_minor=amount,
        currency=order.currency,
        created_at=work.now,
        changed_at=work.now,
        return_url=return_url,
        note=note,
        due_at=work.now + STUCK_AFTER,
    )
    await work.payments.add(payment)
    return payment


async def _charge(ctx: Context, work: Work, order: Order, payment: Payment) -> Charge:
    [organization] = await work.organizations.get_many([ctx.viewer.tenant])
    title = (organization.name if organization else "")[:LONGEST_TITLE]
    return Charge(payment, ctx.viewer.tenant, order.number, title, order.email, payment.return_url, order.expires_at)


async def _begin(till: Till, account: PaymentProvider, charge: Charge) -> Report:
    """What the provider says of it; refused with PaymentRefused or PaymentUnsure, the payment kept either way."""
    try:
        return await (account.retrieve(charge.payment) if charge.payment.reference else account.begin(charge))
    except rules.ProviderUnsure as unsure:
        raise Refused(rules.PaymentUnsure()) from unsure
    except rules.ProviderRefused as refused:
        await _fail(till, charge.payment, refused.reason)
        raise Refused(rules.PaymentRefused(refused.reason)) from refused


async def _fail(till: Till, payment: Payment, reason: str) -> None:
    """The provider never began it."""
    async with till.work() as work:
        orders.found(await work.orders.for_edit(payment.order_id))
        now = {each.id: each for each in await work.payments.for_change(payment.order_id)}[payment.id]
        if now.reference is None and now.status not in FINAL:
            failed = replace(now, status=PaymentStatus.FAILED, failure=reason, changed_at=work.now, due_at=None)
            await work.payments.keep([failed])


async def record_payment(ctx: Context, ask: RecordPayment) -> Payment:
    """Money that came by hand, noted by the staff; it pays as any other does."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    till = till_of(ctx)
    async with ctx.work() as work:
        bill = orders.found(await work.orders.for_change(ask.order_id))
        key = ask.key(f"person:{ctx.viewer.actor}")
        if known := await earlier(work.answers, key):
            return _found((await work.payments.get_many([known]))[0])
        check_recorded(ask, bill.order)
        payment = await _record(ctx, work, till, bill, ask)
        await once(work.answers, key, payment.id)
    return payment


async def _record(ctx: Context, work: Work, till: Till, bill: Bill, ask: RecordPayment) -> Payment:
    order, amount = bill.order, ask.amount.amount_minor
    others = await work.payments.for_change(order.id)
    payment = await _add(ctx, work, order, amount, MANUAL, MANUAL, note=ask.note)
    reference = f"manual-{payment.id}"
    report = Report(
        reference, PaymentStatus.CONFIRMED, amount, order.currency, payment.id, order.id, captured_minor=amount, intent=reference
    )
    return await apply(work, till, bill, payment, settled_by(payment, order, report, work.now), others)


async def cancel_payment(ctx: Context, payment_id: UUID, order: OrderNamed) -> Payment:
    """A payment given up; refused with PaymentOver when it came to its end before, or just did."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    till = till_of(ctx)
    async with ctx.work() as work:
        [found] = await work.payments.get_many([payment_id])
        [mine] = await work.orders.get_many([order.order_id])
        if found is None or mine is None or found.order_id != mine.id:
            raise Refused(NotFound("payment", ("input", "paymentId")))
        orders.expect_touchable(mine, ctx.viewer, opened=await opens(work, order))
    if found.status in FINAL:
        raise Refused(rules.PaymentOver(found.status))
    return await _cancel(till, found)


async def _cancel(till: Till, payment: Payment) -> Payment:
    account = await account_for(till, payment)
    try:
        report = await account.cancel(payment)
    except rules.ProviderUnsure as unsure:
        raise Refused(rules.PaymentUnsure()) from unsure
    except rules.ProviderRefused as refused:
        raise Refused(rules.PaymentRefused(refused.reason)) from refused
    now = _found(await settle(till, payment.id, report))
    if now.status is not PaymentStatus.CANCELLED:
        raise Refused(rules.PaymentOver(now.status))
    return now


def _found(payment: Payment | None) -> Payment:
    if payment is None:
        raise Refused(NotFound("payment", ("input", "paymentId")))
    return payment


async def payments_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Payment | None]:
    """The payments of orders that the viewer may see; None for the others."""
    async with ctx.reading() as reading:
        found = await reading.payments.get_many(ids)
        seen = await reading.orders.get_many([payment.order_id for payment in found if payment])
    mine = {order.id for order in seen if orders.visible(order, ctx.viewer) if order}
    return [payment if payment and payment.order_id in mine else None for payment in found]


async def payments_of_orders(ctx: Context, order_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[Payment]]:
    """For each order, which the viewer sees, its payments."""
    async with ctx.reading() as reading:
        return await reading.payments.of_orders(order_ids)


async def refunds_of_orders(ctx: Context, order_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[rules.Refund]]:
    """For each order, which the viewer sees, its refunds."""
    async with ctx.reading() as reading:
        return await reading.payments.refunds_of_orders(order_ids)


async def transactions_of_orders(ctx: Context, order_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[rules.LedgerEntry]]:
    """For each order, which the viewer sees, every movement of its money."""
    async with ctx.reading() as reading:
        return await reading.payments.ledger_of_orders(order_ids)
