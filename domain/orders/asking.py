"""What somebody asks of orders: to check out a cart, to sell at the box office, to change or end an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.emails import read_email
from domain.holds import HoldLine
from domain.idempotency import Key, key_of
from domain.locales import is_locale
from domain.money import Money, check_money
from domain.names import is_country
from domain.questions import Answer
from domain.refusals import Faults
from domain.texts import check_line

MOST_HOLDS = 20
MOST_PROMO_CODES = 10
LONGEST_NAME = 200
LONGEST_NOTES = 4_000
MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Spot:
    """An admission of a cart: of one type in one hold, the how-manieth from 0; in the order of seats where the type sells these."""

    hold_id: UUID
    ticket_type_id: UUID
    index: int = 0


@dataclass(frozen=True, slots=True)
class NamedFor:
    """The price that the buyer names for an admission that has none."""

    spot: Spot
    price: Money


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who will come, and what is answered of the admission."""

    spot: Spot
    name: str | None = None
    email: str | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """On which the holds are priced: promo codes as people write them, the buyer's country, prices that the buyer names."""

    promo_codes: tuple[str, ...] = ()
    country: str | None = None
    named_prices: tuple[NamedFor, ...] = ()

    @property
    def facts(self) -> list[object]:
        """As plain JSON."""
        named = [[*_plain(each.spot), each.price.amount_minor, each.price.currency] for each in self.named_prices]
        return [list(self.promo_codes), self.country, named]


@dataclass(frozen=True, slots=True)
class CheckOutCart:
    """The wish to buy what the holds set aside, all of it; None as `hold_ids` means the whole cart, or nothing besides `lines`.

    `lines` are tickets that are to be set aside first; `access_codes` open hidden types of them. `answers` are of the order as a whole.

    Staff who sell at the box office (`as_staff`) may leave the address out, and with `complimentary` they give the admissions away.
    """

    hold_ids: tuple[UUID, ...] | None
    email: str | None
    name: str
    locale: str | None
    terms: Terms
    expected_total: Money | None
    attendees: tuple[Attendee, ...] = ()
    idempotency_key: str | None = None
    as_staff: bool = False
    complimentary: bool = False
    lines: tuple[HoldLine, ...] = ()
    access_codes: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()

    def key(self, buyer: str) -> Key | None:
        """The key of this wish, None without one."""
        expected = [self.expected_total.amount_minor, self.expected_total.currency] if self.expected_total else None
        holds = None if self.hold_ids is None else [str(each) for each in self.hold_ids]
        coming = [[*_plain(each.spot), each.name, each.email] for each in self.attendees]
        said = [holds, self.email, self.name, self.locale, self.terms.facts, expected, coming, self.complimentary]
        if self.lines:
            said += [[[str(line.ticket_type_id), line.quantity] for line in self.lines], list(self.access_codes)]
        answered = [_said(self.answers), *(_said(each.answers) for each in self.attendees)]
        said += [answered] if any(answered) else []
        return key_of(buyer, "createBoxOfficeOrder" if self.as_staff else "checkOutCart", self.idempotency_key, said)


@dataclass(frozen=True, slots=True)
class OrderNamed:
    """An order, by its id; with the secret that its link carries, for guests."""

    order_id: UUID
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """The wish to end an order."""

    order: OrderNamed
    reason: str | None
    expected_version: int | None
    idempotency_key: str | None = None

    def key(self, who: str) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(who, "cancelOrder", self.idempotency_key, [str(self.order.order_id), self.reason])


@dataclass(frozen=True, slots=True)
class CancelOrderLines:
    """The wish to cancel some admissions of an order."""

    order_id: UUID
    line_ids: tuple[UUID, ...]
    reason: str | None
    expected_version: int
    idempotency_key: str | None = None

    def key(self, who: str) -> Key | None:
        """The key of this wish, None without one."""
        lines = sorted(str(each) for each in self.line_ids)
        return key_of(who, "cancelOrderLines", self.idempotency_key, [str(self.order_id), lines, self.reason])


