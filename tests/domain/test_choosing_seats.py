"""The seats chosen are the best there are: in small halls of any shape every block is tried, and none is better."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.seating.choosing import MOST_BLOCKS, Chooser, Chosen, NoBlock, Party, best_block
from domain.seating.conventions import is_stage
from domain.seating.geometry import PLAIN, Area, Caption, Category, Geometry, PlannedSeat, Point, Row, SeatFlags, Section, Shape
from domain.seating.halls import Hall, focal_point

CATEGORIES = 3
EVERY = frozenset(range(CATEGORIES))
FLAGS = [PLAIN, PLAIN, PLAIN, PLAIN, SeatFlags.ACCESSIBLE, SeatFlags.COMPANION, SeatFlags.RESTRICTED_VIEW]


@dataclass(frozen=True)
class Spot:
    """A seat as a row of a test has it: `.` is an aisle."""

    category: int = 0
    flags: SeatFlags = PLAIN
    after_aisle: bool = False


def geometry(sections: Sequence[Sequence[Sequence[Spot]]], areas: tuple[Area, ...] = ()) -> Geometry:
    """Sections below each other, their rows too, each row's seats from the left."""
    made = []
    for at, rows in enumerate(sections):
        made_rows = []
        for row_no, spots in enumerate(rows):
            place, seats = 0, []
            for number, spot in enumerate(spots):
                place += 2 if spot.after_aisle and number else 1
                where = Point(20.0 * place, 40.0 + 300 * at + 30 * row_no)
                seats.append(PlannedSeat(f"{at}-{row_no}-{number}", str(number), where, spot.category, place, spot.flags))
            made_rows.append(Row(str(row_no), tuple(seats)))
        made.append(Section(f"S{at}", tuple(made_rows), areas if at == 0 else ()))
    return Geometry(1_000, 1_000, tuple(Category(str(at)) for at in range(CATEGORIES)), tuple(made))


def rows(*texts: str) -> list[list[Spot]]:
    """Rows of one section: `x` a seat, `a` accessible, `c` a companion's, `r` with a restricted view, `.` an aisle."""
    flags = {"x": PLAIN, "a": SeatFlags.ACCESSIBLE, "c": SeatFlags.COMPANION, "r": SeatFlags.RESTRICTED_VIEW}
    return [
        [Spot(0, flags[sign], after_aisle=at > 0 and text[at - 1] == ".") for at, sign in enumerate(text) if sign != "."] for text in texts
    ]


def free_of(text: str) -> bytes:
    """By number: `1` a free seat; spaces are for the eye."""
    return bytes(int(each) for each in text if each in "01")


def party(size: int, **wish: object) -> Party:
    return replace(Party(size, frozenset({0}), frozenset({0})), **wish)  # type: ignore[arg-type]


spots = st.builds(
    Spot, st.sampled_from([0, 0, *range(CATEGORIES)]), st.sampled_from(FLAGS), st.sampled_from([False, False, False, False, True])
)
halls = st.lists(st.lists(st.lists(spots, min_size=1, max_size=8), min_size=1, max_size=3), min_size=1, max_size=2).map(
    lambda sections: Hall(geometry(sections))
)


@st.composite
def parties(draw: st.DrawFn, *, accessible: bool = False, apart: bool = False) -> Party:
    fellows = draw(st.sets(st.integers(0, CATEGORIES - 1), min_size=1)) | {0}
    wanted = draw(st.sets(st.sampled_from(sorted(fellows)), min_size=1))
    sections = draw(st.none() | st.sets(st.integers(0, 1), min_size=1).map(frozenset))
    size = draw(st.integers(1, 6))
    special = draw(st.integers(1, size)) if accessible else 0
    return Party(size, frozenset(wanted), frozenset(fellows), sections, special, apart)


@st.composite
def free_seats(draw: st.DrawFn, hall: Hall) -> bytes:
    return bytes(draw(st.lists(st.integers(0, 1) | st.just(1), min_size=hall.seat_count, max_size=hall.seat_count)))


def flags_of(hall: Hall, seat_no: int) -> SeatFlags:
    return SeatFlags(hall.flags[hall.at[seat_no]])


def eligible(hall: Hall, free: bytes, wish: Party, seat_no: int, *, special: bool) -> bool:
    """Whether the party may sit there at all."""
    section = hall.stretches[hall.stretch_of[seat_no]].section
    ordinary = not flags_of(hall, seat_no) & (SeatFlags.ACCESSIBLE | SeatFlags.COMPANION)
    return (
        free[seat_no] == 1
        and hall.categories[hall.at[seat_no]] in wish.categories
        and (wish.sections is None or section in wish.sections)
        and (special or ordinary)
    )


