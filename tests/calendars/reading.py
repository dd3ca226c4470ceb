"""Reads calendars as their subscribers do: the files by a parser that is not ours, over the same HTTP as everybody."""

from typing import Any

import httpx
from icalendar import Calendar

from tests.api.conftest import Client


async def fetch(client: Client, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """One request in the name of this caller (`if_none_match` is If-None-Match)."""
    sent = client.headers | {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.http.request(method, path, headers=sent)


def parsed(file: bytes) -> tuple[Any, list[Any]]:
    """The calendar and its entries; the test fails when the parser finds fault with anything in it."""
    calendar = Calendar.from_ical(file)
    assert calendar.name == "VCALENDAR"
    faults = [fault for component in calendar.walk() for fault in component.errors]
    assert faults == []
    return calendar, calendar.walk("VEVENT")


async def entry_of(client: Client, event_id: str, **headers: str) -> Any:
    """The only entry of the event's calendar."""
    answer = await fetch(client, f"/api/events/{event_id}.ics", **headers)
    assert answer.status_code == 200, answer.text
    [entry] = parsed(answer.content)[1]
    return entry


def unfolded(file: bytes) -> list[str]:
    """The lines of a file, put together again; each piece has 75 octets at most and is whole UTF-8."""
    pieces = file.split(b"\r\n")
    assert pieces.pop() == b""
    assert max(map(len, pieces)) <= 75
    assert all(piece.decode() and b"\n" not in piece and b"\r" not in piece for piece in pieces)
    return file.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
