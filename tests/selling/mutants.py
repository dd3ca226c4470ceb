"""Rules of selling that are wrong in one point each, and how the machine should notice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from adapters.postgres import holds
from domain.payments import Payment, PaymentStatus, RefundStatus, settle_refund, settling
from domain.payments.provider import Report
from resolvers import order_ending, payment_asking, refunding
from tests.holds.mutants import ACTIVE_ALONE, text_of


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong rule: what it does, how it gets into the place of the right one, and by what it is found out.

    That is what the machine compared, or the constraint of a table that stopped it.
    """

    name: str
    put: Callable[[pytest.MonkeyPatch], None]
    found_by: frozenset[str]


def _nobody_remembers(patch: pytest.MonkeyPatch) -> None:
    settle = settling.settle

    def as_new(payment: Payment, order: Any, report: Report, now: Any) -> Any:
        return settle(replace(payment, status=PaymentStatus.PENDING), order, report, now)

    patch.setattr(settling, "settle", as_new)


def _refunds_are_counted_again(patch: pytest.MonkeyPatch) -> None:

    def as_new(bill: Any, payment: Any, refund: Any, *rest: Any) -> Any:
        under_way = replace(refund, status=RefundStatus.PENDING) if refund.status is RefundStatus.SUCCEEDED else refund
        return settle_refund(bill, payment, under_way, *rest)

    patch.setattr(refunding, "settle_refund", as_new)


def _no_ceiling(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Payment, "left_minor", property(lambda payment: payment.captured_minor))


def _no_reservations(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Payment, "left_minor", property(lambda payment: payment.captured_minor - payment.refunded_minor))


def _no_re_hold(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settling, "can_come_back", lambda _order: False)


def _double_release(patch: pytest.MonkeyPatch) -> None:
    text_of(holds, "GIVE_BACK", (ACTIVE_ALONE, "(h.status IN ('ACTIVE', 'REVOKED') OR"))(patch)
    give_back = order_ending.give_back

    async def twice(*facts: Any) -> None:
        await give_back(*facts)
        await give_back(*facts)

    patch.setattr(order_ending, "give_back", twice)


def _late_money_stays(patch: pytest.MonkeyPatch) -> None:

    async def nothing(*_: Any) -> None:
        return None

    patch.setattr(payment_asking, "give_back_late", nothing)


def _nobody_asks_first(patch: pytest.MonkeyPatch) -> None:

    async def never(*_: Any) -> bool:
        return False

    patch.setattr(payment_asking, "in_flight", never)


def _tickets_stay(patch: pytest.MonkeyPatch) -> None:

    async def nothing(*_: Any) -> int:
        return 0

    patch.setattr(order_ending, "void_tickets", nothing)


def _keys_are_forgotten(patch: pytest.MonkeyPatch) -> None:

    async def unknown(*_: Any) -> None:
        return None

    patch.setattr("resolvers.refunds.earlier", unknown)


BOOKS = frozenset(
    {"ledger_once_idx", "the orders", "the payments", "the refunds", "orders_refunded_minor_check", "payments_refunded_minor_check"}
)
STOCK = frozenset({"the stock", "pools_held_check", "pools_sold_check"})

MUTANTS = (
    Mutant("no dedupe: what came in is counted each time it is told", _nobody_remembers, frozenset({"the orders", "ledger_once_idx"})),
    Mutant("no dedupe: what went back is counted each time it is told", _refunds_are_counted_again, BOOKS),
    Mutant(
        "no ceiling: all that came in can go back again",
        _no_ceiling,
        frozenset({"the answer to a refund", "payments_refunded_minor_check"}),
    ),
    Mutant(
        "no ceiling: what is on its way can go back again",
        _no_reservations,
        frozenset({"the answer to a refund", "payments_refunded_minor_check"}),
    ),
    Mutant("no re-hold: late money brings no order back", _no_re_hold, frozenset({"the stock"})),
    Mutant("double release: an order gives its stock back twice", _double_release, STOCK),
    Mutant("late money stays", _late_money_stays, BOOKS | {"whether a refund was made"}),
    Mutant("an order expires and nobody asks whether it was paid", _nobody_asks_first, frozenset({"whether an order expires"})),
    Mutant("tickets of what was called off admit", _tickets_stay, frozenset({"the audit"})),
    Mutant("the same key gives money back again", _keys_are_forgotten, BOOKS | {"the answer to a refund", "how many refunds have this id"}),
)
