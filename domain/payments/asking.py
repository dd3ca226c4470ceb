"""What people ask for: to pay, to note money that came by hand, to give money back."""

from dataclasses import dataclass
from uuid import UUID

from domain.idempotency import Key, key_of
from domain.money import LARGEST_AMOUNT, Money
from domain.orders import Order, OrderNamed
from domain.payments.refusals import OrderNotPayable
from domain.payments.settling import due_minor
from domain.refusals import Faults, Refused

LONGEST_URL, LONGEST_NOTE = 2_000, 500


@dataclass(frozen=True, slots=True)
class StartPayment:
    """The wish to pay what is left of an order; `return_url` is where the provider's own page leads back to."""

    order: OrderNamed
    method: str
    return_url: str | None
    idempotency_key: str | None = None

    def key(self, who: str) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(who, "startPayment", self.idempotency_key, [str(self.order.order_id), self.method, self.return_url])


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """The word of the staff that money for an order came without a provider."""

    order_id: UUID
    amount: Money
    note: str
    idempotency_key: str | None = None

    def key(self, who: str) -> Key | None:
        """The key of this wish, None without one."""
        said = [str(self.order_id), self.amount.amount_minor, self.amount.currency, self.note]
        return key_of(who, "recordPayment", self.idempotency_key, said)


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """The wish of the staff to give back money of an order: all of it, an amount, or what is for some admissions."""

    order_id: UUID
    line_ids: tuple[UUID, ...]
    amount_minor: int | None
    reason: str
    cancel_lines: bool
    expected_version: int | None = None
    idempotency_key: str | None = None

    def key(self, who: str) -> Key | None:
        """The key of this wish, None without one."""
        lines = sorted(str(each) for each in self.line_ids)
        said = [str(self.order_id), lines, self.amount_minor, self.reason, self.cancel_lines]
        return key_of(who, "refundOrder", self.idempotency_key, said)


@dataclass(frozen=True, slots=True)
class RequestRefund:
    """The wish of a buyer to give admissions back; without `line_ids` all of the order."""

    order: OrderNamed
    line_ids: tuple[UUID, ...]
    idempotency_key: str | None = None

    def key(self, who: str) -> Key | None:
        """The key of this wish, None without one."""
        lines = sorted(str(each) for each in self.line_ids)
        return key_of(who, "requestRefund", self.idempotency_key, [str(self.order.order_id), lines])


def check_start(ask: StartPayment) -> None:
    """Refuse with InputInvalid a way back that is none, and one that is missing where the provider has a page of its own."""
    faults = Faults()
    url = ask.return_url
    if url is not None:
        good = url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL and url.isprintable() and " " not in url
        faults.check(good, ("input", "returnUrl"), "must be an address of a page")
    faults.check(url is not None or ask.method != "checkout", ("input", "returnUrl"), "is needed to come back from the provider's page")
    faults.refuse()


def check_recorded(ask: RecordPayment, order: Order) -> None:
    """Refuse with InputInvalid another currency, nothing, or more than is due; with OrderNotPayable an order that waits for nothing."""
    due = due_minor(order)
    if not due:
        raise Refused(OrderNotPayable(order.status, due))
    faults = Faults()
    faults.check(ask.amount.currency == order.currency, ("input", "amount", "currency"), f"must be {order.currency}")
    faults.check(0 < ask.amount.amount_minor <= min(due, LARGEST_AMOUNT), ("input", "amount", "amountMinor"), f"must be 1 to {due}")
    faults.check(len(ask.note) <= LONGEST_NOTE, ("input", "note"), f"must be {LONGEST_NOTE} characters at most")
    faults.refuse()
