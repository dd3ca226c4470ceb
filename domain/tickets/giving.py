"""Giving tickets away: what the staff wish, and the hold and the order that it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.emails import read_email
from domain.holds import Hold, HoldAsk, HoldLine, HoldStatus, SeatChoice
from domain.idempotency import Key, key_of
from domain.orders import Attendee, CheckOutCart, Spot, Terms
from domain.orders.asking import LONGEST_NAME, check_attendee
from domain.refusals import Faults
from domain.texts import check_line

MOST_GIVEN = 500
GONE = frozenset({HoldStatus.RELEASED, HoldStatus.EXPIRED, HoldStatus.REVOKED})


@dataclass(frozen=True, slots=True)
class Coming:
    """Who comes with one of the tickets."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class GiveTickets:
    """The wish to give away tickets of one type: so many, or these seats by their names; to `name`, who is written to at `email`."""

    event_id: UUID
    ticket_type_id: UUID
    quantity: int | None
    seats: tuple[str, ...] = ()
    name: str = ""
    email: str | None = None
    locale: str | None = None
    attendees: tuple[Coming, ...] = ()
    idempotency_key: str | None = None

    @property
    def tickets(self) -> int:
        """How many in all."""
        return len(self.seats) or self.quantity or 0

    def facts(self) -> list[object]:
        """What tells this wish from another, as plain JSON."""
        coming = [[each.name, each.email] for each in self.attendees]
        named = [str(self.event_id), str(self.ticket_type_id), self.quantity, list(self.seats)]
        return [*named, self.name, self.email, self.locale, coming]

    def key(self, actor: UUID | None) -> Key | None:
        """The caller's key for the order."""
        return key_of(f"staff:{actor}", "issueComplimentaryTickets", self.idempotency_key, self.facts())


def check_gift(ask: GiveTickets) -> None:
    """Refuse with InputInvalid what breaks a rule, each fault at its place."""
    faults = Faults()
    if ask.seats:
        faults.check(ask.quantity in (None, len(ask.seats)), ("input", "quantity"), "must be left out where seats are named")
    faults.check(0 < ask.tickets <= MOST_GIVEN, ("input", "seats" if ask.seats else "quantity"), f"must be 1 to {MOST_GIVEN}")
    faults.check(len(set(ask.seats)) == len(ask.seats), ("input", "seats"), "names the same seat twice")
    faults.check(len(ask.attendees) <= ask.tickets, ("input", "attendees"), "names more people than tickets")
    check_line(faults, ask.name, ("input", "name"), longest=LONGEST_NAME, required=False)
    if ask.email is not None:
        read_email(faults, ask.email, ("input", "email"))
    for at, each in enumerate(ask.attendees):
        check_attendee(faults, each.name, each.email, ("input", "attendees", str(at)))
    faults.refuse()


def hold_of(ask: GiveTickets, organization_id: UUID, actor: UUID, hold_id: UUID) -> HoldAsk:
    """The stock that it takes; held for the member of the staff, whose own purchases it does not count among."""
    key = key_of(f"gift:{actor}", "issueComplimentaryTickets", ask.idempotency_key, ask.facts())
    lines = () if ask.seats else (HoldLine(ask.ticket_type_id, ask.tickets),)
    seats = tuple(SeatChoice(label, ask.ticket_type_id) for label in ask.seats)
    buyer = f"gift:{actor}"
    return HoldAsk(hold_id, organization_id, ask.event_id, buyer, lines, key, seats=seats, staff=True, given_away=True)


def order_of(ask: GiveTickets, hold: Hold, labels: Sequence[str]) -> CheckOutCart:
    """The order that the hold becomes. The first of the people gets the first of the seats named, and so on.

    `labels` are those of the seats as the hold has them, which is in the order of the plan; none where the type sells no seats.
    """
    places = {label: at for at, label in enumerate(labels)}
    named = [places.get(label, at) for at, label in enumerate(ask.seats)] or range(ask.tickets)
    spots = [Spot(hold.id, ask.ticket_type_id, place) for place in list(named)[: len(ask.attendees)]]
    coming = tuple(Attendee(spot, each.name, each.email) for spot, each in zip(spots, ask.attendees, strict=True))
    return CheckOutCart(
        hold_ids=(hold.id,),
        email=ask.email,
        name=ask.name,
        locale=ask.locale,
        terms=Terms(),
        expected_total=None,
        attendees=coming,
        as_staff=True,
        complimentary=True,
    )
