"""The canonical document of a geometry: the same geometry gives the same bytes, and reading them gives the geometry again."""

import hashlib
import json
from copy import deepcopy

from domain.seating.documents import hash_of, pack, read_document, unpack, write_document
from domain.seating.reading import read_plan
from tests.seating.halls import hall, row, seat, small_hall, standing, zone

STALLS = {
    "name": "Stalls",
    "rows": [
        {
            "name": "A",
            "guids": ["s1", "s2"],
            "numbers": ["1", "2"],
            "x": [11.25, 31.25],
            "y": [5, 5],
            "categories": [0, 0],
            "places": [1, 2],
            "flags": [0, 1],
        }
    ],
    "areas": [],
    "standing": [],
}
PIT = {
    "name": "Pit",
    "rows": [],
    "areas": [
        {
            "shape": "rectangle",
            "x": 0,
            "y": 0,
            "measures": [100, 80],
            "color": "#fed7aa",
            "caption": {"text": "Pit", "x": 50, "y": 50, "size": 16},
        }
    ],
    "standing": [{"name": "Pit", "capacity": 9, "category": 2, "area": 0}],
}


def test_a_document_is_compact_and_known_by_its_hash() -> None:
    stalls = zone("Stalls", row("A", seat("s1", "1", x=1.25), seat("s2", "2", "Stalls [accessible]", x=21.25)), position={"x": 10, "y": 5})

    document = write_document(read_plan(hall(stalls, zone("Pit", areas=[standing("Pit", 9)]))).geometry)

    assert json.loads(document) == {
        "format": 1,
        "size": {"width": 400, "height": 300},
        "categories": [{"name": "Stalls", "color": "#2563eb"}, {"name": "Balcony", "color": "teal"}, {"name": "Pit", "color": "#fed7aa"}],
        "sections": [
            STALLS,
            PIT,
        ],
    }
    assert b" " not in document
    assert hash_of(document) == hashlib.sha256(document).hexdigest()


def test_what_is_written_is_read_again() -> None:
    geometry = read_plan(small_hall()).geometry

    assert read_document(write_document(geometry)) == geometry
    assert unpack(pack(write_document(geometry))) == write_document(geometry)
    assert pack(write_document(geometry)) == pack(write_document(geometry))


def test_the_same_geometry_written_down_differently_is_the_same_document() -> None:
    document = small_hall()
    moved = deepcopy(document)
    moved["name"] = "Another name"
    moved["zones"][1]["position"] = {"y": 150.0000001, "x": -0.0}
    moved["zones"][1]["rows"][0]["position"] = {"x": 0, "y": 50}
    moved["zones"][0]["uuid"] = "ad0b6e2f"

    assert write_document(read_plan(moved).geometry) == write_document(read_plan(document).geometry)


def test_any_other_geometry_is_another_document() -> None:
    document, other = small_hall(), small_hall()
    other["zones"][0]["rows"][0]["seats"][0]["position"]["x"] = 0.01

    assert write_document(read_plan(other).geometry) != write_document(read_plan(document).geometry)
