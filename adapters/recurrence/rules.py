"""The dates of a recurrence rule, found by python-dateutil in a number of steps that is known beforehand."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import islice, takewhile
from typing import Self

from dateutil import rrule

from domain.series import YEARS_AHEAD, Frequency, NthWeekday, Recurrence, horizon, weekday_number

KINDS = {Frequency.DAILY: rrule.DAILY, Frequency.WEEKLY: rrule.WEEKLY, Frequency.MONTHLY: rrule.MONTHLY, Frequency.YEARLY: rrule.YEARLY}
STEPS = {
    Frequency.DAILY: YEARS_AHEAD * 366,
    Frequency.WEEKLY: YEARS_AHEAD * 53,
    Frequency.MONTHLY: YEARS_AHEAD * 12,
    Frequency.YEARLY: YEARS_AHEAD,
}
"""How many days, weeks, months and years a search for dates may cover."""


class Exhausted(Exception):
    """The search went on for as long as it may."""


class Steps(int):
    """An interval that knows how often it was taken, and ends the search when that is enough.

    dateutil goes on until the year 9999 when nothing matches a rule (30 February), and lets nobody look in between. It adds the interval
    to the year, the month or the day once in each of its steps, so that is where steps can be counted.
    """

    taken: int
    at_most: int

    def __new__(cls, interval: int, at_most: int) -> Self:
        """An interval that may be taken so often."""
        made = super().__new__(cls, interval)
        made.taken, made.at_most = 0, at_most
        return made

    def __radd__(self, other: int) -> int:
        """The year, month or day one step later."""
        return other + self._take()

    def __mul__(self, other: int) -> int:
        """The days of a step of weeks."""
        return self._take() * other

    def _take(self) -> int:
        self.taken += 1
        if self.taken > self.at_most:
            raise Exhausted
        return int(self)


class DateutilRecurrences:
    """Implements `Recurrences`."""

    def dates(self, rule: Recurrence, starts_on: date, at_most: int) -> Sequence[date]:
        """The first dates of the rule within ten years."""
        return dates_within(steps_for(rule), rule, starts_on, at_most)


def steps_for(rule: Recurrence) -> Steps:
    """The interval of the rule, to be taken until ten years are over."""
    return Steps(rule.interval, STEPS[rule.frequency] // rule.interval + 1)


def dates_within(steps: Steps, rule: Recurrence, starts_on: date, at_most: int) -> Sequence[date]:
    """The first dates of the rule that these steps lead to."""
    ends, found = horizon(starts_on), list[date]()
    try:
        for moment in takewhile(lambda each: each.date() < ends, islice(_expansion(steps, rule, starts_on), at_most)):
            found.append(moment.date())
    except Exhausted:
        pass
    return found


def _expansion(steps: Steps, rule: Recurrence, starts_on: date) -> "rrule.rrule":
    return rrule.rrule(
        KINDS[rule.frequency],
        dtstart=datetime.combine(starts_on, time()),
        interval=steps,
        wkst=weekday_number(rule.week_start),
        count=rule.count,
        until=rule.until and datetime.combine(rule.until, time()),
        bysetpos=rule.by_set_position or None,
        bymonth=rule.by_month or None,
        bymonthday=rule.by_monthday or None,
        byweekday=[_weekday(each) for each in rule.by_weekday] or None,
    )


def _weekday(each: NthWeekday) -> "rrule.weekday":
    return rrule.weekday(weekday_number(each.weekday), each.nth)
