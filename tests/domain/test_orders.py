"""The rules of orders: how they stand with money, what they are numbered, what becomes of their sums, and what a hold loses of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.holds import Hold, HoldLine, HoldStatus, shorten
from domain.orders import (
    Bill,
    Order,
    OrderChannel,
    OrderHasOneEnd,
    OrderLine,
    OrderStatus,
    OrderStepRefused,
    PaymentState,
    cancel,
    cancel_lines,
    numbers_of,
    payment_state,
    read_number,
    secret_of,
    split,
)
from domain.orders.exporting import rows_of
from domain.orders.values import NUMBER_LETTERS
from domain.refusals import Refused

NOW = datetime(2031, 5, 1, 18, tzinfo=UTC)
ID, POOL, TYPE, OTHER = (UUID(int=at) for at in range(1, 5))


def an_order(**facts: object) -> Order:
    """An order of 51.00 EUR that waits for its payment."""
    order = Order(
        id=ID, number="W3K7PQ2X", buyer="cart:x", person_id=None, email="ada@example.org", name="Ada", locale="en",
        status=OrderStatus.PENDING, channel=OrderChannel.ONLINE, currency="EUR", net_minor=4286, tax_minor=814, fee_minor=0,
        discount_minor=0, total_minor=5100, paid_minor=0, refunded_minor=0, country="DE", created_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
    )  # fmt: skip
    return replace(order, **facts)  # type: ignore[arg-type]


def a_line(at: int, price: int = 2550, **facts: object) -> OrderLine:
    """An admission at that place."""
    tax = price - round(price / 1.19)
    line = OrderLine(
        id=UUID(int=100 + at), order_id=ID, position=at, event_id=ID, ticket_type_id=TYPE, hold_id=ID, seat_id=None, list_minor=price,
        discount_minor=0, price_minor=price, net_minor=price - tax, tax_minor=tax, tax_rate=190_000, tax_code=None,
    )  # fmt: skip
    return replace(line, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "total", "paid", "refunded", "state"),
    [
        (OrderStatus.PENDING, 0, 0, 0, PaymentState.NOT_REQUIRED),
        (OrderStatus.PENDING, 10, 0, 0, PaymentState.UNPAID),
        (OrderStatus.PENDING, 10, 4, 0, PaymentState.PARTIALLY_PAID),
        (OrderStatus.CONFIRMED, 10, 10, 0, PaymentState.PAID),
        (OrderStatus.CONFIRMED, 10, 12, 0, PaymentState.OVERPAID),
        (OrderStatus.CONFIRMED, 10, 12, 2, PaymentState.PARTIALLY_REFUNDED),
        (OrderStatus.CONFIRMED, 10, 10, 10, PaymentState.REFUNDED),
        (OrderStatus.CANCELLED, 10, 10, 0, PaymentState.OVERPAID),
        (OrderStatus.CANCELLED, 10, 10, 4, PaymentState.OVERPAID),
        (OrderStatus.CANCELLED, 10, 10, 10, PaymentState.REFUNDED),
        (OrderStatus.EXPIRED, 10, 0, 0, PaymentState.NOT_REQUIRED),
    ],
)
def test_how_an_order_stands_with_money(status: OrderStatus, total: int, paid: int, refunded: int, state: PaymentState) -> None:
    assert payment_state(an_order(status=status, total_minor=total, paid_minor=paid, refunded_minor=refunded)) is state


@given(st.text(max_size=40))
def test_numbers_have_eight_letters_that_look_like_no_others(chance: str) -> None:
    numbers = numbers_of(chance)

    assert len(set(numbers)) == 3
    assert all(len(each) == 8 and set(each) <= set(NUMBER_LETTERS) for each in numbers)
    assert numbers == numbers_of(chance)
    assert not set(NUMBER_LETTERS) & set("ILOU01")


def test_a_number_is_read_as_people_type_it() -> None:
    assert read_number(" w3k7-pq2x ") == "W3K7PQ2X"


def test_a_guests_secret_is_the_same_again_and_another_for_another_order_or_cart() -> None:
    assert secret_of("cart", ID) == secret_of("cart", ID)
    assert len({secret_of("cart", ID), secret_of("cart", TYPE), secret_of("other", ID)}) == 3
    assert len(secret_of("cart", ID)) == 43


@pytest.mark.parametrize(
    ("facts", "staff", "begun", "allowed"),
    [
        ({}, False, False, True),
        ({"paid_minor": 1}, False, False, False),
        ({"paid_minor": 1}, True, False, True),
        ({"status": OrderStatus.PENDING_APPROVAL}, False, True, True),
        ({"status": OrderStatus.CONFIRMED}, False, False, False),
        ({"status": OrderStatus.CONFIRMED, "total_minor": 0}, False, False, True),
        ({"status": OrderStatus.CONFIRMED, "total_minor": 0}, False, True, False),
        ({"status": OrderStatus.CONFIRMED, "total_minor": 0}, True, True, True),
        ({"status": OrderStatus.EXPIRED, "ended_at": NOW}, True, False, False),
    ],
    ids=range(9),
)
def test_who_may_cancel_what(facts: dict[str, object], staff: bool, begun: bool, allowed: bool) -> None:
    order = an_order(**facts)

    if allowed:
        assert cancel(order, None, NOW, staff=staff, begun=begun).status is OrderStatus.CANCELLED
    else:
        with pytest.raises(Refused) as no:
            cancel(order, None, NOW, staff=staff, begun=begun)
        assert isinstance(no.value.refusal, OrderStepRefused)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=8), st.data())
def test_what_is_cancelled_leaves_the_sums_of_the_rest(prices: list[int], data: st.DataObject) -> None:
    lines = tuple(a_line(at, price) for at, price in enumerate(prices))
    order = an_order(
        net_minor=sum(each.net_minor for each in lines), tax_minor=sum(each.tax_minor for each in lines), total_minor=sum(prices)
    )
    gone = data.draw(st.lists(st.sampled_from([each.id for each in lines]), unique=True, min_size=1, max_size=len(lines) - 1))

    changed, cancelled = cancel_lines(Bill(order, lines), gone, 1, NOW)

    rest = [each for each in lines if each.id not in gone]
    assert [each.id for each in cancelled] == gone
    assert (changed.total_minor, changed.net_minor, changed.tax_minor) == (
        sum(each.price_minor for each in rest),
        sum(each.net_minor for each in rest),
        sum(each.tax_minor for each in rest),
    )
    with pytest.raises(Refused) as no:
        cancel_lines(Bill(order, lines), [each.id for each in lines], 1, NOW)
    assert no.value.refusal == OrderHasOneEnd()


def test_a_hold_is_shortened_by_what_it_has_and_by_nothing_else() -> None:
    seats = tuple(UUID(int=each) for each in (11, 12, 13))
    lines = (HoldLine(TYPE, 3, (POOL,), seats), HoldLine(OTHER, 2, (POOL,)))
    hold = Hold(ID, ID, "cart:x", HoldStatus.CONVERTED, lines, NOW, NOW)

    shorter = shorten(hold, [HoldLine(TYPE, 1, seat_ids=seats[1:2]), HoldLine(OTHER, 2)])
    nothing = shorten(hold, [HoldLine(TYPE, 3, seat_ids=seats), HoldLine(OTHER, 2)])

    assert shorter.lines == (HoldLine(TYPE, 2, (POOL,), (seats[0], seats[2])),)
    assert (shorter.status, nothing.status, nothing.lines) == (HoldStatus.CONVERTED, HoldStatus.REVOKED, lines)
    for wrong in ([HoldLine(OTHER, 3)], [HoldLine(TYPE, 1, seat_ids=(POOL,))], [HoldLine(TYPE, 1)], [HoldLine(POOL, 1)]):
        with pytest.raises(ValueError, match="the hold has"):
            shorten(hold, wrong)


def test_words_are_compared_without_case_and_accents() -> None:
    assert split("  Élodie  DURAND, elodie@example.org ") == ["elodie", "durand", "elodie@example.org"]
    assert split("STRASSE straße") == ["strasse", "strasse"]
    assert split(" \0 ") == []


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@A1", "\t=1", " =1", "|x", "%x"], ids=range(8))
def test_no_cell_of_the_table_is_a_formula(name: str) -> None:
    row = rows_of([(an_order(name=name), [a_line(0)])])

    assert f"'{name}" in row
