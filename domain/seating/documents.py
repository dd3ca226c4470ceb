"""The canonical JSON of a geometry, by whose SHA-256 it is known: what clients draw a plan from, and what is kept of it.

Seats travel as arrays, one entry for each seat of the row, so that 20,000 of them are half a megabyte and not three.
"""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from domain.seating.geometry import (
    USUAL_RADIUS,
    Area,
    Caption,
    Category,
    Geometry,
    PlannedSeat,
    Point,
    Row,
    SeatFlags,
    Section,
    Shape,
    StandingArea,
)

FORMAT = 1


def write_document(geometry: Geometry) -> bytes:
    """The canonical JSON: keys sorted, no spaces, UTF-8, whole numbers without a fraction. The same geometry gives the same bytes."""
    whole = {
        "format": FORMAT,
        "size": {"width": geometry.width, "height": geometry.height},
        "categories": [_sparse(name=each.name, color=each.color) for each in geometry.categories],
        "sections": [_section(each) for each in geometry.sections],
    }
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def hash_of(document: bytes) -> str:
    """The SHA-256 of a canonical document, in hex."""
    return hashlib.sha256(document).hexdigest()


def pack(document: bytes) -> bytes:
    """The document compressed by gzip, as it is kept and sent; the same document gives the same bytes."""
    return gzip.compress(document, mtime=0)


def unpack(packed: bytes) -> bytes:
    """The document that was packed."""
    return gzip.decompress(packed)


def read_document(document: bytes) -> Geometry:
    """The geometry of a canonical document of ours; anything else is a bug and raises whatever comes."""
    whole = json.loads(document)
    return Geometry(
        width=whole["size"]["width"],
        height=whole["size"]["height"],
        categories=tuple(Category(each["name"], each.get("color")) for each in whole["categories"]),
        sections=tuple(_read_section(each) for each in whole["sections"]),
    )


def _section(section: Section) -> dict[str, object]:
    return _sparse(
        name=section.name,
        rows=[_row(each) for each in section.rows],
        areas=[_area(each) for each in section.areas],
        standing=[
            {"name": each.name, "capacity": each.capacity, "category": each.category, "area": each.area} for each in section.standing
        ],
    )


def _row(row: Row) -> dict[str, object]:
    flags = [int(seat.flags) for seat in row.seats]
    radii = [_short(seat.radius) for seat in row.seats]
    return _sparse(
        name=row.name,
        label=row.label,
        seatLabel=row.seat_label,
        numbered=row.numbered,
        guids=[seat.guid for seat in row.seats],
        numbers=[seat.number for seat in row.seats],
        x=[_short(seat.at.x) for seat in row.seats],
        y=[_short(seat.at.y) for seat in row.seats],
        categories=[seat.category for seat in row.seats],
        places=[seat.place for seat in row.seats],
        flags=flags if any(flags) else None,
        radii=radii if any(radius != USUAL_RADIUS for radius in radii) else None,
    )


def _area(area: Area) -> dict[str, object]:
    return _sparse(
        shape=area.shape.value,
        x=_short(area.at.x),
        y=_short(area.at.y),
        measures=[_short(each) for each in area.measures] or None,
        rotation=_short(area.rotation) or None,
        color=area.color,
        borderColor=area.border_color,
        caption=area.caption and _caption(area.caption),
    )


def _caption(caption: Caption) -> dict[str, object]:
    return _sparse(text=caption.text, x=_short(caption.at.x), y=_short(caption.at.y), size=_short(caption.size), color=caption.color)


def _sparse(**facts: object) -> dict[str, object]:
    """What is known: absent means none."""
    return {name: value for name, value in facts.items() if value is not None}


def _short(number: float) -> float:
    """Rounded to a thousandth; a whole number as such, and never minus zero."""
    rounded = round(number, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _read_section(body: Mapping[str, Any]) -> Section:
    return Section(
        name=body["name"],
        rows=tuple(_read_row(each) for each in body["rows"]),
        areas=tuple(_read_area(each) for each in body["areas"]),
        standing=tuple(StandingArea(each["name"], each["capacity"], each["category"], each["area"]) for each in body["standing"]),
    )


def _read_row(body: Mapping[str, Any]) -> Row:
    count = len(body["guids"])
    flags: Sequence[int] = body.get("flags") or [0] * count
    radii: Sequence[float] = body.get("radii") or [USUAL_RADIUS] * count
    columns = (body["guids"], body["numbers"], body["x"], body["y"], body["categories"], body["places"], flags, radii)
    return Row(
        name=body["name"],
        seats=tuple(
            PlannedSeat(guid, number, Point(x, y), category, place, SeatFlags(flag), radius)
            for guid, number, x, y, category, place, flag, radius in zip(*columns, strict=True)
        ),
        label=body.get("label"),
        seat_label=body.get("seatLabel"),
        numbered=body.get("numbered"),
    )


def _read_area(body: Mapping[str, Any]) -> Area:
    caption = body.get("caption")
    return Area(
        shape=Shape(body["shape"]),
        at=Point(body["x"], body["y"]),
        measures=tuple(body.get("measures", ())),
        rotation=body.get("rotation", 0),
        color=body.get("color"),
        border_color=body.get("borderColor"),
        caption=caption and Caption(caption["text"], Point(caption["x"], caption["y"]), caption["size"], caption.get("color")),
    )