def blocks(hall: Hall, free: bytes, wish: Party, size: int, *, special: bool = False) -> Iterator[range]:
    """Every block of neighbours that are free for the party."""
    for stretch in hall.stretches:
        for first in range(stretch.first, stretch.end - size + 1):
            block = range(first, first + size)
            if all(eligible(hall, free, wish, seat_no, special=special) for seat_no in block):
                yield block


def leaves_one(hall: Hall, free: bytes, wish: Party, block: range) -> bool:
    """Whether the block has a free neighbour whom it leaves alone."""
    stretch = hall.stretches[hall.stretch_of[block[0]]]

    def empty(seat_no: int) -> bool:
        everywhere = replace(wish, categories=wish.fellows, sections=None)
        inside = stretch.first <= seat_no < stretch.end and seat_no not in block
        return inside and eligible(hall, free, everywhere, seat_no, special=False)

    left, right = block[0] - 1, block[-1] + 1
    return (empty(left) and not empty(left - 1)) or (empty(right) and not empty(right + 1))


def count(hall: Hall, block: range, flag: SeatFlags) -> int:
    return sum(flag in flags_of(hall, seat_no) for seat_no in block)


def cost(hall: Hall, block: range) -> int:
    return sum(hall.costs[seat_no] for seat_no in block)


def as_range(chosen: Chosen | NoBlock) -> range:
    assert isinstance(chosen, tuple)
    assert chosen == tuple(range(chosen[0], chosen[-1] + 1))
    return range(chosen[0], chosen[-1] + 1)


@given(st.data(), halls, parties())
def test_no_block_of_neighbours_is_better_than_the_one_that_is_chosen(data: st.DataObject, hall: Hall, wish: Party) -> None:
    free = data.draw(free_seats(hall))

    chosen = best_block(hall, free, wish)

    def rank(block: range) -> tuple[bool, bool, int, int]:
        restricted = count(hall, block, SeatFlags.RESTRICTED_VIEW) > 0
        return restricted, leaves_one(hall, free, wish, block), cost(hall, block), block[0]

    candidates = sorted(blocks(hall, free, wish, wish.size), key=rank)
    if candidates:
        assert as_range(chosen) == candidates[0]
    else:
        sizes = [size for size in range(1, wish.size) if any(True for _ in blocks(hall, free, wish, size))]
        seats = sum(eligible(hall, free, wish, seat_no, special=False) for seat_no in range(hall.seat_count))
        assert chosen == NoBlock(max(sizes, default=0), seats)


@given(st.data(), halls, parties(accessible=True))
def test_a_party_with_wheelchairs_gets_as_many_accessible_seats_and_companions_before_others(
    data: st.DataObject, hall: Hall, wish: Party
) -> None:
    free = data.draw(free_seats(hall))

    chosen = best_block(hall, free, wish)

    def rank(block: range) -> tuple[bool, int, bool, int, int]:
        special = sum(bool(flags_of(hall, seat_no) & (SeatFlags.ACCESSIBLE | SeatFlags.COMPANION)) for seat_no in block)
        restricted = count(hall, block, SeatFlags.RESTRICTED_VIEW) > 0
        return restricted, wish.size - special, leaves_one(hall, free, wish, block), cost(hall, block), block[0]

    fit = [
        block for block in blocks(hall, free, wish, wish.size, special=True) if count(hall, block, SeatFlags.ACCESSIBLE) == wish.accessible
    ]
    if fit:
        assert as_range(chosen) == min(fit, key=rank)
    else:
        assert isinstance(chosen, NoBlock)
        assert chosen.largest < wish.size


@given(st.data(), halls, st.lists(parties() | parties(accessible=True) | parties(apart=True), max_size=12))
def test_one_chooser_for_many_parties_chooses_as_a_new_one_would_for_each(data: st.DataObject, hall: Hall, wishes: list[Party]) -> None:
    free = bytearray(data.draw(free_seats(hall)))
    chooser = Chooser(hall, bytes(free))
    for wish in wishes:
        chosen = chooser.choose(wish)

        assert chosen == best_block(hall, bytes(free), wish)

        taken = chosen if isinstance(chosen, tuple) else (data.draw(st.integers(0, hall.seat_count - 1)),)
        chooser.take(taken)
        for seat_no in taken:
            free[seat_no] = 0


