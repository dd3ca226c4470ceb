"""Giving money back: how much there is, from which payments it goes, for which admissions, and what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.orders import Bill, Order, OrderLine
from domain.payments.provider import RefundReport
from domain.payments.refusals import RefundTooLarge
from domain.payments.settling import STUCK_AFTER, next_asking
from domain.payments.values import GIVEN_BACK, UNDER_WAY, LedgerEntry, LedgerKind, Payment, Refund, RefundLine, RefundStatus
from domain.pricing.rounding import apportioned
from domain.refusals import Fault, InputInvalid, NotFound, Refused

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Account:
    """An order with all the money that came in for it and went back: what a refund is decided on."""

    bill: Bill
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]
    lines: tuple[RefundLine, ...]

    @property
    def left_minor(self) -> int:
        """What can go back at most."""
        return sum(payment.left_minor for payment in self.payments)

    def left_of(self, line: OrderLine) -> int:
        """What of an admission's price has not gone back, and is not on its way."""
        return line.price_minor - self._counted(line.id)

    @property
    def left_of_fees(self) -> int:
        """What of the fees has not gone back; money that was paid too much went back first."""
        fees = sum(fee.price_minor for fee in self.bill.fees)
        return max(fees - self._counted(None), 0)

    def _counted(self, line_id: UUID | None) -> int:
        counts = {refund.id for refund in self.refunds if refund.status in UNDER_WAY | GIVEN_BACK}
        return sum(each.amount_minor for each in self.lines if each.order_line_id == line_id and each.refund_id in counts)


@dataclass(frozen=True, slots=True)
class Share:
    """What goes back for one admission, or (None) for what is none."""

    order_line_id: UUID | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Planned:
    """Refunds to be reserved, one for each payment that they come from, with what each is for."""

    refunds: tuple[Refund, ...]
    lines: tuple[RefundLine, ...]
    payments: tuple[Payment, ...]

    @property
    def amount_minor(self) -> int:
        """What goes back in all."""
        return sum(refund.amount_minor for refund in self.refunds)


def check_amount(amount_minor: int | None, reason: str) -> None:
    """Refuse with InputInvalid an amount that is nothing, and a reason that is a story."""
    if amount_minor is not None and amount_minor < 1:
        raise Refused(InputInvalid((Fault(("input", "amountMinor"), "must be more than nothing"),)))
    if len(reason) > LONGEST_REASON:
        raise Refused(InputInvalid((Fault(("input", "reason"), f"must be {LONGEST_REASON} characters at most"),)))


def lines_named(bill: Bill, ids: Sequence[UUID]) -> list[OrderLine]:
    """The order's admissions by these ids; refused with NotFound at the place of the first that is none of them."""
    known = {line.id: line for line in bill.lines}
    for at, each in enumerate(ids):
        if each not in known:
            raise Refused(NotFound("order line", ("input", "lineIds", str(at))))
    return [known[each] for each in dict.fromkeys(ids)]


def shares_of(account: Account, lines: Sequence[OrderLine], amount_minor: int | None) -> list[Share]:
    """What goes back for what.

    With `lines` it is for these: all that is left of their prices, or an amount of it, shared out by what is left of each. Without, it is
    for what was paid too much, then for all admissions and fees together. Without an amount, all that is left.
    """
    if lines:
        return _of_lines(account, lines, amount_minor)
    total = account.left_minor if amount_minor is None else amount_minor
    weights = [account.left_of(line) for line in account.bill.lines]
    fees = account.left_of_fees
    too_much = max(account.left_minor - sum(weights) - fees, 0)
    extra = min(total, too_much)
    *of_lines, _ = apportioned(total - extra, [*weights, fees])
    shares = [Share(line.id, part) for line, part in zip(account.bill.lines, of_lines, strict=True)]
    return [share for share in (*shares, Share(None, total - sum(of_lines))) if share.amount_minor > 0]


def _of_lines(account: Account, lines: Sequence[OrderLine], amount_minor: int | None) -> list[Share]:
    left = [account.left_of(line) for line in lines]
    total = sum(left) if amount_minor is None else amount_minor
    if total > sum(left) or not total:
        raise Refused(RefundTooLarge(sum(left), account.bill.order.currency))
    parts = apportioned(total, left)
    return [Share(line.id, part) for line, part in zip(lines, parts, strict=True) if part]


