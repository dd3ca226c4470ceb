"""A seating plan in the format of pretix becomes a geometry, or a refusal that names every fault with its JSON path."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from domain.refusals import Refused
from domain.seating import parts
from domain.seating.geometry import Category, Point, SeatFlags, Shape, StandingArea
from domain.seating.parts import MOST_FAULTS, SeatingPlanInvalid
from domain.seating.reading import read_plan
from tests.seating.halls import hall, row, seat, small_hall, standing, zone

Document = dict[str, Any]


def refusal(document: object) -> SeatingPlanInvalid:
    with pytest.raises(Refused) as refused:
        read_plan(document)
    assert isinstance(refused.value.refusal, SeatingPlanInvalid)
    return refused.value.refusal


def faults(document: object) -> list[tuple[str, str]]:
    return [(fault.json_path, fault.message) for fault in refusal(document).faults]


def put(value: object, *steps: str | int) -> Callable[[Document], None]:
    """Sets one value; a step that is a name of its own is added."""

    def change(document: Document) -> None:
        place: Any = document
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = value

    return change


def drop(*steps: str | int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place: Any = document
        for step in steps[:-1]:
            place = place[step]
        del place[steps[-1]]

    return change


def both(first: Callable[[Document], None], second: Callable[[Document], None]) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        first(document)
        second(document)

    return change


SEAT = ("zones", 0, "rows", 0, "seats", 1)
AREA = ("zones", 2, "areas", 0)
AT_SEAT, AT_AREA = "$.zones[0].rows[0].seats[1]", "$.zones[2].areas[0]"
BOUNDS = "must be from -1,000,000 to 1,000,000"

FAULTS: dict[str, tuple[Callable[[Document], None], list[tuple[str, str]]]] = {
    "no name": (drop("name"), [("$.name", "is missing")]),
    "name of another type": (put(5, "name"), [("$.name", "is not a text")]),
    "name over-long": (put("x" * 201, "name"), [("$.name", "is 201 characters long, 200 are allowed")]),
    "name of two lines": (put("a\nb", "name"), [("$.name", "must be one line without control characters")]),
    "half a character": (put("a\ud800", "name"), [("$.name", "must be one line without control characters")]),
    "name with HTML": (put("<b>x</b>", "name"), [("$.name", "contains HTML at character 1; write plain text")]),
    "no size": (drop("size"), [("$.size", "is missing")]),
    "size of another type": (put([1, 2], "size"), [("$.size", "is not an object")]),
    "size without a measure": (drop("size", "width"), [("$.size.width", "is missing")]),
    "size with a fraction": (put(10.5, "size", "width"), [("$.size.width", "is not a whole number")]),
    "size of nothing": (put(0, "size", "height"), [("$.size.height", "must be from 1 to 100,000")]),
    "size absurd": (put(10**9, "size", "height"), [("$.size.height", "must be from 1 to 100,000")]),
    "size true": (put(True, "size", "height"), [("$.size.height", "is not a whole number")]),
    "size with more": (put(1, "size", "depth"), [("$.size.depth", "is not known here; known are height, width")]),
    "unknown key": (put(1, "version"), [("$.version", "is not known here; known are categories, name, size, zones")]),
    "unknown key that needs quotes": (put(1, "a b'"), [("$['a b\\'']", "is not known here; known are categories, name, size, zones")]),
    "no categories": (put([], "categories"), [(f"$.zones[{z}].rows[{r}].seats[{s}].category", f"{name} is none of the plan's categories")
        for z, r, s, name in ((0, 0, 0, "Stalls"), (0, 0, 1, "Stalls [accessible]"), (0, 1, 0, "Stalls"), (0, 1, 1, "Stalls"),
            (1, 0, 0, "Balcony"), (1, 0, 1, "Balcony"))]),
    "categories of another type": (put({}, "categories"), [("$.categories", "is not a list")]),
    "categories left out": (drop("categories"), [("$.categories", "is missing")]),
    "too many categories": (put([{"name": f"C{number}"} for number in range(201)], "categories"),
        [("$.categories", "has 201 entries, 200 are allowed")]),
    "category of another type": (put("Stalls", "categories", 0), [("$.categories[0]", "is not an object")]),
    "category without a name": (put({}, "categories", 0), [("$.categories[0].name", "is missing")]),
    "category with a number for a name": (put(5, "categories", 0, "name"), [("$.categories[0].name", "is not a text")]),
    "category with an over-long name": (both(put("x" * 201, "categories", 0, "name"), put("x" * 201, *SEAT, "category")),
        [("$.categories[0].name", "is 201 characters long, 200 are allowed"),
         *((f"$.zones[0].rows[{r}].seats[{s}].category", "Stalls is none of the plan's categories (Stalls [accessible], Balcony)")
           for r, s in ((0, 0), (1, 0), (1, 1)))]),
    "category with a name of two lines": (both(put("a\nb", "categories", 1, "name"), put("a\nb", *SEAT, "category")),
        [("$.categories[1].name", "must be one line without control characters")]),
    "category twice": (put("Balcony", "categories", 1, "name"), [("$.categories[2].name", "is the name of an earlier category too"),
        (f"{AT_SEAT}.category", "Stalls [accessible] is none of the plan's categories (Stalls, Balcony)")]),
    "category without a colour": (put("url(javascript:x)", "categories", 0, "color"), [("$.categories[0].color",
        "is not a colour such as #1d4ed8")]),
    "zones of another type": (put("none", "zones"), [("$.zones", "is not a list")]),
    "no zones": (put([], "zones"), [("$.zones", "has neither a seat nor a standing area")]),
    "zone of another type": (put(None, "zones", 0), [("$.zones[0]", "is not an object")]),
    "zone empty": (put([], "zones", 1, "rows"), [("$.zones[1]", "is empty: it has neither seats nor areas")]),
    "zone with empty rows": (put([{"row_number": "A", "seats": []}], "zones", 1, "rows"), [("$.zones[1]",
        "is empty: it has neither seats nor areas")]),
    "zone without a position": (drop("zones", 0, "position"), [("$.zones[0].position", "is missing")]),
    "zone without rows": (drop("zones", 2, "rows"), [("$.zones[2].rows", "is missing")]),
    "zone's position of another type": (put("0,0", "zones", 0, "position"), [("$.zones[0].position", "is not an object")]),
    "row without seats": (drop("zones", 0, "rows", 0, "seats"), [("$.zones[0].rows[0].seats", "is missing")]),
    "row without a number": (drop("zones", 0, "rows", 0, "row_number"), [("$.zones[0].rows[0].row_number", "is missing")]),
    "row number of another type": (put(1, "zones", 0, "rows", 0, "row_number"), [("$.zones[0].rows[0].row_number", "is not a text")]),
    "row numbered elsewhere": (put("left", "zones", 0, "rows", 0, "row_number_position"), [("$.zones[0].rows[0].row_number_position",
        "must be one of start, end, both")]),
    "seat of another type": (put("s", *SEAT), [(AT_SEAT, "is not an object")]),
    "seat without an id": (drop(*SEAT, "seat_guid"), [(f"{AT_SEAT}.seat_guid", "is missing")]),
    "seat id with spaces": (put(" s ", *SEAT, "seat_guid"), [(f"{AT_SEAT}.seat_guid",
        "must have two characters at least, and no space at either end")]),
    "seat id twice": (put("b-a1", *SEAT, "seat_guid"), [("$.zones[1].rows[0].seats[0].seat_guid", f"is the seat_guid of {AT_SEAT} too")]),
    "seat number blank": (put(" ", *SEAT, "seat_number"), [(f"{AT_SEAT}.seat_number", "is blank")]),
    "seat number that nobody sees": (put("\u200b", *SEAT, "seat_number"), [(f"{AT_SEAT}.seat_number", "is blank")]),
    "seat number with HTML": (put("1<script>", *SEAT, "seat_number"), [(f"{AT_SEAT}.seat_number",
        "contains HTML at character 2; write plain text")]),
    "seat number that turns": (put("1\u202e2", *SEAT, "seat_number"), [(f"{AT_SEAT}.seat_number",
        "contains a character that turns the direction of writing at character 2")]),
    "row number with HTML": (put("<i>", "zones", 0, "rows", 0, "row_number"), [("$.zones[0].rows[0].row_number",
        "contains HTML at character 1; write plain text")]),
    "zone's name with HTML": (put("<img src=x>", "zones", 0, "name"), [("$.zones[0].name",
        "contains HTML at character 1; write plain text")]),
    "seat number twice": (put("1", *SEAT, "seat_number"), [(f"{AT_SEAT}.seat_number",
        "makes this seat Stalls A-1, and so is $.zones[0].rows[0].seats[0] too")]),
    "seat without a category": (drop(*SEAT, "category"), [(f"{AT_SEAT}.category", "is missing")]),
    "seat of an unknown category": (put("Gallery", *SEAT, "category"), [(f"{AT_SEAT}.category",
        "Gallery is none of the plan's categories (Stalls, Stalls [accessible], Balcony)")]),
    "seat without a position": (drop(*SEAT, "position"), [(f"{AT_SEAT}.position", "is missing")]),
    "position without y": (drop(*SEAT, "position", "y"), [(f"{AT_SEAT}.position.y", "is missing")]),
    "position as text": (put("20", *SEAT, "position", "x"), [(f"{AT_SEAT}.position.x", "is not a number")]),
    "position null": (put(None, *SEAT, "position", "x"), [(f"{AT_SEAT}.position.x", "is not a number")]),
    "position not finite": (put(float("nan"), *SEAT, "position", "x"), [(f"{AT_SEAT}.position.x", "is not a finite number")]),
    "position infinite": (put(float("inf"), *SEAT, "position", "y"), [(f"{AT_SEAT}.position.y", "is not a finite number")]),
    "position absurd": (put(10**400, *SEAT, "position", "y"), [(f"{AT_SEAT}.position.y", BOUNDS)]),
    "position with z": (put(1, *SEAT, "position", "z"), [(f"{AT_SEAT}.position.z", "is not known here; known are x, y")]),
    "radius of nothing": (put(0, *SEAT, "radius"), [(f"{AT_SEAT}.radius", "must be from 0.1 to 10,000")]),
    "direction unknown": (put("^", *SEAT, "start_direction"), [(f"{AT_SEAT}.start_direction", "must be one of <, >, <>")]),
    "uuid twice": (both(put("u", *SEAT, "uuid"), put("u", "zones", 1, "uuid")), [("$.zones[1].uuid", f"is the uuid of {AT_SEAT} too")]),
    "area of an unknown shape": (put("star", *AREA, "shape"), [(f"{AT_AREA}.shape",
        "must be one of polygon, rectangle, ellipse, circle, text")]),
    "area without its measures": (put("circle", *AREA, "shape"), [(f"{AT_AREA}.circle", "is missing, though the shape is circle")]),
    "area of negative width": (put(-1, *AREA, "rectangle", "width"), [(f"{AT_AREA}.rectangle.width", "must be from 0 to 1,000,000")]),
    "area turned absurdly": (put(1e9, *AREA, "rotation"), [(f"{AT_AREA}.rotation", "must be from -3,600 to 3,600")]),
    "drawn text with HTML": (put("<b>Floor [standing 9]", *AREA, "text", "text"), [(f"{AT_AREA}.text.text",
        "contains HTML at character 1; write plain text")]),
    "nobody may stand": (put("Floor [standing 0]", *AREA, "text", "text"), [(f"{AT_AREA}.text.text",
        "must let 1 to 1,000,000 people stand")]),
    "seats and standing in one category": (put("Balcony [standing 10]", *AREA, "text", "text"), [(f"{AT_AREA}.text.text",
        "Balcony is a category with seats too; give it a name of its own")]),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_named_with_its_place(kind: str) -> None:
    change, expected = FAULTS[kind]
    document = deepcopy(small_hall())
    change(document)

    found = faults(document)

    assert found == expected


@pytest.mark.parametrize("document", [None, [], "plan", 5, True])
def test_what_is_no_object_is_no_plan(document: object) -> None:
    assert faults(document) == [("$", "is not an object")]


def test_every_fault_is_named_at_once_in_reading_order() -> None:
    document = small_hall(name=1)
    put("x", *SEAT, "position", "x")(document)
    put("Gallery", *SEAT, "category")(document)
    put([], "zones", 1, "rows")(document)

    found = refusal(document)

    assert [fault.json_path for fault in found.faults] == ["$.name", f"{AT_SEAT}.category", f"{AT_SEAT}.position.x", "$.zones[1]"]
    assert found.complete
    assert found.message == "The seating plan has 4 faults; the first is at $.name: is not a text."
    assert found.faults[1].path == ("input", "document", "zones", "0", "rows", "0", "seats", "1", "category")


def test_a_broken_category_is_told_once_however_many_seats_are_of_it() -> None:
    seats = [seat(f"s{number}", str(number), "x" * 201) for number in range(MOST_FAULTS)]

    found = refusal(hall(zone("Stalls", row("A", *seats)), categories=[{"name": "x" * 201}]))

    assert [fault.json_path for fault in found.faults] == ["$.categories[0].name"]
    assert found.complete


def test_reading_stops_at_the_ten_thousandth_fault() -> None:
    found = refusal(small_hall(zones=[1] * 500, categories=[1] * 150, **{f"k{number}": 1 for number in range(MOST_FAULTS)}))

    assert len(found.faults) == MOST_FAULTS
    assert not found.complete
    assert found.message.startswith("The seating plan has 10000 faults and more;")


def test_more_seats_than_a_hall_has_are_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    long_row = [None] * 60_000
    document = hall(zone("A", {"row_number": "1", "seats": long_row[:40_001]}), zone("B", {"row_number": "1", "seats": long_row}))
    monkeypatch.setattr(parts, "MOST_FAULTS", 50_000)

    found = faults(document)

    assert found[-1] == ("$.zones[1].rows[0]", "brings the plan above 100,000 seats, which is the most")
    assert len(found) == 40_002


def test_seats_are_where_zone_row_and_seat_together_say() -> None:
    stalls = zone(
        "Stalls",
        row("A", seat("s1", "1", x=1, y=2), seat("s2", "2", x=0.1, y=0.2), position={"x": 10, "y": 20.5}),
        position={"x": 100, "y": 200},
    )

    geometry = read_plan(hall(stalls)).geometry

    assert [each.seat.at for each in geometry.seats()] == [Point(111, 222.5), Point(110.1, 220.7)]


def test_a_plan_is_read_whole() -> None:
    read = read_plan(small_hall())

    assert read.name == "Small Hall"
    geometry = read.geometry
    assert (geometry.width, geometry.height, geometry.seat_count) == (400, 300, 6)
    assert geometry.categories == (Category("Stalls", "#2563eb"), Category("Balcony", "teal"), Category("Floor", "#fed7aa"))
    assert [(each.seat_no, each.label, each.section, each.row_no, each.seat.place, each.seat.category) for each in geometry.seats()] == [
        (0, "Stalls A-1", 0, 0, 1, 0),
        (1, "Stalls A-2", 0, 0, 2, 0),
        (2, "Stalls B-1", 0, 1, 1, 0),
        (3, "Stalls B-2", 0, 1, 2, 0),
        (4, "Balcony A-1", 1, 0, 1, 1),
        (5, "Balcony A-2", 1, 0, 2, 1),
    ]
    assert [each.seat.flags for each in geometry.seats()] == [0, SeatFlags.ACCESSIBLE, 0, 0, 0, 0]
    [floor] = geometry.sections[2].standing
    assert floor == StandingArea("Floor", 50, 2, 0)
    [area] = geometry.sections[2].areas
    assert (area.shape, area.measures, area.caption and area.caption.text) == (Shape.RECTANGLE, (100, 80), "Floor")


def test_every_shape_of_area_is_read() -> None:
    areas = [
        {"shape": "circle", "circle": {"radius": 5}, "position": {"x": 1, "y": 1}, "rotation": 30, "border_color": "#000"},
        {"shape": "ellipse", "ellipse": {"radius": {"x": 3, "y": 4}}},
        {"shape": "polygon", "polygon": {"points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 0, "y": 9}]}},
        {"shape": "text", "text": {"text": "Bar", "position": {"x": 2, "y": 3}, "size": 20, "color": "red"}},
    ]
    plan = hall(zone("Stalls", row("A", seat("s1", "1")), areas=areas, position={"x": 10, "y": 10}))

    circle, ellipse, polygon, text = read_plan(plan).geometry.sections[0].areas

    assert (circle.at, list(circle.measures), circle.rotation, circle.border_color) == (Point(11, 11), [5], 30, "#000")
    assert list(ellipse.measures) == [3, 4]
    assert list(polygon.measures) == [0, 0, 9, 0, 0, 9]
    assert text.caption is not None
    assert (text.caption.text, text.caption.at, text.caption.size, text.caption.color) == ("Bar", Point(12, 13), 20, "red")


def test_words_in_brackets_that_are_not_known_belong_to_the_name() -> None:
    categories = [{"name": "Box [VIP]"}, {"name": "Box [companion, Restricted  View]", "color": "red"}, {"name": "[accessible]"}]
    seats = [seat(f"s{at}", str(at), each["name"]) for at, each in enumerate(categories)]

    geometry = read_plan(hall(zone("Boxes", row("1", *seats)), categories=categories)).geometry

    assert [(each.name, each.color) for each in geometry.categories] == [("Box [VIP]", None), ("Box", "red"), ("[accessible]", None)]
    assert [each.seat.flags for each in geometry.seats()] == [0, SeatFlags.COMPANION | SeatFlags.RESTRICTED_VIEW, 0]


def test_a_zone_without_a_name_is_called_by_its_id_or_its_number() -> None:
    nameless = [zone("", row("A", seat(f"s{at}", "1"))) for at in range(2)]
    nameless[0]["zone_id"] = "left"

    geometry = read_plan(hall(*nameless)).geometry

    assert [each.label for each in geometry.seats()] == ["left A-1", "2 A-1"]


def test_an_aisle_leaves_a_place_out() -> None:
    seats = [seat(f"s{at}", str(at), x=x, y=x / 10) for at, x in enumerate((0, 20, 40, 80, 100, 120.5, 200), 1)]

    geometry = read_plan(hall(zone("Stalls", row("A", *seats)))).geometry

    assert [each.seat.place for each in geometry.seats()] == [1, 2, 3, 5, 6, 7, 9]


def test_a_standing_area_takes_the_colour_of_its_category() -> None:
    plan = hall(zone("Floor", areas=[standing("Pit", 10), standing("Pit", 5)]), categories=[{"name": "Pit", "color": "navy"}])

    geometry = read_plan(plan).geometry

    assert geometry.categories == (Category("Pit", "navy"),)
    assert geometry.standing_of(0) == 15
    assert geometry.seat_count == 0


def test_nulls_stand_for_what_may_be_absent() -> None:
    line = row("A", seat("s1", "1", start_direction=None, radius=None), row_label=None, seat_label=None, row_number_position=None)

    geometry = read_plan(json.loads(json.dumps(hall(zone("Stalls", line))))).geometry

    assert geometry.seat_count == 1
