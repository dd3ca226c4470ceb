"""The geometry of a seating plan: sections with rows of seats, standing areas and drawings, all at absolute positions; never changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag, StrEnum
from functools import cached_property

MOST_SEATS = 100_000
USUAL_RADIUS = 10.0


class SeatFlags(IntFlag):
    """What else is to be known of a seat. The numbers are stored and published, so they stay."""

    ACCESSIBLE = 1
    COMPANION = 2
    RESTRICTED_VIEW = 4


PLAIN = SeatFlags(0)
"""A seat of which nothing else is to be known."""


class Shape(StrEnum):
    """What a drawn area looks like; its `measures` depend on it."""

    POLYGON = "polygon"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    CIRCLE = "circle"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the plan, in its own units, from the top left corner; rounded to a thousandth."""

    x: float
    y: float

    def __add__(self, other: "Point") -> "Point":
        return Point(round(self.x + other.x, 3), round(self.y + other.y, 3))


@dataclass(frozen=True, slots=True)
class Category:
    """A price category; `color` is a CSS colour or None."""

    name: str
    color: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """A seat: its id that stays across versions, its number in the row, where it is, the index of its price category.

    Neighbours are seats of one row whose `place` differs by one: at an aisle a number is left out.
    """

    guid: str
    number: str
    at: Point
    category: int
    place: int
    flags: SeatFlags = PLAIN
    radius: float = USUAL_RADIUS


@dataclass(frozen=True, slots=True)
class Row:
    """A row of seats; `label` and `seat_label` (with %s for the number) are what people call them, `numbered` where its name is drawn."""

    name: str
    seats: tuple[PlannedSeat, ...]
    label: str | None = None
    seat_label: str | None = None
    numbered: str | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """A text on a drawn area."""

    text: str
    at: Point
    size: float
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """Something drawn: a stage, a bar, the floor on which people stand.

    `measures`: width and height of a rectangle, both radii of an ellipse, the radius of a circle, the points of a polygon one after the
    other as x and y. It is turned by `rotation` degrees clockwise around `at`.
    """

    shape: Shape
    at: Point
    measures: tuple[float, ...] = ()
    rotation: float = 0.0
    color: str | None = None
    border_color: str | None = None
    caption: Caption | None = None


@dataclass(frozen=True, slots=True)
class StandingArea:
    """Room for people who stand: its name, how many, the index of its price category and of its drawing among the section's areas."""

    name: str
    capacity: int
    category: int
    area: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the hall."""

    name: str
    rows: tuple[Row, ...]
    areas: tuple[Area, ...] = ()
    standing: tuple[StandingArea, ...] = ()

    @property
    def seat_count(self) -> int:
        """How many seats it has."""
        return sum(len(row.seats) for row in self.rows)


@dataclass(frozen=True, slots=True)
class NumberedSeat:
    """A seat with its number in the whole plan and where it belongs; `row_no` counts within the section."""

    seat_no: int
    label: str
    section: int
    row_no: int
    row: Row
    seat: PlannedSeat


@dataclass(frozen=True)
class Geometry:
    """A whole plan. Seats are numbered from 0 in the order of sections, rows and seats; so a section's seats are one range."""

    width: int
    height: int
    categories: tuple[Category, ...]
    sections: tuple[Section, ...]

    @cached_property
    def seat_count(self) -> int:
        """How many seats it has."""
        return sum(section.seat_count for section in self.sections)

    def seats(self) -> Iterator[NumberedSeat]:
        """Every seat, in the order of its number."""
        number = 0
        for at, section in enumerate(self.sections):
            for row_no, row in enumerate(section.rows):
                for seat in row.seats:
                    yield NumberedSeat(number, label_of(section.name, row.name, seat.number), at, row_no, row, seat)
                    number += 1

    def standing_of(self, category: int) -> int:
        """How many people may stand in this price category."""
        return sum(each.capacity for section in self.sections for each in section.standing if each.category == category)


def label_of(section: str, row: str, number: str) -> str:
    """What a seat is called: `Stalls B-12`; unique within a plan."""
    return f"{section} {row}-{number}" if row else f"{section} {number}"
