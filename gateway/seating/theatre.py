"""Makes a theatre of so many seats: stalls, circle and gallery in curved rows around the stage, with two aisles through each tier."""

import math
from dataclasses import dataclass

from domain.seating.geometry import PLAIN, SeatFlags
from gateway.seating.sheets import PITCH, SPACING, Bank, Block, Chair, Json, Sheet, area, flank, letters, trim

COLORS = {"Premium": "#7c3aed", "Stalls": "#2563eb", "Circle": "#0d9488", "Gallery": "#ca8a04"}
AISLE = 44.0
AISLES_AT = math.radians(17)
OPENING = math.radians(46)
SMALL = 200


@dataclass(frozen=True, slots=True)
class _Tier:
    """A tier: its share of all seats, and the gap between it and the one before."""

    name: str
    share: float
    gap: float


TIERS = (_Tier("Stalls", 0.5, 0), _Tier("Circle", 0.28, 3 * PITCH), _Tier("Gallery", 0.22, 3 * PITCH))


def make_theatre(seats: int) -> Json:
    """The plan, with exactly so many seats; one in a hundred is accessible, with a companion's seat beside it."""
    tiers = TIERS if seats >= SMALL else TIERS[:1]
    radius = max(8 * PITCH, math.sqrt(seats) * 9)
    blocks: list[Block] = []
    left = seats
    for tier in tiers:
        quota = left if tier is tiers[-1] else round(seats * tier.share)
        blocks.append(_fill(tier, quota, radius + tier.gap))
        radius += tier.gap + PITCH * len(blocks[-1].banks)
        left -= quota
    flank(blocks[:2], max(1, seats // 100))
    blocks[0].areas.append(_stage(max(8 * PITCH, math.sqrt(seats) * 9)))
    return Sheet(f"Theatre with {seats:,} seats", COLORS, blocks).to_json()


def _fill(tier: _Tier, quota: int, inner: float) -> Block:
    """Rows from the front until the quota is met, then evenly shortened to meet it exactly."""
    counts: list[int] = []
    while sum(counts) < quota:
        counts.append(int((2 * OPENING * (inner + len(counts) * PITCH) - 2 * AISLE) / SPACING))
    nested = [counts]
    trim(nested, sum(counts) - quota)
    block = Block(tier.name)
    for at, count in enumerate(counts):
        category = "Premium" if tier.name == "Stalls" and at < max(1, len(counts) // 3) else tier.name
        block.banks.append(Bank(letters(at), _arc(inner + at * PITCH, count, category)))
    for bank in block.banks if tier.name == "Gallery" else ():
        for end in (0, 1, -2, -1):
            if len(bank.chairs) > 8:
                bank.flag(end, SeatFlags.RESTRICTED_VIEW)
    return block


def _arc(radius: float, count: int, category: str) -> list[Chair]:
    """A curved row around the origin, in the middle of which the stage is: three parts with an aisle between them."""
    middle = min(count, int((2 * AISLES_AT * radius - AISLE) / SPACING))
    side = count - middle
    lefts, rights = side - side // 2, side // 2
    half = middle * SPACING / 2
    along = [-half - AISLE - SPACING * (lefts - at - 0.5) for at in range(lefts)]
    along += [-half + SPACING * (at + 0.5) for at in range(middle)]
    along += [half + AISLE + SPACING * (at + 0.5) for at in range(rights)]
    return [Chair(radius * math.sin(each / radius), radius * math.cos(each / radius), category, PLAIN) for each in along]


def _stage(radius: float) -> Json:
    """A stage whose edge follows the front row."""
    edge = radius - 3 * PITCH
    turns = [math.radians(each) for each in range(-40, 41, 5)]
    front = [{"x": round(edge * math.sin(each), 2), "y": round(edge * math.cos(each), 2)} for each in turns]
    back = front[0]["y"] - 5 * PITCH
    corners = [{"x": front[-1]["x"], "y": round(back, 2)}, {"x": front[0]["x"], "y": round(back, 2)}]
    return area("polygon", 0.0, 0.0, "#e2e8f0", "Stage", points=[*front, *corners])
