"""Quotes: discounts, taxes, fees and sums, counted by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.pricing import (
    AmountTooLarge,
    CodeSpent,
    CurrenciesMixed,
    FeeKind,
    FeePer,
    FeeRule,
    NamedPrice,
    Place,
    PriceKind,
    PriceRules,
    PromoCode,
    PromoCodeFault,
    PromoCodeNotValid,
    PromoKind,
    QuotedFee,
    QuotedLine,
    TaxRounding,
    TaxRule,
    TooManyPromoCodes,
    buyer_names,
    quote,
)
from domain.refusals import Refused
from tests.domain.quoting import GERMAN, NOW, SEATED, STANDING, STARTS, STREAM, a_book, a_type, asks, off, percent, quoted

SUM = TaxRounding.SUM_BY_NET_KEEP_GROSS
FEE = FeeRule(FeeKind.SERVICE, "Service", FeePer.TICKET, currency="EUR", tax_code="standard")


def test_nothing_costs_nothing() -> None:
    empty = quote([], a_book(fees=(replace(FEE, fixed_minor=100, on_free=True),)), NOW)

    assert (empty.currency, empty.lines, empty.fees, empty.total_minor) == ("EUR", (), (), 0)


def test_the_sums_are_those_of_lines_and_fees() -> None:
    book = a_book(tax_rules=(GERMAN,), fees=(replace(FEE, fixed_minor=119),), codes=(percent("SPRING", 100_000),))

    got = quoted(book, 2)

    assert got.lines == tuple(QuotedLine(key, 2_500, 250, 2_250, 1_891, 359, 190_000, "standard") for key in (0, 1))
    assert got.fees == (QuotedFee(FeeKind.SERVICE, "Service", 238, 200, 38, 190_000),)
    assert got.spent == (CodeSpent(book.codes[0].id, "SPRING", 500),)
    assert (got.net_minor, got.tax_minor, got.fee_minor, got.discount_minor, got.total_minor) == (3_982, 756, 238, 500, 4_738)


@pytest.mark.parametrize(
    ("currency", "gross", "rate", "net", "tax"),
    [
        ("EUR", 999, 190_000, 839, 160),
        ("EUR", 1_070, 70_000, 1_000, 70),
        ("EUR", 1, 190_000, 1, 0),
        ("EUR", 3, 200_000, 2, 1),
        ("JPY", 1_100, 100_000, 1_000, 100),
        ("JPY", 5, 100_000, 5, 0),
        ("JPY", 6, 100_000, 5, 1),
        ("KWD", 12_345, 50_000, 11_757, 588),
        ("EUR", 2_500, 0, 2_500, 0),
    ],
)
def test_tax_is_taken_out_of_a_price_half_up(currency: str, gross: int, rate: int, net: int, tax: int) -> None:
    book = a_book(a_type(price=gross, currency=currency), tax_rules=(TaxRule("DE", "standard", rate),))

    [line] = quoted(book).lines

    assert (line.price_minor, line.net_minor, line.tax_minor) == (gross, net, tax)


@pytest.mark.parametrize(
    ("currency", "net", "rate", "tax"),
    [("EUR", 999, 190_000, 190), ("USD", 2_000, 88_750, 178), ("JPY", 5, 100_000, 1), ("JPY", 4, 100_000, 0), ("KWD", 12_345, 50_000, 617)],
)
def test_tax_is_put_on_a_price_half_up(currency: str, net: int, rate: int, tax: int) -> None:
    book = a_book(a_type(price=net, currency=currency), tax_rules=(TaxRule("DE", "standard", rate),), prices_include_tax=False)

    [line] = quoted(book).lines

    assert (line.list_minor, line.net_minor, line.tax_minor, line.price_minor) == (net, net, tax, net + tax)


def test_rounding_by_the_sum_keeps_each_price_and_shares_the_tax_of_the_sum() -> None:
    # three times 9.99: by line 3 times 1.60 = 4.80; of the sum 29.97 the tax is 4.785, rounded 4.79.
    by_line = quoted(a_book(a_type(price=999), tax_rules=(GERMAN,)), 3)
    by_sum = quoted(a_book(a_type(price=999), tax_rules=(GERMAN,), rounding=SUM), 3)

    assert [each.tax_minor for each in by_line.lines] == [160, 160, 160]
    assert [each.tax_minor for each in by_sum.lines] == [160, 160, 159]
    assert [each.price_minor for each in by_sum.lines] == [999, 999, 999]
    assert (by_sum.tax_minor, by_sum.total_minor, by_line.total_minor) == (479, 2_997, 2_997)


def test_rounding_by_the_sum_on_top_of_net_prices_counts_fees_of_the_same_rate() -> None:
    fee = replace(FEE, per=FeePer.ORDER, fixed_minor=105)
    book = a_book(a_type(price=105), tax_rules=(GERMAN,), rounding=SUM, prices_include_tax=False, fees=(fee,))

    got = quoted(book, 2)

    # 19 % of 315 is 59.85; alone each 105 would bear 19.95, rounded 20.
    assert (got.net_minor, got.tax_minor, got.total_minor) == (315, 60, 375)
    assert [*(each.tax_minor for each in got.lines), *(each.tax_minor for each in got.fees)] == [20, 20, 20]


def test_the_region_s_rate_counts_before_the_country_s() -> None:
    rules = (replace(GERMAN, region="BE", rate=70_000), GERMAN)

    places = (Place("DE", "BE"), Place("DE", "BY"), Place("DE"))
    rates = [quoted(a_book(a_type(place=place), tax_rules=rules)).lines[0].tax_rate for place in places]

    assert rates == [70_000, 190_000, 190_000]


def test_the_rate_is_that_of_the_day_when_the_event_begins_and_of_fees_that_of_today() -> None:
    change = STARTS
    rules = (replace(GERMAN, rate=160_000, valid_until=change), replace(GERMAN, valid_from=change))
    fees = (replace(FEE, fixed_minor=100),)

    def rates(starts_at: datetime) -> tuple[int, int]:
        got = quoted(a_book(a_type(starts_at=starts_at), tax_rules=rules, fees=fees))
        return got.lines[0].tax_rate, got.fees[0].tax_rate

    assert [rates(change - timedelta(seconds=1)), rates(change)] == [(160_000, 160_000), (190_000, 160_000)]


@pytest.mark.parametrize(
    ("facts", "country", "rate"),
    [
        ({"place": Place("FR")}, "DE", 200_000),
        ({"place": None}, "FR", 190_000),
        ({"place": None, "is_virtual": True}, "FR", 200_000),
        ({"place": Place("DE"), "is_virtual": True}, "FR", 200_000),
        ({"place": None, "is_virtual": True}, None, 190_000),
        ({"place": None, "is_virtual": True}, "US", 0),
    ],
    ids=["at the venue", "no venue", "online", "online with a venue", "online, buyer unknown", "online, where no rule is"],
)
def test_what_is_supplied_is_taxed_where_it_is_supplied(facts: dict[str, object], country: str | None, rate: int) -> None:
    rules = (GERMAN, TaxRule("FR", "standard", 200_000))

    [line] = quoted(a_book(replace(a_type(), **facts), tax_rules=rules), 1, country).lines  # type: ignore[arg-type]

    assert line.tax_rate == rate


def test_a_buyer_in_the_organization_s_own_country_is_taken_to_be_in_its_region() -> None:
    rules = (replace(GERMAN, region="BY", rate=10_000), GERMAN)
    book = a_book(a_type(is_virtual=True), tax_rules=rules, place=Place("DE", "BY"))

    assert quoted(book, 1, "DE").lines[0].tax_rate == 10_000


def test_another_tax_code_bears_its_own_rate_and_none_bears_none() -> None:
    rules = (GERMAN, TaxRule("DE", "reduced", 70_000))
    gift = a_type(STREAM, rules=PriceRules(PriceKind.DONATION, tax_code=None))
    types = (a_type(rules=PriceRules(tax_code="reduced")), a_type(SEATED), gift)

    lines = quote(asks(STANDING, SEATED, STREAM), a_book(*types, tax_rules=rules), NOW).lines

    assert [(each.tax_code, each.tax_rate) for each in lines] == [("reduced", 70_000), ("standard", 190_000), (None, 0)]


@pytest.mark.parametrize(
    ("fee", "amount"),
    [
        (replace(FEE, fixed_minor=50), 150),
        (replace(FEE, rate=25_000), 63 + 63 + 0),
        (replace(FEE, fixed_minor=50, rate=25_000, cap_minor=100), 200),
        (replace(FEE, fixed_minor=50, on_free=True), 150),
        (replace(FEE, per=FeePer.ORDER, fixed_minor=50), 50),
        (replace(FEE, per=FeePer.ORDER, rate=25_000, currency=None), 125),
        (replace(FEE, fixed_minor=50, currency="USD"), 0),
    ],
    ids=["fixed", "share", "capped", "on free ones too", "of the order", "share of the order", "of another currency"],
)
def test_a_fee_is_reckoned_on_what_costs_something(fee: FeeRule, amount: int) -> None:
    number = 3 if fee.rate == 0 else 2
    types = (a_type(), a_type(SEATED, price=0))
    free = [SEATED] if fee.rate else []

    got = quote(asks(*[STANDING] * number, *free), a_book(*types, fees=(fee,)), NOW)

    assert got.fee_minor == amount
    assert got.total_minor == 2_500 * number + amount


def test_a_free_order_bears_no_fee_unless_it_is_told() -> None:
    fees = (replace(FEE, fixed_minor=50), replace(FEE, label="Post", per=FeePer.ORDER, fixed_minor=200, on_free=True))

    got = quoted(a_book(a_type(price=0), fees=fees), 2)

    assert [(each.label, each.price_minor) for each in got.fees] == [("Post", 200)]


def test_a_discount_is_shared_by_largest_remainder() -> None:
    types = (a_type(price=333), a_type(SEATED, price=334), a_type(STREAM, price=1_000))

    got = quote(asks(STANDING, SEATED, STREAM), a_book(*types, codes=(off("MINUS100", 100),)), NOW)

    # 19.98, 20.04 and 59.99 of a hundred.
    assert [each.discount_minor for each in got.lines] == [20, 20, 60]


def test_an_amount_of_each_ticket_takes_off_no_more_than_it_costs() -> None:
    types = (a_type(price=300), a_type(SEATED, price=1_000))

    got = quote(asks(STANDING, SEATED), a_book(*types, codes=(off("EACH500", 500, PromoKind.PER_TICKET),)), NOW)

    assert ([each.discount_minor for each in got.lines], got.total_minor) == ([300, 500], 500)


def test_an_amount_of_the_order_takes_off_no_more_than_it_costs() -> None:
    assert quoted(a_book(codes=(off("MUCH", 10_000),)), 2).total_minor == 0


def test_a_code_for_a_type_leaves_others_alone() -> None:
    book = a_book(a_type(), a_type(SEATED), codes=(percent("SEATS", 500_000, ticket_type_ids=(SEATED,)),))

    assert [each.discount_minor for each in quote(asks(STANDING, SEATED), book, NOW).lines] == [0, 1_250]


def test_prices_that_the_buyer_names_are_not_reduced() -> None:
    named = a_type(SEATED, rules=PriceRules(PriceKind.NAMED, named=NamedPrice(1_000)))

    got = quote(asks(STANDING, SEATED), a_book(a_type(), named, codes=(percent("HALF", 500_000),)), NOW)

    assert [each.discount_minor for each in got.lines] == [1_250, 0]


def test_a_budget_is_given_away_to_the_last_cent_and_not_beyond() -> None:
    code = percent("HALF", 500_000, budget_minor=10_000, spent_minor=8_999, currency="EUR")

    got = quoted(a_book(codes=(code,)), 3)

    assert [each.discount_minor for each in got.lines] == [334, 334, 333]
    assert got.spent == (CodeSpent(code.id, "HALF", 1_001),)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (percent("C", 1, deactivated_at=NOW), PromoCodeFault.UNKNOWN),
        (percent("C", 1, valid_from=NOW + timedelta(seconds=1)), PromoCodeFault.NOT_YET_VALID),
        (percent("C", 1, valid_until=NOW), PromoCodeFault.OVER),
        (percent("C", 1, use_limit=2, uses=2), PromoCodeFault.USED_UP),
        (percent("C", 1, budget_minor=5, spent_minor=5, currency="EUR"), PromoCodeFault.USED_UP),
        (percent("C", 1, buyer_limit=1), PromoCodeFault.USED_BY_BUYER),
        (percent("C", 1, minimum_minor=2_501, currency="EUR"), PromoCodeFault.BELOW_MINIMUM),
        (percent("C", 1, ticket_type_ids=(SEATED,)), PromoCodeFault.NOTHING_TO_REDUCE),
        (percent("C", 1, event_ids=(STREAM,)), PromoCodeFault.NOTHING_TO_REDUCE),
        (percent("C", 1, currency="USD"), PromoCodeFault.NOTHING_TO_REDUCE),
    ],
    ids=["ended", "too early", "too late", "used up", "spent", "used by her", "too little", "other type", "other event", "other currency"],
)
def test_a_code_that_gives_nothing_is_refused_and_says_why(code: PromoCode, why: PromoCodeFault) -> None:
    with pytest.raises(Refused) as no:
        quoted(a_book(codes=(code,), used={code.id: 1}))

    assert no.value.refusal == PromoCodeNotValid("C", why)


@pytest.mark.parametrize(
    "code",
    [
        percent("C", 1_000_000, valid_from=NOW, valid_until=NOW + timedelta(seconds=1)),
        percent("C", 1_000_000, use_limit=2, uses=1, buyer_limit=2),
        percent("C", 1_000_000, minimum_minor=2_500, currency="EUR"),
    ],
    ids=["in time", "once more", "just enough"],
)
def test_a_code_holds_up_to_its_bounds(code: PromoCode) -> None:
    assert quoted(a_book(codes=(code,), used={code.id: 1})).total_minor == 0


def test_a_code_that_there_is_not_is_refused() -> None:
    with pytest.raises(Refused) as no:
        quoted(replace(a_book(), shown=("NOBODY",)))

    assert no.value.refusal == PromoCodeNotValid("NOBODY", PromoCodeFault.UNKNOWN)


def test_stackable_codes_are_combined_percentages_first() -> None:
    each = off("B-EACH", 50, PromoKind.PER_TICKET, stackable=True)
    codes = (off("A-EURO", 100, stackable=True), percent("TENTH", 100_000, stackable=True), each)

    got = quoted(a_book(codes=codes), 2)

    # 50.00 less a tenth, less 0.50 of each, less 1.00.
    assert got.total_minor == 5_000 - 500 - 100 - 100
    assert [(one.code, one.amount_minor) for one in got.spent] == [("A-EURO", 100), ("B-EACH", 100), ("TENTH", 500)]


def test_of_codes_that_stand_alone_the_best_for_the_buyer_is_used_and_the_others_are_kept() -> None:
    codes = (off("A-EURO", 100), percent("HALF", 500_000), off("B-EURO", 400, stackable=True), off("C-EURO", 500, stackable=True))

    assert [each.code for each in quoted(a_book(codes=codes), 1).spent] == ["HALF"]
    assert [each.code for each in quoted(a_book(a_type(price=1_000), codes=codes), 1).spent] == ["B-EURO", "C-EURO"]


def test_of_equals_the_fewest_codes_are_used_then_the_first_by_name() -> None:
    alike = (off("B-FREE", 9_999, stackable=True), off("A-FREE", 9_999, stackable=True))

    assert [each.code for each in quoted(a_book(codes=alike)).spent] == ["A-FREE"]


def test_six_codes_are_too_many() -> None:
    with pytest.raises(Refused) as no:
        quoted(a_book(codes=tuple(off(f"CODE{at}", 1) for at in range(6))))

    assert no.value.refusal == TooManyPromoCodes(5)


def test_two_currencies_are_not_added() -> None:
    with pytest.raises(Refused) as no:
        quote(asks(STANDING, SEATED), a_book(a_type(), a_type(SEATED, currency="CHF")), NOW)

    assert no.value.refusal == CurrenciesMixed(("CHF", "EUR"))


def test_what_cannot_be_reckoned_with_is_refused() -> None:
    largest = a_type(price=10**12)

    assert quoted(a_book(largest)).total_minor == 10**12
    for book, number in ((a_book(largest), 2), (a_book(largest, tax_rules=(GERMAN,), prices_include_tax=False), 1)):
        with pytest.raises(Refused) as no:
            quoted(book, number)
        assert no.value.refusal == AmountTooLarge()


def test_an_e_mail_address_is_known_by_its_digest_however_it_is_written() -> None:
    names = {buyer_names("cart:x", email) for email in ("Ada@example.org", " ada@EXAMPLE.org ")}

    assert len(names) == 1
    assert all("ada" not in name for name in names.pop())
    assert buyer_names("person:y") == ("person:y",)
    assert datetime(2040, 1, 15, 12, tzinfo=UTC) == NOW
