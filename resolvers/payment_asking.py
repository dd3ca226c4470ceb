"""Asking providers about payments that say nothing, giving up those that nobody needs, and deciding what becomes of late money."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import orders
from domain.holds import Hold, HoldAsk, HoldLine, HoldStatus, SeatChoice
from domain.idempotency import key_of
from domain.orders import Bill, Order, OrderLine, OrderStatus
from domain.payments import Charge, Payment, PaymentProvider, PaymentStatus, ProviderRefused, ProviderUnsure, Report
from domain.payments import settling as rules
from domain.payments.reviving import on_holds
from domain.payments.values import FINAL
from domain.refusals import Refused, TooBusy
from domain.work import Work

from resolvers.order_settling import by_event, confirm
from resolvers.payment_settling import settle
from resolvers.refunding import give_back_late
from resolvers.till import Till, account_for

IN_FLIGHT = frozenset({PaymentStatus.CONFIRMED, PaymentStatus.PENDING})


async def ask_about(till: Till, payment_id: UUID) -> None:
    """Ask the provider how a payment stands, give it up when nobody needs it, and settle what it says. Raises ProviderUnsure."""
    async with till.work() as work:
        [payment] = await work.payments.get_many([payment_id])
        [order] = await work.orders.get_many([payment.order_id]) if payment else [None]
    if payment is None or order is None:
        return
    if payment.late:
        await settle_late(till, payment_id)
    elif payment.status not in FINAL:
        await _ask(till, order, payment)


async def _ask(till: Till, order: Order, payment: Payment) -> None:
    account = await account_for(till, payment)
    try:
        known = await _known(till, account, order, payment)
        report = await account.cancel(known) if rules.is_over(order) else await account.retrieve(known)
    except ProviderRefused as refused:
        await _let_be(till, payment, refused.reason)
        return
    if (settled := await settle(till, payment.id, report)) and settled.late:
        await settle_late(till, payment.id)


async def in_flight(till: Till, order: Order) -> bool:
    """Whether money for an order whose time is over may still come. What is merely begun is given up, so that none comes late."""
    async with till.work() as work:
        [found] = await work.payments.of_orders([order.id])
        payments = [each for each in await work.payments.get_many([each.id for each in found]) if each]
        now = work.now
    # Each is asked, so that each that nobody needs is given up.
    return any([await _may_come(till, order, payment, now) for payment in payments if payment.status not in FINAL])


async def _may_come(till: Till, order: Order, payment: Payment, now: datetime) -> bool:
    """The same for one payment. Of a provider that does not answer it is believed for a day that money comes."""
    try:
        return await _comes(till, order, payment, now)
    except ProviderUnsure:
        return now < order.expires_at + rules.STALE_AFTER
    except ProviderRefused:
        return False


async def _comes(till: Till, order: Order, payment: Payment, now: datetime) -> bool:
    account = await account_for(till, payment)
    known = await _known(till, account, order, payment)
    report = await account.retrieve(known)
    if not rules.waits(replace(payment, status=report.status), order, now) and report.status not in FINAL:
        report = await account.cancel(known)
    await settle(till, payment.id, report)
    return report.status in IN_FLIGHT or rules.waits(replace(payment, status=report.status), order, now)


async def _known(till: Till, account: PaymentProvider, order: Order, payment: Payment) -> Payment:
    """The payment with the provider's name for it; where its answer was lost, it is begun once more under the same key."""
    if payment.reference is not None:
        return payment
    charge = Charge(payment, till.desk.organization_id, order.number, "", order.email, payment.return_url, order.expires_at)
    report: Report = await account.begin(charge)
    return replace(payment, reference=report.reference, intent=report.intent)


async def _let_be(till: Till, payment: Payment, reason: str) -> None:
    """The provider knows nothing of it, and is not asked again."""
    async with till.work() as work:
        orders.found(await work.orders.for_edit(payment.order_id))
        now = {each.id: each for each in await work.payments.for_change(payment.order_id)}[payment.id]
        if now.status not in FINAL:
            await work.payments.keep([replace(now, status=PaymentStatus.FAILED, failure=reason, changed_at=work.now, due_at=None)])


