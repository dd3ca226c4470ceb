"""What becomes of an order: confirmed, expired, cancelled as a whole or in part, judged, and what is said of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.activity import changes_between
from domain.events import Event, expect_version
from domain.holds import Hold, HoldLine, HoldStatus, shorten
from domain.news import Fact, News
from domain.orders.asking import LONGEST_NOTES, AnnotateOrder, AttendeeOf, check_attendee, kept_email
from domain.orders.placing import PAY_WITHIN
from domain.orders.refusals import OrderHasOneEnd, OrderLinesFixed, OrderStepRefused
from domain.orders.store import Bill
from domain.orders.values import WAITING, Order, OrderEntry, OrderLine, OrderStatus, payment_state
from domain.refusals import Faults, NotFound, Refused
from domain.texts import check_text

PAY_APPROVED_WITHIN = timedelta(hours=24)
ORDER_ID = ("input", "orderId")
LINE_IDS = ("input", "lineIds")


def found(bill: Bill | None, at: tuple[str, ...] = ORDER_ID) -> Bill:
    """The order, or the refusal NotFound naming the argument `at`."""
    if bill is None:
        raise Refused(NotFound("order", at))
    return bill


def found_order(order: Order | None, at: tuple[str, ...] = ORDER_ID) -> Order:
    """The order alone, or the refusal NotFound naming the argument `at`."""
    if order is None:
        raise Refused(NotFound("order", at))
    return order


def confirm(order: Order, now: datetime) -> Order:
    """The order as one whose admissions are the buyer's; refused with OrderStepRefused unless it waits for nothing but money."""
    if order.status is not OrderStatus.PENDING:
        raise Refused(OrderStepRefused(order.status, payment_state(order), OrderStatus.CONFIRMED))
    return replace(order, status=OrderStatus.CONFIRMED, confirmed_at=now, version=order.version + 1)


def is_overdue(order: Order, now: datetime) -> bool:
    """Whether its time is over."""
    return order.status in WAITING and order.expires_at <= now


def expire(order: Order, now: datetime) -> Order:
    """The order as it ends when its time is over."""
    return replace(order, status=OrderStatus.EXPIRED, ended_at=now, version=order.version + 1)


def cancel(order: Order, expected_version: int | None, now: datetime, *, staff: bool, begun: bool) -> Order:
    """The order called off; refused with VersionConflict, or with OrderStepRefused one that ended, and to its buyer one that costs money.

    Its buyer may call off what nothing was paid for: an order that waits, or a free one whose events have not `begun`.
    """
    expect_version(order.version, expected_version)
    free = order.paid_minor == 0 and (order.status in WAITING or (order.total_minor == 0 and not begun))
    if order.ended_at is not None or not (staff or free):
        raise Refused(OrderStepRefused(order.status, payment_state(order), OrderStatus.CANCELLED))
    return replace(order, status=OrderStatus.CANCELLED, ended_at=now, version=order.version + 1)


def approve(order: Order, expected_version: int, events: Sequence[Event], now: datetime) -> Order:
    """The order as one that can be paid: within a day, but not after its first event has begun, and never in less than 15 minutes.

    Refused with VersionConflict, or with OrderStepRefused unless it waits for that.
    """
    _expect_judged(order, expected_version, OrderStatus.PENDING)
    begins = min((each.starts_at for each in events), default=now)
    until = max(min(now + PAY_APPROVED_WITHIN, begins), now + PAY_WITHIN)
    return replace(order, status=OrderStatus.PENDING, expires_at=until, version=order.version + 1)


def decline(order: Order, expected_version: int, now: datetime) -> Order:
    """The order that the staff do not want; refused as `approve` is."""
    _expect_judged(order, expected_version, OrderStatus.CANCELLED)
    return replace(order, status=OrderStatus.CANCELLED, ended_at=now, version=order.version + 1)


def _expect_judged(order: Order, expected_version: int, there: OrderStatus) -> None:
    expect_version(order.version, expected_version)
    if order.status is not OrderStatus.PENDING_APPROVAL:
        raise Refused(OrderStepRefused(order.status, payment_state(order), there))


def cancel_lines(bill: Bill, line_ids: Sequence[UUID], expected_version: int, now: datetime) -> tuple[Order, tuple[OrderLine, ...]]:
    """The order without these admissions, which it no longer sums up, and the admissions as cancelled.

    Refused with VersionConflict, OrderStepRefused where it ended, NotFound, OrderLinesFixed, or OrderHasOneEnd when none would be left.
    """
    order = bill.order
    expect_version(order.version, expected_version)
    if order.ended_at is not None:
        raise Refused(OrderStepRefused(order.status, payment_state(order), order.status))
    gone = lines_named(bill, line_ids)
    if gone_before := tuple(line.id for line in gone if line.cancelled_at is not None):
        raise Refused(OrderLinesFixed(gone_before))
    if len(gone) == len(bill.going_on):
        raise Refused(OrderHasOneEnd())
    changed = replace(
        order,
        net_minor=order.net_minor - sum(line.net_minor for line in gone),
        tax_minor=order.tax_minor - sum(line.tax_minor for line in gone),
        discount_minor=order.discount_minor - sum(line.discount_minor for line in gone),
        total_minor=order.total_minor - sum(line.price_minor for line in gone),
        version=order.version + 1,
    )
    return changed, tuple(replace(line, cancelled_at=now) for line in gone)


