"""Giving an event a seating plan, or another one: which ticket type sells which price category, and what must not get lost.

A price category that is sold has a pool, whose capacity is its seats that are not blocked, or how many may stand in it. Categories that
the same ticket types sell share one pool. So every look at stock works as for tickets without seats.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.counts import counted, verb
from domain.idempotency import Key, key_of
from domain.refusals import Faults, Refusal, Refused
from domain.seating.geometry import Geometry, NumberedSeat
from domain.seats import MOST_TOLD, Assignment, Seat, SoldSeats, listed
from domain.ticket_types import Pool, TicketType

LONGEST_POOL_NAME = 200


@dataclass(frozen=True, slots=True)
class SoldBy:
    """A price category of the plan and the ticket types that sell it."""

    category: str
    ticket_type_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AssignSeatingPlan:
    """The wish that an event uses this version of a plan; categories that nobody sells are not on sale."""

    event_id: UUID
    plan_version_id: UUID
    sold: tuple[SoldBy, ...]
    expected_version: int | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        sold = [[each.category, [str(type_id) for type_id in each.ticket_type_ids]] for each in self.sold]
        facts = [str(self.event_id), str(self.plan_version_id), sold, self.expected_version]
        return key_of(f"person:{person_id}", "assignSeatingPlan", self.idempotency_key, facts)


@dataclass(frozen=True, slots=True)
class Here:
    """What the event has now, read under its lock; `taken` are its seats that are held, booked or blocked."""

    ticket_types: Sequence[TicketType]
    pools: Sequence[Pool]
    categories: Sequence[SoldSeats]
    taken: Sequence[Seat]


@dataclass(frozen=True, slots=True)
class SeatsNotKept(Refusal):
    """Held or booked seats would be gone, or be sold by other ticket types; `labels` are the first hundred of `count`."""

    labels: tuple[str, ...]
    count: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return (
            f"The plan cannot be changed: it would remove held or booked seats, or let other ticket types sell them: "
            f"{listed(self.labels, self.count)}."
        )

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "seatingPlanVersionId")


@dataclass(frozen=True, slots=True)
class TooFewPlaces(Refusal):
    """More tickets of a price category are held or sold than it would have places."""

    category: str
    places: int
    taken: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        places = f"{self.category} would have {counted(self.places, 'place')}"
        return f"{places}, and {self.taken:,} {verb(self.taken)} held or sold."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "seatingPlanVersionId")


@dataclass(frozen=True, slots=True)
class SoldWithoutSeats(Refusal):
    """Tickets of these types are held or sold without seats, so the types cannot begin to sell seats."""

    ticket_type_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Tickets of a type are held or sold without seats already; make a new ticket type for the seats."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "categories")


def assign(ask: AssignSeatingPlan, geometry: Geometry, here: Here, new_id: Callable[[], UUID]) -> Assignment:
    """What to write; refused with InputInvalid, SoldWithoutSeats, SeatsNotKept or TooFewPlaces."""
    groups = _groups(ask, geometry, here)
    pool_ids = _pool_ids(groups, here, new_id)
    left = _refuse_sold_without_seats(groups, here)
    categories = [
        SoldSeats(ask.event_id, index, geometry.categories[index].name, pool_id, geometry.standing_of(index) or None)
        for group, pool_id in zip(groups, pool_ids, strict=True)
        for index in group.categories
    ]
    seats = _kept(geometry, here, {each.category: each.pool_id for each in categories})
    pools = _pools(geometry, groups, pool_ids, seats)
    dropped = {each.pool_id for each in here.categories} - set(pool_ids)
    _refuse_too_few(pools, dropped, here)
    return Assignment(
        event_id=ask.event_id,
        plan_version_id=ask.plan_version_id,
        geometry=geometry,
        seats=seats,
        categories=sorted(categories, key=lambda each: each.category),
        pools=pools,
        dropped_pools=sorted(dropped | left),
        draws=_draws(groups, pool_ids, here, dropped | left),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Price categories that the same ticket types sell, by index."""

    type_ids: frozenset[UUID]
    categories: tuple[int, ...]
    standing: bool


def _groups(ask: AssignSeatingPlan, geometry: Geometry, here: Here) -> list[_Group]:
    _check_sold(ask.sold, geometry, {each.id for each in here.ticket_types})
    indexes = {each.name: index for index, each in enumerate(geometry.categories)}
    groups: dict[frozenset[UUID], list[int]] = {}
    for sold in ask.sold:
        groups.setdefault(frozenset(sold.ticket_type_ids), []).append(indexes[sold.category])
    return [_Group(type_ids, tuple(members), bool(geometry.standing_of(members[0]))) for type_ids, members in groups.items()]


