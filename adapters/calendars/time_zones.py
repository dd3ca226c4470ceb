"""Writes a time zone's rules as iCalendar has them: which offset held from when on, for the years that matter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Observance:
    """An offset and the moments from which it held, by the clocks of the offset before (RFC 5545, §3.6.5)."""

    name: str
    summer: bool
    offset_from: timedelta
    offset_to: timedelta
    onsets: tuple[datetime, ...]


@lru_cache(maxsize=512)
def lines_of_zone(zone: str, first_year: int, last_year: int) -> Sequence[str]:
    """The VTIMEZONE of an IANA zone; it is right from the first of these years (UTC) to the last, both included."""
    told = (line for each in observances(zone, first_year, last_year) for line in _lines_of(each))
    return ("BEGIN:VTIMEZONE", f"TZID:{zone}", *told, "END:VTIMEZONE")


def observances(zone: str, first_year: int, last_year: int) -> list[Observance]:
    """What held when, those of the same kind together, by first onset."""
    onsets = list(_onsets(ZoneInfo(zone), first_year, last_year))
    # Where winter is the exception, as in Dublin, its difference is negative and that of summer is none.
    winter = min(timedelta(), *(saved for _, saved, *_ in onsets))
    kinds: dict[tuple[str, bool, timedelta, timedelta], list[datetime]] = {}
    for name, saved, offset_from, offset_to, onset in onsets:
        kinds.setdefault((name, saved > winter, offset_from, offset_to), []).append(onset)
    return [Observance(*kind, tuple(moments)) for kind, moments in kinds.items()]


def _onsets(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[tuple[str, timedelta, timedelta, timedelta, datetime]]:
    # A year early, since readers disagree about the very moment at which the first rule begins.
    day, end = datetime(first_year - 1, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    before = _rule_at(zone, day)
    yield *before[:2], before[2], before[2], (day + before[2]).replace(tzinfo=None)
    while day < end:
        day += DAY
        if (after := _rule_at(zone, day)) != before:
            change = _find_change(zone, day - DAY, day)
            yield *after[:2], before[2], after[2], (change + before[2]).replace(tzinfo=None)
            before = after


def _find_change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The first moment with the rule that holds at `late`; zones change on whole seconds."""
    after = _rule_at(zone, late)
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        early, late = (early, middle) if _rule_at(zone, middle) == after else (middle, late)
    return late


def _rule_at(zone: ZoneInfo, moment: datetime) -> tuple[str, timedelta, timedelta]:
    local = moment.astimezone(zone)
    return local.tzname() or "", local.dst() or timedelta(), local.utcoffset() or timedelta()


def _lines_of(each: Observance) -> Iterator[str]:
    kind = "DAYLIGHT" if each.summer else "STANDARD"
    first, *others = (f"{onset:%Y%m%dT%H%M%S}" for onset in each.onsets)
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{first}"
    if others:
        yield f"RDATE:{','.join(others)}"
    yield f"TZNAME:{each.name}"
    yield f"TZOFFSETFROM:{_shown(each.offset_from)}"
    yield f"TZOFFSETTO:{_shown(each.offset_to)}"
    yield f"END:{kind}"


def _shown(offset: timedelta) -> str:
    """`+0200`; with seconds where a zone has them, as local mean times do."""
    seconds = abs(offset) // SECOND
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{'-' if offset < timedelta() else '+'}{hours:02}{minutes:02}" + (f"{rest:02}" if rest else "")