async def settle_late(till: Till, payment_id: UUID) -> None:
    """Decide what becomes of money that came for an order that had ended: its stock is taken again if it is there, else it goes back."""
    async with till.work() as work:
        [payment] = await work.payments.get_many([payment_id])
        if payment is None or not payment.late:
            return
        order = orders.found_order((await work.orders.get_many([payment.order_id]))[0])
        [lines] = await work.orders.lines_of_orders([order.id])
        asks = await _asks(work, till, order, payment, [line for line in lines if line.cancelled_at is None])
    holds = await _taken(till, asks) if rules.can_come_back(order) else None
    if holds is None or not await _revive(till, payment, holds):
        await give_back_late(till, payment_id)


async def _asks(work: Work, till: Till, order: Order, payment: Payment, lines: Sequence[OrderLine]) -> list[HoldAsk]:
    """What is asked of the stock, event by event: the same seats, and as many tickets of each type."""
    asks = []
    for event_id in sorted({line.event_id for line in lines}):
        of_event = [line for line in lines if line.event_id == event_id]
        seated = [line for line in of_event if line.seat_id is not None]
        standing = [line for line in of_event if line.seat_id is None]
        types = dict.fromkeys(line.ticket_type_id for line in standing)
        tickets = tuple(HoldLine(each, sum(line.ticket_type_id == each for line in standing)) for each in types)
        seats = await _seats(work, seated)
        asks += [
            HoldAsk(
                hold_id=till.desk.new_id(),
                organization_id=till.desk.organization_id,
                event_id=event_id,
                buyer=order.buyer,
                lines=some,
                key=key_of(order.buyer, "rehold", f"{payment.id}:{event_id}:{bool(named)}", [str(order.id)]),
                seats=named,
                staff=True,
            )
            for some, named in ((tickets, ()), ((), seats))
            if some or named
        ]
    return asks


async def _seats(work: Work, lines: Sequence[OrderLine]) -> tuple[SeatChoice, ...]:
    ids = [line.seat_id for line in lines if line.seat_id is not None]
    states = await work.seats.get_many(ids) if ids else []
    known = zip(lines, states, strict=True)
    return tuple(SeatChoice(state.seat.label if state else "", line.ticket_type_id) for line, state in known)


async def _taken(till: Till, asks: Sequence[HoldAsk]) -> list[Hold] | None:
    """Holds of all of it, or None where the stock is gone. Raises Refused(TooBusy), after which it is tried again."""
    taken: list[Hold] = []
    for ask in asks:
        try:
            taken.append(await till.holds.place(ask))
        except Refused as refused:
            await _release(till, taken)
            if isinstance(refused.refusal, TooBusy):
                raise
            return None
    return taken


async def _release(till: Till, holds: Sequence[Hold]) -> None:
    async with till.work() as work:
        for some in by_event(holds):
            await work.holds.lock([hold.id for hold in some])
            await work.holds.give_back([replace(hold, status=HoldStatus.RELEASED) for hold in some])


async def _revive(till: Till, payment: Payment, holds: Sequence[Hold]) -> bool:
    """Let the order live again on its new holds; False, the holds given back, where it need not or cannot."""
    async with till.work() as work:
        bill = orders.found(await work.orders.for_change(payment.order_id))
        now = {each.id: each for each in await work.payments.for_change(payment.order_id)}[payment.id]
        alive = [hold for hold in await work.holds.lock([hold.id for hold in holds]) if hold and hold.status is HoldStatus.ACTIVE]
        if now.late and rules.can_come_back(bill.order) and len(alive) == len(holds):
            await _confirm_anew(work, till, bill, now, alive)
            return True
    await _release(till, alive)
    return not now.late


async def _confirm_anew(work: Work, till: Till, bill: Bill, payment: Payment, holds: Sequence[Hold]) -> None:
    for some in by_event(holds):
        if await work.holds.convert(some) != len(some):
            raise RuntimeError("a hold that was locked as active is not active")
    lines = on_holds(bill.going_on, holds)
    before = bill.order
    alive = replace(before, status=OrderStatus.PENDING, ended_at=None, version=before.version + 1)
    noted = orders.entry(till.desk.new_id(), "order:revived", before, alive, work.now, None, {"paymentId": str(payment.id)})
    await work.orders.keep(alive, noted, lines)
    await work.payments.keep([replace(payment, late=False, due_at=None)])
    await confirm(work, till.desk, alive, lines)
