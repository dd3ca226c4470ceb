"""Places in a row: which seats are neighbours, told from the gaps between them."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from statistics import median

from domain.seating.geometry import Point

AISLE = 1.5
"""A gap so many times as wide as is usual in the row is an aisle."""


def places(row: Sequence[Point]) -> list[int]:
    """A place for each seat of a row, from 1: neighbours differ by one, and an aisle leaves a number out."""
    gaps = [hypot(there.x - here.x, there.y - here.y) for here, there in pairwise(row)]
    widest = AISLE * median(gaps) if gaps else 0.0
    found = [1] if row else []
    for gap in gaps:
        found.append(found[-1] + (2 if gap > widest else 1))
    return found
