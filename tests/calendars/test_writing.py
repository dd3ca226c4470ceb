"""What is written is what was meant, to the letter, and no words can become lines of a file."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.calendars.writing import write
from domain.calendars import Calendar, Entry, EntryStatus
from tests.calendars.reading import parsed, unfolded

ENTRY = Entry(
    uid="1@2",
    sequence=3,
    status=EntryStatus.CONFIRMED,
    starts_at=datetime(2031, 5, 1, 18, tzinfo=UTC),
    ends_at=datetime(2031, 5, 1, 21, tzinfo=UTC),
    time_zone="Europe/Berlin",
    changed_at=datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
    summary="The Late Show",
    description="",
    location="",
    position=None,
    url="https://hall.example/events/late-show",
)
HOSTILE = [
    "Show\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:stolen",
    "Show\nATTACH:https://evil.example/x.exe",
    "Show\rBEGIN:VALARM",
    "Show\u2028BEGIN:VALARM\u2029END:VALARM\u0085X:1\x0bY:2\x0cZ:3",
    "\\nBEGIN:VEVENT\\",
    "\\\\n;,:\"'=",
    "x" * 10_000,
    "é" * 10_000,
    "🎭" * 2_600,
    "\r\n" * 5_000,
    "BEGIN:VEVENT\n" * 800,
    " \t leading",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_words_are_there_is_one_entry_with_these_words(words: str) -> None:
    file = write(Calendar([replace(ENTRY, summary=words, description=words, location=words)], words))

    calendar, [entry] = parsed(file)
    said = "\n".join(words.splitlines())
    assert [str(entry[name]) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")] == [said] * 3
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded(file)]
    assert names.count("BEGIN") == names.count("END") == len(calendar.walk())
    assert {"ATTACH", "X"}.isdisjoint(names)
    assert len(calendar.walk("VALARM")) == 0
    assert str(entry["UID"]) == "1@2"


def test_what_no_file_of_text_holds_is_left_out() -> None:
    [entry] = parsed(write(Calendar([replace(ENTRY, summary="a\x00b\x1bc\x7fd\x9fe\tf\u200dg")])))[1]

    assert str(entry["SUMMARY"]) == "abcde\tf\u200dg"


def test_signs_that_part_values_are_escaped() -> None:
    file = write(Calendar([replace(ENTRY, summary="a;b,c\\d\ne:f")]))

    assert "SUMMARY:a\\;b\\,c\\\\d\\ne:f" in unfolded(file)


@pytest.mark.parametrize("length", range(60, 80))
@pytest.mark.parametrize("letter", ["a", "é", "語", "🎭"])
def test_no_letter_is_split_wherever_the_line_is_folded(length: int, letter: str) -> None:
    words = "b" * length + letter * 100

    assert f"SUMMARY:{words}" in unfolded(write(Calendar([replace(ENTRY, summary=words)])))


def test_a_line_of_just_75_octets_is_not_folded() -> None:
    exactly, over = "a" * (75 - len("SUMMARY:")), "a" * (76 - len("SUMMARY:"))

    assert f"\r\nSUMMARY:{exactly}\r\n".encode() in write(Calendar([replace(ENTRY, summary=exactly)]))
    assert f"\r\nSUMMARY:{over[:-1]}\r\n a\r\n".encode() in write(Calendar([replace(ENTRY, summary=over)]))


@pytest.mark.parametrize(
    ("moment", "zone", "line"),
    [
        (datetime(2031, 5, 1, 18, tzinfo=UTC), "Europe/Berlin", "DTSTART;TZID=Europe/Berlin:20310501T200000"),
        (datetime(2031, 5, 1, 18, 0, 30, 999_999, tzinfo=UTC), "Asia/Kolkata", "DTSTART;TZID=Asia/Kolkata:20310501T233030"),
        (datetime(2031, 5, 1, 18, tzinfo=UTC), "UTC", "DTSTART:20310501T180000Z"),
        # On 26 October 2031 the clocks of Berlin show two o'clock twice, and local times mean the first.
        (datetime(2031, 10, 26, 0, 30, tzinfo=UTC), "Europe/Berlin", "DTSTART;TZID=Europe/Berlin:20311026T023000"),
        (datetime(2031, 10, 26, 1, 30, tzinfo=UTC), "Europe/Berlin", "DTSTART:20311026T013000Z"),
        # A new year that begins in Kiritimati while UTC has the old one.
        (datetime(2030, 12, 31, 12, tzinfo=UTC), "Pacific/Kiritimati", "DTSTART;TZID=Pacific/Kiritimati:20310101T020000"),
    ],
)
def test_a_moment_is_told_by_the_clocks_of_the_place(moment: datetime, zone: str, line: str) -> None:
    file = write(Calendar([replace(ENTRY, starts_at=moment, time_zone=zone)]))

    assert line in unfolded(file)
    assert parsed(file)[1][0]["DTSTART"].dt.astimezone(UTC) == moment.replace(microsecond=0)


def test_each_zone_is_explained_once_for_all_its_years() -> None:
    late = datetime(2033, 7, 1, 18, tzinfo=UTC)
    entries = [
        ENTRY,
        replace(ENTRY, uid="2@2", starts_at=late, ends_at=late.replace(hour=19)),
        replace(ENTRY, uid="3@2", time_zone="America/New_York"),
        replace(ENTRY, uid="4@2", time_zone="UTC"),
    ]

    calendar, found = parsed(write(Calendar(entries)))

    assert [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")] == ["America/New_York", "Europe/Berlin"]
    assert [each["DTSTART"].dt for each in found] == [each.starts_at for each in entries]
    [berlin] = [each for each in calendar.walk("VTIMEZONE") if each["TZID"] == "Europe/Berlin"]
    zone: Any = berlin.to_tz(lookup_tzid=False)
    assert late.astimezone(zone).utcoffset() == late.astimezone(found[1]["DTSTART"].dt.tzinfo).utcoffset()


def test_an_empty_calendar_is_a_calendar() -> None:
    calendar, entries = parsed(write(Calendar([], "The Hall")))

    assert (str(calendar["NAME"]), str(calendar["X-WR-CALNAME"]), entries) == ("The Hall", "The Hall", [])
    assert len(calendar.subcomponents) == 1


def test_the_same_calendar_gives_the_same_bytes() -> None:
    assert write(Calendar([ENTRY])) == write(Calendar([replace(ENTRY)]))
    assert b"DTSTAMP:20300102T030405Z\r\nLAST-MODIFIED:20300102T030405Z\r\n" in write(Calendar([ENTRY]))
