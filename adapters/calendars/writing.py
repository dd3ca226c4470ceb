"""Writes calendars as iCalendar files (RFC 5545), in which no text can pass for a line of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from adapters.calendars.time_zones import lines_of_zone
from domain.calendars import Calendar, Entry

MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
NAMELESS = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})
"""Zones whose times are written as UTC, which needs no rules."""

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})
# What is left when the lines are parted: a file of text has no use for them, and some readers stumble.
_CONTROLS = dict.fromkeys([*range(9), *range(10, 32), *range(127, 160)])


def write(calendar: Calendar) -> bytes:
    """The file. The same calendar gives the same bytes at any time, so that it can be asked for by its hash."""
    return b"".join(_folded(line) for line in _lines(calendar))


def _lines(calendar: Calendar) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//TicketBase//Events//EN", "CALSCALE:GREGORIAN")
    if calendar.name is not None:
        name = _text(calendar.name)
        yield from (f"NAME:{name}", f"X-WR-CALNAME:{name}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
    yield from _zones(calendar)
    for entry in calendar.entries:
        yield from _event(entry)
    yield "END:VCALENDAR"


def _zones(calendar: Calendar) -> Iterator[str]:
    years: dict[str, set[int]] = {}
    for entry in calendar.entries:
        years.setdefault(entry.time_zone, set()).update({entry.starts_at.year, entry.ends_at.year})
    named = sorted(set(years) - NAMELESS)
    for zone in named:
        yield from lines_of_zone(zone, min(years[zone]), max(years[zone]))
    if not calendar.entries:
        # A calendar must have some component, and this one says nothing.
        yield from lines_of_zone("UTC", 1970, 1970)


def _event(entry: Entry) -> Iterator[str]:
    changed = f"{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    # Without a METHOD in the file this means the same as LAST-MODIFIED (§3.8.7.2), and so stays until the event changes.
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{entry.status.value}"
    yield _moment("DTSTART", entry.starts_at, entry.time_zone)
    yield _moment("DTEND", entry.ends_at, entry.time_zone)
    yield f"SUMMARY:{_text(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{_text(entry.description)}"
    if entry.location:
        yield f"LOCATION:{_text(entry.location)}"
    if entry.position:
        yield "GEO:{:f};{:f}".format(*entry.position)
    yield f"URL:{entry.url}"
    yield "END:VEVENT"


def _moment(name: str, moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    # In the hour that the clocks show twice, a local time means the first of the two (§3.3.5).
    if zone in NAMELESS or local.fold:
        return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone}:{local:%Y%m%dT%H%M%S}"


def _text(words: str) -> str:
    """On one line, whatever breaks lines anywhere."""
    return "\\n".join(line.translate(_CONTROLS).translate(_ESCAPED) for line in words.splitlines())


def _folded(line: str) -> bytes:
    """The line in pieces of 75 octets at most, none of which ends within a character (§3.1)."""
    rest, pieces = line.encode("utf-8", "replace"), []
    room = LONGEST_LINE
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(rest[:cut])
        rest, room = rest[cut:], LONGEST_LINE - 1
    return b"\r\n ".join([*pieces, rest]) + b"\r\n"
