"""The rules of a time zone in a file say the same as the zone itself, read by somebody else's implementation."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from adapters.calendars.time_zones import lines_of_zone, observances

# Summer time in either half of the year, by half an hour, negative in winter, none, suspended in Ramadan, abolished, a day left out.
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/St_Johns",
]


def zone_in_file(zone: str, first_year: int, last_year: int) -> Any:
    component: Any = Timezone.from_ical("\r\n".join([*lines_of_zone(zone, first_year, last_year), ""]))
    assert [fault for each in component.walk() for fault in each.errors] == []
    return component.to_tz(lookup_tzid=False)


# The parser cannot leave out a whole day, as Apia did in 2011.
@pytest.mark.parametrize("zone", sorted({*ZONES} - {"Pacific/Apia"}))
@pytest.mark.parametrize("years", [(2010, 2012), (2024, 2026), (2031, 2031), (2039, 2041)])
def test_every_six_hours_the_clocks_in_the_file_show_what_the_clocks_of_the_place_show(zone: str, years: tuple[int, int]) -> None:
    written, known = zone_in_file(zone, *years), ZoneInfo(zone)
    moments = [datetime(years[0], 1, 1, tzinfo=UTC) + number * timedelta(hours=6) for number in range(4 * 364 * (years[1] - years[0] + 1))]

    wrong = [moment for moment in moments if moment.astimezone(written).utcoffset() != moment.astimezone(known).utcoffset()]

    assert wrong == []


@pytest.mark.parametrize("zone", ZONES)
def test_a_change_is_told_to_the_second(zone: str) -> None:
    for each in observances(zone, 2010, 2026):
        for onset in each.onsets[each.offset_from == each.offset_to :]:
            moment = (onset - each.offset_from).replace(tzinfo=UTC)
            assert moment.astimezone(ZoneInfo(zone)).utcoffset() == each.offset_to
            assert (moment - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset() == each.offset_from


def test_the_rules_begin_before_the_first_year_and_those_of_a_kind_stand_together() -> None:
    berlin = lines_of_zone("Europe/Berlin", 2031, 2032)

    assert berlin == (
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:STANDARD",
        "DTSTART:20300101T010000",
        "TZNAME:CET",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20300331T020000",
        "RDATE:20310330T020000,20320328T020000",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20301027T030000",
        "RDATE:20311026T030000,20321031T030000",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
    )


def test_an_offset_may_have_seconds() -> None:
    assert "TZOFFSETTO:-004430" in lines_of_zone("Africa/Monrovia", 1970, 1970)
