"""RRULE: a rule as RFC 5545 writes it in one line of text, read and written."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.refusals import Fault, InputInvalid, Refused
from domain.series.recurrence import Frequency, NthWeekday, Recurrence, Weekday

LONGEST_RULE = 500

_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?[0-9]{1,4}")
_UNTIL = re.compile(r"([0-9]{8})(T[0-9]{6}(Z)?)?")


def read_rrule(text: str, clock: time, zone: str, path: tuple[str, ...]) -> Recurrence:
    """The rule that the text means for something that begins at `clock` in the zone; refused with InputInvalid at `path`.

    An UNTIL with a time ends on the last day on which it begins by then. Parts that count in less than days are refused.
    """
    try:
        return _read(text, clock, zone)
    except ValueError as wrong:
        raise Refused(InputInvalid((Fault(path, str(wrong)),))) from wrong


def write_rrule(rule: Recurrence) -> str:
    """The rule in one line, its parts in the order of RFC 5545's examples; those that say nothing are left out."""
    parts = {
        "FREQ": rule.frequency.value,
        "UNTIL": rule.until and f"{rule.until:%Y%m%d}",
        "COUNT": rule.count and str(rule.count),
        "INTERVAL": "" if rule.interval == 1 else str(rule.interval),
        "BYMONTH": _listed(rule.by_month),
        "BYMONTHDAY": _listed(rule.by_monthday),
        "BYDAY": ",".join(f"{each.nth or ''}{each.weekday.value}" for each in rule.by_weekday),
        "BYSETPOS": _listed(rule.by_set_position),
        "WKST": "" if rule.week_start is Weekday.MONDAY else rule.week_start.value,
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def rule_of(text: str) -> Recurrence:
    """The rule that `write_rrule` wrote; raises ValueError for another text."""
    return _read(text, time(), "UTC")


def _read(text: str, clock: time, zone: str) -> Recurrence:
    if len(text) > LONGEST_RULE:
        raise ValueError(f"is {len(text)} characters long, {LONGEST_RULE} are allowed")
    said: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").removesuffix(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or (name not in _PARTS and name != "UNTIL"):
            raise ValueError(f"{_short(part)} is not a part of a rule that is known here; known are {', '.join(sorted(_PARTS))} and UNTIL")
        if name in said:
            raise ValueError(f"says {name} twice")
        said[name] = value
    if "FREQ" not in said:
        raise ValueError("needs FREQ")
    read: dict[str, Any] = {_PARTS[name][0]: _PARTS[name][1](name, value) for name, value in said.items() if name in _PARTS}
    return Recurrence(**read, until=_until(said["UNTIL"], clock, zone) if "UNTIL" in said else None)


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{name} must be a whole number, not {_short(text)}")
    return int(text)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    return tuple(_number(name, each) for each in text.split(","))


def _weekdays(name: str, text: str) -> tuple[NthWeekday, ...]:
    matches = [(each, _WEEKDAY.fullmatch(each)) for each in text.split(",")]
    if wrong := [each for each, match in matches if match is None]:
        raise ValueError(f"{name} must be weekdays such as MO or -1FR, not {_short(wrong[0])}")
    return tuple(NthWeekday(Weekday(match[2]), int(match[1]) if match[1] else None) for _, match in matches if match)


def _frequency(name: str, text: str) -> Frequency:
    if text not in set(Frequency):
        raise ValueError(f"{name} must be DAILY, WEEKLY, MONTHLY or YEARLY, not {_short(text)}")
    return Frequency(text)


def _week_start(name: str, text: str) -> Weekday:
    if text not in set(Weekday):
        raise ValueError(f"{name} must be a weekday such as MO, not {_short(text)}")
    return Weekday(text)


def _until(text: str, clock: time, zone: str) -> date:
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError(f"UNTIL must be a date such as 20270630 or a time such as 20270630T170000Z, not {_short(text)}")
    if match[2] is None:
        return _day(match[1], text).date()
    moment = _day(match[1] + match[2][:7], text, "%Y%m%dT%H%M%S")
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)) if match[3] else moment
    return local.date() if local.time() >= clock else local.date() - timedelta(days=1)


def _day(digits: str, text: str, form: str = "%Y%m%d") -> datetime:
    try:
        moment = datetime.strptime(digits, form)  # noqa: DTZ007 - the zone is added where there is one
    except ValueError as wrong:
        raise ValueError(f"UNTIL names no date that exists: {_short(text)}") from wrong
    if not 1900 <= moment.year <= 9000:
        raise ValueError(f"UNTIL lies too far away: {_short(text)}")
    return moment


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


_PARTS: Mapping[str, tuple[str, Callable[[str, str], object]]] = {
    "FREQ": ("frequency", _frequency),
    "INTERVAL": ("interval", _number),
    "COUNT": ("count", _number),
    "BYDAY": ("by_weekday", _weekdays),
    "BYMONTHDAY": ("by_monthday", _numbers),
    "BYMONTH": ("by_month", _numbers),
    "BYSETPOS": ("by_set_position", _numbers),
    "WKST": ("week_start", _week_start),
}
