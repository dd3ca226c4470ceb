"""Half past seven stays half past seven, in summer and in winter, wherever the place is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.recurrence.rules import DateutilRecurrences
from domain.dates import at_local
from domain.refusals import InputInvalid, Refused
from domain.series import AskedRecurrence, Frequency, Planned, Recurrence, preview, rule_of

RULES = DateutilRecurrences()
ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia")


def planned(local: str, zone: str, rule: str) -> list[Planned]:
    """What a series would have whose first event begins at this local time."""
    moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return preview(moment, zone, AskedRecurrence(rule=rule_of(rule)), RULES, ("recurrence",))


def clocks(found: list[Planned], zone: str) -> list[str]:
    return [f"{each.starts_at.astimezone(ZoneInfo(zone)):%m-%d %H:%M%z}" for each in found]


def test_the_evening_stays_when_the_clocks_go_forward_and_back() -> None:
    spring = planned("2026-03-27T19:30", "Europe/Berlin", "FREQ=DAILY;COUNT=4")
    autumn = planned("2026-10-24T19:30", "Europe/Berlin", "FREQ=DAILY;COUNT=2")

    assert clocks(spring, "Europe/Berlin") == ["03-27 19:30+0100", "03-28 19:30+0100", "03-29 19:30+0200", "03-30 19:30+0200"]
    assert clocks(autumn, "Europe/Berlin") == ["10-24 19:30+0200", "10-25 19:30+0100"]
    assert not any(each.moved for each in (*spring, *autumn))


def test_a_time_that_the_clocks_skip_is_an_hour_later_on_that_day_alone() -> None:
    found = planned("2026-03-28T02:30", "Europe/Berlin", "FREQ=DAILY;COUNT=3")

    assert clocks(found, "Europe/Berlin") == ["03-28 02:30+0100", "03-29 03:30+0200", "03-30 02:30+0200"]
    assert [each.moved for each in found] == [False, True, False]


def test_a_time_that_comes_twice_is_the_first_of_both() -> None:
    found = planned("2026-10-24T02:30", "Europe/Berlin", "FREQ=DAILY;COUNT=3")

    assert clocks(found, "Europe/Berlin") == ["10-24 02:30+0200", "10-25 02:30+0200", "10-26 02:30+0100"]
    assert not any(each.moved for each in found)


def test_midnight_that_sao_paulo_skipped_in_2018_is_one_o_clock_of_the_same_day() -> None:
    found = planned("2018-11-03T00:00", "America/Sao_Paulo", "FREQ=DAILY;COUNT=3")

    assert clocks(found, "America/Sao_Paulo") == ["11-03 00:00-0300", "11-04 01:00-0200", "11-05 00:00-0200"]
    assert [(each.day.day, each.moved) for each in found] == [(3, False), (4, True), (5, False)]


def test_sao_paulo_has_no_summer_time_any_more_and_tokyo_never_did() -> None:
    for zone, offset in (("America/Sao_Paulo", "-0300"), ("Asia/Tokyo", "+0900")):
        found = planned("2026-01-15T19:30", zone, "FREQ=MONTHLY;COUNT=12")

        assert clocks(found, zone) == [f"{month:02}-15 19:30{offset}" for month in range(1, 13)]


@given(
    st.dates(date(2024, 1, 1), date(2045, 1, 1)),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0, tzinfo=None)),
    st.sampled_from(ZONES),
    st.integers(1, 40),
)
def test_the_time_of_day_is_the_same_wherever_that_day_has_it(day: date, clock: time, zone: str, weeks: int) -> None:
    start = at_local(day, clock, zone)
    local = start.astimezone(ZoneInfo(zone))
    rule = Recurrence(Frequency.WEEKLY, until=local.date() + timedelta(weeks=weeks))

    found = preview(start, zone, AskedRecurrence(rule=rule), RULES, ("recurrence",))

    assert [each.day for each in found] == [local.date() + timedelta(weeks=week) for week in range(weeks + 1)]
    for each in found:
        there = each.starts_at.astimezone(ZoneInfo(zone))
        assert each.moved is ((there.date(), there.time()) != (each.day, local.time()))
        # What is moved is moved by what the clocks skip, and only where they do.
        late = there.replace(tzinfo=None) - datetime.combine(each.day, local.time())
        assert late in ({timedelta(minutes=30), timedelta(hours=1)} if each.moved else {timedelta(0)})


@pytest.mark.parametrize(("moment", "zone", "place"), [("2026-01-01", "Nowhere/At_All", "timeZone"), ("9999-12-31", "UTC", "startsAt")])
def test_a_preview_of_nowhere_or_never_is_refused(moment: str, zone: str, place: str) -> None:
    with pytest.raises(Refused) as refused:
        preview(datetime.fromisoformat(moment).replace(tzinfo=UTC), zone, AskedRecurrence(rule=rule_of("FREQ=DAILY;COUNT=3")), RULES, ())

    assert isinstance(refused.value.refusal, InputInvalid)
    assert refused.value.refusal.path == (place,)
