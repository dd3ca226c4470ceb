"""A hold is extended once, from now on and up to the cap, and taken over by an order while it lasts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.holds import Hold, HoldLine, HoldNotActive, HoldNotExtendable, HoldStatus, Lasting, WhyNotExtended, convert, extend
from domain.refusals import Refused

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
USUAL = Lasting()
HOLD = Hold(UUID(int=1), UUID(int=2), "cart:c", HoldStatus.ACTIVE, (HoldLine(UUID(int=3), 2),), NOW, NOW + USUAL.hold_for)
seconds = st.integers(0, 899).map(lambda span: timedelta(seconds=span))


def why_not(hold: Hold, now: datetime, lasting: Lasting = USUAL) -> WhyNotExtended:
    with pytest.raises(Refused) as no:
        extend(hold, now, lasting)
    assert isinstance(no.value.refusal, HoldNotExtendable)
    return no.value.refusal.reason


@given(seconds.filter(bool))
def test_an_extended_hold_lasts_a_quarter_of_an_hour_from_now_and_half_an_hour_at_most(later: timedelta) -> None:
    extended = extend(HOLD, NOW + later, USUAL)

    assert extended == replace(HOLD, expires_at=NOW + later + USUAL.hold_for, extended_at=NOW + later)
    assert extended.expires_at <= NOW + USUAL.at_most


@given(seconds, st.integers(1, 3_600), st.integers(0, 3_600))
def test_no_hold_is_made_shorter_and_none_longer_than_the_cap(later: timedelta, lasts: int, more: int) -> None:
    lasting = Lasting(timedelta(seconds=lasts), timedelta(seconds=lasts + more))
    hold = replace(HOLD, expires_at=NOW + lasting.hold_for)
    now = NOW + min(later, lasting.hold_for - timedelta(milliseconds=1))

    if now == NOW or more == 0:
        assert why_not(hold, now, lasting) is WhyNotExtended.AT_CAP
    else:
        assert hold.expires_at < extend(hold, now, lasting).expires_at <= NOW + lasting.at_most


@pytest.mark.parametrize("status", [each for each in HoldStatus if each is not HoldStatus.ACTIVE])
def test_what_ended_is_neither_extended_nor_taken_over(status: HoldStatus) -> None:
    ended = replace(HOLD, status=status)

    assert why_not(ended, NOW) is WhyNotExtended.ENDED
    with pytest.raises(Refused) as no:
        convert(ended, NOW)
    assert no.value.refusal == HoldNotActive(status)


def test_a_hold_whose_time_is_over_is_neither_extended_nor_taken_over() -> None:
    with pytest.raises(Refused) as no:
        convert(HOLD, HOLD.expires_at)

    assert no.value.refusal == HoldNotActive(HoldStatus.EXPIRED)
    assert why_not(HOLD, HOLD.expires_at) is WhyNotExtended.OVERDUE
    assert convert(HOLD, HOLD.expires_at - timedelta(microseconds=1)).status is HoldStatus.CONVERTED


def test_a_hold_is_extended_once() -> None:
    extended = extend(HOLD, NOW + timedelta(minutes=1), USUAL)

    assert why_not(extended, NOW + timedelta(minutes=2)) is WhyNotExtended.EXTENDED_BEFORE
