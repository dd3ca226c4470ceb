"""The terms of ticket types: however asks come, nobody has more than a limit says, and no code opens more than it may."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import EventStatus
from domain.holds import (
    AccessCodeNeeded,
    AccessCodeNotValid,
    AccessCodeState,
    CodeStock,
    Hold,
    HoldAsk,
    HoldLine,
    HoldTickets,
    Offer,
    PoolStock,
    Stock,
    ask_of,
    grant,
)
from domain.refusals import InputInvalid, Refused
from domain.ticket_types import SaleTerms

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
EVENT, TENANT, POOL = UUID(int=1), UUID(int=2), UUID(int=3)
OPEN, HIDDEN, SECRET = (UUID(int=200 + n) for n in range(3))
FRIENDS, PRESS = UUID(int=300), UUID(int=301)
TERMS = SaleTerms(EventStatus.PUBLISHED, NOW + timedelta(days=30), None, None)
LIMITED = Offer(OPEN, (POOL,), TERMS, max_per_order=4, min_per_order=2, max_per_buyer=6)


def code(*types: UUID, **facts: object) -> CodeStock:
    return replace(CodeStock(frozenset(types), None, None, None, 0), **facts, spent_by=[])  # type: ignore[arg-type]


def stock_of(*codes: tuple[UUID, CodeStock], bought: dict[tuple[str, UUID], int] | None = None) -> Stock:
    hidden = [Offer(each, (POOL,), TERMS, hidden=True) for each in (HIDDEN, SECRET)]
    had = Counter(bought or {})
    totals: Counter[str] = Counter()
    for (buyer, _), tickets in had.items():
        totals[buyer] += tickets
    offers = {each.ticket_type_id: each for each in (LIMITED, *hidden)}
    return Stock(NOW, 1_000, {POOL: PoolStock(1_000, 0, 0)}, offers, totals, bought_of=had, codes=dict(codes))


def ask(number: int, *lines: tuple[UUID, int], buyer: str = "person:a", codes: tuple[UUID, ...] = (), staff: bool = False) -> HoldAsk:
    return HoldAsk(
        UUID(int=1_000 + number), TENANT, EVENT, buyer, tuple(HoldLine(*line) for line in lines), access_codes=codes, staff=staff
    )


wishes = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["person:a", "cart:b"])), max_size=20)


@given(wishes, st.integers(0, 6))
def test_nobody_passes_a_limit_of_a_type_and_no_order_is_too_small_or_too_large(asked: list[tuple[int, str]], had: int) -> None:
    stock = stock_of(bought={("person:a", OPEN): had})

    verdicts = grant(stock, [ask(number, (OPEN, quantity), buyer=buyer) for number, (quantity, buyer) in enumerate(asked)])

    have = Counter({"person:a": had})
    for (quantity, buyer), verdict in zip(asked, verdicts, strict=True):
        fits = quantity <= 4 and have[buyer] + quantity <= 6 and have[buyer] + quantity >= 2
        assert isinstance(verdict, Hold) == fits
        have[buyer] += quantity if fits else 0
    assert all(tickets <= 6 for tickets in have.values())


@given(st.integers(1, 5), st.lists(st.lists(st.sampled_from([FRIENDS, PRESS]), max_size=2, unique=True), max_size=15))
def test_a_code_opens_a_type_as_often_as_it_may(limit: int, asked: list[list[UUID]]) -> None:
    stock = stock_of((FRIENDS, code(HIDDEN, use_limit=limit)), (PRESS, code(HIDDEN, SECRET)))

    verdicts = grant(stock, [ask(number, (HIDDEN, 1), codes=tuple(codes)) for number, codes in enumerate(asked)])

    used: Counter[UUID] = Counter()
    for codes, verdict in zip(asked, verdicts, strict=True):
        usable = [each for each in codes if each is PRESS or used[each] < limit]
        assert isinstance(verdict, Hold) == bool(usable)
        used.update(usable[:1])
    assert {each: stock.codes[each].used for each in stock.codes} == {FRIENDS: used[FRIENDS], PRESS: used[PRESS]}
    assert [len(each.spent_by) for each in stock.codes.values()] == [used[FRIENDS], used[PRESS]]


def test_one_hold_is_one_use_however_many_types_the_code_opens_to_it() -> None:
    stock = stock_of((PRESS, code(HIDDEN, SECRET, use_limit=1)))

    [verdict] = grant(stock, [ask(1, (HIDDEN, 1), (SECRET, 2), codes=(PRESS,))])

    assert isinstance(verdict, Hold)
    assert stock.codes[PRESS].used == 1


def test_a_refused_ask_uses_no_code() -> None:
    stock = stock_of((FRIENDS, code(HIDDEN)))

    verdicts = grant(stock, [ask(1, (HIDDEN, 1), (SECRET, 1), codes=(FRIENDS,)), ask(2, (HIDDEN, 1), (OPEN, 1), codes=(FRIENDS,))])

    assert verdicts[0] == AccessCodeNeeded(SECRET)
    assert not isinstance(verdicts[1], Hold)
    assert stock.codes[FRIENDS].used == 0


def test_what_everybody_sees_and_what_the_staff_hold_uses_no_code() -> None:
    stock = stock_of((FRIENDS, code(HIDDEN, OPEN)))

    verdicts = grant(stock, [ask(1, (OPEN, 2), codes=(FRIENDS,)), ask(2, (HIDDEN, 1), codes=(FRIENDS,), staff=True)])

    assert all(isinstance(verdict, Hold) for verdict in verdicts)
    assert stock.codes[FRIENDS].used == 0


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"valid_from": NOW + timedelta(microseconds=1)}, AccessCodeState.NOT_YET_VALID),
        ({"valid_until": NOW}, AccessCodeState.OVER),
        ({"use_limit": 3, "used": 3}, AccessCodeState.USED_UP),
    ],
)
def test_a_code_that_opens_nothing_now_says_why(facts: dict[str, object], state: AccessCodeState) -> None:
    stock = stock_of((FRIENDS, code(HIDDEN, **facts)))

    [verdict] = grant(stock, [ask(1, (HIDDEN, 1), codes=(FRIENDS,))])

    assert isinstance(verdict, AccessCodeNotValid)
    assert verdict.state is state


@pytest.mark.parametrize("facts", [{"valid_from": NOW}, {"valid_until": NOW + timedelta(microseconds=1)}, {"use_limit": 1}])
def test_a_code_opens_from_its_first_moment_to_its_last(facts: dict[str, object]) -> None:
    [verdict] = grant(stock_of((FRIENDS, code(HIDDEN, **facts))), [ask(1, (HIDDEN, 1), codes=(FRIENDS,))])

    assert isinstance(verdict, Hold)


def test_more_codes_than_anybody_has_are_refused() -> None:
    wish = HoldTickets(EVENT, (HoldLine(OPEN, 2),), access_codes=tuple(map(str, range(11))))

    with pytest.raises(Refused) as refused:
        ask_of(wish, TENANT, "person:a", UUID(int=9))

    assert isinstance(refused.value.refusal, InputInvalid)
    assert [fault.path for fault in refused.value.refusal.faults] == [("input", "accessCodes")]
