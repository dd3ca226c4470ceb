"""Recurrence rules as clients see and send them: as text, or in parts."""

from datetime import date, datetime

import strawberry

from domain import series as domain
from domain.series import AskedRecurrence, Frequency, Weekday
from schema.enums import show_enum

show_enum(
    Frequency,
    "What a rule counts in.",
    {"DAILY": "Days.", "WEEKLY": "Weeks.", "MONTHLY": "Months.", "YEARLY": "Years."},
)
show_enum(
    Weekday,
    "A day of the week.",
    {
        "MONDAY": "Monday.",
        "TUESDAY": "Tuesday.",
        "WEDNESDAY": "Wednesday.",
        "THURSDAY": "Thursday.",
        "FRIDAY": "Friday.",
        "SATURDAY": "Saturday.",
        "SUNDAY": "Sunday.",
    },
)


@strawberry.type(description="A weekday, or the first, second, last … of its month or year.")
class NthWeekday:
    """See `domain.series.NthWeekday`."""

    weekday: Weekday = strawberry.field(description="Which weekday.")
    nth: int | None = strawberry.field(description="1 for the first, -1 for the last; null for each.")


@strawberry.type(description="When a series has occurrences; all dates are by the clocks of its time zone.")
class Recurrence:
    """See `domain.series.Schedule`."""

    @strawberry.field(description="The rule as RFC 5545 writes it.")
    def rrule(self: domain.Schedule) -> str:
        """The text."""
        return domain.write_rrule(self.rule)

    @strawberry.field(description="What the rule counts in.")
    def frequency(self: domain.Schedule) -> Frequency:
        """The frequency."""
        return self.rule.frequency

    @strawberry.field(description="Every how many days, weeks, months or years.")
    def interval(self: domain.Schedule) -> int:
        """The interval."""
        return self.rule.interval

    @strawberry.field(description="On which weekdays.")
    def by_weekday(self: domain.Schedule) -> list[NthWeekday]:
        """The weekdays."""
        return list(self.rule.by_weekday)  # type: ignore[arg-type]

    @strawberry.field(description="On which days of the month; -1 is the last.")
    def by_monthday(self: domain.Schedule) -> list[int]:
        """The days."""
        return list(self.rule.by_monthday)

    @strawberry.field(description="In which months, 1 to 12.")
    def by_month(self: domain.Schedule) -> list[int]:
        """The months."""
        return list(self.rule.by_month)

    @strawberry.field(description="Which of the dates that the other parts give in a month or year; -1 is the last.")
    def by_set_position(self: domain.Schedule) -> list[int]:
        """The positions."""
        return list(self.rule.by_set_position)

    @strawberry.field(description="With which day a week begins.")
    def week_start(self: domain.Schedule) -> Weekday:
        """The first day of weeks."""
        return self.rule.week_start

    @strawberry.field(description="After how many dates the rule ends; null when it ends by date.")
    def count(self: domain.Schedule) -> int | None:
        """The number of dates."""
        return self.rule.count

    @strawberry.field(description="With which date the rule ends at the latest; null when it ends by count.")
    def until(self: domain.Schedule) -> date | None:
        """The last date."""
        return self.rule.until

    starts_on: date = strawberry.field(description="The date that the rule counts from.")

    @strawberry.field(description="Dates of the rule that are left out.")
    def excluded_dates(self: domain.Schedule) -> list[date]:
        """What EXDATE says."""
        return list(self.excluded)

    @strawberry.field(description="Dates besides those of the rule.")
    def extra_dates(self: domain.Schedule) -> list[date]:
        """What RDATE says."""
        return list(self.extra)


@strawberry.type(description="A date that a series would have.")
class PlannedOccurrence:
    """See `domain.series.Planned`."""

    day: date = strawberry.field(name="date", description="The date by the clocks of the place.")
    starts_at: datetime = strawberry.field(description="When the occurrence would begin.")
    moved: bool = strawberry.field(
        description="Whether it begins later by the clocks than the others, since the clocks skip that time of day on this date."
    )


@strawberry.input(description="A weekday, or the first, second, last … of its month or year.")
class NthWeekdayInput:
    """Read into `domain.series.NthWeekday`."""

    weekday: Weekday = strawberry.field(description="Which weekday.")
    nth: int | None = strawberry.field(
        default=None, description="1 for the first, -1 for the last, of the month or, in a yearly rule without months, of the year."
    )


@strawberry.input(description="When to repeat: `rrule`, or `frequency` and its parts; 366 dates within ten years at most.")
class RecurrenceInput:
    """Read into `domain.series.AskedRecurrence`."""

    rrule: str | None = strawberry.field(
        default=None, description="The rule as RFC 5545 writes it, such as FREQ=WEEKLY;BYDAY=FR;COUNT=10, instead of the parts."
    )
    frequency: Frequency | None = strawberry.field(default=None, description="What to count in.")
    interval: int | None = strawberry.field(default=None, description="Every how many of them; 1 when nothing is said.")
    by_weekday: list[NthWeekdayInput] | None = strawberry.field(default=None, description="On which weekdays.")
    by_monthday: list[int] | None = strawberry.field(default=None, description="On which days of the month; -1 is the last.")
    by_month: list[int] | None = strawberry.field(default=None, description="In which months, 1 to 12.")
    by_set_position: list[int] | None = strawberry.field(
        default=None, description="Which of the dates that the other parts give in a month or year; -1 is the last."
    )
    week_start: Weekday | None = strawberry.field(default=None, description="With which day a week begins; MONDAY when nothing is said.")
    count: int | None = strawberry.field(default=None, description="End after so many dates, those left out included.")
    until: date | None = strawberry.field(default=None, description="End with this date at the latest.")
    excluded_dates: list[date] | None = strawberry.field(default=None, description="Leave these dates out.")
    extra_dates: list[date] | None = strawberry.field(default=None, description="Add these dates.")

    def to_domain(self) -> AskedRecurrence:
        """The wish meant; parts beside a text make it one that is refused."""
        rule = self._rule() if self.frequency or (self.rrule is not None and self._has_parts()) else None
        return AskedRecurrence(self.rrule, rule, tuple(self.excluded_dates or ()), tuple(self.extra_dates or ()))

    def _has_parts(self) -> bool:
        parts = (self.by_weekday, self.by_monthday, self.by_month, self.by_set_position)
        return any(each is not None for each in (*parts, self.interval, self.week_start, self.count, self.until))

    def _rule(self) -> domain.Recurrence:
        return domain.Recurrence(
            self.frequency or Frequency.DAILY,
            1 if self.interval is None else self.interval,
            tuple(domain.NthWeekday(each.weekday, each.nth) for each in self.by_weekday or ()),
            tuple(self.by_monthday or ()),
            tuple(self.by_month or ()),
            tuple(self.by_set_position or ()),
            self.week_start or Weekday.MONDAY,
            self.count,
            self.until,
        )
