"""Events are moved by whole weeks, by the clocks on their own walls."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import at_local, end_of_day, weeks_later, weeks_until
from domain.imports import ImportedEvent, ImportedTicketType, shifted
from domain.money import Money

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
zones = st.sampled_from(ZONES)


def an_event(starts_at: datetime, hours: float = 2, zone: str = "Europe/Berlin", opens: datetime | None = None) -> ImportedEvent:
    kind = ImportedTicketType("x/item/1", {"en": "Standing"}, Money(100, "EUR"), ("x/item/1",), opens, starts_at)
    return ImportedEvent("x", "x.json", "x", {"en": "X"}, starts_at, starts_at + timedelta(hours=hours), zone, (kind,))


def on_the_wall(moment: datetime, zone: str) -> tuple[int, time]:
    local = moment.astimezone(ZoneInfo(zone))
    return local.weekday(), local.time()


@pytest.mark.parametrize(
    ("moment", "weeks", "later"),
    [
        (datetime(2026, 10, 20, 18, tzinfo=UTC), 1, datetime(2026, 10, 27, 19, tzinfo=UTC)),
        (datetime(2026, 3, 24, 19, tzinfo=UTC), 1, datetime(2026, 3, 31, 18, tzinfo=UTC)),
        (datetime(2026, 10, 27, 19, tzinfo=UTC), -1, datetime(2026, 10, 20, 18, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 0, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_clock_on_the_wall_says_the_same(moment: datetime, weeks: int, later: datetime) -> None:
    assert weeks_later(moment, weeks, "Europe/Berlin") == later


def test_a_time_that_summer_time_skips_comes_an_hour_later() -> None:
    skipped = weeks_later(datetime(2026, 3, 22, 1, 30, tzinfo=UTC), 1, "Europe/Berlin")

    assert on_the_wall(skipped, "Europe/Berlin") == (6, time(3, 30))


@given(moments, moments, zones)
def test_the_first_start_is_the_earliest_that_is_not_too_early(moment: datetime, not_before: datetime, zone: str) -> None:
    weeks = weeks_until(moment, zone, not_before)

    assert weeks_later(moment, weeks, zone) >= not_before > weeks_later(moment, weeks - 1, zone)


@given(moments, zones)
def test_a_day_ends_after_it_began_and_at_most_a_day_later(moment: datetime, zone: str) -> None:
    end = end_of_day(moment, zone)

    assert timedelta() < end - moment <= timedelta(hours=49)


def test_intervals_weekdays_and_times_of_day_stay() -> None:
    spring = an_event(datetime(2020, 3, 4, 19, tzinfo=UTC), opens=datetime(2020, 2, 1, 8, tzinfo=UTC))
    summer = replace(an_event(datetime(2020, 7, 1, 18, tzinfo=UTC)), name="y")

    moved = shifted([summer, spring], datetime(2031, 9, 1, tzinfo=UTC))

    assert [event.name for event in moved] == ["y", "x"]
    assert moved[1].starts_at == datetime(2031, 9, 3, 18, tzinfo=UTC)
    assert moved[0].starts_at == datetime(2031, 12, 31, 19, tzinfo=UTC)
    assert moved[1].ticket_types[0].sales_start_at == datetime(2031, 8, 2, 7, tzinfo=UTC)
    assert moved[1].ticket_types[0].sales_end_at == moved[1].starts_at


@given(moments, st.floats(0.1, 200), zones, moments)
def test_an_event_never_ends_before_it_starts(starts_at: datetime, hours: float, zone: str, not_before: datetime) -> None:
    [moved] = shifted([an_event(starts_at, hours, zone, opens=starts_at - timedelta(hours=1))], not_before)

    assert moved.ends_at > moved.starts_at
    [kind] = moved.ticket_types
    assert kind.sales_start_at is not None
    assert kind.sales_end_at is not None
    assert kind.sales_end_at > kind.sales_start_at


def test_a_local_time_is_that_of_the_place() -> None:
    assert at_local(datetime(2031, 7, 1, tzinfo=UTC).date(), time(20), "Asia/Tokyo") == datetime(2031, 7, 1, 11, tzinfo=UTC)