plain_halls = st.lists(st.integers(2, 9), min_size=1, max_size=3).map(
    lambda lengths: Hall(geometry([rows(*("x" * each for each in lengths))]))
)


@given(st.data(), plain_halls, st.lists(st.integers(1, 3), min_size=5, max_size=15))
def test_what_is_taken_between_two_like_parties_is_noticed(data: st.DataObject, hall: Hall, sizes: list[int]) -> None:
    free = bytearray(b"\1" * hall.seat_count)
    chooser = Chooser(hall, bytes(free))
    for size in sizes:
        chosen = chooser.choose(party(size))

        assert chosen == best_block(hall, bytes(free), party(size))

        others = data.draw(st.sets(st.integers(0, hall.seat_count - 1), max_size=3))
        for taken in ((), others) if data.draw(st.booleans()) else (chosen, others):
            seats = taken if isinstance(taken, tuple | set) else ()
            chooser.take(seats)
            for seat_no in seats:
                free[seat_no] = 0


@given(st.data(), halls, parties(apart=True))
def test_a_party_that_will_do_with_less_is_given_the_fewest_blocks(data: st.DataObject, hall: Hall, wish: Party) -> None:
    free = data.draw(free_seats(hall))

    chosen = best_block(hall, free, wish)

    together = best_block(hall, free, replace(wish, allow_apart=False))
    if isinstance(together, tuple):
        assert chosen == together
        return
    for views in (SeatFlags.RESTRICTED_VIEW, PLAIN):
        seats = [each for each in range(hall.seat_count) if eligible(hall, free, wish, each, special=False)]
        seats = [each for each in seats if not flags_of(hall, each) & views]
        runs = sorted(map(len, runs_of(hall, seats)), reverse=True)
        if sum(runs[:MOST_BLOCKS]) >= wish.size:
            fewest = next(number for number in range(1, len(runs) + 1) if sum(runs[:number]) >= wish.size)
            assert isinstance(chosen, tuple)
            assert (len(set(chosen)), set(chosen) - set(seats)) == (wish.size, set())
            assert len(runs_of(hall, sorted(chosen))) <= fewest
            return
    assert chosen == together


@given(st.data(), halls, parties(accessible=True, apart=True))
def test_a_divided_party_keeps_as_many_accessible_seats(data: st.DataObject, hall: Hall, wish: Party) -> None:
    free = data.draw(free_seats(hall))

    chosen = best_block(hall, free, wish)

    if isinstance(chosen, tuple):
        assert len(set(chosen)) == wish.size
        assert all(eligible(hall, free, wish, seat_no, special=True) for seat_no in chosen)
        assert sum(SeatFlags.ACCESSIBLE in flags_of(hall, seat_no) for seat_no in chosen) == wish.accessible


def runs_of(hall: Hall, seats: Sequence[int]) -> list[list[int]]:
    """The seats as stretches of neighbours."""
    runs = [[each] for each in seats[:1]]
    for before, each in pairwise(seats):
        if each == before + 1 and hall.stretch_of[each] == hall.stretch_of[before]:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


@pytest.mark.parametrize(
    ("free", "size", "expected"),
    [
        ("111111111 111111111", 3, (3, 4, 5)),  # the middle of the first row
        ("111111111 111111111", 2, (3, 4)),
        ("110001100 111111111", 4, (11, 12, 13, 14)),  # the next row rather than none
        ("111000000 111111111", 2, (12, 13)),  # in the first row one would be left alone
        ("111000000 110111011", 2, (9, 10)),  # pairs that leave nobody alone, the more central one
        ("111000000 000000000", 2, (1, 2)),  # there is nothing else
        ("101010101 000000000", 1, (4,)),
    ],
)
def test_the_middle_of_the_first_row_is_best_but_nobody_is_left_alone(free: str, size: int, expected: Chosen) -> None:
    hall = Hall(geometry([rows("xxxxxxxxx", "xxxxxxxxx")]))

    assert best_block(hall, free_of(free), party(size)) == expected


def test_nobody_sits_together_across_an_aisle() -> None:
    hall = Hall(geometry([rows("xxx.xxx")]))

    assert best_block(hall, free_of("111111"), party(4)) == NoBlock(3, 6)
    assert best_block(hall, free_of("111111"), party(4, allow_apart=True)) == (0, 1, 2, 3)


