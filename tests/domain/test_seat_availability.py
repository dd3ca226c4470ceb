"""Seat maps as values: what moved since, where to resume, and how a read of what moved renews what is known."""

import random
from array import array
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.availability import Mark, ResumeTokenInvalid
from domain.refusals import Fault, InputInvalid, Refused
from domain.seat_availability import (
    NEVER,
    MovedSeats,
    PlanInUse,
    SeatMap,
    SeatsRead,
    SectionMoves,
    Sections,
    SectionSeats,
    check_sections,
    read_seat_mark,
    renewed,
    together,
    wanted_of,
)
from domain.seating.plans import SeatingPlanVersion, SectionOutline

EVENT, OTHER = UUID(int=7), UUID(int=8)
NOW = datetime(2040, 1, 1, tzinfo=UTC)
PLAN = PlanInUse("a" * 64, 2)
STALLS = SectionSeats(0, 0, "0110", array("q", [2, 3, 5, 2]), 5)
BALCONY = SectionSeats(1, 4, "03", array("q", [2, 4]), 4)


def at(sequence: int) -> Mark:
    return Mark(sequence, NOW)


def known(sequence: int = 5, covers: Sections = None, *sections: SectionSeats, plan: PlanInUse | None = PLAN) -> SeatMap:
    return SeatMap(EVENT, at(sequence), plan, covers, {each.section: each for each in sections or (STALLS, BALCONY)})


def test_a_delta_holds_the_seats_that_moved_since_and_only_their_sections() -> None:
    whole = known().of(None)

    delta = whole.since(at(4))

    assert (whole.snapshot, whole.sequence, list(whole.sections)) == (True, 5, [STALLS, BALCONY])
    assert (delta.snapshot, delta.sequence, delta.plan_hash) == (False, 5, PLAN.hash)
    assert list(delta.sections) == [SectionMoves(0, 0, [2], "1")]
    assert list(whole.since(at(3)).sections) == [SectionMoves(0, 0, [2], "1"), SectionMoves(1, 4, [5], "3")]
    assert list(whole.since(at(5)).sections) == []


@pytest.mark.parametrize(("seen", "snapshot"), [(NEVER, True), (1, True), (2, False), (5, False), (6, True)])
def test_who_saw_another_plan_or_another_history_gets_a_snapshot(seen: int, snapshot: bool) -> None:
    assert known().of(None).since(at(seen)).snapshot is snapshot


def test_without_a_plan_there_is_nothing_but_snapshots_of_no_sections() -> None:
    nothing = SeatMap(EVENT, at(0), None, None, {}).of(None)

    assert (nothing.snapshot, nothing.plan_hash, list(nothing.sections)) == (True, None, [])
    assert nothing.since(at(0)) is nothing


@pytest.mark.parametrize(("sections", "news"), [({0}, True), ({1}, False), (None, True)])
def test_what_moves_in_other_sections_is_no_news(sections: set[int] | None, news: bool) -> None:
    shown = known().of(None if sections is None else frozenset(sections))

    assert shown.is_new_since(at(4), shown.plan) is news
    assert shown.is_new_since(at(5), shown.plan) is False
    assert shown.is_new_since(at(1), None) is True


def test_another_plan_is_news_even_for_sections_that_are_gone() -> None:
    gone = SeatMap(EVENT, at(9), PlanInUse("b" * 64, 9), frozenset({1}), {}).of(frozenset({1}))

    assert gone.is_new_since(at(5), PlanInUse("a" * 64, 1)) is True
    assert (gone.since(at(5)).snapshot, list(gone.sections)) == (True, [])


def test_that_the_plan_is_gone_is_news_once() -> None:
    nothing = SeatMap(EVENT, at(9), None, None, {}).of(None)

    assert nothing.is_new_since(at(8), PlanInUse("a" * 64, 1)) is True
    assert nothing.is_new_since(at(8), None) is False


def test_a_token_resumes_the_same_sections_of_the_same_event_however_they_are_named() -> None:
    token = known().of(frozenset({1, 0})).resume_token

    assert [read_seat_mark(token, EVENT, frozenset(each)) for each in ([0, 1], [1, 0, 0])] == [
        Mark(5, datetime(1970, 1, 1, tzinfo=UTC))
    ] * 2
    assert [read_seat_mark(token, *each) for each in ((OTHER, frozenset({0, 1})), (EVENT, frozenset({0})), (EVENT, None))] == [None] * 3


@pytest.mark.parametrize("broken", ["", "token", "!" * 40, "A" * 39, "A" * 44, "é" * 40])
def test_what_is_no_token_is_refused(broken: str) -> None:
    with pytest.raises(Refused) as refused:
        read_seat_mark(broken, EVENT, None)

    assert refused.value.refusal == ResumeTokenInvalid()


def test_sections_that_the_plan_does_not_have_are_refused_each_by_its_name() -> None:
    outlines = tuple(SectionOutline(index, "S", 0, 1, 1) for index in range(2))
    version = SeatingPlanVersion(OTHER, OTHER, "Plan", 1, "a" * 64, 1, 1, 2, outlines, (), NOW)

    for fine in (None, frozenset({0}), frozenset({0, 1})):
        check_sections(fine, version)
    check_sections(None, None)
    for asked, there, messages in (
        (
            {2, -1, 1},
            version,
            ["-1 is not the index of a section of the event's seating plan", "2 is not the index of a section of the event's seating plan"],
        ),
        ({0}, None, ["0 is not the index of a section of the event's seating plan"]),
        (set[int](), version, ["name sections, or leave it out to watch all of them"]),
    ):
        with pytest.raises(Refused) as refused:
            check_sections(frozenset(asked), there)
        assert refused.value.refusal == InputInvalid(tuple(Fault(("sectionIds",), each) for each in messages))


