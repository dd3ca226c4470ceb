"""Asking for seats: those that the buyer names, or the best that there are."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from domain.holds.asking import MOST_LINES, HoldAsk, check_codes, with_codes
from domain.holds.values import BestAvailable, HoldLine, SeatChoice
from domain.idempotency import key_of
from domain.refusals import Faults
from domain.seats import NO_LABEL, is_label

MOST_SEATS = 100
MOST_SECTIONS = 100


@dataclass(frozen=True, slots=True)
class HoldSeats:
    """The wish to hold these seats of one event: all of them or none."""

    event_id: UUID
    seats: tuple[SeatChoice, ...]
    idempotency_key: str | None = None
    access_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldBestAvailable:
    """The wish to hold so many seats of one event that are together, the best that are free."""

    event_id: UUID
    lines: tuple[HoldLine, ...]
    best: BestAvailable
    idempotency_key: str | None = None
    access_codes: tuple[str, ...] = ()


def check_seats(ask: HoldSeats) -> None:
    """Refuse with InputInvalid what no stock could grant: no seats, too many, the same seat twice."""
    faults = Faults()
    faults.check(0 < len(ask.seats) <= MOST_SEATS, ("input", "seats"), f"must be 1 to {MOST_SEATS} seats")
    seen: set[str] = set()
    for at, seat in enumerate(ask.seats):
        faults.check(is_label(seat.label), ("input", "seats", str(at), "label"), NO_LABEL)
        faults.check(seat.label not in seen, ("input", "seats", str(at), "label"), "is named twice")
        seen.add(seat.label)
    check_codes(faults, ask.access_codes)
    faults.refuse()


def check_best(ask: HoldBestAvailable) -> None:
    """Refuse with InputInvalid what no hall could grant: no seats, too many, the same type twice, more accessible seats than seats."""
    faults, lines = Faults(), ("input", "lines")
    faults.check(0 < len(ask.lines) <= MOST_LINES, lines, f"must be 1 to {MOST_LINES} lines")
    times = Counter(line.ticket_type_id for line in ask.lines)
    faults.check(all(each == 1 for each in times.values()), lines, "name each ticket type once")
    for at, line in enumerate(ask.lines):
        faults.check(line.quantity > 0, (*lines, str(at), "quantity"), "must be at least 1")
    seats = sum(line.quantity for line in ask.lines)
    faults.check(seats <= MOST_SEATS, lines, f"must be {MOST_SEATS} seats at most")
    faults.check(0 <= ask.best.accessible <= max(seats, 0), ("input", "accessible"), "must be between 0 and the number of seats")
    sections = ask.best.sections
    faults.check(sections is None or 0 < len(sections) <= MOST_SECTIONS, ("input", "sections"), f"must be 1 to {MOST_SECTIONS} sections")
    check_codes(faults, ask.access_codes)
    faults.refuse()


def ask_for_seats(ask: HoldSeats, organization_id: UUID, buyer: str, hold_id: UUID) -> HoldAsk:
    """The ask as it travels to the stock; refused with InputInvalid where the wish or its key is malformed."""
    check_seats(ask)
    seats = tuple(sorted(ask.seats, key=lambda seat: seat.label))
    facts = {"event": str(ask.event_id), "seats": [[seat.label, seat.ticket_type_id and str(seat.ticket_type_id)] for seat in seats]}
    key = key_of(buyer, "holdSeats", ask.idempotency_key, with_codes(facts, ask.access_codes))
    return HoldAsk(hold_id, organization_id, ask.event_id, buyer, (), key, seats=ask.seats)


def ask_for_best(ask: HoldBestAvailable, organization_id: UUID, buyer: str, hold_id: UUID) -> HoldAsk:
    """The ask as it travels to the stock; refused with InputInvalid where the wish or its key is malformed."""
    check_best(ask)
    lines, best = tuple(sorted(ask.lines, key=lambda line: line.ticket_type_id)), ask.best
    facts = {
        "event": str(ask.event_id),
        "lines": [[str(line.ticket_type_id), line.quantity] for line in lines],
        "category": best.category,
        "sections": None if best.sections is None else sorted(best.sections),
        "accessible": best.accessible,
        "apart": best.allow_apart,
    }
    key = key_of(buyer, "holdBestAvailable", ask.idempotency_key, with_codes(facts, ask.access_codes))
    return HoldAsk(hold_id, organization_id, ask.event_id, buyer, lines, key, best=best)
