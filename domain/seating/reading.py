"""Reads a seating plan in the format of pretix: a geometry with absolute positions, or a refusal that names every fault in it.

The format is that of `seating-plan.schema.json` in the pretix package; beyond it every seat id, uuid and label must be there once, every
category must be known, no zone may be empty, and numbers must be such as a hall can have. See `conventions` for what names say besides.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from domain.json_paths import json_path
from domain.seating.areas import AREA, read_area
from domain.seating.conventions import read_category, read_standing
from domain.seating.geometry import (
    MOST_SEATS,
    PLAIN,
    USUAL_RADIUS,
    Area,
    Category,
    Geometry,
    PlannedSeat,
    Point,
    Row,
    SeatFlags,
    Section,
    StandingArea,
    label_of,
)
from domain.seating.parts import Findings, Part, Steps
from domain.seating.places import places

LARGEST_SIZE = 100_000
LARGEST_RADIUS = 10_000
MOST_SECTIONS = 1_000
MOST_CATEGORIES = 200
MOST_ROWS = 50_000
MOST_AREAS = 10_000
MOST_STANDING = 1_000_000
LONGEST_NAME = 200
LONGEST_NUMBER = 50
CATEGORIES_TOLD = 5

_ROOT = frozenset({"name", "zones", "categories", "size"})
_SIZE = frozenset({"width", "height"})
_CATEGORY = frozenset({"name", "color"})
_ZONE = frozenset({"name", "zone_id", "uuid", "position", "rows", "areas"})
_ROW = frozenset({"row_number", "row_label", "seat_label", "uuid", "seats", "row_number_position", "position"})
_SEAT = frozenset({"seat_guid", "seat_number", "uuid", "start_direction", "radius", "position", "category"})
_NUMBERED = ("start", "end", "both")
_DIRECTIONS = ("", "<", ">", "<>")


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """What a document holds: the name it gives itself, and the geometry."""

    name: str
    geometry: Geometry


def read_plan(document: object) -> ReadPlan:
    """The plan in a parsed JSON document; refused with SeatingPlanInvalid. A hundred thousand seats take some seconds."""
    findings = Findings()
    root = Part(document, (), findings, _ROOT)
    if not isinstance(document, dict):
        findings.refuse()
    plan = _Reader(findings).read(root)
    findings.refuse()
    return plan


class _Seat(NamedTuple):
    """A seat whose place in its row is not known yet."""

    guid: str
    number: str
    at: Point
    category: int
    flags: SeatFlags
    radius: float


@dataclass(slots=True)
class _Reader:
    """What must be known of the whole document while it is read.

    Seats of a category whose name is wrong (`broken`) are not blamed as well, nor those of unknown ones where it is `unclear` which there
    are: the fault is in the list of categories, and a plan has many seats.
    """

    findings: Findings
    categories: list[Category] = field(default_factory=list)
    indexes: dict[str, int] = field(default_factory=dict)
    meanings: dict[str, tuple[int, SeatFlags]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    unclear: bool = False
    uuids: dict[str, Steps] = field(default_factory=dict)
    guids: dict[str, Steps] = field(default_factory=dict)
    labels: dict[str, Steps] = field(default_factory=dict)
    seated: set[int] = field(default_factory=set)
    standing: list[tuple[int, Part]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def read(self, root: Part) -> ReadPlan:
        name = root.text("name", LONGEST_NAME, blank=True).strip()
        size = root.part("size", _SIZE)
        width, height = (size.whole("width", 1, LARGEST_SIZE), size.whole("height", 1, LARGEST_SIZE)) if size else (1, 1)
        self._add_categories(root)
        sections = tuple(self._section(zone, at) for at, zone in enumerate(root.parts("zones", _ZONE, most=MOST_SECTIONS), 1))
        for category, area in self.standing:
            if category in self.seated:
                area.fault(f"{self.categories[category].name} is a category with seats too; give it a name of its own", "text", "text")
        if not self.seated and not self.standing and not self.findings.faults:
            root.fault("has neither a seat nor a standing area", "zones")
        return ReadPlan(name, Geometry(width, height, tuple(self.categories), sections))

    def _add_categories(self, root: Part) -> None:
        before = len(self.findings.faults)
        named = [self._add_category(part) for part in root.parts("categories", _CATEGORY, most=MOST_CATEGORIES)]
        lost = not named and len(self.findings.faults) > before
        self.unclear = lost or named.count(True) < root.length("categories")

    def _add_category(self, part: Part) -> bool:
        """Whether it has a name that seats can say, be it a wrong one."""
        written, color = part.text("name", LONGEST_NAME), part.color("color")
        if not written:
            sent = part.as_sent("name")
            self.broken.update(() if sent is None else (sent,))
            return sent is not None
        if written in self.meanings:
            part.fault("is the name of an earlier category too", "name")
            return True
        name, flags = read_category(written)
        self.meanings[written] = self._category(name, color if not flags else None, color), flags
        return True

    def _category(self, name: str, color: str | None, otherwise: str | None) -> int:
        """The index of the price category; its colour is that of the plain category where there is one."""
        index = self.indexes.setdefault(name, len(self.categories))
        if index == len(self.categories):
            self.categories.append(Category(name, otherwise))
        elif color:
            self.categories[index] = Category(name, color)
        return index

    def _section(self, zone: Part, number: int) -> Section:
        self._note_uuid(zone)
        at = zone.point("position", required=True)
        name = zone.text("name", LONGEST_NAME, required=False, blank=True).strip()
        name = name or zone.text("zone_id", LONGEST_NAME, required=False, blank=True).strip() or str(number)
        rows = [self._row(part, at, name) for part in zone.parts("rows", _ROW)]
        areas, standing = self._areas(zone, at)
        if not any(count for _, count in rows) and not zone.length("areas"):
            zone.fault("is empty: it has neither seats nor areas")
        return Section(name, tuple(row for row, _ in rows if row.seats), areas, standing)

    def _areas(self, zone: Part, at: Point) -> tuple[tuple[Area, ...], tuple[StandingArea, ...]]:
        self._count("areas", zone.length("areas"), MOST_AREAS, zone)
        areas: list[Area] = []
        standing: list[StandingArea] = []
        for part in zone.parts("areas", AREA, required=False):
            self._note_uuid(part)
            area = read_area(part, at)
            if area.caption and (said := read_standing(area.caption.text)):
                standing.append(StandingArea(*said, self._stands(part, area, *said), len(areas)))
                area = replace(area, caption=replace(area.caption, text=said[0]))
            areas.append(area)
        return tuple(areas), tuple(standing)

    def _stands(self, part: Part, area: Area, name: str, capacity: int) -> int:
        """The index of the category of a standing area, which is its name."""
        if not 0 < capacity <= MOST_STANDING:
            part.fault(f"must let 1 to {MOST_STANDING:,} people stand", "text", "text")
        category = self._category(name, None, area.color)
        self.standing.append((category, part))
        return category

    def _row(self, part: Part, origin: Point, section: str) -> tuple[Row, int]:
        """The row, and how many seats its document lists, broken ones included."""
        self._note_uuid(part)
        count = part.length("seats")
        self._count("rows", 1, MOST_ROWS, part)
        self._count("seats", count, MOST_SEATS, part)
        at = origin + part.point("position", required=False)
        name = part.text("row_number", LONGEST_NUMBER, blank=True).strip()
        seats = [self._seat(each, at, section, name) for each in part.parts("seats", _SEAT)]
        row = Row(
            name=name,
            seats=tuple(
                PlannedSeat(seat.guid, seat.number, seat.at, seat.category, place, seat.flags, seat.radius)
                for seat, place in zip(seats, places([seat.at for seat in seats]), strict=True)
            ),
            label=part.text("row_label", LONGEST_NAME, required=False, blank=True).strip() or None,
            seat_label=part.text("seat_label", LONGEST_NAME, required=False, blank=True).strip() or None,
            numbered=part.one_of("row_number_position", _NUMBERED, required=False),
        )
        return row, count

    def _seat(self, part: Part, origin: Point, section: str, row: str) -> _Seat:
        self._note_uuid(part)
        guid = part.text("seat_guid", LONGEST_NAME, shown=False)
        if guid and (len(guid) < 2 or guid[0] == " " or guid[-1] == " "):
            part.fault("must have two characters at least, and no space at either end", "seat_guid")
        elif guid:
            self._once(self.guids, guid, part, "seat_guid", "is the seat_guid of")
        number = part.text("seat_number", LONGEST_NUMBER).strip()
        if number:
            label = label_of(section, row, number)
            self._once(self.labels, label, part, "seat_number", f"makes this seat {label}, and so is")
        part.one_of("start_direction", _DIRECTIONS, required=False)
        category, flags = self._meaning(part)
        at = origin + part.point("position", required=True)
        return _Seat(guid, number, at, category, flags, part.number("radius", 0.1, LARGEST_RADIUS, USUAL_RADIUS))

    def _meaning(self, part: Part) -> tuple[int, SeatFlags]:
        if part.as_sent("category") in self.broken:
            return 0, PLAIN
        name = part.text("category", LONGEST_NAME, shown=False)
        if not name or (self.unclear and name not in self.meanings):
            return 0, PLAIN
        if name not in self.meanings:
            known = ", ".join([*list(self.meanings)[:CATEGORIES_TOLD], *(["…"] if len(self.meanings) > CATEGORIES_TOLD else [])])
            part.fault(f"{name} is none of the plan's categories{f' ({known})' if known else ''}", "category")
            return 0, PLAIN
        meaning = self.meanings[name]
        self.seated.add(meaning[0])
        return meaning

    def _note_uuid(self, part: Part) -> None:
        if uuid := part.text("uuid", LONGEST_NAME, required=False, blank=True, shown=False):
            self._once(self.uuids, uuid, part, "uuid", "is the uuid of")

    def _once(self, known: dict[str, Steps], value: str, part: Part, name: str, is_also: str) -> None:
        place = (*part.place, name)
        before = known.setdefault(value, place)
        if before != place:
            part.fault(f"{is_also} {json_path(*before[:-1])} too", name)

    def _count(self, what: str, more: int, most: int, part: Part) -> None:
        """Stop reading a document that is absurdly large."""
        self.counts[what] = self.counts.get(what, 0) + more
        if self.counts[what] > most:
            part.fault(f"brings the plan above {most:,} {what}, which is the most")
            self.findings.refuse()