def plan(account: Account, shares: Sequence[Share], *, reason: str, by: UUID | None, now: datetime, new_id: Callable[[], UUID]) -> Planned:
    """Take the money from the payments, the newest first; refused with RefundTooLarge beyond what is left of them all."""
    wanted = sum(share.amount_minor for share in shares)
    order = account.bill.order
    if not 0 < wanted <= account.left_minor:
        raise Refused(RefundTooLarge(account.left_minor, order.currency))
    refunds: list[Refund] = []
    reserved: list[Payment] = []
    for payment in sorted(account.payments, key=lambda each: each.created_at, reverse=True):
        amount = min(payment.left_minor, wanted)
        wanted -= amount
        if amount:
            refunds.append(_requested(payment, amount, reason=reason, by=by, now=now, id=new_id()))
            reserved.append(replace(payment, refunding_minor=payment.refunding_minor + amount))
    return Planned(tuple(refunds), tuple(_dealt(refunds, shares, new_id)), tuple(reserved))


def _requested(payment: Payment, amount: int, *, reason: str, by: UUID | None, now: datetime, id: UUID) -> Refund:
    return Refund(
        id=id,
        order_id=payment.order_id,
        payment_id=payment.id,
        status=RefundStatus.REQUESTED,
        amount_minor=amount,
        currency=payment.currency,
        reason=reason,
        created_at=now,
        changed_at=now,
        by=by,
        due_at=now + STUCK_AFTER,
    )


def _dealt(refunds: Sequence[Refund], shares: Sequence[Share], new_id: Callable[[], UUID]) -> list[RefundLine]:
    """Deal the shares out over the refunds, in their order."""
    lines: list[RefundLine] = []
    waiting = list(shares)
    for refund in refunds:
        left = refund.amount_minor
        while left:
            share = waiting.pop(0)
            part = min(left, share.amount_minor)
            lines.append(RefundLine(new_id(), refund.id, share.order_line_id, part))
            left -= part
            if share.amount_minor > part:
                waiting.insert(0, replace(share, amount_minor=share.amount_minor - part))
    return lines


@dataclass(frozen=True, slots=True)
class RefundSettlement:
    """What a report on a refund changed; `moved_minor` is what went back (below zero: what came back after all)."""

    refund: Refund
    payment: Payment
    order: Order
    lines: tuple[OrderLine, ...]
    moved_minor: int = 0
    kind: LedgerKind = LedgerKind.REFUND
    failed: bool = False


def settle_refund(
    bill: Bill, payment: Payment, refund: Refund, lines: Sequence[RefundLine], report: RefundReport, now: datetime
) -> RefundSettlement:
    """Apply a report, which may come twice and in any order: what succeeded can fail still, what failed stays so."""
    unchanged = RefundSettlement(refund, payment, bill.order, ())
    if report.amount_minor != refund.amount_minor or report.currency != refund.currency:
        return unchanged
    told = replace(refund, status=report.status, reference=report.reference, failure=report.failure, changed_at=now)
    told = replace(told, due_at=next_asking(refund.created_at, now) if told.status in UNDER_WAY else None)
    if refund.status in UNDER_WAY:
        return _ended(bill, payment, told, lines)
    if refund.status is RefundStatus.SUCCEEDED and report.status is RefundStatus.FAILED:
        back = replace(payment, refunded_minor=payment.refunded_minor - refund.amount_minor)
        order = replace(bill.order, refunded_minor=bill.order.refunded_minor - refund.amount_minor)
        changed = _moved(bill, lines, -1)
        return RefundSettlement(told, back, order, changed, -refund.amount_minor, LedgerKind.REFUND_REVERSED, failed=True)
    return unchanged


def _ended(bill: Bill, payment: Payment, told: Refund, lines: Sequence[RefundLine]) -> RefundSettlement:
    if told.status in UNDER_WAY:
        return RefundSettlement(told, payment, bill.order, ())
    released = replace(payment, refunding_minor=payment.refunding_minor - told.amount_minor)
    if told.status not in GIVEN_BACK:
        return RefundSettlement(told, released, bill.order, (), failed=True)
    given = replace(released, refunded_minor=released.refunded_minor + told.amount_minor)
    order = replace(bill.order, refunded_minor=bill.order.refunded_minor + told.amount_minor)
    return RefundSettlement(told, given, order, _moved(bill, lines, 1), told.amount_minor)


def _moved(bill: Bill, lines: Sequence[RefundLine], way: int) -> tuple[OrderLine, ...]:
    amounts = {line.order_line_id: line.amount_minor for line in lines}
    return tuple(replace(line, refunded_minor=line.refunded_minor + way * amounts[line.id]) for line in bill.lines if line.id in amounts)


def entry_of(settlement: RefundSettlement, now: datetime, id: UUID) -> LedgerEntry:
    """The movement for the ledger."""
    refund = settlement.refund
    amount = -settlement.moved_minor
    return LedgerEntry(id, refund.order_id, refund.payment_id, refund.id, settlement.kind, amount, refund.currency, now)
