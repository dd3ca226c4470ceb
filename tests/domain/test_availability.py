"""A client that saw one point and is told what moved since then sees what a fresh look would show."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Availability, Mark, ResumeTokenInvalid, TypeAvailability, read_mark
from domain.refusals import ErrorCode, Refused
from domain.ticket_types import SalesStatus

EVENT, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_type(number: int, *, moved_at: int, turns: tuple[datetime, ...] = (), available: int = 5) -> TypeAvailability:
    return TypeAvailability(UUID(int=number), available, SalesStatus.ON_SALE, moved_at, turns)


def at(sequence: int, *types: TypeAvailability, now: datetime = NOW) -> Availability:
    return Availability(EVENT, Mark(sequence, now), types)


def numbers(availability: Availability) -> list[int]:
    return [each.ticket_type_id.int for each in availability.ticket_types]


times = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
marks = st.builds(Mark, st.integers(0, 2**63 - 1), times)


@given(st.uuids(), marks)
def test_a_resume_token_brings_back_its_mark_to_the_microsecond(event_id: UUID, mark: Mark) -> None:
    assert read_mark(mark.token(event_id), event_id) == mark


@given(marks, st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_what_is_no_token_of_the_event_is_refused_in_one_way(mark: Mark, noise: str) -> None:
    for token in (noise, mark.token(OTHER), mark.token(EVENT)[:-4], mark.token(EVENT) + "AAAA"):
        with pytest.raises(Refused) as refused:
            read_mark(token, EVENT)

        assert refused.value.refusal == ResumeTokenInvalid()
        assert refused.value.refusal.code is ErrorCode.BAD_USER_INPUT


def test_a_token_far_beyond_the_calendar_is_refused() -> None:
    token = base64.urlsafe_b64encode(EVENT.bytes + bytes(8) + b"\xff" * 8).decode()

    with pytest.raises(Refused) as refused:
        read_mark(token, EVENT)

    assert refused.value.refusal == ResumeTokenInvalid()


def test_since_an_earlier_mark_only_what_moved_is_told() -> None:
    now = at(7, a_type(1, moved_at=7), a_type(2, moved_at=5), a_type(3, moved_at=6))

    delta = now.since(Mark(5, NOW - SECOND))

    assert not delta.whole
    assert numbers(delta) == [1, 3]
    assert delta.mark == now.mark


def test_since_the_same_mark_nothing_moved() -> None:
    now = at(7, a_type(1, moved_at=7))

    assert numbers(now.since(now.mark)) == []


def test_a_mark_from_a_history_that_is_gone_gets_the_whole() -> None:
    now = at(7, a_type(1, moved_at=3))

    assert now.since(Mark(8, NOW)) is now
    assert now.whole


@pytest.mark.parametrize(
    ("turn", "told"),
    [(NOW - 2 * SECOND, False), (NOW - SECOND, False), (NOW - SECOND / 2, True), (NOW, True), (NOW + SECOND, False)],
)
def test_a_sale_that_opened_or_closed_since_is_told_without_a_movement(turn: datetime, told: bool) -> None:
    now = at(7, a_type(1, moved_at=3, turns=(turn,)))

    assert numbers(now.since(Mark(7, NOW - SECOND))) == ([1] if told else [])


def test_the_next_turn_is_the_first_one_still_to_come() -> None:
    past, soon, later = NOW - SECOND, NOW + SECOND, NOW + 2 * SECOND

    assert at(1, a_type(1, moved_at=1, turns=(past, later)), a_type(2, moved_at=1, turns=(soon,))).turns_next == soon
    assert at(1, a_type(1, moved_at=1, turns=(past, NOW))).turns_next is None
    assert at(1, a_type(1, moved_at=1)).turns_next is None


states = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=12)


@given(states, st.data())
def test_resuming_anywhere_and_applying_what_moved_ends_in_the_present(history: list[list[int]], data: st.DataObject) -> None:
    moved = [0, 0, 0]
    points: list[Availability] = []
    for sequence, counts in enumerate(history, start=1):
        before = points[-1].ticket_types if points else ()
        moved = [sequence if not before or before[number].available != count else moved[number] for number, count in enumerate(counts)]
        types = [a_type(number, moved_at=moved[number], available=count) for number, count in enumerate(counts)]
        points.append(at(sequence, *types, now=NOW + sequence * SECOND))
    seen = data.draw(st.sampled_from(points))

    delta = points[-1].since(seen.mark)

    shown = {each.ticket_type_id: each.available for each in seen.ticket_types}
    shown |= {each.ticket_type_id: each.available for each in delta.ticket_types}
    assert shown == {each.ticket_type_id: each.available for each in points[-1].ticket_types}
