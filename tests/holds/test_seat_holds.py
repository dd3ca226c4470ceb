"""Crowds want seats, by name and the best ones, on several processes: nobody gets another's, and every party sits together."""

import asyncio
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from domain.holds import (
    BestAvailable,
    Hold,
    HoldBestAvailable,
    HoldLine,
    HoldStatus,
    NoAdjacentSeats,
    NotForTheseSeats,
    SeatsNeeded,
    SeatsTaken,
    TakenSeat,
    TicketsSoldOut,
    ask_for_best,
)
from domain.organizations import Organization
from domain.refusals import Fault, InputInvalid
from domain.seats import SeatStatus, SeatsUnknown
from gateway.seating.theatre import make_theatre
from resolvers.sweeping import end_expired_holds
from tests.conftest import Clock, Statements, WorkOf, make_organization
from tests.holds.sales import held, refused, rush
from tests.holds.seated import SeatSale, open_seats, reseat
from tests.seating.halls import small_hall, wide_hall

pytestmark = pytest.mark.asyncio


async def guids(sale: SeatSale, hold: Hold) -> list[tuple[str, int, int, int]]:
    """Where the hold's seats are: section is left out, all are in the stalls."""
    async with sale.work_of(sale.organization) as work:
        found = await work.seats.get_many([each for line in hold.lines for each in line.seat_ids])
    return sorted((state.seat.label, state.seat.row_no, state.seat.place, state.seat.seat_no) for state in found if state)


async def sit_together(sale: SeatSale, hold: Hold) -> bool:
    seats = sorted(await guids(sale, hold), key=lambda each: each[3])
    return all(one[1] == other[1] and other[2] == one[2] + 1 for one, other in pairwise(seats))