def test_accessible_and_companions_seats_are_for_those_who_ask_and_a_bad_view_comes_last() -> None:
    hall = Hall(geometry([rows("rracxxx", "xxxxxcc")]))
    everything = free_of("1" * 14)

    assert best_block(hall, everything, party(3)) == (4, 5, 6)
    assert best_block(hall, free_of("1111000 0000011"), party(2)) == (0, 1)
    assert best_block(hall, free_of("0011000 0000011"), party(1)) == NoBlock(0, 0)
    assert best_block(hall, everything, party(2, accessible=1)) == (2, 3)
    assert best_block(hall, free_of("1110111 1111111"), party(2, accessible=1)) == (1, 2)
    assert best_block(hall, everything, party(2, accessible=2)) == NoBlock(0, 1)
    assert best_block(hall, everything, party(8, accessible=1)) == NoBlock(7, 1)
    assert best_block(hall, free_of("1101111 1111111"), party(1, accessible=1)) == NoBlock(0, 0)


def test_only_the_sections_and_categories_asked_for_will_do_but_others_are_not_left_alone_either() -> None:
    upper, lower = rows("xxxx"), [[Spot(1), Spot(1), Spot(1), Spot(0), Spot(0)]]
    hall = Hall(geometry([upper, lower]))
    everything = free_of("1111 11111")

    assert best_block(hall, everything, party(2, sections=frozenset({1}))) == (7, 8)
    both = party(2, categories=frozenset({1}), fellows=frozenset({0, 1}))
    assert best_block(hall, everything, both) == (4, 5)  # what is left are three, of both categories
    assert best_block(hall, everything, replace(both, fellows=frozenset({1}))) == (5, 6)  # one is left alone in any case


def test_blocks_of_a_divided_party_are_near_each_other() -> None:
    hall = Hall(geometry([rows("xxxx", "xxxx"), rows("xxxx", "xxxx")]))

    chosen = best_block(hall, free_of("0000 1110 1100 1111"), party(6, allow_apart=True))

    assert chosen == (12, 13, 14, 15, 8, 9)


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (Area(Shape.RECTANGLE, Point(100, 900), (50.0, 20.0), caption=Caption("Main Stage", Point(0, 0), 10)), Point(125, 910)),
        (Area(Shape.POLYGON, Point(10, 10), (0.0, 0.0, 40.0, 0.0, 40.0, 20.0), caption=Caption("BÜHNE", Point(0, 0), 9)), Point(30, 20)),
        (Area(Shape.CIRCLE, Point(50, 60), (5.0,), caption=Caption("screen 1", Point(0, 0), 10)), Point(50, 60)),
        (Area(Shape.POLYGON, Point(50, 60), (), caption=Caption("stage", Point(0, 0), 10)), Point(50, 60)),
        (Area(Shape.CIRCLE, Point(50, 60), (5.0,), caption=Caption("Bar", Point(0, 0), 10)), Point(30, 0)),
        (Area(Shape.CIRCLE, Point(50, 60), (5.0,)), Point(30, 0)),
    ],
)
def test_everybody_looks_at_the_stage_that_is_drawn_or_up_from_the_middle_of_the_seats(area: Area, expected: Point) -> None:
    assert focal_point(geometry([rows("xx")], (area,))) == expected


def test_a_stage_below_makes_the_last_row_the_first() -> None:
    stage = Area(Shape.RECTANGLE, Point(60, 400), (40.0, 20.0), caption=Caption("Stage", Point(0, 0), 10))
    hall = Hall(geometry([rows("xxxxxxx", "xxxxxxx")], (stage,)))

    assert best_block(hall, free_of("1" * 14), party(3)) == (9, 10, 11)


@given(st.integers(1, 8), st.integers(1, 8), st.integers(1, 12))
def test_nearer_to_the_stage_is_better_and_so_is_nearer_to_the_middle(depth: int, beside: int, wide: int) -> None:
    hall = Hall(geometry([[[Spot()] * (2 * wide + 1)] * (depth + 1)]))
    row, middle = 2 * wide + 1, wide

    assert hall.costs[middle] < hall.costs[row * depth + middle]
    assert hall.costs[middle] < hall.costs[middle + min(beside, wide)]
    assert hall.costs[middle + min(beside, wide)] == hall.costs[middle - min(beside, wide)]


def test_words_for_a_stage_are_whole_words() -> None:
    assert [is_stage(each) for each in ("Stage", "the stage!", "Bühne", "backstage bar", "")] == [True, True, True, False, False]
