"""Giving an event a plan: what sells which category, which pools count them, and what must not get lost."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.refusals import InputInvalid, Refusal, Refused
from domain.seat_assignments import AssignSeatingPlan, Here, SeatsNotKept, SoldBy, SoldWithoutSeats, TooFewPlaces, assign
from domain.seating.geometry import Geometry
from domain.seating.reading import read_plan
from domain.seats import Assignment, Seat, SoldSeats
from domain.ticket_types import Pool, TicketType
from tests.seating.halls import small_hall, standing, without, zone

EVENT, VERSION, HOLD = UUID(int=1), UUID(int=2), UUID(int=3)
ADULT, CHILD, VIP, FLOOR = (UUID(int=number) for number in range(11, 15))
OWN, SHARED, SEATS, BALCONY, STANDING = (UUID(int=number) for number in range(21, 26))
HALL = read_plan(small_hall()).geometry


def a_type(type_id: UUID, *pools: UUID) -> TicketType:
    return TicketType(type_id, EVENT, {"en": "Seat"}, 100, "EUR", pools)


def a_pool(pool_id: UUID, capacity: int = 10, **facts: int) -> Pool:
    return Pool(pool_id, EVENT, "Pool", capacity, **facts)


def here(types: Sequence[TicketType], pools: Sequence[Pool] = (), sold: Sequence[SoldSeats] = (), taken: Sequence[Seat] = ()) -> Here:
    return Here(types, pools, sold, taken)


def sells(**sold: Sequence[UUID]) -> AssignSeatingPlan:
    return AssignSeatingPlan(EVENT, VERSION, tuple(SoldBy(name, tuple(types)) for name, types in sold.items()))


def ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1000))


def done(ask: AssignSeatingPlan, state: Here, geometry: Geometry = HALL) -> Assignment:
    fresh = ids()
    return assign(ask, geometry, state, lambda: next(fresh))


def refused(ask: AssignSeatingPlan, state: Here, geometry: Geometry = HALL) -> Refusal:
    with pytest.raises(Refused) as no:
        done(ask, state, geometry)
    return no.value.refusal


def a_seat(geometry: Geometry, label: str, **facts: Any) -> Seat:
    found = next(each for each in geometry.seats() if each.label == label)
    where = (found.section, found.row_no, found.seat.place, found.seat.category)
    return replace(Seat(EVENT, found.seat_no, found.seat.guid, label, *where), **facts)


SEATED = here(
    [a_type(ADULT, SEATS), a_type(VIP, BALCONY), a_type(FLOOR, STANDING)],
    [a_pool(SEATS, 4), a_pool(BALCONY, 2), a_pool(STANDING, 50)],
    [SoldSeats(EVENT, 0, "Stalls", SEATS), SoldSeats(EVENT, 1, "Balcony", BALCONY), SoldSeats(EVENT, 2, "Floor", STANDING, 50)],
)


def test_a_category_gets_a_pool_with_as_many_places_as_it_has() -> None:
    result = done(sells(Stalls=[ADULT], Floor=[FLOOR]), here([a_type(ADULT, OWN), a_type(FLOOR)], [a_pool(OWN)]))

    first, second = UUID(int=1000), UUID(int=1001)
    assert result.pools == {first: ("Stalls", 4), second: ("Floor", 50)}
    assert result.categories == [SoldSeats(EVENT, 0, "Stalls", first), SoldSeats(EVENT, 2, "Floor", second, 50)]
    assert result.draws == {ADULT: (first,), FLOOR: (second,)}
    assert result.dropped_pools == [OWN]


def test_types_that_sell_the_same_categories_share_one_pool() -> None:
    result = done(sells(Stalls=[ADULT, CHILD], Balcony=[CHILD, ADULT]), here([a_type(ADULT), a_type(CHILD)]))

    [(pool_id, pool)] = result.pools.items()
    assert pool == ("Stalls, Balcony", 6)
    assert result.draws == {ADULT: (pool_id,), CHILD: (pool_id,)}


def test_a_pool_shared_with_other_types_stays_a_limit() -> None:
    types = [a_type(ADULT, OWN, SHARED), a_type(VIP, SHARED)]

    result = done(sells(Stalls=[ADULT]), here(types, [a_pool(OWN), a_pool(SHARED, held=3)]))

    assert result.draws == {ADULT: (SHARED, UUID(int=1000))}
    assert result.dropped_pools == [OWN]


@pytest.mark.parametrize(
    ("types", "pools"),
    [
        ([a_type(ADULT, OWN)], [a_pool(OWN, held=1)]),
        ([a_type(ADULT, OWN)], [a_pool(OWN, sold=1)]),
        ([a_type(ADULT, SHARED), a_type(VIP, SHARED)], [a_pool(SHARED, held=1)]),
    ],
    ids=["held", "sold", "nobody can tell of which type"],
)
def test_a_type_that_was_sold_without_seats_does_not_begin_to_sell_seats(types: list[TicketType], pools: list[Pool]) -> None:
    assert refused(sells(Stalls=[ADULT]), here(types, pools)) == SoldWithoutSeats((ADULT,))


def test_the_pools_of_an_earlier_plan_are_kept() -> None:
    result = done(sells(Stalls=[ADULT], Balcony=[VIP], Floor=[FLOOR]), SEATED)

    assert result.pools == {SEATS: ("Stalls", 4), BALCONY: ("Balcony", 2), STANDING: ("Floor", 50)}
    assert (result.draws, result.dropped_pools) == ({}, [])


def test_a_category_that_nobody_sells_any_more_loses_its_pool() -> None:
    result = done(sells(Stalls=[ADULT]), SEATED)

    assert result.dropped_pools == [BALCONY, STANDING]
    assert result.draws == {VIP: (), FLOOR: ()}


def test_held_booked_and_blocked_seats_stay_so_under_their_new_numbers() -> None:
    taken = [
        a_seat(HALL, "Stalls A-2", blocked_reason="broken"),
        a_seat(HALL, "Stalls B-1", hold_id=HOLD),
        a_seat(HALL, "Balcony A-1", booked=True),
    ]
    state = replace(SEATED, taken=taken, pools=[a_pool(SEATS, 3, held=1), a_pool(BALCONY, 2, sold=1), a_pool(STANDING, 50)])
    smaller = read_plan(without(small_hall(), "s-a1")).geometry

    result = done(sells(Stalls=[ADULT], Balcony=[VIP]), state, smaller)

    assert [(seat.label, seat.seat_no, seat.blocked_reason, seat.hold_id, seat.booked) for seat in result.seats] == [
        ("Stalls A-2", 0, "broken", None, False),
        ("Stalls B-1", 1, None, HOLD, False),
        ("Balcony A-1", 3, None, None, True),
    ]
    assert result.pools == {SEATS: ("Stalls", 2), BALCONY: ("Balcony", 2)}


def test_a_plan_without_held_and_booked_seats_is_refused_and_names_them() -> None:
    taken = [
        a_seat(HALL, "Stalls A-1", hold_id=HOLD),
        a_seat(HALL, "Stalls A-2", blocked_reason="x"),
        a_seat(HALL, "Stalls B-1", booked=True),
    ]
    smaller = read_plan(without(small_hall(), "s-a1", "s-a2", "s-b1")).geometry

    refusal = refused(sells(Stalls=[ADULT]), replace(SEATED, taken=taken), smaller)

    assert refusal == SeatsNotKept(("Stalls A-1", "Stalls B-1"), 2)


@pytest.mark.parametrize("sold", [{"Stalls": [VIP]}, {"Balcony": [VIP]}, {"Stalls": [VIP], "Balcony": [ADULT]}])
def test_held_seats_are_not_handed_to_other_ticket_types(sold: dict[str, list[UUID]]) -> None:
    state = replace(SEATED, taken=[a_seat(HALL, "Stalls A-1", hold_id=HOLD)])

    assert refused(sells(**sold), state) == SeatsNotKept(("Stalls A-1",), 1)


def test_at_most_a_hundred_seats_are_named() -> None:
    taken = [replace(a_seat(HALL, "Stalls A-1", booked=True), guid=f"gone-{number}", label=f"X {number}") for number in range(150)]

    refusal = refused(sells(Stalls=[ADULT]), replace(SEATED, taken=taken))

    assert isinstance(refusal, SeatsNotKept)
    assert (len(refusal.labels), refusal.count) == (100, 150)
    assert refusal.message.endswith("X 99 and 50 more.")


@pytest.mark.parametrize(("capacity", "places"), [(30, 30), (None, 0)])
def test_standing_room_does_not_shrink_below_what_was_sold(capacity: int | None, places: int) -> None:
    state = replace(SEATED, pools=[a_pool(SEATS, 4), a_pool(BALCONY, 2), Pool(STANDING, EVENT, "Floor", 50, held=10, sold=25)])
    plan = small_hall()
    plan["zones"][2] = zone("Floor", areas=[standing("Floor", capacity or 1)])
    sold = {"Stalls": [ADULT], "Balcony": [VIP]} | ({"Floor": [FLOOR]} if capacity else {})

    assert refused(sells(**sold), state, read_plan(plan).geometry) == TooFewPlaces("Floor", places, 35)


def test_a_type_does_not_turn_standing_tickets_into_seats() -> None:
    state = replace(SEATED, pools=[a_pool(SEATS, 4), a_pool(BALCONY, 2), Pool(STANDING, EVENT, "Floor", 50, sold=1)])

    assert refused(sells(Stalls=[FLOOR]), state) == TooFewPlaces("Floor", 0, 1)


def test_every_fault_of_what_sells_what_is_named_at_once() -> None:
    ask = AssignSeatingPlan(
        EVENT,
        VERSION,
        (
            SoldBy("Stalls", (ADULT, CHILD)),
            SoldBy("Balcony", (ADULT,)),
            SoldBy("Gallery", (HOLD,)),
            SoldBy("Balcony", ()),
            SoldBy("Floor", (VIP,)),
        ),
    )
    mixed = sells(Stalls=[VIP], Floor=[VIP])
    state = here([a_type(ADULT), a_type(CHILD), a_type(VIP)])

    refusal, other = refused(ask, state), refused(mixed, state)

    assert isinstance(refusal, InputInvalid)
    assert isinstance(other, InputInvalid)
    crossing = "sells another category with other types; sell several categories with the same types"
    assert [(".".join(fault.path), fault.message) for fault in refusal.faults] == [
        ("input.categories.0.ticketTypeIds", crossing),
        ("input.categories.1.category", "is named several times"),
        ("input.categories.1.ticketTypeIds", crossing),
        ("input.categories.2.category", "is none of the plan's: Stalls, Balcony, Floor"),
        ("input.categories.2.ticketTypeIds.0", "is no ticket type of the event"),
        ("input.categories.3.category", "is named several times"),
        ("input.categories.3.ticketTypeIds", "name one ticket type at least, or leave the category out"),
    ]
    assert {fault.message for fault in other.faults} == {"sells either seats or standing room, not both"}
