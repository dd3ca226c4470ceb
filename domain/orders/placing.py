"""Placing an order: the admissions of the holds, what is asked of the prices, and the order with all that is frozen on it."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.events import Event
from domain.holds import Hold, HoldLine, HoldNotActive, SalesClosed, convert
from domain.money import Money
from domain.orders.asking import CheckOutCart, Spot, Terms, kept_email
from domain.orders.refusals import CartEmpty, NowPriced, PriceChanged
from domain.orders.store import Bill
from domain.orders.values import Order, OrderChannel, OrderFee, OrderLine, OrderStatus
from domain.pricing import PricedAsk, Quote
from domain.refusals import Faults, NotFound, Refused
from domain.ticket_types import SalesStatus, SaleTerms, TicketType, sales_status

PAY_WITHIN = timedelta(minutes=15)
DECIDE_WITHIN = timedelta(hours=72)
LENGTH_OF_SECRETS = 43
"""256 bits in base64url."""


@dataclass(frozen=True, slots=True)
class Admission:
    """One of the tickets that a hold sets aside, before it is priced."""

    spot: Spot
    event_id: UUID
    seat_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """Who places an order, where it is decided: `at` is the time, `approval` whether the staff look at it first."""

    order_id: UUID
    buyer: str
    person_id: UUID | None
    locale: str
    at: datetime
    events: tuple[Event, ...]

    @property
    def approval(self) -> bool:
        """Whether an event of it wants that."""
        return any(each.approval_required for each in self.events)


def events_of_types(types: Sequence[TicketType | None]) -> list[UUID]:
    """The event of each type; refused with NotFound at the place of the first that there is not."""
    for at, each in enumerate(types):
        if each is None:
            raise Refused(NotFound("ticket type", ("input", "lines", str(at), "ticketTypeId")))
    return [each.event_id for each in types if each]


def own_holds(holds: Sequence[Hold | None], buyer: str | None) -> list[Hold]:
    """The holds when all are this buyer's; refused with NotFound at the place of the first that is not, and with CartEmpty."""
    for at, hold in enumerate(holds):
        if hold is None or hold.buyer != buyer:
            raise Refused(NotFound("hold", ("input", "holdIds", str(at))))
    found = list({hold.id: hold for hold in holds if hold}.values())
    if not found:
        raise Refused(CartEmpty())
    return found


def taken_over(holds: Sequence[Hold], now: datetime) -> list[Hold]:
    """The holds as an order takes them over; refused with HoldNotActive at the place of the first that cannot be."""
    taken = []
    for at, hold in enumerate(holds):
        try:
            taken.append(convert(hold, now))
        except Refused as no:
            if isinstance(no.refusal, HoldNotActive):
                raise Refused(HoldNotActive(no.refusal.status, at=("input", "holdIds", str(at)))) from no
            raise
    return taken


def expect_on_sale(events: Sequence[Event], admissions: Sequence[Admission], now: datetime) -> None:
    """Refuse with SalesClosed what is of an event that was called off, put off or taken back since it was held, or is over."""
    for each in admissions:
        event = next((event for event in events if event.id == each.event_id), None)
        if event is None:
            raise Refused(NotFound("event", ("input", "holdIds")))
        status = sales_status(SaleTerms(event.status, event.ends_at, None, None), now, available=1, held=0)
        if status is not SalesStatus.ON_SALE:
            closed_at = event.ends_at if now >= event.ends_at else None
            raise Refused(SalesClosed(each.spot.ticket_type_id, status, None, closed_at, lines_in="holdIds"))


def admissions_of(holds: Iterable[Hold]) -> list[Admission]:
    """All tickets that the holds set aside, one by one: by hold, by type, by seat."""
    return [each for hold in holds for line in hold.lines for each in _of_line(hold, line)]


def _of_line(hold: Hold, line: HoldLine) -> list[Admission]:
    seats: Sequence[UUID | None] = line.seat_ids or [None] * line.quantity
    return [Admission(Spot(hold.id, line.ticket_type_id, at), hold.event_id, seat) for at, seat in enumerate(seats)]


def asks_for(
    admissions: Sequence[Admission], categories: Mapping[UUID, int], terms: Terms, path: tuple[str, ...] = ("input",)
) -> list[PricedAsk]:
    """What is asked of the prices, keyed by the place in the list; refused with InputInvalid where a price is named for no admission."""
    named = {each.spot: each.price.amount_minor for each in terms.named_prices}
    _check_spots(admissions, [each.spot for each in terms.named_prices], (*path, "namedPrices"))
    return [
        PricedAsk(
            at,
            each.event_id,
            each.spot.ticket_type_id,
            categories.get(each.seat_id) if each.seat_id else None,
            named.get(each.spot),
        )
        for at, each in enumerate(admissions)
    ]


def check_attendees(admissions: Sequence[Admission], ask: CheckOutCart) -> None:
    """Refuse with InputInvalid attendees of no admission."""
    _check_spots(admissions, [each.spot for each in ask.attendees], ("input", "attendees"))


def _check_spots(admissions: Sequence[Admission], spots: Sequence[Spot], path: tuple[str, ...]) -> None:
    known = {each.spot for each in admissions}
    faults = Faults()
    for at, spot in enumerate(spots):
        faults.check(spot in known, (*path, str(at)), "is for no ticket of these holds")
        faults.check(spot not in spots[:at], (*path, str(at)), "is for the same ticket as one before")
    faults.refuse()


