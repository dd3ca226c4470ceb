"""What is true of every quote: sums are exact, nothing is negative, codes only make cheaper, shares are fair."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.pricing import (
    CodeSpent,
    FeeKind,
    FeePer,
    FeeRule,
    PriceBook,
    PricingSettings,
    PromoCode,
    PromoKind,
    Quote,
    QuotedFee,
    QuotedLine,
    TaxRounding,
    TaxRule,
    apportioned,
    half_up,
    quote,
)
from tests.domain.quoting import NOW, SEATED, STANDING, STREAM, a_book, a_code, a_type, asks

TYPES = (STANDING, SEATED, STREAM)
WEIGHTS = st.lists(st.integers(0, 10**9) | st.integers(0, 5), min_size=1, max_size=30)
AMOUNTS = st.integers(0, 50_000)
RATES = st.integers(0, 1_000_000)


@st.composite
def fees(draw: st.DrawFn) -> FeeRule:
    reckoned = (draw(st.sampled_from(FeePer)), draw(AMOUNTS), draw(RATES), draw(st.none() | st.integers(0, 1_000)))
    return FeeRule(FeeKind.OTHER, "Fee", *reckoned, "EUR", draw(st.sampled_from([None, "standard"])), on_free=draw(st.booleans()))


@st.composite
def codes(draw: st.DrawFn, word: str) -> PromoCode:
    kind = draw(st.sampled_from(PromoKind))
    percentage = kind is PromoKind.PERCENTAGE
    return a_code(
        word,
        kind,
        rate=draw(st.integers(1, 1_000_000)) if percentage else 0,
        amount_minor=0 if percentage else draw(st.integers(1, 100_000)),
        currency="EUR",
        budget_minor=draw(st.none() | st.integers(1, 20_000)),
        stackable=draw(st.booleans()),
    )


@st.composite
def sales(draw: st.DrawFn) -> tuple[PriceBook, Sequence[int]]:
    """A book with three types, taxes, fees and up to four codes; and which tickets are bought."""
    rules = tuple(TaxRule("DE", code, draw(RATES)) for code in ("standard", "reduced"))
    types = [a_type(each, draw(AMOUNTS)) for each in TYPES]
    types[1] = replace(types[1], rules=replace(types[1].rules, tax_code="reduced"))
    book = a_book(
        *types,
        codes=tuple(draw(codes(f"CODE-{at}")) for at in range(draw(st.integers(0, 4)))),
        tax_rules=rules,
        fees=tuple(draw(st.lists(fees(), max_size=3))),
        rounding=draw(st.sampled_from(TaxRounding)),
        prices_include_tax=draw(st.booleans()),
    )
    return book, draw(st.lists(st.integers(0, 2), min_size=1, max_size=12))


def asked(sale: tuple[PriceBook, Sequence[int]]) -> Quote:
    book, tickets = sale
    return quote(asks(*(TYPES[each] for each in tickets)), book, NOW)


def without_codes(sale: tuple[PriceBook, Sequence[int]], left: int = 0) -> tuple[PriceBook, Sequence[int]]:
    book, tickets = sale
    return replace(book, codes=book.codes[:left], shown=book.shown[:left]), tickets


@given(sales())
def test_every_sum_is_exact_and_nothing_is_negative(sale: tuple[PriceBook, Sequence[int]]) -> None:
    got = asked(sale)
    parts: list[QuotedLine | QuotedFee] = [*got.lines, *got.fees]

    assert all(each.net_minor + each.tax_minor == each.price_minor for each in parts)
    assert min(min(each.price_minor, each.net_minor, each.tax_minor) for each in parts) >= 0
    assert all(0 <= each.discount_minor <= each.list_minor for each in got.lines)
    assert got.total_minor == sum(each.price_minor for each in parts) == got.net_minor + got.tax_minor
    assert got.fee_minor == sum(each.price_minor for each in got.fees)
    assert got.discount_minor == sum(each.discount_minor for each in got.lines) == sum(each.amount_minor for each in got.spent)


@given(sales())
def test_what_is_left_of_the_list_price_is_kept_gross_or_net_as_prices_are_meant(sale: tuple[PriceBook, Sequence[int]]) -> None:
    for line in asked(sale).lines:
        left = line.list_minor - line.discount_minor
        assert left == (line.price_minor if sale[0].settings.prices_include_tax else line.net_minor)


@given(sales())
def test_tax_is_within_one_minor_unit_of_the_exact_one_and_half_of_one_by_line_or_by_sum(sale: tuple[PriceBook, Sequence[int]]) -> None:
    settings, got = sale[0].settings, asked(sale)
    parts: list[QuotedLine | QuotedFee] = [*got.lines, *got.fees]
    by_line = settings.rounding is TaxRounding.LINE

    for each in parts:
        assert abs(each.tax_minor - exact_tax(settings, [each])) <= (Fraction(1, 2) if by_line else Fraction(3, 2))
    for rate in {each.tax_rate for each in parts}:
        same = [each for each in parts if each.tax_rate == rate]
        assert abs(sum(each.tax_minor for each in same) - exact_tax(settings, same)) <= Fraction(len(same) if by_line else 1, 2)


def exact_tax(settings: PricingSettings, same: Sequence[QuotedLine | QuotedFee]) -> Fraction:
    rate = same[0].tax_rate
    if settings.prices_include_tax:
        return Fraction(sum(each.price_minor for each in same) * rate, 10**6 + rate)
    return Fraction(sum(each.net_minor for each in same) * rate, 10**6)


@given(sales())
def test_another_code_never_makes_an_order_dearer(sale: tuple[PriceBook, Sequence[int]]) -> None:
    totals = [asked(without_codes(sale, left)).total_minor for left in range(len(sale[0].codes) + 1)]

    assert totals == sorted(totals, reverse=True)


@given(sales())
def test_no_code_gives_away_more_than_its_budget_and_one_that_stands_alone_is_alone(sale: tuple[PriceBook, Sequence[int]]) -> None:
    by_word = {each.code: each for each in sale[0].codes}
    spent: Sequence[CodeSpent] = asked(sale).spent

    assert all(each.amount_minor <= (by_word[each.code].budget_minor or each.amount_minor) for each in spent)
    assert all(each.amount_minor > 0 for each in spent)
    assert len(spent) <= 1 or all(by_word[each.code].stackable for each in spent)


@given(sales(), st.randoms(use_true_random=False))
def test_the_order_in_which_tickets_and_codes_are_named_changes_no_sum(sale: tuple[PriceBook, Sequence[int]], chance: Random) -> None:
    book, tickets = sale
    one = asked(sale)
    shuffled = asks(*(TYPES[each] for each in tickets))
    chance.shuffle(shuffled)
    turned = replace(book, codes=book.codes[::-1], shown=book.shown[::-1])

    other = quote(shuffled, turned, NOW)

    assert other.discount_minor == one.discount_minor
    assert other.spent == one.spent


@given(st.integers(0, 10**12) | st.integers(0, 20), WEIGHTS, st.randoms(use_true_random=False))
def test_shares_add_up_are_within_one_of_the_exact_part_in_any_order(amount: int, weights: list[int], chance: Random) -> None:
    shares = apportioned(amount, weights)
    pairs = sorted(zip(weights, shares, strict=True))
    chance.shuffle(weights)

    assert sum(shares) == (amount if any(weights) else 0)
    assert sorted(zip(weights, apportioned(amount, weights), strict=True)) == pairs
    whole = sum(weights) or 1
    assert all(abs(share - Fraction(amount * weight, whole)) < 1 for weight, share in pairs if any(weights))


def test_of_equal_remainders_the_larger_weight_comes_first_and_then_the_first() -> None:
    assert [apportioned(2, weights) for weights in ([1, 3], [3, 1], [1, 1, 2])] == [[0, 2], [2, 0], [1, 0, 1]]
    assert apportioned(1, [5, 5]) == [1, 0]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_of_an_amount_no_larger_than_the_sum_nobody_gets_more_than_his_weight(amount: int, weights: list[int]) -> None:
    shares = apportioned(min(amount, sum(weights)), weights)

    assert all(share <= weight for share, weight in zip(shares, weights, strict=True))


@given(st.integers(0, 10**15), st.integers(1, 10**9))
def test_a_half_is_rounded_up(dividend: int, divisor: int) -> None:
    rounded = half_up(dividend, divisor)

    assert Fraction(-1, 2) < rounded - Fraction(dividend, divisor) <= Fraction(1, 2)
