"""The halls that are made to measure are plans of the format, have exactly the seats asked for, and look like halls."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from math import hypot
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from domain.seating.geometry import Geometry, PlannedSeat, SeatFlags
from domain.seating.reading import read_plan
from gateway.seating.arena import make_arena
from gateway.seating.theatre import make_theatre

HALLS = [(make_theatre, 2_500), (make_arena, 20_000), (make_theatre, 100), (make_theatre, 777), (make_arena, 100), (make_arena, 3_333)]
Make = Callable[[int], dict[str, Any]]

halls = pytest.mark.parametrize(("make", "seats"), HALLS, ids=[f"{make.__name__}-{seats}" for make, seats in HALLS])


def rows_of(geometry: Geometry) -> list[tuple[PlannedSeat, ...]]:
    return [row.seats for section in geometry.sections for row in section.rows]


def apart(one: PlannedSeat, other: PlannedSeat) -> float:
    return hypot(one.at.x - other.at.x, one.at.y - other.at.y)


@halls
def test_a_hall_fits_the_schema_that_pretix_ships(make: Make, seats: int, pretix_schema: Any) -> None:
    jsonschema.validate(make(seats), pretix_schema)


@halls
def test_a_hall_is_read_without_a_fault_and_has_exactly_so_many_seats(make: Make, seats: int) -> None:
    geometry = read_plan(make(seats)).geometry

    assert geometry.seat_count == seats
    assert all(0 < each.seat.at.x < geometry.width and 0 < each.seat.at.y < geometry.height for each in geometry.seats())


@halls
def test_neighbours_sit_beside_each_other_and_nobody_on_anothers_lap(make: Make, seats: int) -> None:
    geometry = read_plan(make(seats)).geometry

    near = [apart(one, other) for row in rows_of(geometry) for one, other in pairwise(row) if other.place == one.place + 1]
    cells = Counter((round(each.seat.at.x / 8), round(each.seat.at.y / 8)) for each in geometry.seats())

    assert 21 < min(near) <= max(near) < 27
    assert max(cells.values()) == 1


@pytest.mark.parametrize(("make", "seats"), HALLS[:2])
def test_one_seat_in_a_hundred_is_accessible_and_has_a_companions_beside_it(make: Make, seats: int) -> None:
    geometry = read_plan(make(seats)).geometry

    flags = Counter(each.seat.flags for each in geometry.seats())
    alone = [
        seat.guid
        for row in rows_of(geometry)
        for at, seat in enumerate(row)
        if SeatFlags.ACCESSIBLE in seat.flags
        and not any(SeatFlags.COMPANION in each.flags and abs(each.place - seat.place) == 1 for each in row[max(0, at - 1) : at + 2])
    ]

    assert flags[SeatFlags.ACCESSIBLE] == flags[SeatFlags.COMPANION] == seats // 100
    assert flags[SeatFlags.RESTRICTED_VIEW] > 0
    assert alone == []


def test_a_theatre_has_curved_rows_with_two_aisles_and_price_categories() -> None:
    geometry = read_plan(make_theatre(2_500)).geometry

    assert [section.name for section in geometry.sections] == ["Stalls", "Circle", "Gallery"]
    assert [each.name for each in geometry.categories] == ["Premium", "Stalls", "Circle", "Gallery"]
    for row in rows_of(geometry):
        assert row[-1].place == len(row) + 2
        assert row[len(row) // 2].at.y > row[0].at.y


def test_an_arena_has_angled_blocks_around_a_floor_to_stand_on() -> None:
    geometry = read_plan(make_arena(20_000)).geometry

    assert len(geometry.sections) == 41
    assert [(each.name, each.capacity) for section in geometry.sections for each in section.standing] == [("Floor", 2_000)]
    assert len(geometry.categories) == 6
    slants = {
        round((row.seats[-1].at.y - row.seats[0].at.y) / (row.seats[-1].at.x - row.seats[0].at.x), 1)
        for section in geometry.sections
        for row in section.rows[:1]
        if abs(row.seats[-1].at.x - row.seats[0].at.x) > 1
    }
    assert len(slants) > 6


def test_a_hall_is_the_same_each_time() -> None:
    assert make_arena(1_000) == make_arena(1_000)
    assert make_theatre(1_000) == make_theatre(1_000)
