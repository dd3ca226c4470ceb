"""What a hub knows of one event only gets newer, and its listeners are told of news alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from adapters.valkey.watching import TicketBeats, Watched
from domain.availability import Availability, Mark, TypeAvailability
from domain.ticket_types import SalesStatus

pytestmark = pytest.mark.asyncio

EVENT, TYPE = UUID(int=1), UUID(int=2)
NOW = datetime(2040, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def read(sequence: int, available: int, now: datetime = NOW, *turns: datetime) -> Availability:
    return Availability(EVENT, Mark(sequence, now), [TypeAvailability(TYPE, available, SalesStatus.ON_SALE, sequence, turns)])


def watched() -> Watched[Availability]:
    return Watched(EVENT, turned=lambda: None)


async def test_a_read_that_was_overtaken_is_not_shown() -> None:
    known = watched()
    known.take(read(7, 5))
    listener = TicketBeats(known)
    await anext(listener)

    known.take(read(6, 9, NOW + SECOND))

    assert known.latest == read(7, 5)
    assert known.shown is None


async def test_the_same_state_read_again_is_no_news() -> None:
    known = watched()
    known.take(read(7, 5))

    known.take(read(7, 5, NOW + SECOND))

    assert known.latest == read(7, 5)
    assert known.shown is None


async def test_a_turn_between_two_reads_is_news_without_a_movement() -> None:
    turn = NOW + SECOND
    known = watched()
    known.take(read(7, 5, NOW, turn))

    known.take(read(7, 5, turn, turn))

    assert known.shown == read(7, 5, turn, turn)
    known.close()


async def test_what_is_found_between_two_beats_is_known_at_once_and_shown_with_the_next() -> None:
    known = watched()
    for sequence in (1, 2, 3):
        known.take(read(sequence, 10 - sequence))

    early = known.latest, known.shown
    await asyncio.wait_for(known.beat(), 1)

    assert early == (read(3, 7), read(2, 8))
    assert known.shown == read(3, 7)


async def test_a_listener_is_never_taken_back_to_what_was_shown_before_he_came() -> None:
    known = watched()
    for sequence in (1, 2, 3):
        known.take(read(sequence, 10 - sequence))
    listener = TicketBeats(known)

    first = await anext(listener)
    known.take(read(4, 6))
    second = await asyncio.wait_for(anext(listener), 1)

    assert (first.sequence, second.sequence) == (3, 4)