def _check_sold(sold: Sequence[SoldBy], geometry: Geometry, known: set[UUID]) -> None:
    """Refuse with InputInvalid what the plan and the event do not have, and ticket types that would draw on several pools of places."""
    faults = Faults()
    standing = {each.name: bool(geometry.standing_of(index)) for index, each in enumerate(geometry.categories)}
    times = Counter(each.category for each in sold)
    fellows = {frozenset(each.ticket_type_ids) for each in sold}
    for at, each in enumerate(sold):
        category, types = ("input", "categories", str(at), "category"), ("input", "categories", str(at), "ticketTypeIds")
        own = frozenset(each.ticket_type_ids)
        faults.check(each.category in standing, category, f"is none of the plan's: {', '.join(standing)}")
        faults.check(times[each.category] == 1, category, "is named several times")
        faults.check(bool(own), types, "name one ticket type at least, or leave the category out")
        for which, type_id in enumerate(each.ticket_type_ids):
            faults.check(type_id in known, (*types, str(which)), "is no ticket type of the event")
        shared = any(own & others for others in fellows - {own})
        faults.check(not shared, types, "sells another category with other types; sell several categories with the same types")
        kinds = {standing[other.category] for other in sold if frozenset(other.ticket_type_ids) == own and other.category in standing}
        faults.check(len(kinds) <= 1, types, "sells either seats or standing room, not both")
    faults.refuse()


def _pool_ids(groups: Sequence[_Group], here: Here, new_id: Callable[[], UUID]) -> list[UUID]:
    """For each group the pool that its types draw on for the same kind of places already, the fullest first; or a new one."""
    kinds = {each.pool_id: each.standing is not None for each in here.categories}
    taken = {pool.id: pool.held + pool.sold for pool in here.pools}
    draws = {each.id: each.pool_ids for each in here.ticket_types}
    found: list[UUID] = []
    for group in groups:
        fit = {pool for type_id in group.type_ids for pool in draws[type_id] if kinds.get(pool) is group.standing and pool not in found}
        found.append(min(fit, key=lambda pool: (-taken[pool], pool)) if fit else new_id())
    return found


def _refuse_sold_without_seats(groups: Sequence[_Group], here: Here) -> set[UUID]:
    """The pools that only types draw on that begin to sell places of the plan; refused with SoldWithoutSeats when these were used.

    Where a type has no pool of its own its tickets cannot be told apart, so then the pools that it shares must be untouched.
    """
    places = {each.pool_id for each in here.categories}
    pools = {pool.id: pool for pool in here.pools}
    left: set[UUID] = set()
    sold: set[UUID] = set()
    for group in groups:
        others = {pool for each in here.ticket_types if each.id not in group.type_ids for pool in each.pool_ids}
        for each in here.ticket_types:
            if each.id not in group.type_ids or places & set(each.pool_ids):
                continue
            own = set(each.pool_ids) - others
            if any(pools[pool].held + pools[pool].sold for pool in own or each.pool_ids):
                sold.add(each.id)
            left |= own
    if sold:
        raise Refused(SoldWithoutSeats(tuple(sorted(sold))))
    return left


def _kept(geometry: Geometry, here: Here, pool_of: Mapping[int, UUID]) -> list[Seat]:
    """The seats that are held, booked or blocked with their new numbers; blocked ones may vanish, others are refused with SeatsNotKept."""
    before = {each.category: each.pool_id for each in here.categories}
    numbered: dict[str, NumberedSeat] = {}
    if here.taken:
        numbered = {each.seat.guid: each for each in geometry.seats()}
    lost: list[str] = []
    kept: list[Seat] = []
    for seat in here.taken:
        now = numbered.get(seat.guid)
        claimed = seat.hold_id is not None or seat.booked
        if claimed and (now is None or pool_of.get(now.seat.category) != before.get(seat.category)):
            lost.append(seat.label)
        elif now is not None:
            kept.append(replace(seat, seat_no=now.seat_no, label=now.label, category=now.seat.category))
    if lost:
        raise Refused(SeatsNotKept(tuple(lost[:MOST_TOLD]), len(lost)))
    return kept


def _pools(geometry: Geometry, groups: Sequence[_Group], pool_ids: Sequence[UUID], seats: Sequence[Seat]) -> dict[UUID, tuple[str, int]]:
    """Each pool's name and capacity."""
    places = [geometry.standing_of(index) for index in range(len(geometry.categories))]
    for each in geometry.seats():
        places[each.seat.category] += 1
    for seat in seats:
        places[seat.category] -= seat.blocked_reason is not None
    names = [each.name for each in geometry.categories]
    return {
        pool_id: (
            ", ".join(names[index] for index in group.categories)[:LONGEST_POOL_NAME],
            sum(places[index] for index in group.categories),
        )
        for group, pool_id in zip(groups, pool_ids, strict=True)
    }


def _refuse_too_few(pools: Mapping[UUID, tuple[str, int]], dropped: set[UUID], here: Here) -> None:
    for pool in here.pools:
        taken = pool.held + pool.sold
        name, capacity = pools.get(pool.id, (pool.name, 0))
        if (pool.id in pools or pool.id in dropped) and capacity < taken:
            raise Refused(TooFewPlaces(name, capacity, taken))


def _draws(groups: Sequence[_Group], pool_ids: Sequence[UUID], here: Here, gone: set[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """What ticket types draw on from now on, of those for which that changes."""
    places = {each.pool_id for each in here.categories}
    own = {type_id: pool_id for group, pool_id in zip(groups, pool_ids, strict=True) for type_id in group.type_ids}
    draws: dict[UUID, tuple[UUID, ...]] = {}
    for each in here.ticket_types:
        rest = {pool for pool in each.pool_ids if pool not in places and pool not in gone}
        drawn = tuple(sorted(rest | ({own[each.id]} if each.id in own else set())))
        if drawn != tuple(sorted(each.pool_ids)):
            draws[each.id] = drawn
    return draws
