"""The documents that a real pretix answered: what becomes of them, to the last field."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.pretix.notebook import below
from domain.imports import Change, Documents, Fate, ImportEvents
from gateway.operators import Operator
from resolvers.importing import import_events
from tests.api.conftest import Tenant
from tests.imports.writing import noted, read

EVENTS = """
{
  events(first: 10, orderBy: [CREATED_AT_ASC]) {
    totalCount
    nodes {
      slug status titles { locale text } startsAt endsAt timeZone
      ticketTypes { name price { amountMinor currency } position salesStartAt salesEndAt maxPerOrder }
      pools { name capacity }
    }
  }
}
"""
IMPORTED = ("events", "items")


@pytest.fixture(scope="session")
def documents(real_documents: Path) -> Documents:
    return read(real_documents)


def kind(name: str, minor: int, position: int) -> dict[str, Any]:
    price = {"amountMinor": minor, "currency": "EUR"}
    return {"name": name, "price": price, "position": position, "salesStartAt": None, "salesEndAt": None, "maxPerOrder": None}


def event(slug: str, title: str, *kinds: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "status": "PUBLISHED",
        "titles": [{"locale": "en", "text": title}],
        "startsAt": "2020-01-01T10:00:00Z",
        "endsAt": "2020-01-01T14:00:00Z",
        "timeZone": "Asia/Tokyo",
        "ticketTypes": list(kinds),
        "pools": sorted(({"name": each["name"], "capacity": 100} for each in kinds), key=lambda pool: pool["name"]),
    } | fields


TEST_MODE = {"status": "DRAFT", "startsAt": "2026-05-31T00:00:00Z", "endsAt": "2026-06-01T00:00:00Z", "timeZone": "UTC"}
EXPECTED = [
    event("demo", "Large Testevent 0", kind("Regular ticket", 2300, 0), kind("Merch", 1200, 1), kind("Regular ticket", 2300, 2)),
    event("demo2", "Small Testevent 1", kind("Merch", 1200, 0)),
    event("event1", "Event 1", kind("Regular ticket", 0, 0), **TEST_MODE),
    event("event2", "Event 2", kind("Regular ticket", 0, 0), **TEST_MODE),
]


@pytest.mark.asyncio
async def test_they_are_here_exactly(operator: Operator, tenant: Tenant, documents: Documents) -> None:
    report = await import_events(operator.context, ImportEvents("pretix", documents))

    found = (await tenant.owner.ask(EVENTS))["events"]
    assert found == {"totalCount": 4, "nodes": EXPECTED}
    assert (report.count(Change.CREATED), report.count(Change.CHANGED), report.count(Change.UNCHANGED)) == ((4, 6), (0, 0), (0, 0))
    test_mode = "stays a draft: it is in test mode at pretix"
    over = "is over, so nothing of it can be bought"
    assert [outcome.remarks for outcome in report.outcomes] == [(over,), (over,), (test_mode,), (test_mode,)]


@pytest.mark.asyncio
async def test_importing_them_again_changes_nothing(operator: Operator, tenant: Tenant, documents: Documents) -> None:
    ask = ImportEvents("pretix", documents, shift_dates=True)
    await import_events(operator.context, ask)
    before = await tenant.owner.ask(EVENTS)

    report = await import_events(operator.context, ask)

    assert report.count(Change.UNCHANGED) == (4, 6)
    assert await tenant.owner.ask(EVENTS) == before


def test_what_they_mean_is_told(documents: Documents) -> None:
    assumed = noted(documents, Fate.ASSUMED)
    notes = Counter(each.note for each in documents.findings if each.fate is Fate.ASSUMED)
    belongs = "belongs to the event demo: it is the only one that no document of an item or quota names"
    assert notes[belongs] == 3
    assert notes["no quota names it, so it has a pool of its own with 100 tickets"] == 6
    assert {place for place in assumed if place[1] == "$.date_to"} == {
        ("events/rmevent1.json", "$.date_to"),
        ("events/rmevent2.json", "$.date_to"),
    }


def test_what_has_no_place_here_is_told(documents: Documents) -> None:
    inside = {place: note for place, note in noted(documents, Fate.NOT_MAPPED).items() if place[1] != "$"}
    whole = Counter(file.partition("/")[0] for file, path in noted(documents, Fate.NOT_MAPPED) if path == "$")

    assert inside == {
        ("events/event1.json", "$.date_admission"): "events have no time of admission yet",
        ("events/event2.json", "$.date_admission"): "events have no time of admission yet",
        ("items/item1.json", "$.checkin_attention"): "check-in does not exist yet",
        ("items/item3.json", "$.checkin_attention"): "check-in does not exist yet",
        ("items/item2.json", "$.admission"): "every ticket type admits to its event",
        ("items/event2-item3.json", "$.admission"): "every ticket type admits to its event",
        ("items/rmevent1-item1.json", "$.personalized"): "attendees are not asked for their names yet",
        ("items/rmevent2-item1.json", "$.personalized"): "attendees are not asked for their names yet",
    }
    assert whole == {"checkinlists": 10, "orders": 14, "questions": 3, "subevents": 1}
    assert noted(documents, Fate.UNKNOWN) == {("jsonlogic/tests.json", "$"): "is no list of documents of the pretix API"}


def test_every_file_and_every_field_is_accounted_for(documents: Documents, real_documents: Path) -> None:
    fates = {(each.file, each.path): each for each in documents.findings}
    files = {file.relative_to(real_documents).as_posix(): file for file in real_documents.rglob("*") if file.is_file()}

    left_out = [name for name in files if not any(name == file for file, _ in fates)]
    unread = [
        (name, path)
        for name, file in files.items()
        if name.startswith(IMPORTED) and file.suffix == ".json"
        for path, above in fields_of(json.loads(file.read_text(encoding="utf-8")))
        if not any((name, place) in fates for place in (path, *above))
    ]

    assert (left_out, unread) == ([], [])
    assert all(each.note for each in documents.findings)


def fields_of(body: Any, place: str = "$", above: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The JSON path of every field, however deep, with those of the fields it lies in."""
    steps = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, value in steps:
        inner = below(place, step)
        yield inner, above
        yield from fields_of(value, inner, (*above, inner))
