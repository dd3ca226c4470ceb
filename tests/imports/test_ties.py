"""Items say nowhere which event they belong to; their place, their file's name and what others say tell it, or they are refused."""

from pathlib import Path
from typing import Any

import pytest

from adapters.pretix.events import Terms
from domain.imports import Fate
from tests.imports.writing import TERMS, a_quota, an_event, an_item, faults_of, lay, noted, read

ONE, TWO, THREE = (an_event(slug=slug) for slug in ("one", "two", "three"))


def sold(folder: Path, terms: Terms = TERMS) -> dict[str, list[str]]:
    return {event.name: [each.name.rpartition("/")[2] for each in event.ticket_types] for event in read(folder, terms).events}


@pytest.mark.parametrize(
    "place",
    ["one__items__7", "events__one__items__7", "organizers__us__events__one__items", "items__one__7", "items__one-7", "items__first-item7"],
)
def test_a_place_tells_the_event(tmp_path: Path, place: str) -> None:
    lay(tmp_path, events__first=ONE, events__second=TWO, **{place: an_item(id=7)})

    assert sold(tmp_path) == {"one": ["7"], "two": []}


def test_what_lies_beside_an_event_belongs_to_it(tmp_path: Path) -> None:
    lay(
        tmp_path,
        a__event=ONE,
        a__items__x=an_item(id=1),
        b__event=TWO,
        b__items=[an_item(id=2), an_item(id=3)],
        b__quotas=[a_quota(items=[2])],
    )

    assert sold(tmp_path) == {"one": ["1"], "two": ["2", "3"]}


def test_the_longest_name_that_fits_counts(tmp_path: Path) -> None:
    lay(tmp_path, events__demo=an_event(slug="x"), events__demo_2=an_event(slug="y"), items__demo_2_item1=an_item())

    assert sold(tmp_path) == {"x": [], "y": ["1"]}


def test_the_name_of_an_events_file_goes_before_another_events_slug(tmp_path: Path) -> None:
    files: dict[str, Any] = {"events__event2": an_event(slug="demo2"), "events__other": an_event(slug="event2")}
    lay(tmp_path, **files, **{"items__event2-item3": an_item(id=3)})

    documents = read(tmp_path)

    assert sold(tmp_path) == {"demo2": ["3"], "event2": []}
    assert noted(documents, Fate.ASSUMED)[("items/event2-item3.json", "$")].startswith("no quota")
    assert any(each.note.startswith("belongs to the event demo2: its file begins with") for each in documents.findings)


def test_what_names_no_event_belongs_to_the_only_one(tmp_path: Path) -> None:
    lay(tmp_path, events__first=ONE, items__x=an_item(id=7))

    assert sold(tmp_path) == {"one": ["7"]}


def test_what_names_no_event_belongs_to_the_only_one_that_nothing_else_names(tmp_path: Path) -> None:
    items = {"items__x": an_item(id=7), "items__two-1": an_item(id=8), "items__third-1": an_item(id=9)}
    lay(tmp_path, events__first=ONE, events__second=TWO, events__third=THREE, **items)

    documents = read(tmp_path)

    assert sold(tmp_path) == {"one": ["7"], "two": ["8"], "three": ["9"]}
    assert [each.note for each in documents.findings if each.note.startswith("belongs")] == [
        "belongs to the event one: it is the only one that no document of an item or quota names"
    ]


def test_what_cannot_be_told_is_refused_unless_it_is_said(tmp_path: Path) -> None:
    lay(tmp_path, events__first=ONE, events__second=TWO, items__x=an_item(id=7))

    told = faults_of(tmp_path)

    assert [(file, path) for file, path, _ in told] == [("items/x.json", "$")]
    assert told[0][2].startswith("does not say which event it belongs to: lay it in the event's folder")
    assert sold(tmp_path, Terms("en", 100, "two")) == {"one": [], "two": ["7"]}
    assert faults_of(tmp_path, Terms("en", 100, "none")) == [
        ("items/x.json", "$", "does not say which event it belongs to: there is no event none either")
    ]