async def test_every_party_of_a_crowd_sits_together_and_the_last_seat_is_sold(
    here: BatchedHolds, elsewhere: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_seats(work_of, organization, wide_hall())
    wishes = [((here, elsewhere)[at % 2], sale.best("Stalls", size)) for at, size in enumerate([2, 3, 4, 2, 1] * 8)]

    answers = await rush(*wishes)

    holds = held(answers)
    seats = [each for hold in holds for line in hold.lines for each in line.seat_ids]
    assert len(seats) == len(set(seats))
    assert all([await sit_together(sale, hold) for hold in holds])
    assert [len(hold.lines[0].seat_ids) for hold in holds] == [hold.lines[0].quantity for hold in holds]
    assert {type(refusal) for refusal in refused(answers)} <= {NoAdjacentSeats, TicketsSoldOut}
    assert len(seats) >= 57


async def test_named_seats_and_the_best_ones_never_meet(
    here: BatchedHolds, elsewhere: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_seats(work_of, organization, wide_hall())
    named = [sale.seats(f"Stalls {at % 6 + 1}-{at % 10 + 1}", f"Stalls {at % 6 + 1}-{(at + 1) % 10 + 1}") for at in range(30)]
    best = [sale.best("Stalls", 2) for _ in range(25)]
    answers = await rush(
        *((writer, ask) for pair in zip(named, best, strict=False) for ask, writer in zip(pair, (here, elsewhere), strict=True))
    )

    seats = [each for hold in held(answers) for line in hold.lines for each in line.seat_ids]
    assert len(seats) == len(set(seats))
    assert {type(refusal) for refusal in refused(answers)} <= {NoAdjacentSeats, TicketsSoldOut, SeatsTaken}
    assert len(held(answers)) > 20


async def test_of_those_who_name_the_same_seat_in_one_batch_the_first_gets_it(
    here: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(1, 4))

    answers = await rush(*((here, sale.seats("Stalls 1-1", f"Stalls 1-{at}")) for at in (2, 3, 4)), (here, sale.seats("Stalls 1-3")))

    assert [type(answer).__name__ for answer in answers] == ["Hold", "SeatsTaken", "SeatsTaken", "Hold"]
    assert answers[1] == SeatsTaken((TakenSeat("Stalls 1-1", SeatStatus.HELD, held(answers)[0].expires_at),))


async def test_what_is_chosen_is_the_middle_of_the_first_row_and_costs_two_statements_more(
    here: BatchedHolds, work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(2, 8))

    async with statements.sent() as first:
        [hold] = held(await rush((here, sale.best("Stalls", 4))))
    async with statements.sent() as again:
        [other] = held(await rush((here, sale.best("Stalls", 4, sections=frozenset({0})))))

    assert [label for label, *_ in await guids(sale, hold)] == ["Stalls 1-3", "Stalls 1-4", "Stalls 1-5", "Stalls 1-6"]
    assert [label for label, *_ in await guids(sale, other)] == ["Stalls 2-3", "Stalls 2-4", "Stalls 2-5", "Stalls 2-6"]
    assert len(first) == 5  # the version and its document; what decides; which seats are free; what is written
    assert len(again) == 3


async def test_a_party_that_fits_nowhere_is_told_how_many_would_and_divided_when_it_will_do_with_that(
    here: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(3, 4))

    refused_ = await rush((here, sale.best("Stalls", 6)))
    [hold] = held(await rush((here, sale.best("Stalls", 6, allow_apart=True))))

    assert refused_ == [NoAdjacentSeats(largest=4, free=12)]
    assert [label for label, *_ in await guids(sale, hold)] == [f"Stalls 1-{at}" for at in (1, 2, 3, 4)] + ["Stalls 2-1", "Stalls 2-2"]


async def test_what_cannot_be_chosen_from_is_refused(here: BatchedHolds, work_of: WorkOf, organization: Organization) -> None:
    sale = await open_seats(work_of, organization, small_hall())
    both = (HoldLine(sale.types["Stalls"].id, 1), HoldLine(sale.types["Balcony"].id, 1))
    mixed = ask_for_best(HoldBestAvailable(sale.event_id, both, BestAvailable()), organization.id, "person:a", new_id())

    answers = await rush(
        (here, sale.best("Floor", 1)),
        (here, sale.best("Stalls", 1, category=1)),
        (here, sale.best("Stalls", 1, sections=frozenset({0, 7}))),
        (here, sale.best("Stalls", 1, sections=frozenset({1}))),
        (here, mixed),
        (here, sale.best("Stalls", 2)),
        (here, sale.tickets("Stalls", 1)),
        (here, sale.best("Stalls", 1, category=3)),
        (here, sale.best("Stalls", 1, category=-1)),
    )

    last = max(sale.types["Stalls"].id, sale.types["Balcony"].id)
    assert answers[0] == NotForTheseSeats(sale.types["Floor"].id)
    assert answers[1] == NotForTheseSeats(sale.types["Stalls"].id)
    assert answers[2] == SeatsUnknown((), (7,))
    assert answers[3] == NoAdjacentSeats(largest=0, free=0)
    assert answers[4] == NotForTheseSeats(last)
    assert isinstance(answers[5], Hold)
    assert [label for label, *_ in await guids(sale, answers[5])] == ["Stalls B-1", "Stalls B-2"]  # A-2 is accessible
    assert answers[6] == SeatsNeeded(sale.types["Stalls"].id)
    assert answers[7:] == [InputInvalid((Fault(("input", "category"), "no seats of such a category are sold here"),))] * 2
    assert [answer.path for answer in refused(answers)[:2]] == [("input", "lines"), ("input", "category")]


async def test_wheelchairs_get_their_seats_with_whoever_comes_along(
    here: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_seats(work_of, organization, small_hall())

    [hold] = held(await rush((here, sale.best("Stalls", 2, accessible=1))))
    [none_left] = refused(await rush((here, sale.best("Stalls", 1, accessible=1))))

    assert [label for label, *_ in await guids(sale, hold)] == ["Stalls A-1", "Stalls A-2"]
    assert none_left == NoAdjacentSeats(largest=0, free=0)


async def test_a_plan_that_changes_between_two_asks_is_noticed_under_the_lock(
    here: BatchedHolds, work_of: WorkOf, organization: Organization
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(1, 4))
    [first] = held(await rush((here, sale.best("Stalls", 2))))
    await reseat(sale, wide_hall(2, 8))

    [second] = held(await rush((here, sale.best("Stalls", 6))))

    assert [label for label, *_ in await guids(sale, first)] == ["Stalls 1-1", "Stalls 1-2"]
    assert [label for label, *_ in await guids(sale, second)] == [f"Stalls 1-{at}" for at in range(3, 9)]


async def test_overdue_seats_are_among_the_best_that_are_free(
    here: BatchedHolds, work_of: WorkOf, organization: Organization, clock: Clock
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(1, 4))
    [late] = held(await rush((here, sale.best("Stalls", 4))))
    await clock.advance(minutes=15)

    [hold] = held(await rush((here, sale.best("Stalls", 4))))

    assert await guids(sale, hold) == await guids(sale, late)
    async with work_of(organization) as work:
        [ended] = await work.holds.get_many([late.id])
        assert await work.holds.give_back([replace(late, status=HoldStatus.EXPIRED)]) == 0
    assert ended is not None
    assert ended.status is HoldStatus.EXPIRED
    assert await end_expired_holds(partial(work_of, organization), sale.event_id) == 0
    assert await sale.states("Stalls 1-1") == [SeatStatus.HELD]


async def test_the_limit_counts_the_seats_of_a_batch_and_of_orders(here: BatchedHolds, app_pool: Any, work_of: WorkOf) -> None:
    organization = await make_organization(app_pool, buyer_limit=5)
    sale = await open_seats(work_of, organization, wide_hall())
    [first] = held(await rush((here, sale.best("Stalls", 2, buyer="person:a"))))
    async with work_of(organization) as work:
        assert await work.holds.convert([first]) == 1

    answers = await rush(*((here, sale.best("Stalls", 2, buyer="person:a")) for _ in range(3)))

    assert len(held(answers)) == 1
    assert {type(refusal).__name__ for refusal in refused(answers)} == {"TooManyTickets"}


TRAP = """
CREATE FUNCTION trap_seat() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER trap BEFORE UPDATE ON seats FOR EACH ROW
WHEN (OLD.label = 'Stalls 1-1' AND OLD.event_id = '{}' AND NEW.hold_id IS NOT NULL) EXECUTE FUNCTION trap_seat()
"""


async def test_who_is_granted_a_seat_that_cannot_be_claimed_gets_none_of_his_seats_and_others_get_theirs(
    here: BatchedHolds, work_of: WorkOf, organization: Organization, owner: Any
) -> None:
    sale = await open_seats(work_of, organization, wide_hall(1, 4))
    await owner.execute(TRAP.format(sale.event_id))
    try:
        answers = await asyncio.gather(
            here.place(sale.seats("Stalls 1-1", "Stalls 1-2")), here.place(sale.seats("Stalls 1-3")), return_exceptions=True
        )
    finally:
        await owner.execute("DROP TRIGGER trap ON seats; DROP FUNCTION trap_seat()")

    assert [type(answer).__name__ for answer in answers] == ["RuntimeError", "Hold"]
    assert await sale.states("Stalls 1-1", "Stalls 1-2", "Stalls 1-3") == [SeatStatus.FREE, SeatStatus.FREE, SeatStatus.HELD]


async def test_a_heavy_wish_fills_a_batch_sooner(app_pool: Any, work_of: WorkOf, organization: Organization) -> None:
    sale = await open_seats(work_of, organization, wide_hall())
    writer = BatchedHolds(app_pool, new_id, most_at_once=16)

    answers = await rush(*((writer, sale.best("Stalls", 2, allow_apart=True)) for _ in range(6)))
    await writer.close()

    assert len(held(answers)) == 6
    async with work_of(organization) as work:
        [available] = await work.availability.snapshots([sale.event_id])
    assert available is not None
    assert available.sequence == 3 + 3  # two types and the plan, then three batches of two


async def test_a_theatre_fills_from_the_front_of_its_middle(here: BatchedHolds, work_of: WorkOf, organization: Organization) -> None:
    sale = await open_seats(work_of, organization, make_theatre(600))

    holds = held(await rush(*((here, sale.best("Premium", 2)) for _ in range(5))))

    labels = [label for hold in holds for label, *_ in await guids(sale, hold)]
    assert {label.split("-")[0] for label in labels} <= {"Stalls A", "Stalls B"}
    assert all([await sit_together(sale, hold) for hold in holds])
