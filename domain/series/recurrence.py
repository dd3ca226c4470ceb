"""Recurrence: on which dates something takes place again, by a rule of RFC 5545, dates left out and dates besides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date
from enum import StrEnum
from typing import Protocol

from domain.dates import EARLIEST, LATEST
from domain.refusals import Fault, Faults, InputInvalid, Refusal, Refused

MOST_OCCURRENCES = 366
MOST_DATES = 100
"""How many dates may be left out, and how many given besides."""
MOST_NUMBERS = 31
"""How many weekdays, days of a month, months and places a rule names, each at most."""
LARGEST_INTERVAL = 99
YEARS_AHEAD = 10


class Frequency(StrEnum):
    """What a rule counts in. Hours and less are left out: a series has one occurrence a day at most."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Weekday(StrEnum):
    """A weekday, as RFC 5545 writes it."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


WEEK = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """A weekday; with `nth` the first (1), last (-1) … of its month or, in a yearly rule without months, of its year."""

    weekday: Weekday
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule; it ends after `count` dates or on `until`, a date by the clocks of the place. The parts mean what RFC 5545 says of them."""

    frequency: Frequency
    interval: int = 1
    by_weekday: tuple[NthWeekday, ...] = ()
    by_monthday: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_position: tuple[int, ...] = ()
    week_start: Weekday = Weekday.MONDAY
    count: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule that counts from `starts_on`, without the dates left out and with those besides; who is left out and besides is left out."""

    starts_on: date
    rule: Recurrence
    excluded: tuple[date, ...] = ()
    extra: tuple[date, ...] = ()


class Recurrences(Protocol):
    """Who can expand rules."""

    def dates(self, rule: Recurrence, starts_on: date, at_most: int) -> Sequence[date]:
        """The first `at_most` dates of a checked rule, rising, none of them ten years after `starts_on` or later.

        Takes no more steps than there are days, weeks, months or years in these ten years, whether any date is found or none.
        """


@dataclass(frozen=True, slots=True)
class TooManyOccurrences(Refusal):
    """The rule gives more dates than a series may have."""

    limit: int
    at: tuple[str, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"This gives more dates than the {self.limit} that a series may have; let it end earlier."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return self.at


def weekday_number(weekday: Weekday) -> int:
    """0 for Monday."""
    return WEEK.index(weekday)


def weekday_of(day: date) -> Weekday:
    """Which weekday a date is."""
    return WEEK[day.weekday()]


def horizon(starts_on: date, years: int = YEARS_AHEAD) -> date:
    """The day ten years later, from which on a series has no dates."""
    return starts_on.replace(year=max(MINYEAR, min(starts_on.year + years, MAXYEAR)), day=min(starts_on.day, 28))


def explicit(rule: Recurrence, starts_on: date) -> Recurrence:
    """The rule with all said that it takes from the day it starts on, so that it means the same from any of its dates."""
    named_days = rule.by_weekday or rule.by_monthday
    match rule.frequency:
        case Frequency.WEEKLY if not named_days:
            return replace(rule, by_weekday=(NthWeekday(weekday_of(starts_on)),))
        case Frequency.MONTHLY if not named_days:
            return replace(rule, by_monthday=(starts_on.day,))
        case Frequency.YEARLY if not named_days:
            return replace(rule, by_monthday=(starts_on.day,), by_month=rule.by_month or (starts_on.month,))
    return rule


def check(faults: Faults, schedule: Schedule, path: tuple[str, ...]) -> None:
    """Note every rule that the schedule breaks, below `path`."""
    rule, ends = schedule.rule, horizon(schedule.starts_on)
    faults.check(1 <= rule.interval <= LARGEST_INTERVAL, (*path, "interval"), f"must be between 1 and {LARGEST_INTERVAL}")
    faults.check((rule.count is None) != (rule.until is None), (*path, "count"), "give either count or until, so that the series ends")
    early = EARLIEST.year <= schedule.starts_on.year < LATEST.year
    faults.check(early, (*path, "startsOn"), f"must lie between the years {EARLIEST.year} and {LATEST.year}")
    in_limit = rule.count is None or 1 <= rule.count <= MOST_OCCURRENCES
    faults.check(in_limit, (*path, "count"), f"must be between 1 and {MOST_OCCURRENCES}")
    in_time = rule.until is None or schedule.starts_on <= rule.until < ends
    faults.check(in_time, (*path, "until"), f"must lie within {YEARS_AHEAD} years from the first date")
    _check_weekdays(faults, rule, (*path, "byWeekday"))
    _check_numbers(faults, rule.by_monthday, (*path, "byMonthday"), 31)
    faults.check(not (rule.by_monthday and rule.frequency is Frequency.WEEKLY), (*path, "byMonthday"), "has no meaning in a weekly rule")
    _check_numbers(faults, rule.by_month, (*path, "byMonth"), 12, backwards=False)
    _check_numbers(faults, rule.by_set_position, (*path, "bySetPosition"), 366)
    has_sets = rule.frequency in {Frequency.MONTHLY, Frequency.YEARLY} and bool(rule.by_weekday or rule.by_monthday)
    places = (*path, "bySetPosition")
    faults.check(has_sets or not rule.by_set_position, places, "needs byWeekday or byMonthday in a monthly or yearly rule")
    for name, dates in (("excludedDates", schedule.excluded), ("extraDates", schedule.extra)):
        faults.check(len(dates) <= MOST_DATES, (*path, name), f"names {len(dates)} dates, {MOST_DATES} are allowed")
    near = all(horizon(schedule.starts_on, -YEARS_AHEAD) <= each < ends for each in schedule.extra)
    faults.check(near, (*path, "extraDates"), f"must lie within {YEARS_AHEAD} years of the first date")


def _check_weekdays(faults: Faults, rule: Recurrence, path: tuple[str, ...]) -> None:
    numbered = [each.nth for each in rule.by_weekday if each.nth is not None]
    _check_numbers(faults, numbered, path, 53 if rule.frequency is Frequency.YEARLY else 5)
    faults.check(len(rule.by_weekday) <= MOST_NUMBERS, path, f"names more than {MOST_NUMBERS} weekdays")
    faults.check(len(numbered) in {0, len(rule.by_weekday)}, path, "number all weekdays or none of them")
    may_number = rule.frequency in {Frequency.MONTHLY, Frequency.YEARLY} or not numbered
    faults.check(may_number, path, "can be numbered in a monthly or yearly rule only")


def _check_numbers(faults: Faults, numbers: Sequence[int], path: tuple[str, ...], largest: int, *, backwards: bool = True) -> None:
    least = -largest if backwards else 1
    span = f"1 to {largest} or -1 to -{largest}" if backwards else f"1 to {largest}"
    faults.check(all(each != 0 and least <= each <= largest for each in numbers), path, f"must be {span}")
    faults.check(len(numbers) <= MOST_NUMBERS, path, f"names more than {MOST_NUMBERS} numbers")


def dates_of(schedule: Schedule, recurrences: Recurrences, path: tuple[str, ...]) -> tuple[date, ...]:
    """The dates of a schedule, rising; refused with InputInvalid when it breaks a rule or gives none, or with TooManyOccurrences."""
    faults = Faults()
    check(faults, schedule, path)
    faults.refuse()
    ruled = recurrences.dates(schedule.rule, schedule.starts_on, MOST_OCCURRENCES + 1)
    if len(ruled) < (schedule.rule.count or 0):
        raise _fault((*path, "count"), f"are more dates than the rule gives within {YEARS_AHEAD} years")
    dates = _with_exceptions(schedule, ruled)
    if max(len(ruled), len(dates)) > MOST_OCCURRENCES:
        raise Refused(TooManyOccurrences(MOST_OCCURRENCES, path))
    if not dates:
        raise _fault(path, "gives no date at all")
    return dates


def expand(schedule: Schedule, recurrences: Recurrences) -> tuple[date, ...]:
    """The dates of a schedule that was checked when it was written, rising."""
    return _with_exceptions(schedule, recurrences.dates(schedule.rule, schedule.starts_on, MOST_OCCURRENCES))


def split(schedule: Schedule, at: date, first: date, recurrences: Recurrences) -> tuple[Schedule, Schedule]:
    """The schedule of the dates before `at`, and that of `at` and the dates after; together they give each date once.

    A part that the rule gives no date has a rule of one date: `first` before, `at` after.
    """
    ruled = recurrences.dates(schedule.rule, schedule.starts_on, MOST_OCCURRENCES)
    before, after = [each for each in ruled if each < at], [each for each in ruled if each >= at]
    # It ends with its last date and not with the day before `at`, which may be a date besides, long after the rule has ended.
    ending = replace(schedule.rule, count=None, until=before[-1]) if before else _ONCE
    going_on = replace(schedule.rule, count=schedule.rule.count and schedule.rule.count - len(before)) if after else _ONCE
    return (
        _part(schedule, before or [first], ending, lambda each: each < at),
        _part(schedule, after or [at], going_on, lambda each: each >= at),
    )


def _with_exceptions(schedule: Schedule, ruled: Sequence[date]) -> tuple[date, ...]:
    return tuple(sorted({*ruled, *schedule.extra} - {*schedule.excluded}))


_ONCE = Recurrence(Frequency.DAILY, count=1)


def _part(schedule: Schedule, ruled: Sequence[date], rule: Recurrence, belongs: Callable[[date], bool]) -> Schedule:
    excluded, extra = (tuple(filter(belongs, dates)) for dates in (schedule.excluded, schedule.extra))
    return Schedule(ruled[0], rule, excluded, extra)


def _fault(path: tuple[str, ...], message: str) -> Refused:
    return Refused(InputInvalid((Fault(path, message),)))
