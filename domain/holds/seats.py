"""Seats in holds: what they are while a batch is decided, which ticket type sells which, and whether those asked for can be had."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from domain.holds.asking import HoldAsk
from domain.holds.seat_refusals import NoAdjacentSeats, NotForTheseSeats, SeatsNeeded, SeatsNotSold, SeatsTaken, TakenSeat
from domain.holds.values import BestAvailable, HoldLine
from domain.refusals import Fault, InputInvalid, Refusal, TooBusy
from domain.seating.choosing import Chooser, NoBlock, Party
from domain.seats import SeatStatus, SeatsUnknown, seat_id


@dataclass(frozen=True, slots=True, order=True)
class NamedSeat:
    """A seat that somebody named, as the batch finds it; what holds it ends at `may_return_at`, if it is held and that ends by itself."""

    seat_no: int
    id: UUID
    category: int
    status: SeatStatus
    may_return_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SeatStock:
    """The seats of an event while a batch is decided: the pool that counts each category of seats, and the seats named by their labels.

    `draws` are the pools that each ticket type draws on. `claimed` names for each seat granted in the batch its hold, by its number.
    The `chooser` is there when somebody wants the best seats, unless the event's plan changes all the time.
    """

    pools: Mapping[int, UUID] = field(default_factory=dict)
    draws: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    named: Mapping[str, NamedSeat] = field(default_factory=dict)
    chooser: Chooser | None = None
    claimed: dict[int, UUID] = field(default_factory=dict)

    def as_it_is(self, seat: NamedSeat, until: datetime) -> NamedSeat:
        """The seat now that others of the batch got theirs, which they have `until` then."""
        return replace(seat, status=SeatStatus.HELD, may_return_at=until) if seat.seat_no in self.claimed else seat


Picked = list[tuple[int, UUID]]
"""Seats to be claimed: the number and the id of each."""


def with_lines(stock: SeatStock, ask: HoldAsk) -> HoldAsk | Refusal:
    """The ask with the lines that its seats make; refused as SeatsUnknown, SeatsNotSold, or InputInvalid where several types sell one."""
    if not ask.seats:
        return ask
    if unknown := tuple(choice.label for choice in ask.seats if choice.label not in stock.named):
        return SeatsUnknown(unknown, labels_in="seats")
    seats, quantities = [], dict[UUID, int]()
    for at, choice in enumerate(ask.seats):
        type_id = choice.ticket_type_id or _only_seller(stock, choice.label, at)
        if isinstance(type_id, Refusal):
            return type_id
        seats.append(replace(choice, ticket_type_id=type_id))
        quantities[type_id] = quantities.get(type_id, 0) + 1
    lines = tuple(HoldLine(type_id, quantities[type_id]) for type_id in sorted(quantities))
    return replace(ask, lines=lines, seats=tuple(seats))


def unseated(stock: SeatStock, ask: HoldAsk, until: datetime) -> Refusal | None:
    """Why the seats of this ask, whose lines are known, cannot be had; or that its tickets cannot be had without seats.

    Holds of this batch last `until` then.
    """
    if ask.seats:
        return _wrongly_sold(stock, ask) or _taken(stock, ask, until)
    if ask.best is not None:
        party = _party(stock, ask)
        return party if isinstance(party, Refusal) else None
    seats = set(stock.pools.values())
    for line in ask.lines if seats else ():
        if not seats.isdisjoint(stock.draws[line.ticket_type_id]):
            return SeatsNeeded(line.ticket_type_id)
    return None


def claim(stock: SeatStock, ask: HoldAsk, lines: tuple[HoldLine, ...]) -> tuple[HoldLine, ...] | Refusal:
    """The lines with their seats, which nobody else of the batch can have from now on; refused with NoAdjacentSeats."""
    picked = _named(stock, ask) if ask.seats else _best(stock, ask) if ask.best is not None else {}
    if isinstance(picked, Refusal):
        return picked
    if not picked:
        return lines
    seats = [seat_no for each in picked.values() for seat_no, _ in each]
    stock.claimed.update(dict.fromkeys(seats, ask.hold_id))
    if stock.chooser is not None:
        stock.chooser.take(seats)
    return tuple(replace(line, seat_ids=tuple(each for _, each in picked[line.ticket_type_id])) for line in lines)


def _named(stock: SeatStock, ask: HoldAsk) -> dict[UUID, Picked]:
    picked: dict[UUID, Picked] = {line.ticket_type_id: [] for line in ask.lines}
    for seat, type_id in sorted((stock.named[each.label], each.ticket_type_id) for each in ask.seats if each.ticket_type_id):
        picked[type_id].append((seat.seat_no, seat.id))
    return picked


def _best(stock: SeatStock, ask: HoldAsk) -> dict[UUID, Picked] | Refusal:
    """The best seats, dealt to the lines one after the other."""
    party = _party(stock, ask)
    if isinstance(party, Refusal) or stock.chooser is None:
        return party if isinstance(party, Refusal) else TooBusy()
    chosen = stock.chooser.choose(party)
    if isinstance(chosen, NoBlock):
        return NoAdjacentSeats(chosen.largest, chosen.free, accessible=bool(party.accessible))
    seats = iter(chosen)
    guids, event_id = stock.chooser.hall.guids, ask.event_id
    return {
        line.ticket_type_id: [(seat_no, seat_id(event_id, guids[seat_no])) for seat_no in islice(seats, line.quantity)]
        for line in ask.lines
    }


def _party(stock: SeatStock, ask: HoldAsk) -> Party | Refusal:
    """Who want to sit together, and on what.

    Refused as NotForTheseSeats; InputInvalid for a category, SeatsUnknown for sections that are not there; TooBusy without a chooser.
    """
    best, sold = ask.best or BestAvailable(), frozenset(stock.pools.values())
    pools = [sold.intersection(stock.draws[line.ticket_type_id]) for line in ask.lines]
    for line, own in zip(ask.lines, pools, strict=True):
        if not own or own != pools[0]:
            return NotForTheseSeats(line.ticket_type_id)
    fellows = frozenset(category for category, pool_id in stock.pools.items() if pool_id in pools[0])
    if best.category is not None and best.category not in stock.pools:
        return InputInvalid((Fault(("input", "category"), "no seats of such a category are sold here"),))
    wanted = fellows if best.category is None else fellows & {best.category}
    if not wanted:
        return NotForTheseSeats(ask.lines[0].ticket_type_id, blamed="category")
    if stock.chooser is None:
        return TooBusy()
    if best.sections is not None and (unknown := best.sections - stock.chooser.hall.sections):
        return SeatsUnknown((), tuple(sorted(unknown)))
    return Party(ask.tickets, wanted, fellows, best.sections, best.accessible, best.allow_apart)


def _only_seller(stock: SeatStock, label: str, at: int) -> UUID | Refusal:
    pool_id = stock.pools.get(stock.named[label].category)
    sellers = [type_id for type_id, pool_ids in stock.draws.items() if pool_id in pool_ids]
    if len(sellers) == 1:
        return sellers[0]
    if not sellers:
        return SeatsNotSold((label,))
    return InputInvalid((Fault(("input", "seats", str(at), "ticketTypeId"), "several ticket types sell this seat: name one"),))


def _wrongly_sold(stock: SeatStock, ask: HoldAsk) -> Refusal | None:
    for line in ask.lines:
        labels = [choice.label for choice in ask.seats if choice.ticket_type_id == line.ticket_type_id]
        pools = {label: stock.pools.get(stock.named[label].category) for label in labels}
        if wrong := tuple(label for label in labels if pools[label] not in stock.draws[line.ticket_type_id]):
            return NotForTheseSeats(line.ticket_type_id, wrong)
    return None


def _taken(stock: SeatStock, ask: HoldAsk, until: datetime) -> Refusal | None:
    found = [(choice.label, stock.as_it_is(stock.named[choice.label], until)) for choice in ask.seats]
    taken = tuple(TakenSeat(label, seat.status, seat.may_return_at) for label, seat in found if seat.status is not SeatStatus.FREE)
    return SeatsTaken(taken) if taken else None