def lines_named(bill: Bill, line_ids: Sequence[UUID], path: tuple[str, ...] = LINE_IDS) -> list[OrderLine]:
    """The order's lines with these ids; refused with NotFound at the place of the first that it does not have."""
    lines = {line.id: line for line in bill.lines}
    for at, each in enumerate(line_ids):
        if each not in lines:
            raise Refused(NotFound("order line", (*path, str(at))))
    return [lines[each] for each in line_ids]


def without(holds: Sequence[Hold], gone: Sequence[OrderLine]) -> list[tuple[Hold, Hold]]:
    """Each hold of these lines before and after: shortened by them, or revoked when nothing of it is left."""
    changed = []
    for hold in holds:
        parts = _parts([line for line in gone if line.hold_id == hold.id])
        if parts:
            changed.append((hold, shorten(hold, parts)))
    return changed


def _parts(lines: Sequence[OrderLine]) -> list[HoldLine]:
    types = dict.fromkeys(line.ticket_type_id for line in lines)
    of_type = {each: [line for line in lines if line.ticket_type_id == each] for each in types}
    return [
        HoldLine(each, len(some), seat_ids=tuple(line.seat_id for line in some if line.seat_id is not None))
        for each, some in of_type.items()
    ]


def revoked(holds: Sequence[Hold]) -> list[Hold]:
    """The holds as they end with their order."""
    return [replace(hold, status=HoldStatus.REVOKED) for hold in holds]


def update_attendees(
    bill: Bill, attendees: Sequence[AttendeeOf], expected_version: int, begun: Collection[UUID]
) -> tuple[Order, tuple[OrderLine, ...]]:
    """The order and the lines on which others come; `begun` are the events that are too late to change.

    Refused with VersionConflict, InputInvalid, NotFound, OrderStepRefused where it ended, or OrderLinesFixed.
    """
    order, path = bill.order, ("input", "attendees")
    expect_version(order.version, expected_version)
    if order.ended_at is not None:
        raise Refused(OrderStepRefused(order.status, payment_state(order), order.status))
    faults = Faults()
    for at, each in enumerate(attendees):
        check_attendee(faults, each.name, each.email, (*path, str(at)))
    faults.refuse()
    lines = lines_named(bill, [each.line_id for each in attendees], path)
    if fixed := tuple(line.id for line in lines if line.cancelled_at is not None or line.event_id in begun):
        raise Refused(OrderLinesFixed(fixed))
    named = zip(lines, attendees, strict=True)
    changed = tuple(replace(line, attendee_name=who.name, attendee_email=kept_email(who.email)) for line, who in named)
    return replace(order, version=order.version + 1), changed


def annotate(order: Order, ask: AnnotateOrder) -> Order:
    """The order with other notes; refused with VersionConflict, or InputInvalid."""
    expect_version(order.version, ask.expected_version)
    faults = Faults()
    if ask.notes:
        check_text(faults, {"en": ask.notes}, ("input", "notes"), longest=LONGEST_NOTES, required=False)
    faults.refuse()
    return replace(order, notes=ask.notes, version=order.version + 1)


def entry(
    entry_id: UUID,
    kind: str,
    before: Order | None,
    after: Order,
    at: datetime,
    actor_id: UUID | None,
    also: Mapping[str, Fact] | None = None,
) -> OrderEntry:
    """What the history tells of a step: what changed of the order, and what else there is to say."""
    facts: dict[str, Fact] = {name: dict(change) for name, change in changes_between(before, after, Order).items()}
    return OrderEntry(entry_id, after.id, at, actor_id, kind, after.version, {**facts, **(also or {})})


def told_of_lines(before: Sequence[OrderLine], after: Sequence[OrderLine]) -> Mapping[str, Fact]:
    """What changed of an order's lines, by their ids, for its history."""
    changes = {str(new.id): changes_between(old, new, OrderLine) for old, new in zip(before, after, strict=True)}
    return {"lines": {line: {name: dict(each) for name, each in change.items()} for line, change in changes.items()}}


def news(kind: str, order: Order) -> News:
    """News of this kind about the order. Whoever watches the order reads `orderId` and `version`."""
    facts: dict[str, Fact] = {
        "orderId": str(order.id),
        "number": order.number,
        "status": order.status.value,
        "paymentState": payment_state(order).value,
        "channel": order.channel.value,
        "totalMinor": order.total_minor,
        "currency": order.currency,
        "version": order.version,
    }
    return News(kind, f"order:{order.id}", facts)
