"""Broken documents are refused with the file and the JSON path of everything that is wrong, all at once."""

from pathlib import Path
from typing import Any

import pytest

from tests.imports.writing import a_quota, a_variation, an_event, an_item, faults_of, lay

NO_TIME = "is not a time from 1970 to 2199 with its offset, such as 2030-05-01T18:00:00Z"
EVENT, ITEM = "events/concert.json", "items/item1.json"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("slug", None, "is missing"),
        ("slug", " ", "is not a text of one line, or is blank"),
        ("slug", "a\u0000b", "is not a text of one line, or is blank"),
        ("slug", "///", "has neither letters a to z nor digits"),
        ("name", {}, "give the text in at least one language"),
        ("name", None, "is missing"),
        ("name", ["Concert"], "is neither a text nor texts by locale"),
        ("name", {"en": 7}, "is neither a text nor texts by locale"),
        ("currency", "Euro", "is not a currency such as EUR"),
        ("timezone", "Berlin", "Berlin is no IANA time zone such as Europe/Berlin"),
        ("date_from", None, "is missing"),
        ("date_from", "2031-05-01", NO_TIME),
        ("date_from", "0001-01-01T00:00:00+14:00", NO_TIME),
        ("date_from", 7, NO_TIME),
        ("date_to", "2031-05-01T17:00:00Z", "is before date_from"),
        ("live", "yes", "is neither true nor false"),
        ("limit_sales_channels", "web", "is not a list of texts"),
    ],
)
def test_a_broken_field_of_an_event_is_named(tmp_path: Path, field: str, value: object, message: str) -> None:
    lay(tmp_path, events__concert=an_event(**{field: value}), items__item1=an_item())

    assert faults_of(tmp_path) == [(EVENT, f"$.{field}", message)]


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"id": "1"}, "$.id", "is not a positive whole number"),
        ({"id": True}, "$.id", "is not a positive whole number"),
        ({"default_price": None}, "$.default_price", "is missing"),
        ({"default_price": "23,00"}, "$.default_price", 'is not a decimal number such as "23.00"'),
        ({"default_price": "NaN"}, "$.default_price", 'is not a decimal number such as "23.00"'),
        ({"default_price": "٢٣"}, "$.default_price", 'is not a decimal number such as "23.00"'),
        ({"default_price": "0.001"}, "$.default_price", "0.001 has more digits than EUR knows"),
        ({"default_price": "-1.00"}, "$.default_price", "is negative, or more than a ticket can cost"),
        ({"default_price": "99999999999999.00"}, "$.default_price", "is negative, or more than a ticket can cost"),
        ({"max_per_order": 0}, "$.max_per_order", "is not a whole number from 1 on"),
        ({"position": 1.5}, "$.position", "is not a whole number from 0 on"),
        ({"available_until": "tomorrow"}, "$.available_until", NO_TIME),
        (
            {"available_from": "2031-02-01T00:00:00Z", "available_until": "2031-01-01T00:00:00Z"},
            "$.available_until",
            "is not after available_from",
        ),
        ({"name": {"de-informal": "\u0007"}}, "$.name['de-informal']", "must be one line without control characters"),
        ({"name": {"en": "x" * 201}}, "$.name.en", "is 201 characters long, 200 are allowed"),
        ({"variations": [1]}, "$.variations", "is not a list of objects"),
        ({"variations": [a_variation(value=None)]}, "$.variations[0].value", "is missing"),
        ({"variations": [a_variation(), a_variation()]}, "$.variations[1].id", "the variation 11 of this event is in another place too"),
        (
            {"variations": [a_variation(value={"en": "x" * 195})]},
            "$.variations[0].value",
            "is, after the name of its item, longer than 200 characters",
        ),
    ],
)  # fmt: skip
def test_a_broken_field_of_an_item_is_named(tmp_path: Path, fields: dict[str, Any], path: str, message: str) -> None:
    lay(tmp_path, events__concert=an_event(), items__item1=an_item(**fields))

    assert faults_of(tmp_path) == [(ITEM, path, message)]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("size", -1, "is not a whole number from 0 on"),
        ("size", "many", "is not a whole number from 0 on"),
        ("items", [1, "2"], "is not a list of whole numbers"),
        ("name", None, "is missing"),
    ],
)
def test_a_broken_field_of_a_quota_is_named(tmp_path: Path, field: str, value: object, message: str) -> None:
    lay(tmp_path, events__concert=an_event(), items__item1=an_item(), quotas__one=a_quota(**{field: value}))

    assert faults_of(tmp_path) == [("quotas/one.json", f"$.{field}", message)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ('{"a": 1, "a": 2}', "cannot be read as JSON: the field 'a' is given twice in one object"),
        ('{"a": NaN}', "cannot be read as JSON: NaN is not a JSON number"),
        ('{"a": "\\ud800"}', "cannot be read as JSON: a text contains half of a surrogate pair"),
        ("[" * 100_000, "cannot be read as JSON: it is nested too deeply"),
        ("", "cannot be read as JSON: Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_what_is_not_json_is_refused(tmp_path: Path, text: str, message: str) -> None:
    lay(tmp_path, events__concert=an_event(), anything=text)

    assert faults_of(tmp_path) == [("anything.json", "$", message)]


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event())
    (tmp_path / "latin.json").write_bytes('{"name": "Jürgen"}'.encode("latin-1"))

    assert faults_of(tmp_path) == [("latin.json", "$", "cannot be read as JSON: byte 11 is not UTF-8")]


def test_a_document_in_the_wrong_folder_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__event=an_event(slug="other"), items__number="[7]")

    assert faults_of(tmp_path) == [
        ("items/event.json", "$", "has the fields of the kind event, but lies where documents of the kind item do"),
        ("items/number.json", "$[0]", "is not the object that a document of the kind item is"),
    ]


def test_what_is_there_twice_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, events__a=an_event(), events__b=an_event(slug="CONCERT"), a__items=[an_item(), an_item()])

    assert faults_of(tmp_path) == [
        ("a/items.json", "$[1].id", "the item 1 of this event is in another document too"),
        ("events/b.json", "$.slug", "the event concert is in events/a.json too"),
    ]


def test_a_folder_without_events_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, items__item1=an_item())

    assert faults_of(tmp_path)[0][2].startswith("holds no event; fetch ")


def test_all_faults_of_all_documents_are_named_at_once(tmp_path: Path) -> None:
    page = {"count": 2, "next": None, "previous": None, "results": [an_event(slug=None, currency=7), an_event(slug="b", date_from="?")]}
    lay(tmp_path, events=page, items__b_item=an_item(default_price="x", max_per_order=-1))

    found = {(file, path) for file, path, _ in faults_of(tmp_path)}

    assert found == {
        ("events.json", "$.results[0].slug"),
        ("events.json", "$.results[0].currency"),
        ("events.json", "$.results[1].date_from"),
        ("items/b_item.json", "$.default_price"),
        ("items/b_item.json", "$.max_per_order"),
    }
