"""A hall as the choice of seats sees it: stretches of neighbours, and how good each seat is. Worked out once for a plan's version.

Seats are laid out one byte each with a gap between stretches, so that a block of free neighbours is a run of equal bytes, which bytes find
at C's speed whole halls at a time.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import hypot

from domain.seating.conventions import is_stage
from domain.seating.geometry import Area, Geometry, NumberedSeat, Point, SeatFlags, Shape

SIDEWAYS = 0.5
"""How much a step away from the middle counts against a step away from the stage."""
GAP = 255
"""Between stretches, in layouts of what seats are; no category and no flags are this."""
IN_THE_ROUND = 0.1
"""A stage so near to the middle of all seats, in parts of their mean distance from it, has no front, and so no middle axis."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbours in a row without an aisle between them: the seats from `first` up to `end`; in the layout they are `shift` further."""

    first: int
    end: int
    shift: int
    section: int

    @property
    def length(self) -> int:
        """How many seats."""
        return self.end - self.first

    @property
    def laid_out(self) -> slice:
        """Where they are in the layout."""
        return slice(self.first + self.shift, self.end + self.shift)


class Hall:
    """What never changes of a plan's seats. A seat costs more the further it is from the stage and from the middle; cheap ones are good."""

    def __init__(self, geometry: Geometry) -> None:
        """Takes a tenth of a second for twenty thousand seats."""
        seats = list(geometry.seats())
        self.seat_count = len(seats)
        self.guids = tuple(each.seat.guid for each in seats)
        self.places = tuple((each.seat.at.x, each.seat.at.y) for each in seats)
        self.costs = _costs(seats, focal_point(geometry))
        self.stretches = tuple(_stretches(seats))
        self.sections = frozenset(each.section for each in self.stretches)
        self.longest = max((each.length for each in self.stretches), default=0)
        self.stretch_of = array("i", (at for at, each in enumerate(self.stretches) for _ in range(each.length)))
        self.at = array("i", (seat_no + self.stretches[at].shift for seat_no, at in enumerate(self.stretch_of)))
        self.seat_at = {at: seat_no for seat_no, at in enumerate(self.at)}
        flags = bytes(each.seat.flags for each in seats)
        self.categories = self.lay_out(bytes(each.seat.category for each in seats), GAP)
        self.flags = self.lay_out(flags, GAP)
        self.has_restricted = any(flag & SeatFlags.RESTRICTED_VIEW for flag in flags)
        self.accessible_stretches = sorted({self.stretch_of[each] for each, flag in enumerate(flags) if flag & SeatFlags.ACCESSIBLE})
        self._totals = (0, *accumulate(self.costs))
        self._cheapest: dict[int, dict[int, int]] = {}
        self._by_cost: dict[tuple[int, int], array[int]] = {}

    def lay_out(self, by_number: bytes, gap: int = 0) -> bytes:
        """One byte for each seat as the layout has them."""
        between = bytes((gap,))
        return between + between.join(by_number[each.first : each.end] for each in self.stretches) + between

    def cost(self, first: int, size: int) -> int:
        """What the block of so many seats from this one on costs."""
        return self._totals[first + size] - self._totals[first]

    def middle(self, first: int, size: int) -> tuple[float, float]:
        """The middle of the block of so many seats from this one on."""
        (x, y), (to_x, to_y) = self.places[first], self.places[first + size - 1]
        return (x + to_x) / 2, (y + to_y) / 2

    def cheapest(self, size: int) -> dict[int, int]:
        """What the best block of this size could cost in each stretch that is long enough, by the stretch's index; cheapest first."""
        if size not in self._cheapest:
            found = {
                at: min(self.cost(first, size) for first in range(each.first, each.end - size + 1))
                for at, each in enumerate(self.stretches)
                if each.length >= size
            }
            self._cheapest[size] = dict(sorted(found.items(), key=lambda each: (each[1], each[0])))
        return self._cheapest[size]

    def by_cost(self, index: int, size: int) -> "array[int]":
        """Where blocks of this size could begin in the stretch, as the layout counts, cheapest first."""
        if (index, size) not in self._by_cost:
            stretch = self.stretches[index]
            starts = sorted(range(stretch.first, stretch.end - size + 1), key=lambda first: self.cost(first, size))
            self._by_cost[index, size] = array("i", (first + stretch.shift for first in starts))
        return self._by_cost[index, size]


def focal_point(geometry: Geometry) -> Point:
    """Where everybody looks: the middle of the stage that is drawn, else the upper edge above the middle of the seats, as is the custom."""
    for section in geometry.sections:
        for area in section.areas:
            if area.caption is not None and is_stage(area.caption.text):
                return _middle(area)
    across = [each.seat.at.x for each in geometry.seats()] or [0.0]
    return Point((min(across) + max(across)) / 2, 0.0)


def _middle(area: Area) -> Point:
    """The middle of what is drawn; it is turned around `at`, which is close enough for the few stages that are turned."""
    if area.shape is Shape.POLYGON and area.measures:
        xs, ys = area.measures[::2], area.measures[1::2]
        return area.at + Point((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    if area.shape is Shape.RECTANGLE and area.measures:
        return area.at + Point(area.measures[0] / 2, area.measures[1] / 2)
    return area.at


def _costs(seats: Sequence[NumberedSeat], focus: Point) -> list[int]:
    """Of each seat the way to the focal point, and half the way to the axis between that and the middle of all seats, in hundredths."""
    away = [(each.seat.at.x - focus.x, each.seat.at.y - focus.y) for each in seats]
    if not away:
        return []
    x, y = (sum(each) / len(away) for each in zip(*away, strict=True))
    far = hypot(x, y)
    has_front = far > IN_THE_ROUND * sum(hypot(*each) for each in away) / len(away)
    ax, ay = (x / far, y / far) if has_front else (0.0, 0.0)
    return [round(100 * (hypot(dx, dy) + SIDEWAYS * abs(dx * ay - dy * ax))) for dx, dy in away]


def _stretches(seats: Iterable[NumberedSeat]) -> Iterable[Stretch]:
    runs = groupby(seats, lambda each: (each.section, each.row_no, each.seat_no - each.seat.place))
    for index, ((section, _, _), run) in enumerate(runs):
        first, *more = run
        yield Stretch(first.seat_no, first.seat_no + 1 + len(more), index + 1, section)
