"""Rules give the dates that RFC 5545 says, in a number of steps that is known beforehand; parting a series loses and doubles no date."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adapters.recurrence.rules import STEPS, DateutilRecurrences, dates_within, steps_for
from domain.refusals import Faults, InputInvalid, Refused
from domain.series import (
    MOST_OCCURRENCES,
    Frequency,
    NthWeekday,
    Recurrence,
    Schedule,
    TooManyOccurrences,
    Weekday,
    dates_of,
    expand,
    explicit,
    read_rrule,
    rule_of,
    split,
    weekday_of,
    write_rrule,
)
from domain.series.recurrence import check

RULES = DateutilRecurrences()
PATH = ("input", "recurrence")
START = date(2026, 7, 3)

days = st.dates(date(2024, 1, 1), date(2080, 1, 1))
numbers = st.lists(st.integers(1, 31) | st.integers(-31, -1), max_size=3, unique=True).map(tuple)
months = st.lists(st.integers(1, 12), max_size=3, unique=True).map(tuple)
plain_weekdays = st.lists(st.sampled_from(Weekday).map(NthWeekday), max_size=4, unique=True).map(tuple)
nth_weekdays = st.lists(
    st.builds(NthWeekday, st.sampled_from(Weekday), st.sampled_from([1, 2, 3, 4, 5, -1, -2])), max_size=3, unique=True
).map(tuple)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A schedule that keeps the rules; dates left out and dates besides lie around it."""
    starts_on = draw(days)
    frequency = draw(st.sampled_from(Frequency))
    by_month = frequency in {Frequency.MONTHLY, Frequency.YEARLY}
    rule = Recurrence(
        frequency,
        interval=draw(st.integers(1, 5)),
        by_weekday=draw(plain_weekdays | nth_weekdays if by_month else plain_weekdays),
        by_monthday=() if frequency is Frequency.WEEKLY else draw(numbers),
        by_month=draw(months),
        week_start=draw(st.sampled_from(Weekday)),
        until=starts_on + timedelta(days=draw(st.integers(0, 400))),
    )
    near = st.lists(st.integers(0, 400).map(lambda far: starts_on + timedelta(days=far)), max_size=5, unique=True)
    return Schedule(starts_on, explicit(rule, starts_on), tuple(sorted(draw(near))), tuple(sorted(draw(near))))


def dates(text: str, starts_on: date = START) -> list[str]:
    """The dates of a rule given as text."""
    rule = explicit(rule_of(text), starts_on)
    return [each.isoformat() for each in dates_of(Schedule(starts_on, rule), RULES, PATH)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", ["2026-07-03", "2026-07-04", "2026-07-05"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=FR,SU", ["2026-07-03", "2026-07-05", "2026-07-17", "2026-07-19"]),
        # Where the week begins decides what every second week is.
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=FR,SU;WKST=SU", ["2026-07-03", "2026-07-12", "2026-07-17", "2026-07-26"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", ["2026-07-03", "2026-08-07", "2026-09-04"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-1FR", ["2026-07-31", "2026-08-28", "2026-09-25"]),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=31", ["2026-07-31", "2026-08-31", "2026-10-31"]),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-1", ["2026-07-31", "2026-08-31", "2026-09-30"]),
        ("FREQ=MONTHLY;COUNT=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-07-31", "2026-08-31"]),
        ("FREQ=YEARLY;COUNT=2;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29"]),
        ("FREQ=WEEKLY;UNTIL=20260717", ["2026-07-03", "2026-07-10", "2026-07-17"]),
    ],
)
def test_rules_give_the_dates_that_the_standard_says(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=MONTHLY;INTERVAL=99;BYMONTH=5;BYMONTHDAY=31;COUNT=9",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20270101",
    ],
)
def test_a_rule_that_matches_nothing_ends_after_ten_years_of_steps(text: str) -> None:
    rule = rule_of(text)
    steps = steps_for(rule)

    found = dates_within(steps, rule, START, MOST_OCCURRENCES)

    assert len(found) < 2
    assert steps.taken <= STEPS[rule.frequency] // rule.interval + 2


def test_no_rule_gives_dates_from_ten_years_on() -> None:
    assert [each.year for each in RULES.dates(rule_of("FREQ=YEARLY;COUNT=50"), START, 50)] == list(range(2026, 2036))


def test_a_rule_gives_no_more_dates_than_a_series_may_have() -> None:
    with pytest.raises(Refused) as refused:
        dates("FREQ=DAILY;UNTIL=20280101")

    assert refused.value.refusal == TooManyOccurrences(366, PATH)
    assert len(dates("FREQ=DAILY;COUNT=366")) == 366


@settings(deadline=None)  # dateutil alone goes on until the year 9999 where a rule matches nothing
@given(schedules())
def test_the_dates_are_those_that_dateutil_reads_out_of_the_text(schedule: Schedule) -> None:
    at = datetime.combine(schedule.starts_on, time())

    ours = RULES.dates(schedule.rule, schedule.starts_on, 50)

    theirs = islice(rrulestr(write_rrule(schedule.rule), dtstart=at), 50)
    assert list(ours) == [each.date() for each in theirs]


