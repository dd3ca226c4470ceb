"""What is granted never exceeds what there is, and a refused ask leaves no trace."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import EventStatus
from domain.holds import (
    HOLD_FOR,
    Hold,
    HoldAsk,
    HoldLine,
    HoldNotActive,
    HoldStatus,
    HoldTickets,
    LimitScope,
    Offer,
    PoolStock,
    Replay,
    SalesClosed,
    Stock,
    TicketsSoldOut,
    TicketTypeUnknown,
    TooManyTickets,
    Verdict,
    ask_of,
    buyer_of,
    check_lines,
    draws,
    expire,
    grant,
    release,
)
from domain.idempotency import Answer, Key
from domain.identity import Viewer
from domain.refusals import IdempotencyKeyReused, InputInvalid, Refused
from domain.ticket_types import SalesStatus, SaleTerms

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
EVENT, TENANT = UUID(int=1), UUID(int=2)
POOLS = [UUID(int=100 + n) for n in range(3)]
TYPES = [UUID(int=200 + n) for n in range(4)]
# The first type draws on the first pool, the second on the second, the third on both, the fourth on all three.
DRAWS = {TYPES[0]: (POOLS[0],), TYPES[1]: (POOLS[1],), TYPES[2]: (POOLS[0], POOLS[1]), TYPES[3]: tuple(POOLS)}
OPEN = SaleTerms(EventStatus.PUBLISHED, NOW + timedelta(days=30), None, None)


def stock_of(
    *free: int,
    buyer_limit: int = 1_000_000,
    terms: SaleTerms = OPEN,
    max_per_order: int | None = None,
    answers: dict[tuple[str, str], Answer] | None = None,
    bought: dict[str, int] | None = None,
) -> Stock:
    offers = {type_id: Offer(type_id, pools, terms, max_per_order) for type_id, pools in DRAWS.items()}
    pools = {pool: PoolStock(capacity=left + 7, held=4, sold=3) for pool, left in zip(POOLS, (*free, 0, 0, 0), strict=False)}
    return Stock(NOW, buyer_limit, pools, offers, Counter(bought or {}), answers or {})


def ask(number: int, *quantities: int, buyer: str = "person:a", key: Key | None = None) -> HoldAsk:
    lines = tuple(HoldLine(TYPES[at], quantity) for at, quantity in enumerate(quantities) if quantity)
    return HoldAsk(UUID(int=1_000 + number), TENANT, EVENT, buyer, lines, key)


def key(word: str, *, scope: str = "person:a", fingerprint: bytes = b"same") -> Key:
    return Key(scope, "holdTickets", word, fingerprint)


def free(stock: Stock) -> list[int]:
    return [stock.pools[pool].free for pool in POOLS]


def granted(verdicts: Sequence[Verdict]) -> list[Hold]:
    return [verdict for verdict in verdicts if isinstance(verdict, Hold)]


buyers = st.sampled_from(["person:a", "person:b", "cart:c"])
keys = st.one_of(
    st.none(),
    st.builds(
        Key,
        scope=st.sampled_from(["person:a", "cart:c"]),
        deed=st.just("holdTickets"),
        key=st.sampled_from(["k1", "k2"]),
        fingerprint=st.sampled_from([b"one", b"other"]),
    ),
)
quantities = st.lists(st.integers(0, 12), min_size=4, max_size=4).filter(any)


@st.composite
def batches(draw: st.DrawFn) -> list[HoldAsk]:
    wishes = draw(st.lists(st.tuples(quantities, buyers, keys), max_size=25))
    return [ask(number, *wish, buyer=buyer, key=key) for number, (wish, buyer, key) in enumerate(wishes)]


stocks = st.builds(stock_of, *[st.integers(0, 40)] * 3, buyer_limit=st.integers(0, 30), max_per_order=st.none() | st.integers(1, 9))


@given(stocks, batches())
def test_no_pool_ever_gives_more_than_it_has(stock: Stock, asks: list[HoldAsk]) -> None:
    before = {pool: replace(kept) for pool, kept in stock.pools.items()}

    holds = granted(grant(stock, asks))

    taken = sum((draws(hold.lines) for hold in holds), Counter[UUID]())
    for pool, kept in stock.pools.items():
        assert taken[pool] <= before[pool].free
        assert kept == PoolStock(before[pool].capacity, before[pool].held + taken[pool], before[pool].sold)


@given(stocks, batches())
def test_every_ask_gets_one_verdict_in_its_place_and_a_hold_is_what_was_asked_for(stock: Stock, asks: list[HoldAsk]) -> None:
    verdicts = grant(stock, asks)

    assert len(verdicts) == len(asks)
    for wish, verdict in zip(asks, verdicts, strict=True):
        if isinstance(verdict, Hold):
            assert (verdict.id, verdict.event_id, verdict.buyer) == (wish.hold_id, EVENT, wish.buyer)
            assert verdict.lines == tuple(replace(line, pool_ids=DRAWS[line.ticket_type_id]) for line in wish.lines)
            assert verdict.status is HoldStatus.ACTIVE
            assert (verdict.created_at, verdict.expires_at) == (NOW, NOW + HOLD_FOR)


@given(stocks, batches())
def test_a_batch_decides_as_its_asks_would_one_by_one(stock: Stock, asks: list[HoldAsk]) -> None:
    alone = replace(stock, pools={pool: replace(kept) for pool, kept in stock.pools.items()}, bought=Counter(), granted_keys={})

    together = grant(stock, asks)
    singly = [grant(alone, [each])[0] for each in asks]

    assert together == singly


@given(stocks, batches())
def test_leaving_out_what_was_refused_changes_nothing_for_the_others(stock: Stock, asks: list[HoldAsk]) -> None:
    again = replace(stock, pools={pool: replace(kept) for pool, kept in stock.pools.items()}, bought=Counter(), granted_keys={})

    verdicts = grant(stock, asks)
    kept = [each for each, verdict in zip(asks, verdicts, strict=True) if isinstance(verdict, Hold)]

    assert grant(again, kept) == granted(verdicts)


@given(stocks, batches())
def test_what_was_refused_for_want_of_stock_did_not_fit_at_its_turn(stock: Stock, asks: list[HoldAsk]) -> None:
    for each in asks:
        before = free(stock)

        (verdict,) = grant(stock, [each])

        wanted = draws([replace(line, pool_ids=DRAWS[line.ticket_type_id]) for line in each.lines])
        fits = all(wanted[pool] <= left for pool, left in zip(POOLS, before, strict=True))
        assert not (isinstance(verdict, TicketsSoldOut) and fits)
        assert not (isinstance(verdict, Hold) and not fits)


@given(stocks, batches())
def test_no_buyer_gets_past_the_limit(stock: Stock, asks: list[HoldAsk]) -> None:
    holds = granted(grant(stock, asks))

    tickets = Counter[str]()
    for hold in holds:
        tickets[hold.buyer] += sum(line.quantity for line in hold.lines)
    assert all(count <= stock.buyer_limit for count in tickets.values())
    assert +stock.bought == tickets


@given(stocks, batches())
def test_one_key_grants_one_hold_and_repeats_it_only_for_the_same_input(stock: Stock, asks: list[HoldAsk]) -> None:
    verdicts = grant(stock, asks)

    first: dict[tuple[str, str], tuple[UUID, bytes]] = {}
    for wish, verdict in zip(asks, verdicts, strict=True):
        place = (wish.key.scope, wish.key.key) if wish.key else None
        if wish.key is None or place not in first:
            assert not isinstance(verdict, Replay | IdempotencyKeyReused)
            if wish.key and place and isinstance(verdict, Hold):
                first[place] = (verdict.id, wish.key.fingerprint)
            continue
        hold_id, fingerprint = first[place]
        same = fingerprint == wish.key.fingerprint
        assert verdict == (Replay(hold_id) if same else IdempotencyKeyReused(hold_id))


def test_of_five_free_tickets_the_ask_for_ten_gets_none_and_the_two_for_one_are_served() -> None:
    stock = stock_of(5)

    verdicts = grant(stock, [ask(1, 10), ask(2, 1), ask(3, 1)])

    assert verdicts[0] == TicketsSoldOut(TYPES[0], available=5, held_elsewhere=4)
    assert [hold.id for hold in granted(verdicts[1:])] == [UUID(int=1_002), UUID(int=1_003)]
    assert free(stock) == [3, 0, 0]


def test_first_come_is_first_served() -> None:
    stock = stock_of(3)

    verdicts = grant(stock, [ask(1, 2), ask(2, 2), ask(3, 1), ask(4, 1)])

    assert [isinstance(verdict, Hold) for verdict in verdicts] == [True, False, True, False]
    assert verdicts[3] == TicketsSoldOut(TYPES[0], available=0, held_elsewhere=7)


def test_a_hold_is_whole_or_not_at_all() -> None:
    stock = stock_of(10, 1)

    verdicts = grant(stock, [ask(1, 2, 2)])

    assert verdicts == [TicketsSoldOut(TYPES[1], available=1, held_elsewhere=4)]
    assert free(stock) == [10, 1, 0]
    assert not +stock.bought


def test_lines_that_draw_on_one_pool_are_counted_together() -> None:
    stock = stock_of(5, 5)

    verdicts = grant(stock, [ask(1, 3, 0, 3), ask(2, 3, 0, 2)])

    assert verdicts[0] == TicketsSoldOut(TYPES[2], available=2, held_elsewhere=4)
    assert isinstance(verdicts[1], Hold)
    assert free(stock) == [0, 3, 0]


def test_tickets_already_held_count_towards_the_limit_and_refused_ones_do_not() -> None:
    stock = stock_of(50, buyer_limit=10, bought={"person:a": 6})

    verdicts = grant(stock, [ask(1, 5), ask(2, 4), ask(3, 1), ask(4, 10, buyer="person:b")])

    assert verdicts[0] == TooManyTickets(limit=10, already_held=6)
    assert isinstance(verdicts[1], Hold)
    assert verdicts[2] == TooManyTickets(limit=10, already_held=10)
    assert isinstance(verdicts[3], Hold)


def test_a_type_may_allow_fewer_per_order_than_a_buyer_may_have() -> None:
    stock = stock_of(50, max_per_order=2)

    verdicts = grant(stock, [ask(1, 3), ask(2, 2), ask(3, 2)])

    assert verdicts[0] == TooManyTickets(limit=2, already_held=0, per=LimitScope.ORDER, ticket_type_id=TYPES[0])
    assert len(granted(verdicts)) == 2


def test_a_type_of_another_event_is_unknown() -> None:
    stranger = UUID(int=999)
    stock = stock_of(50)

    verdicts = grant(stock, [replace(ask(1), lines=(HoldLine(TYPES[0], 1), HoldLine(stranger, 1)))])

    assert verdicts == [TicketTypeUnknown(stranger)]
    assert free(stock)[0] == 50


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        (replace(OPEN, event_status=EventStatus.DRAFT), SalesStatus.NOT_YET_ON_SALE),
        (replace(OPEN, paused=True), SalesStatus.PAUSED),
        (replace(OPEN, paused=True, sales_start_at=NOW + timedelta(1)), SalesStatus.PAUSED),
        (replace(OPEN, paused=True, sales_end_at=NOW), SalesStatus.SALES_ENDED),
        (replace(OPEN, event_status=EventStatus.POSTPONED), SalesStatus.PAUSED),
        (replace(OPEN, event_status=EventStatus.CANCELLED), SalesStatus.SALES_ENDED),
        (replace(OPEN, event_ends_at=NOW), SalesStatus.SALES_ENDED),
        (replace(OPEN, sales_start_at=NOW + timedelta(microseconds=1)), SalesStatus.NOT_YET_ON_SALE),
        (replace(OPEN, sales_end_at=NOW), SalesStatus.SALES_ENDED),
    ],
)
def test_nothing_is_held_while_sales_are_closed(terms: SaleTerms, status: SalesStatus) -> None:
    stock = stock_of(50, terms=terms)

    verdicts = grant(stock, [ask(1, 1)])

    closed_at = NOW if NOW in (terms.event_ends_at, terms.sales_end_at) else None
    assert verdicts == [SalesClosed(TYPES[0], status, terms.sales_start_at, closed_at)]
    assert free(stock)[0] == 50


def test_a_sale_is_open_from_its_first_moment_to_just_before_its_last() -> None:
    opens_now = stock_of(50, terms=replace(OPEN, sales_start_at=NOW, sales_end_at=NOW + timedelta(microseconds=1)))

    assert granted(grant(opens_now, [ask(1, 1)]))


def test_a_key_that_was_answered_before_is_answered_alike_even_when_nothing_is_left() -> None:
    earlier = UUID(int=77)
    stock = stock_of(0, answers={("person:a", "k"): Answer(b"same", earlier)})

    verdicts = grant(
        stock, [ask(1, 1, key=key("k")), ask(2, 1, key=key("k", fingerprint=b"other")), ask(3, 1, key=key("k", scope="cart:c"))]
    )

    assert verdicts == [Replay(earlier), IdempotencyKeyReused(earlier), TicketsSoldOut(TYPES[0], 0, 4)]


def test_the_same_key_twice_in_one_batch_is_one_hold() -> None:
    stock = stock_of(9)

    verdicts = grant(stock, [ask(1, 2, key=key("k")), ask(2, 2, key=key("k")), ask(3, 2, key=key("k", fingerprint=b"other"))])

    [hold] = granted(verdicts)
    assert verdicts[1:] == [Replay(hold.id), IdempotencyKeyReused(hold.id)]
    assert free(stock)[0] == 7


def test_a_key_whose_first_use_was_refused_is_still_free() -> None:
    stock = stock_of(2)

    verdicts = grant(stock, [ask(1, 3, key=key("k", fingerprint=b"three")), ask(2, 1, key=key("k", fingerprint=b"one"))])

    assert isinstance(verdicts[0], TicketsSoldOut)
    assert isinstance(verdicts[1], Hold)


def test_a_hold_lasts_as_long_as_the_house_says() -> None:
    (verdict,) = grant(stock_of(1), [ask(1, 1)], timedelta(minutes=2))

    assert isinstance(verdict, Hold)
    assert verdict.expires_at == NOW + timedelta(minutes=2)


def a_hold(status: HoldStatus) -> Hold:
    return Hold(UUID(int=9), EVENT, "person:a", status, (HoldLine(TYPES[0], 1, (POOLS[0],)),), NOW, NOW + HOLD_FOR)


@pytest.mark.parametrize("status", [HoldStatus.ACTIVE, HoldStatus.RELEASED])
def test_a_hold_can_be_given_back_and_given_back_again(status: HoldStatus) -> None:
    assert release(a_hold(status)) == a_hold(HoldStatus.RELEASED)


@pytest.mark.parametrize("status", [HoldStatus.CONVERTED, HoldStatus.EXPIRED, HoldStatus.REVOKED])
def test_a_hold_that_ended_otherwise_cannot_be_given_back(status: HoldStatus) -> None:
    with pytest.raises(Refused) as refused:
        release(a_hold(status))

    assert refused.value.refusal == HoldNotActive(status)


def test_a_hold_whose_time_is_over_ends_as_expired() -> None:
    assert expire(a_hold(HoldStatus.ACTIVE)) == a_hold(HoldStatus.EXPIRED)


def faults_of(*lines: HoldLine) -> list[tuple[str, ...]]:
    with pytest.raises(Refused) as refused:
        check_lines(HoldTickets(EVENT, lines))
    assert isinstance(refused.value.refusal, InputInvalid)
    return [fault.path for fault in refused.value.refusal.faults]


def test_lines_no_stock_could_grant_are_refused_with_every_fault() -> None:
    many = [HoldLine(UUID(int=n), 1) for n in range(21)]

    assert faults_of() == [("input", "lines")]
    assert faults_of(*many) == [("input", "lines")]
    assert faults_of(HoldLine(TYPES[0], 1), HoldLine(TYPES[0], 1)) == [("input", "lines")]
    assert faults_of(HoldLine(TYPES[0], 0), HoldLine(TYPES[1], 1_001)) == [
        ("input", "lines", "0", "quantity"),
        ("input", "lines", "1", "quantity"),
    ]


def test_the_same_lines_in_another_order_are_the_same_input() -> None:
    lines = (HoldLine(TYPES[1], 2), HoldLine(TYPES[0], 1))

    one = ask_of(HoldTickets(EVENT, lines, "k"), TENANT, "person:a", UUID(int=5))
    other = ask_of(HoldTickets(EVENT, lines[::-1], "k"), TENANT, "person:a", UUID(int=6))
    changed = ask_of(HoldTickets(EVENT, (HoldLine(TYPES[1], 2),), "k"), TENANT, "person:a", UUID(int=7))

    assert one.key == other.key
    assert one.lines == other.lines
    assert one.key is not None
    assert changed.key is not None
    assert one.key.fingerprint != changed.key.fingerprint


def test_a_buyer_is_the_person_else_the_cart_whose_token_is_not_kept() -> None:
    person = UUID(int=3)

    assert buyer_of(Viewer(TENANT, person_id=person, cart="open-sesame")) == f"person:{person}"
    assert buyer_of(Viewer(TENANT)) is None
    cart = buyer_of(Viewer(TENANT, cart="open-sesame"))
    assert cart is not None
    assert cart.startswith("cart:")
    assert "sesame" not in cart
    assert cart != buyer_of(Viewer(TENANT, cart="open sesame"))
