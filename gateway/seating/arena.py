"""Makes an arena of so many seats: rings of blocks, straight at the sides and bent in the corners, around a floor to stand on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from domain.seating.conventions import write_standing
from domain.seating.geometry import PLAIN, SeatFlags
from gateway.seating.sheets import PITCH, SPACING, Bank, Block, Chair, Json, Sheet, area, flank, trim

COLORS = {
    "Lower bowl side": "#7c3aed",
    "Lower bowl": "#2563eb",
    "Upper bowl side": "#0d9488",
    "Upper bowl": "#65a30d",
    "Behind the stage": "#ca8a04",
    "Floor": "#f97316",
}
AISLE = 36.0
LOWER_SHARE = 0.45
TIER_GAP = 3 * PITCH
USUAL = 20_000
STANDING_SHARE = 10


@dataclass(frozen=True, slots=True)
class _Bowl:
    """A rounded rectangle: half of its straight sides, and the radius of its corners in the first row."""

    across: float
    along: float
    corner: float


@dataclass(frozen=True, slots=True)
class _Part:
    """The place of a block in every ring: a piece of a straight side, or a sector of a corner.

    A straight part runs from `start` over `length` in the direction (`dx`, `dy`); rows follow each other to its outside, (`dy`, -`dx`).
    A corner's sector turns from `start_angle` by `turn` around `start`.
    """

    start: tuple[float, float]
    where: str
    length: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    start_angle: float = 0.0
    turn: float = 0.0

    def seats_at(self, depth: float, corner: float) -> int:
        """How many seats a row has so far from the floor's edge."""
        room = self.turn * (corner + depth) if self.turn else self.length
        return max(0, int((room - AISLE) / SPACING))

    def chairs(self, depth: float, corner: float, count: int, category: str, flags: SeatFlags) -> list[Chair]:
        """A row of so many seats, in the middle of the part, from the left for who faces the floor."""
        offsets = [(at - (count - 1) / 2) * SPACING for at in range(count)]
        if self.turn:
            radius = corner + depth
            middle = self.start_angle + self.turn / 2
            angles = [middle + each / radius for each in offsets]
            points = [(self.start[0] + radius * math.cos(each), self.start[1] + radius * math.sin(each)) for each in angles]
        else:
            x = self.start[0] + self.dx * self.length / 2 + self.dy * (corner + depth)
            y = self.start[1] + self.dy * self.length / 2 - self.dx * (corner + depth)
            points = [(x + self.dx * each, y + self.dy * each) for each in offsets]
        return [Chair(x, y, category, flags) for x, y in reversed(points)]


def make_arena(seats: int) -> Json:
    """The plan, with exactly so many seats and room for a tenth of that to stand; one seat in a hundred is accessible."""
    scale = math.sqrt(max(seats, 400) / USUAL)
    bowl = _Bowl(across=380 * scale, along=640 * scale, corner=330 * scale)
    lower = round(seats * LOWER_SHARE)
    rings: list[tuple[int, int, float]] = [(100, lower, 0.0)]
    blocks = list(_ring(bowl, 100, lower, 0.0))
    depth = PITCH * max(len(block.banks) for block in blocks) + TIER_GAP
    rings.append((200, seats - lower, depth))
    flank([block for block in blocks if block.banks[0].chairs[0].flags is PLAIN], max(1, seats // 100))
    blocks += _ring(bowl, 200, seats - lower, depth)
    blocks.append(_floor(bowl, max(1, seats // STANDING_SHARE)))
    return Sheet(f"Arena with {seats:,} seats", COLORS, blocks).to_json()


def _ring(bowl: _Bowl, hundred: int, quota: int, depth: float) -> Iterator[Block]:
    """A tier of blocks, numbered from the stage on with the sun; rows are added all around until the quota is met, then shortened."""
    parts = list(_parts(bowl, sectors=2 if hundred == 100 else 3))
    counts: list[list[int]] = [[] for _ in parts]
    while sum(map(sum, counts)) < quota:
        for part, rows in zip(parts, counts, strict=True):
            rows.append(part.seats_at(depth + len(rows) * PITCH, bowl.corner))
    trim(counts, sum(map(sum, counts)) - quota)
    for number, (part, rows) in enumerate(zip(parts, counts, strict=True), hundred + 1):
        block = Block(str(number))
        category = _category(part, "Lower bowl" if hundred == 100 else "Upper bowl")
        flags = SeatFlags.RESTRICTED_VIEW if part.where == "stage" else PLAIN
        for row, count in enumerate(rows):
            chairs = part.chairs(depth + row * PITCH, bowl.corner, count, category, flags)
            block.banks += [Bank(str(row + 1), chairs)] if chairs else []
        if block.banks:
            yield block


def _category(part: _Part, tier: str) -> str:
    if part.where == "stage":
        return "Behind the stage"
    return f"{tier} side" if part.where == "side" else tier


def _parts(bowl: _Bowl, sectors: int) -> Iterator[_Part]:
    """With the sun from the stage's end, which is the top: straight pieces, and so many sectors in each corner."""
    a, b = bowl.along, bowl.across
    yield from _straight((-b, -a), (1, 0), 2 * b, 2, "stage")
    yield from _bent((b, -a), -math.pi / 2, sectors)
    yield from _straight((b, -a), (0, 1), 2 * a, 3, "side")
    yield from _bent((b, a), 0.0, sectors)
    yield from _straight((b, a), (-1, 0), 2 * b, 2, "end")
    yield from _bent((-b, a), math.pi / 2, sectors)
    yield from _straight((-b, a), (0, -1), 2 * a, 3, "side")
    yield from _bent((-b, -a), math.pi, sectors)


def _straight(start: tuple[float, float], way: tuple[int, int], length: float, pieces: int, where: str) -> Iterator[_Part]:
    piece = length / pieces
    for at in range(pieces):
        begin = (start[0] + way[0] * piece * at, start[1] + way[1] * piece * at)
        yield _Part(begin, where, length=piece, dx=way[0], dy=way[1])


def _bent(centre: tuple[float, float], start_angle: float, sectors: int) -> Iterator[_Part]:
    turn = math.pi / 2 / sectors
    for at in range(sectors):
        yield _Part(centre, "corner", start_angle=start_angle + at * turn, turn=turn)


def _floor(bowl: _Bowl, standing: int) -> Block:
    """The stage at one end of the floor, the standing area before it, and the desk from which sound and light are mixed."""
    edge = bowl.corner - 2 * PITCH
    left, top = -bowl.across - edge, -bowl.along - edge
    width, height = -2 * left, -2 * top
    deep, text = height * 0.16, width / 12
    return Block(
        "Floor",
        areas=[
            _box(left + width * 0.15, top, width * 0.7, deep, "#e2e8f0", "Stage", text),
            _box(left, top + deep + PITCH, width, height * 0.66, "#fed7aa", write_standing("Floor", standing), text),
            _box(
                left + width * 0.3,
                top + deep + 2 * PITCH + height * 0.66,
                width * 0.4,
                height * 0.07,
                "#cbd5e1",
                "Sound and light",
                text / 2,
            ),
        ],
    )


def _box(x: float, y: float, width: float, height: float, color: str, text: str, size: float) -> Json:
    return area("rectangle", round(x, 2), round(y, 2), color, text, size, width=round(width, 2), height=round(height, 2))