@given(days, st.sets(st.sampled_from(Weekday), min_size=1), st.integers(1, 4), st.integers(1, 30))
def test_weekly_rules_give_the_days_that_a_calendar_shows(starts_on: date, chosen: set[Weekday], interval: int, count: int) -> None:
    """Independently of any rule: walk through the days and take those of the right weekday in every so-manyth week from Monday on."""
    monday = starts_on - timedelta(days=starts_on.weekday())
    walked = (starts_on + timedelta(days=far) for far in range(7 * interval * (count + 1)))
    right = [day for day in walked if weekday_of(day) in chosen and (day - monday).days // 7 % interval == 0]

    rule = Recurrence(Frequency.WEEKLY, interval, tuple(NthWeekday(each) for each in sorted(chosen)), count=count)

    assert list(RULES.dates(rule, starts_on, count)) == right[:count]


@given(schedules())
def test_a_rule_is_read_as_it_was_written(schedule: Schedule) -> None:
    assert rule_of(write_rrule(schedule.rule)) == schedule.rule


@given(schedules(), st.data())
def test_parting_a_schedule_loses_and_doubles_no_date(schedule: Schedule, data: st.DataObject) -> None:
    whole = expand(schedule, RULES)
    # One date more than a series may have is refused before there is anything to part.
    assume(len(whole) > 1 and len(RULES.dates(schedule.rule, schedule.starts_on, MOST_OCCURRENCES + 1)) <= MOST_OCCURRENCES)
    at = data.draw(st.sampled_from(whole[1:]))

    before, after = split(schedule, at, whole[0], RULES)

    assert expand(before, RULES) == tuple(day for day in whole if day < at)
    assert expand(after, RULES) == tuple(day for day in whole if day >= at)


@given(schedules(), st.integers(2, 60), st.data())
def test_parting_a_schedule_that_counts_loses_and_doubles_no_date(schedule: Schedule, count: int, data: st.DataObject) -> None:
    ruled = RULES.dates(schedule.rule, schedule.starts_on, count)
    assume(ruled)
    counting = replace(schedule, rule=replace(schedule.rule, until=None, count=len(ruled)))
    whole = expand(counting, RULES)
    assume(len(whole) > 1)
    at = data.draw(st.sampled_from(whole[1:]))

    before, after = split(counting, at, whole[0], RULES)

    assert (*expand(before, RULES), *expand(after, RULES)) == whole


@given(schedules())
def test_both_parts_keep_the_rules(schedule: Schedule) -> None:
    whole = expand(schedule, RULES)
    assume(len(whole) > 1)

    for part in split(schedule, whole[-1], whole[0], RULES):
        faults = Faults()
        check(faults, part, PATH)
        faults.refuse()


@pytest.mark.parametrize(
    ("until", "zone", "last"),
    [
        ("20260717", "Europe/Berlin", "2026-07-17"),
        ("20260717T173000Z", "Europe/Berlin", "2026-07-17"),
        ("20260717T172959Z", "Europe/Berlin", "2026-07-16"),
        ("20260717T193000", "Europe/Berlin", "2026-07-17"),
        ("20260717T192959", "Europe/Berlin", "2026-07-16"),
        ("20260717T103000Z", "Asia/Tokyo", "2026-07-17"),
        ("20260717T235959Z", "America/Sao_Paulo", "2026-07-17"),
    ],
)
def test_an_end_with_a_time_is_the_last_day_on_which_it_begins_by_then(until: str, zone: str, last: str) -> None:
    assert str(read_rrule(f"FREQ=DAILY;UNTIL={until}", time(19, 30), zone, PATH).until) == last


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ",
        "COUNT=3",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=SECONDLY",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;COUNT=99999999999999999999",
        "FREQ=DAILY;COUNT=٣",
        "FREQ=DAILY;COUNT=-",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=999MO",
        "FREQ=WEEKLY;WKST=8",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=20260230",
        "FREQ=DAILY;UNTIL=00010101T000000Z",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;BYYEARDAY=1",
        "FREQ=DAILY;COUNT=3\nEXDATE:20260101",
        "DTSTART:20260101\nRRULE:FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;" * 100,
    ],
)
def test_a_text_that_is_no_rule_is_refused_at_its_place(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_rrule(text, time(19, 30), "Europe/Berlin", (*PATH, "rrule"))

    assert isinstance(refused.value.refusal, InputInvalid)
    assert refused.value.refusal.path == (*PATH, "rrule")


@given(st.text(max_size=80) | st.lists(st.sampled_from(["FREQ=", "DAILY", ";", "COUNT=", "3", "BYDAY=", "MO", ",", "-1"])).map("".join))
def test_whatever_is_sent_as_a_rule_is_read_or_refused(text: str) -> None:
    with suppress(Refused):
        rule = read_rrule(text, time(19, 30), "Europe/Berlin", PATH)
        assert rule_of(write_rrule(rule)) == rule
