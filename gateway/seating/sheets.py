"""Puts a seating plan together in the format of pretix: zones with rows of seats, and what is drawn besides."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.seating.conventions import write_category
from domain.seating.geometry import PLAIN, SeatFlags

MARGIN = 60.0
SPACING = 24.0
PITCH = 32.0

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chair:
    """A seat at an absolute position; its number is its place in the row."""

    x: float
    y: float
    category: str
    flags: SeatFlags = PLAIN


@dataclass(slots=True)
class Bank:
    """A row of chairs, from the left as one faces the stage."""

    name: str
    chairs: list[Chair]

    def flag(self, at: int, flags: SeatFlags) -> None:
        """Say something of one chair; counted from the end where negative."""
        self.chairs[at] = replace(self.chairs[at], flags=flags)


@dataclass(slots=True)
class Block:
    """A zone: a name and its rows, and areas with their absolute positions."""

    name: str
    banks: list[Bank] = field(default_factory=list)
    areas: list[Json] = field(default_factory=list)

    @property
    def chairs(self) -> int:
        """How many there are."""
        return sum(len(bank.chairs) for bank in self.banks)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole plan; `colors` names the price categories in their order."""

    name: str
    colors: dict[str, str]
    blocks: Sequence[Block]

    def to_json(self) -> Json:
        """The document, moved so that everything is inside with a margin around it."""
        points = [*_chairs(self.blocks), *(point for block in self.blocks for area in block.areas for point in _corners(area))]
        left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
        right, bottom = max(x for x, _ in points) + MARGIN, max(y for _, y in points) + MARGIN
        flags = {name: {chair.flags for chair in _each_chair(self.blocks) if chair.category == name} for name in self.colors}
        return {
            "name": self.name,
            "categories": [
                {"name": write_category(name, each), "color": color}
                for name, color in self.colors.items()
                for each in sorted(flags[name] | {PLAIN})
            ],
            "zones": [_zone(block, left, top) for block in self.blocks],
            "size": {"width": math.ceil(right - left), "height": math.ceil(bottom - top)},
        }


def area(shape: str, x: float, y: float, color: str, text: str, size: float = 28.0, **measures: object) -> Json:
    """Something drawn at an absolute position, with a text of this size at its centre; `measures` are those of its shape."""
    drawn: Json = {"shape": shape, "color": color, "border_color": "#64748b", "rotation": 0, "position": {"x": x, "y": y}, shape: measures}
    x, y = _middle(drawn)
    return {**drawn, "text": {"text": text, "color": "#0f172a", "size": round(size, 1), "position": {"x": x, "y": y}}}


def flank(blocks: Sequence[Block], wanted: int) -> None:
    """Make about so many chairs accessible, each with a companion's beside it: at the ends of the last rows first, then further in."""
    places = [(row, 2 * pair) for row in range(1, 5) for pair in range(12)]
    for row, inset in places:
        for block in blocks:
            bank = block.banks[-row] if len(block.banks) >= row else Bank("", [])
            for at, beside in ((inset, inset + 1), (-inset - 1, -inset - 2)):
                if wanted > 0 and len(bank.chairs) >= 2 * inset + 4:
                    bank.flag(at, SeatFlags.ACCESSIBLE)
                    bank.flag(beside, SeatFlags.COMPANION)
                    wanted -= 1


def letters(number: int) -> str:
    """The name of a row, from 0: A to Z, then AA, AB …"""
    name = ""
    while number >= 0:
        name = chr(ord("A") + number % 26) + name
        number = number // 26 - 1
    return name


def trim(counts: list[list[int]], surplus: int) -> None:
    """Take one seat after the other from the longest rows of all until the surplus is gone."""
    rows = [(count, block, row) for block, rows in enumerate(counts) for row, count in enumerate(rows)]
    while surplus > 0:
        rows.sort(reverse=True)
        taken = rows[: min(surplus, max(1, len(rows) // 4))]
        for at, (count, block, row) in enumerate(taken):
            counts[block][row] = count - 1
            rows[at] = (count - 1, block, row)
        surplus -= len(taken)


def _zone(block: Block, left: float, top: float) -> Json:
    points = _chairs([block]) or [(each["position"]["x"], each["position"]["y"]) for each in block.areas]
    x, y = round(min(x for x, _ in points) - left, 2), round(min(y for _, y in points) - top, 2)
    return {
        "name": block.name,
        "position": {"x": x, "y": y},
        "rows": [_row(block.name, bank, x + left, y + top) for bank in block.banks if bank.chairs],
        "areas": [_moved(each, x + left, y + top) for each in block.areas],
    }


def _row(zone: str, bank: Bank, left: float, top: float) -> Json:
    first = bank.chairs[0]
    x, y = round(first.x - left, 2), round(first.y - top, 2)
    return {
        "row_number": bank.name,
        "row_number_position": "both",
        "position": {"x": x, "y": y},
        "seats": [
            {
                "seat_guid": f"{zone}-{bank.name}-{number}",
                "seat_number": str(number),
                "position": {"x": round(chair.x - left - x, 2), "y": round(chair.y - top - y, 2)},
                "category": write_category(chair.category, chair.flags),
            }
            for number, chair in enumerate(bank.chairs, 1)
        ],
    }


def _moved(drawn: Json, left: float, top: float) -> Json:
    at = drawn["position"]
    return {**drawn, "position": {"x": round(at["x"] - left, 2), "y": round(at["y"] - top, 2)}}


def _corners(drawn: Json) -> list[tuple[float, float]]:
    x, y = drawn["position"]["x"], drawn["position"]["y"]
    if drawn["shape"] == "polygon":
        return [(x + each["x"], y + each["y"]) for each in drawn["polygon"]["points"]]
    if drawn["shape"] == "rectangle":
        return [(x, y), (x + drawn["rectangle"]["width"], y + drawn["rectangle"]["height"])]
    return [(x, y)]


def _middle(drawn: Json) -> tuple[float, float]:
    """The middle of an area, from its position."""
    corners = _corners(drawn)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    at = drawn["position"]
    return round((min(xs) + max(xs)) / 2 - at["x"], 2), round((min(ys) + max(ys)) / 2 - at["y"], 2)


def _each_chair(blocks: Sequence[Block]) -> list[Chair]:
    return [chair for block in blocks for bank in block.banks for chair in bank.chairs]


def _chairs(blocks: Sequence[Block]) -> list[tuple[float, float]]:
    return [(chair.x, chair.y) for chair in _each_chair(blocks)]