def test_what_many_ask_for_is_read_together() -> None:
    assert together([frozenset({1}), frozenset({1, 2})]) == frozenset({1, 2})
    assert together([frozenset({1}), None]) is None


def test_only_what_is_not_known_yet_is_wanted_from_the_beginning() -> None:
    some = known(5, frozenset({0, 1}))

    assert wanted_of(EVENT, frozenset({1, 0}), None).since == {0: NEVER, 1: NEVER}
    assert wanted_of(EVENT, None, None).since == {None: NEVER}
    assert wanted_of(EVENT, frozenset({1}), some).since == {None: 5}
    assert wanted_of(EVENT, frozenset({1, 2}), some).since == {None: 5, 2: NEVER}
    assert wanted_of(EVENT, frozenset({2, 3}), some).since == {2: NEVER, 3: NEVER}
    assert wanted_of(EVENT, None, some).since == {None: NEVER}
    assert wanted_of(EVENT, frozenset({1, 2}), known(5, None)).since == {None: 5}
    assert wanted_of(EVENT, None, known(5, None)).since == {None: 5}


def test_a_read_renews_the_seats_that_moved_and_keeps_the_others() -> None:
    before = known()
    read = SeatsRead(EVENT, at(8), PLAN, [MovedSeats(0, 0, 4, [0, 3], "23", [7, 8])])

    after = renewed(before, None, read)

    assert after == SeatMap(EVENT, at(8), PLAN, None, {0: SectionSeats(0, 0, "2113", array("q", [7, 3, 5, 8]), 8), 1: BALCONY})
    assert before.sections[0] is STALLS
    assert STALLS.statuses == "0110"
    assert list(STALLS.moves) == [2, 3, 5, 2]


def test_seats_of_sections_that_nobody_watches_are_passed_over() -> None:
    read = SeatsRead(EVENT, at(8), PLAN, [MovedSeats(1, 4, 2, [5], "1", [8]), MovedSeats(7, 9, 3, [10], "1", [8])])

    assert renewed(known(), frozenset({0}), read).sections == {0: STALLS}
    assert set(renewed(known(), None, read).sections) == {0, 1}


def test_another_plan_leaves_nothing_of_the_one_before() -> None:
    read = SeatsRead(EVENT, at(8), PlanInUse("b" * 64, 8), [MovedSeats(0, 0, 2, [0, 1], "00", [8, 8])])

    after = renewed(known(), None, read)

    assert after.sections == {0: SectionSeats(0, 0, "00", array("q", [8, 8]), 8)}


def test_sections_that_nobody_watches_any_more_are_forgotten() -> None:
    after = renewed(known(), frozenset({1}), SeatsRead(EVENT, at(8), PLAN, []))

    assert (after.sections, after.covers, after.sequence) == ({1: BALCONY}, frozenset({1}), 8)
    assert wanted_of(EVENT, frozenset({0, 1}), after).since == {None: 8, 0: NEVER}


def test_what_is_newer_replaces_what_is_known_and_so_do_other_sections() -> None:
    here = known(5, frozenset({0}))

    assert known(6, frozenset({0})).replaces(here)
    assert known(5, frozenset({0, 1})).replaces(here)
    assert not known(5, frozenset({0})).replaces(here)
    assert not known(4, frozenset({0, 1})).replaces(here)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_moves_and_whoever_comes_the_known_is_the_truth(seed: int) -> None:
    chance = random.Random(seed)
    sizes, plan, sequence = [4, 3, 5], PlanInUse("1", 1), 1
    truth = [[("0", 1)] * size for size in sizes]
    state: SeatMap | None = None
    for step in range(60):
        for _ in range(chance.randrange(3)):
            sequence += 1
            if chance.random() < 0.05:
                sizes = [chance.randrange(1, 6) for _ in range(3)]
                plan, truth = PlanInUse(str(sequence), sequence), [[("0", sequence)] * size for size in sizes]
            for _ in range(chance.randrange(4)):
                section = chance.randrange(3)
                truth[section][chance.randrange(sizes[section])] = (chance.choice("0123"), sequence)
        covers = chance.choice([None, frozenset({0}), frozenset({1, 2}), frozenset({0, 1, 2})])
        wanted = wanted_of(EVENT, covers, state)
        state = renewed(state, covers, _read(truth, wanted.since, Mark(sequence, NOW + timedelta(seconds=step)), plan))

        assert {index: each.statuses for index, each in state.sections.items()} == {
            index: "".join(status for status, _ in truth[index]) for index in (range(3) if covers is None else sorted(covers))
        }
        assert [each.moved_at for each in state.sections.values()] == [max(each.moves) for each in state.sections.values()]


def _read(truth: list[list[tuple[str, int]]], since: Mapping[int | None, int], mark: Mark, plan: PlanInUse) -> SeatsRead:
    """What a store finds of this truth."""
    moved = []
    for wish, until in since.items():
        for section, seats in enumerate(truth):
            first = sum(map(len, truth[:section]))
            found = [(first + number, *seat) for number, seat in enumerate(seats) if seat[1] > until]
            if found and wish in (None, section):
                numbers, statuses, moves = zip(*found, strict=True)
                moved.append(MovedSeats(section, first, len(seats), numbers, "".join(statuses), moves))
    return SeatsRead(EVENT, mark, plan, moved)
