"""List prices: each rule at its boundaries, and what may be named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.pricing import (
    BookedPool,
    CategoryPrice,
    DemandRule,
    DemandStep,
    NamedPrice,
    PriceKind,
    PriceNamedTooHigh,
    PriceNamedTooLow,
    PriceNotNamed,
    PriceRules,
    PriceTier,
    next_price,
    price_range,
    quote,
)
from domain.refusals import NotFound, Refused
from tests.domain.quoting import CONCERT, NOW, POOL, SEATED, STANDING, STREAM, a_book, a_type, asks, prices

EARLY = PriceTier("Early", price_minor=1_900, until_at=NOW)
DEMAND = DemandRule((DemandStep(500_000, 100_000), DemandStep(900_000, 500_000)), floor_minor=2_600, ceiling_minor=3_500, round_to=50)


def test_without_rules_a_ticket_costs_its_base_price() -> None:
    assert prices(a_book(), 3) == [2_500, 2_500, 2_500]


def test_seats_cost_what_their_category_costs_and_others_the_base_price() -> None:
    book = a_book(a_type(rules=PriceRules(by_category=(CategoryPrice(0, 9_000), CategoryPrice(2, 0)))))

    assert [prices(book, category=each) for each in (0, 1, 2, None)] == [[9_000], [2_500], [0], [2_500]]


@pytest.mark.parametrize(("seconds", "price"), [(-1, 1_900), (0, 2_500)], ids=["before", "at its end"])
def test_a_tier_ends_at_its_end(seconds: int, price: int) -> None:
    book = a_book(a_type(rules=PriceRules(tiers=(EARLY,))))

    assert prices(book, now=NOW + timedelta(seconds=seconds)) == [price]


@pytest.mark.parametrize(("seconds", "price"), [(-1, 2_500), (0, 3_000)], ids=["before", "at its beginning"])
def test_a_tier_begins_at_its_beginning(seconds: int, price: int) -> None:
    book = a_book(a_type(rules=PriceRules(tiers=(PriceTier("Late", change=200_000, from_at=NOW),))))

    assert prices(book, now=NOW + timedelta(seconds=seconds)) == [price]


def test_the_first_hundred_cost_less_and_one_order_may_cross_the_boundary() -> None:
    rules = PriceRules(tiers=(PriceTier("First", 2_000, sold_until=100), PriceTier("Second", 2_200, sold_from=100, sold_until=102)))
    book = a_book(a_type(rules=rules, taken=102))

    # Four of the hundred and two are those in the cart: the 99th to the 102nd.
    assert prices(book, 4) == [2_000, 2_000, 2_200, 2_200]
    # A sale at the box office holds nothing before: these are the 103rd and the 104th.
    assert prices(book, 2, counted=False) == [2_500, 2_500]


def test_of_tiers_that_overlap_the_first_counts() -> None:
    tiers = (PriceTier("Ten", 1_000, sold_until=10), EARLY)

    assert prices(a_book(a_type(rules=PriceRules(tiers=tiers), taken=0)), now=NOW - timedelta(days=1), counted=False) == [1_000]
    assert prices(a_book(a_type(rules=PriceRules(tiers=tiers[::-1]))), now=NOW - timedelta(days=1), counted=False) == [1_900]


def test_a_tier_that_changes_the_price_changes_that_of_the_seat_half_up() -> None:
    rules = PriceRules(by_category=(CategoryPrice(1, 3_333), CategoryPrice(2, 1)), tiers=(PriceTier("Half", change=-500_000),))
    book = a_book(a_type(rules=rules))

    assert [prices(book, category=each) for each in (1, 2, None)] == [[1_667], [1], [1_250]]


@pytest.mark.parametrize(
    ("taken", "price"),
    [(50, 2_500), (51, 2_750), (90, 2_750), (91, 3_500), (101, 3_500)],
    ids=["below half", "at half", "below nine tenths", "at nine tenths", "all"],
)
def test_the_price_follows_demand_by_steps_within_floor_and_ceiling(taken: int, price: int) -> None:
    book = a_book(a_type(rules=PriceRules(demand=DEMAND), pools=(BookedPool(POOL, taken, 100),)))

    assert prices(book) == [price]


def test_demand_is_that_of_the_fullest_pool_and_rises_within_one_order() -> None:
    empty = BookedPool(STREAM, 0, 1_000)
    book = a_book(a_type(rules=PriceRules(demand=DEMAND), pools=(empty, BookedPool(POOL, 51, 100))))

    assert prices(book, 3) == [2_500, 2_500, 2_750]


def test_the_price_is_rounded_before_it_is_bounded() -> None:
    odd = DemandRule((DemandStep(0, 0),), floor_minor=2_011, ceiling_minor=2_013, round_to=100)

    shown = [prices(a_book(a_type(price=price, rules=PriceRules(demand=odd), pools=(BookedPool(POOL, 0, 9),)))) for price in (1_949, 2_050)]

    assert shown == [[2_011], [2_013]]
    rounding = replace(odd, floor_minor=0, ceiling_minor=10_000)
    rounded = [
        prices(a_book(a_type(price=price, rules=PriceRules(demand=rounding), pools=(BookedPool(POOL, 0, 9),)))) for price in (2_049, 2_050)
    ]
    assert rounded == [[2_000], [2_100]]


def test_two_types_that_share_a_pool_raise_each_others_price() -> None:
    shared = (BookedPool(POOL, 51, 100),)
    rules = PriceRules(demand=DEMAND)
    book = a_book(a_type(rules=rules, pools=shared), a_type(SEATED, rules=rules, pools=shared))

    assert [each.list_minor for each in quote(asks(STANDING, SEATED), book, NOW).lines] == [2_500, 2_750]
    assert [each.list_minor for each in quote(asks(SEATED, STANDING, counted=False), book, NOW).lines] == [2_750, 2_750]


def test_the_buyer_names_the_price_within_its_bounds_or_is_told_the_usual_one() -> None:
    rules = PriceRules(kind=PriceKind.NAMED, named=NamedPrice(500, 1_500, 5_000))
    book = a_book(a_type(rules=rules))

    assert [prices(book, named_minor=each) for each in (500, 5_000, None)] == [[500], [5_000], [1_500]]
    assert prices(a_book(a_type(rules=replace(rules, named=NamedPrice(500))))) == [500]


def test_a_price_out_of_bounds_is_refused_with_the_bounds() -> None:
    book = a_book(a_type(rules=PriceRules(kind=PriceKind.NAMED, named=NamedPrice(500, None, 5_000))))

    with pytest.raises(Refused) as low:
        prices(book, named_minor=499)
    with pytest.raises(Refused) as high:
        prices(book, named_minor=5_001)

    assert low.value.refusal == PriceNamedTooLow(0, STANDING, 499, 500, 5_000, "EUR")
    assert high.value.refusal == PriceNamedTooHigh(0, STANDING, 5_001, 500, 5_000, "EUR")


@pytest.mark.parametrize("named", [-1, 10**12 + 1], ids=["below nothing", "absurdly much"])
def test_a_donation_is_neither_less_than_nothing_nor_more_than_there_is(named: int) -> None:
    book = a_book(a_type(rules=PriceRules(kind=PriceKind.DONATION, tax_code=None)))

    with pytest.raises(Refused) as no:
        prices(book, named_minor=named)

    assert isinstance(no.value.refusal, PriceNamedTooLow if named < 0 else PriceNamedTooHigh)


def test_a_fixed_price_cannot_be_named() -> None:
    with pytest.raises(Refused) as no:
        prices(a_book(), named_minor=1)

    assert no.value.refusal == PriceNotNamed(0, STANDING)


def test_a_type_that_the_book_does_not_have_and_one_of_another_event_answer_alike() -> None:
    for book in (a_book(a_type(SEATED)), a_book(a_type(event_id=STREAM))):
        with pytest.raises(Refused) as no:
            quote(asks(STANDING), book, NOW)
        assert no.value.refusal == NotFound("ticket type")
    assert CONCERT != STREAM


def test_the_next_price_is_that_of_a_ticket_nobody_holds_yet() -> None:
    here = a_type(rules=PriceRules(tiers=(PriceTier("First", 2_000, sold_until=100),)), taken=99)

    assert [next_price(each, NOW) for each in (here, replace(here, taken=100))] == [2_000, 2_500]
    assert next_price(a_type(rules=PriceRules(kind=PriceKind.NAMED, named=NamedPrice(500, 700))), NOW) == 700


def test_the_range_holds_every_price_that_rules_can_make() -> None:
    rules = PriceRules(by_category=(CategoryPrice(0, 4_000),), tiers=(PriceTier("Half", change=-500_000),), demand=DEMAND)

    assert price_range(a_type()) == (2_500, 2_500)
    assert price_range(a_type(rules=rules)) == (1_250, 4_000)
    assert price_range(a_type(rules=replace(rules, by_category=(), tiers=()))) == (2_500, 3_500)
    assert price_range(a_type(rules=PriceRules(kind=PriceKind.NAMED, named=NamedPrice(100, 200, 300)))) == (100, 300)
    assert price_range(a_type(rules=PriceRules(kind=PriceKind.DONATION))) == (0, 10**12)