def check_currency(terms: Terms, currency: str, path: tuple[str, ...] = ("input",)) -> None:
    """Refuse with InputInvalid prices that are named in another currency."""
    faults = Faults()
    for at, each in enumerate(terms.named_prices):
        faults.check(each.price.currency == currency, (*path, "namedPrices", str(at), "price", "currency"), f"must be {currency}")
    faults.refuse()


def given_away(quote: Quote) -> Quote:
    """The same admissions for nothing: the whole price is taken off, and nothing is added."""
    lines = tuple(replace(each, discount_minor=each.list_minor, price_minor=0, net_minor=0, tax_minor=0) for each in quote.lines)
    off = sum(each.list_minor for each in quote.lines)
    return Quote(quote.currency, lines, (), (), net_minor=0, tax_minor=0, fee_minor=0, discount_minor=off, total_minor=0)


def expect_total(expected: Money | None, quote: Quote, admissions: Sequence[Admission]) -> None:
    """Refuse with PriceChanged what costs something else than was expected; None expects nothing."""
    now = Money(quote.total_minor, quote.currency)
    if expected is not None and expected != now:
        priced = zip(admissions, quote.lines, strict=True)
        lines = tuple(
            NowPriced(each.spot.hold_id, each.spot.ticket_type_id, each.spot.index, Money(line.price_minor, quote.currency))
            for each, line in priced
        )
        raise Refused(PriceChanged(expected, now, lines))


def place(placing: Placing, ask: CheckOutCart, admissions: Sequence[Admission], quote: Quote, new_id: Callable[[], UUID]) -> Bill:
    """The new order, with prices frozen as the quote says them. Its number is its store's to choose."""
    waits_for_staff = placing.approval and not ask.as_staff
    order = Order(
        id=placing.order_id,
        number="",
        buyer=placing.buyer,
        person_id=placing.person_id,
        email=kept_email(ask.email),
        name=ask.name.strip(),
        locale=ask.locale or placing.locale,
        status=OrderStatus.PENDING_APPROVAL if waits_for_staff else OrderStatus.PENDING,
        channel=_channel(ask),
        currency=quote.currency,
        net_minor=quote.net_minor,
        tax_minor=quote.tax_minor,
        fee_minor=quote.fee_minor,
        discount_minor=quote.discount_minor,
        total_minor=quote.total_minor,
        paid_minor=0,
        refunded_minor=0,
        country=ask.terms.country,
        created_at=placing.at,
        expires_at=_decided_by(placing) if waits_for_staff else placing.at + PAY_WITHIN,
    )
    return Bill(order, _lines(order.id, ask, admissions, quote, new_id), fees_of(quote, order.id, new_id))


def _channel(ask: CheckOutCart) -> OrderChannel:
    if ask.complimentary:
        return OrderChannel.COMPLIMENTARY
    return OrderChannel.BOX_OFFICE if ask.as_staff else OrderChannel.ONLINE


def _decided_by(placing: Placing) -> datetime:
    """Until when the staff may take: until the first event begins, but never less than it takes to pay."""
    begins = min(each.starts_at for each in placing.events)
    return max(min(placing.at + DECIDE_WITHIN, begins), placing.at + PAY_WITHIN)


def _lines(
    order_id: UUID, ask: CheckOutCart, admissions: Sequence[Admission], quote: Quote, new_id: Callable[[], UUID]
) -> tuple[OrderLine, ...]:
    coming = {each.spot: each for each in ask.attendees}
    prices = {line.key: line for line in quote.lines}
    lines = []
    for at, each in enumerate(admissions):
        price, attendee = prices[at], coming.get(each.spot)
        line = OrderLine(
            id=new_id(),
            order_id=order_id,
            position=at,
            event_id=each.event_id,
            ticket_type_id=each.spot.ticket_type_id,
            hold_id=each.spot.hold_id,
            seat_id=each.seat_id,
            list_minor=price.list_minor,
            discount_minor=price.discount_minor,
            price_minor=price.price_minor,
            net_minor=price.net_minor,
            tax_minor=price.tax_minor,
            tax_rate=price.tax_rate,
            tax_code=price.tax_code,
            attendee_name=attendee.name if attendee else None,
            attendee_email=kept_email(attendee.email) if attendee else None,
        )
        lines.append(line)
    return tuple(lines)


def fees_of(quote: Quote, order_id: UUID, new_id: Callable[[], UUID]) -> tuple[OrderFee, ...]:
    """The fees of the quote, as an order has them."""
    return tuple(
        OrderFee(
            id=new_id(),
            order_id=order_id,
            kind=each.kind,
            label=each.label,
            price_minor=each.price_minor,
            net_minor=each.net_minor,
            tax_minor=each.tax_minor,
            tax_rate=each.tax_rate,
            currency=quote.currency,
        )
        for each in quote.fees
    )


def is_secret(text: str) -> bool:
    """Whether it can be a secret that opens an order: those of carts and those of letters look alike."""
    return len(text) == LENGTH_OF_SECRETS and text.isascii()


def secret_of(cart: str, order_id: UUID) -> str:
    """The secret by which a guest shows that the order is hers: made of her cart's own, so that the same wish is told the same again."""
    made = hashlib.sha256(f"order secret {cart} {order_id}".encode()).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def somebody(buyer: str | None) -> str:
    """The buyer; refused with CartEmpty where there is none, who can hold nothing."""
    if buyer is None:
        raise Refused(CartEmpty())
    return buyer
