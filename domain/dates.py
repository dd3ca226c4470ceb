"""Dates: which there are, finding the same wall-clock time another week, and the end of a day, in the zone of the place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.refusals import Faults

WEEK = timedelta(weeks=1)
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def check_moment(faults: Faults, moment: datetime | None, path: tuple[str, ...]) -> None:
    """Note a moment that nobody means. The first and the last that Python knows are infinite for the database, and cannot be shown."""
    within = moment is None or EARLIEST <= moment < LATEST
    faults.check(within, path, f"must lie between the years {EARLIEST.year} and {LATEST.year}")


def to_the_second(moment: datetime) -> str:
    """The moment as sentences tell it: in UTC, without fractions of a second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def at_local(day: date, clock: time, zone: str) -> datetime:
    """That day and time by the clocks of an IANA zone, as UTC; a time that summer time skips is read with the offset before it."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def weeks_later(moment: datetime, weeks: int, zone: str) -> datetime:
    """The same weekday and time of day so many weeks later (or, negative, earlier) by the clocks of the zone, as UTC."""
    if weeks == 0:
        return moment
    # Within one zone Python adds to the wall clock; the offset is that of the new day, where the hour need not come twice.
    local = moment.astimezone(ZoneInfo(zone)).replace(fold=0)
    return (local + weeks * WEEK).astimezone(UTC)


def moved_along(moment: datetime, start: datetime, new_start: datetime, zone: str) -> datetime:
    """The moment that lies to `new_start` as `moment` lies to `start` by the clocks of the zone (a week before at ten), as UTC."""
    there, old, new = (each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in (moment, start, new_start))
    return (new + (there - old)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def weeks_until(moment: datetime, zone: str, not_before: datetime) -> int:
    """The least number of weeks (maybe negative) that brings the moment to `not_before` or later."""
    weeks = -((moment - not_before) // WEEK)
    # Summer time may lie between, an hour to either side of what the count of seconds says.
    while weeks_later(moment, weeks, zone) < not_before:
        weeks += 1
    while weeks_later(moment, weeks - 1, zone) >= not_before:
        weeks -= 1
    return weeks


def end_of_day(moment: datetime, zone: str) -> datetime:
    """The midnight that ends the moment's day in the zone, as UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    return at_local(local.date() + timedelta(days=1), time(), zone)