@dataclass(frozen=True, slots=True)
class JudgeOrder:
    """The wish to approve an order, or to decline it with a reason."""

    order_id: UUID
    expected_version: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AttendeeOf:
    """Who will come in on a line; None takes away what was said. `answers` change what was answered; None leaves all of it."""

    line_id: UUID
    name: str | None
    email: str | None
    answers: tuple[Answer, ...] | None = None


@dataclass(frozen=True, slots=True)
class UpdateAttendees:
    """The wish that others come, or that something else is answered; `answers` are of the order as a whole, None leaves them."""

    order: OrderNamed
    attendees: tuple[AttendeeOf, ...]
    expected_version: int
    answers: tuple[Answer, ...] | None = None


@dataclass(frozen=True, slots=True)
class AnnotateOrder:
    """The wish to note something for the staff."""

    order_id: UUID
    notes: str
    expected_version: int


def check_wish(ask: CheckOutCart) -> None:
    """Refuse with InputInvalid what breaks a rule, each fault at its place."""
    faults = Faults()
    check_terms(faults, ask.terms, ("input",))
    faults.check(len(ask.hold_ids or ()) <= MOST_HOLDS, ("input", "holdIds"), f"names {len(ask.hold_ids or ())}, {MOST_HOLDS} are allowed")
    check_line(faults, ask.name, ("input", "name"), longest=LONGEST_NAME, required=not ask.as_staff)
    if ask.email is None:
        faults.check(ask.as_staff, ("input", "email"), "is required")
    else:
        read_email(faults, ask.email, ("input", "email"))
    if ask.locale is not None:
        faults.check(is_locale(ask.locale), ("input", "locale"), "is not a locale such as en or de-CH")
    if ask.expected_total is not None:
        check_money(faults, ask.expected_total, ("input", "expectedTotal"))
    faults.check(len(ask.lines) <= MOST_HOLDS, ("input", "lines"), f"names more than {MOST_HOLDS} types")
    for at, each in enumerate(ask.attendees):
        check_attendee(faults, each.name, each.email, ("input", "attendees", str(at)))
    faults.refuse()


def check_terms(faults: Faults, terms: Terms, path: tuple[str, ...]) -> None:
    """Note every fault of the terms; `path` leads to the arguments that say them."""
    country = terms.country
    faults.check(country is None or is_country(country), (*path, "country"), "is not a country of ISO 3166-1 such as DE")
    codes = len(terms.promo_codes)
    faults.check(codes <= MOST_PROMO_CODES, (*path, "promoCodes"), f"names {codes} codes, {MOST_PROMO_CODES} are allowed at once")
    faults.check(len(terms.named_prices) <= MOST_LINES, (*path, "namedPrices"), f"names more than {MOST_LINES} prices")
    for at, each in enumerate(terms.named_prices):
        check_money(faults, each.price, (*path, "namedPrices", str(at), "price"))


def check_attendee(faults: Faults, name: str | None, email: str | None, path: tuple[str, ...]) -> None:
    """Note a name or an address that cannot be written down."""
    if name is not None:
        check_line(faults, name, (*path, "name"), longest=LONGEST_NAME)
    if email is not None:
        read_email(faults, email, (*path, "email"))


def kept_email(email: str | None) -> str | None:
    """An address that was checked, in the form in which it is kept."""
    return None if email is None else read_email(Faults(), email, ())


def check_reason(reason: str | None, *, required: bool) -> None:
    """Refuse with InputInvalid a reason that is missing where it is required, too long, or not one line."""
    faults = Faults()
    faults.check(reason is not None or not required, ("input", "reason"), "is required")
    if reason is not None:
        check_line(faults, reason, ("input", "reason"), longest=1_000)
    faults.refuse()


def check_some(ids: Sequence[UUID], path: tuple[str, ...], *, least: int = 1) -> None:
    """Refuse with InputInvalid fewer than `least`, too many, or the same twice."""
    faults = Faults()
    faults.check(least <= len(ids) <= 100, path, f"must name {least} to 100")
    faults.check(len(set(ids)) == len(ids), path, "names the same twice")
    faults.refuse()


def _plain(spot: Spot) -> list[object]:
    return [str(spot.hold_id), str(spot.ticket_type_id), spot.index]


def _said(answers: Sequence[Answer]) -> list[object]:
    return [[str(each.question_id), list(each.values)] for each in answers]
