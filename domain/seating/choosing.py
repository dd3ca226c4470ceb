"""Choosing the best free seats for a party: together, near the stage and the middle, and so that no single seat is left over.

Among the blocks of neighbours that are free the cheapest is taken (`Hall.cost`), one that leaves no free seat alone before one that does.
Seats with a restricted view come after all others. Accessible seats and those of companions are for those who ask for accessible ones.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import hypot, inf

from domain.seating.geometry import SeatFlags
from domain.seating.halls import Hall

MOST_BLOCKS = 10
"""Into so many blocks a party is divided at most."""

ORDINARY = bytes(not flags & (SeatFlags.ACCESSIBLE | SeatFlags.COMPANION) and flags <= 7 for flags in range(256))
IN_FULL_VIEW = bytes(flags == 0 for flags in range(256))
ANY = bytes(flags <= 7 for flags in range(256))
WITH_A_WHEELCHAIR = bytes(bool(flags & SeatFlags.ACCESSIBLE) and flags <= 7 for flags in range(256))
_RUN = re.compile(b"\1+")


@dataclass(frozen=True, slots=True)
class Party:
    """So many who want to sit together on seats of these categories, in these sections, so many of the seats accessible.

    `fellows` are all categories that the same ticket types sell: of these no free seat shall be left alone.
    """

    size: int
    categories: frozenset[int]
    fellows: frozenset[int]
    sections: frozenset[int] | None = None
    accessible: int = 0
    allow_apart: bool = False


@dataclass(frozen=True, slots=True)
class NoBlock:
    """The party fits nowhere: so many could sit together, so many seats are free for it in all, accessible ones where it asked for some."""

    largest: int
    free: int


Chosen = tuple[int, ...]
"""The numbers of the seats chosen, block after block."""


@dataclass(slots=True)
class _Floor:
    """Free seats that will do for some, as the hall lays them out: 1 where one is. `seen` tells how much of what was taken it knows."""

    open: bytearray
    seen: int
    largest: int


@dataclass(slots=True)
class _Search:
    """Where to look next for a block, as a heap: what it costs, the stretch, where it begins or -1 when that is not known yet, and when."""

    heap: list[tuple[int, int, int, int]]
    seen: int = 0
    pushed: dict[int, int] = field(default_factory=dict)


class Chooser:
    """Chooses for one party after the other. Seats are only ever taken, so what was looked at for one need not be for the next."""

    def __init__(self, hall: Hall, free: bytes) -> None:
        """`free` has one byte for each seat by its number, 1 where it is free."""
        self.hall = hall
        self._free = bytearray(hall.lay_out(free))
        self._taken: list[int] = []
        self._changes = [0] * len(hall.stretches)
        self._floors: dict[object, _Floor] = {}
        self._searches: dict[object, _Search] = {}
        self._hopeless: set[object] = set()

    def take(self, seats: Iterable[int]) -> None:
        """These seats are free no longer."""
        for seat_no in seats:
            at = self.hall.at[seat_no]
            self._free[at] = 0
            self._taken.append(at)
            self._changes[self.hall.stretch_of[seat_no]] += 1

    def choose(self, party: Party) -> Chosen | NoBlock:
        """The seats for this party, which are not taken by that."""
        if party.accessible:
            return self._accessible(party)
        for views in (IN_FULL_VIEW, ORDINARY) if self.hall.has_restricted else (ORDINARY,):
            for lonely in (False, True):
                first = self._best(party, views, lonely=lonely)
                if first is not None:
                    return tuple(range(first, first + party.size))
        apart = self._apart(party) if party.allow_apart else None
        return apart or self._no_block(party)

    def _best(self, party: Party, views: bytes, *, lonely: bool) -> int | None:
        """The first seat of the best block; with `lonely` it may leave a single seat alone."""
        floor = self._floor(party.categories, party.sections, views)
        if self._largest(floor) < party.size:
            return None
        fellows = self._floor(party.fellows, None, ORDINARY).open
        search = self._search(party, views, lonely=lonely)
        while search.heap:
            _, index, first, seen = search.heap[0]
            if first >= 0 and seen == self._changes[index]:
                return first
            heappop(search.heap)
            if first < 0 and (found := self._in_stretch(index, floor.open, None if lonely else fellows, party.size)):
                heappush(search.heap, (found[0], index, found[1], self._changes[index]))
        return None

    def _in_stretch(self, index: int, open_: bytearray, fellows: bytearray | None, size: int) -> tuple[int, int] | None:
        """What the best block in the stretch costs, and its first seat; with `fellows` none of these may be left alone beside it."""
        stretch, block = self.hall.stretches[index], b"\1" * size
        if open_.find(block, stretch.first + stretch.shift, stretch.end + stretch.shift) < 0:
            return None
        for at in self.hall.by_cost(index, size):
            if open_.startswith(block, at) and not (fellows is not None and _leaves_one(fellows, at, at + size)):
                return self.hall.cost(at - stretch.shift, size), at - stretch.shift
        return None

    def _search(self, party: Party, views: bytes, *, lonely: bool) -> _Search:
        """The search for such blocks; stretches in which seats were taken since are to be looked at anew."""
        key = (party.categories, party.fellows, party.sections, views, lonely, party.size)
        cheapest = self.hall.cheapest(party.size)
        search = self._searches.get(key)
        if search is None:
            heap = [(cost, index, -1, 0) for index, cost in cheapest.items() if self._wanted(index, party.sections)]
            search = self._searches[key] = _Search(heap, len(self._taken))
        seats = self.hall.seat_at
        for index in {self.hall.stretch_of[seats[at]] for at in self._taken[search.seen :]}:
            if index in cheapest and self._wanted(index, party.sections):
                heappush(search.heap, (cheapest[index], index, -1, 0))
        search.seen = len(self._taken)
        return search

    def _wanted(self, index: int, sections: frozenset[int] | None) -> bool:
        return sections is None or self.hall.stretches[index].section in sections

    def _floor(self, categories: frozenset[int], sections: frozenset[int] | None, views: bytes) -> _Floor:
        key = (categories, sections, views)
        floor = self._floors.get(key)
        if floor is None:
            allowed = bytes(category in categories for category in range(256))
            masks = [self._free, self.hall.categories.translate(allowed), self.hall.flags.translate(views)]
            masks += [] if sections is None else [self._in_sections(sections)]
            both = int.from_bytes(masks[0])
            for mask in masks[1:]:
                both &= int.from_bytes(mask)
            floor = self._floors[key] = _Floor(bytearray(both.to_bytes(len(self._free))), len(self._taken), self.hall.longest)
        for at in self._taken[floor.seen :]:
            floor.open[at] = 0
        floor.seen = len(self._taken)
        return floor

    def _in_sections(self, sections: frozenset[int]) -> bytes:
        mask = bytearray(len(self._free))
        for stretch in self.hall.stretches:
            if stretch.section in sections:
                mask[stretch.laid_out] = b"\1" * stretch.length
        return bytes(mask)

    def _largest(self, floor: _Floor) -> int:
        """How many can sit together; that never grows."""
        while floor.largest and floor.open.find(b"\1" * floor.largest) < 0:
            floor.largest -= 1
        return floor.largest

    def _no_block(self, party: Party) -> NoBlock:
        floor = self._floor(party.categories, party.sections, ORDINARY)
        return NoBlock(self._largest(floor), floor.open.count(1))

    def _apart(self, party: Party) -> Chosen | None:
        for views in (IN_FULL_VIEW, ORDINARY) if self.hall.has_restricted else (ORDINARY,):
            open_ = bytearray(self._floor(party.categories, party.sections, views).open)
            fellows = bytearray(self._floor(party.fellows, None, ORDINARY).open)
            if found := self._gathered(open_, fellows, party.size, None):
                return found
        return None

    def _gathered(self, open_: bytearray, fellows: bytearray, size: int, near: tuple[float, float] | None) -> Chosen | None:
        """The fewest blocks for so many: always the largest there is, as near as can be to the first one, or to the place named."""
        chosen: list[int] = []
        runs = [found.span() for found in _RUN.finditer(open_)]
        if sum(sorted(end - start for start, end in runs)[-MOST_BLOCKS:]) < size:
            return None
        while len(chosen) < size:
            length = min(size - len(chosen), max(end - start for start, end in runs))
            run, at = self._nearest([run for run in runs if run[1] - run[0] >= length], length, fellows, near)
            first = self.hall.seat_at[at]
            near = near or self.hall.middle(first, length)
            chosen += range(first, first + length)
            fellows[at : at + length] = bytes(length)
            runs.remove(run)
            runs += [part for part in ((run[0], at), (at + length, run[1])) if part[0] < part[1]]
        return tuple(chosen)

    def _nearest(
        self, runs: Sequence[tuple[int, int]], length: int, fellows: bytearray, near: tuple[float, float] | None
    ) -> tuple[tuple[int, int], int]:
        """The run, and where in it the block of this length begins that is nearest; the cheapest while there is nothing to be near to."""
        best, taken = (True, inf, 0, -1), runs[0]
        for least, run in sorted(self._at_least(runs, near)):
            if not best[0] and least > best[1]:
                break
            for at in range(run[0], run[1] - length + 1):
                first = self.hall.seat_at[at]
                x, y = self.hall.middle(first, length)
                away = hypot(x - near[0], y - near[1]) if near else 0.0
                found = (_leaves_one(fellows, at, at + length), away, self.hall.cost(first, length), at)
                best, taken = (found, run) if found < best else (best, taken)
        return taken, best[3]

    def _at_least(self, runs: Sequence[tuple[int, int]], near: tuple[float, float] | None) -> list[tuple[float, tuple[int, int]]]:
        """How far each run is at least: its first seat is so far, less its length."""
        if near is None:
            return [(0.0, run) for run in runs]
        (x, y), places, seats = near, self.hall.places, self.hall.seat_at
        ends = [(places[seats[run[0]]], places[seats[run[1] - 1]], run) for run in runs]
        return [(hypot(one[0] - x, one[1] - y) - hypot(one[0] - other[0], one[1] - other[1]), run) for one, other, run in ends]

    def _accessible(self, party: Party) -> Chosen | NoBlock:
        if party in self._hopeless:
            return self._no_accessible_block(party)
        whole = bytearray(self._floor(party.categories, party.sections, ANY).open)
        fellows = bytearray(self._floor(party.fellows, None, ORDINARY).open)
        first = self._accessible_block(whole, fellows, party.size, party.accessible)
        if first is not None:
            return tuple(range(first, first + party.size))
        if party.allow_apart and (apart := self._accessible_apart(party, whole, fellows)):
            return apart
        self._hopeless.add(party)
        return self._no_accessible_block(party)

    def _no_accessible_block(self, party: Party) -> NoBlock:
        whole = self._floor(party.categories, party.sections, ANY).open
        spans = [end - start for start, end, low, high in self._spans(whole, party.accessible) if high - low < party.size]
        free = self._floor(party.categories, party.sections, WITH_A_WHEELCHAIR).open.count(1)
        return NoBlock(min(max(spans, default=0), party.size - 1), free)

    def _accessible_block(self, whole: bytearray, fellows: bytearray, size: int, accessible: int) -> int | None:
        """The first seat of the best block with exactly so many accessible seats: a full view first, then more companions' seats."""
        best: tuple[bool, int, bool, int, int] | None = None
        flags = self.hall.flags
        for start, end, low, high in self._spans(whole, accessible):
            for at in range(max(start, high + 1 - size), min(low, end - size) + 1):
                block = flags[at : at + size]
                restricted = any(flag & SeatFlags.RESTRICTED_VIEW for flag in block)
                ordinary, first = sum(block.translate(ORDINARY)), self.hall.seat_at[at]
                found = (restricted, ordinary, _leaves_one(fellows, at, at + size), self.hall.cost(first, size), first)
                best = found if best is None or found < best else best
        return best[4] if best else None

    def _spans(self, whole: bytearray, accessible: int) -> Iterable[tuple[int, int, int, int]]:
        """Where blocks with exactly so many accessible seats can be: from, up to, the first and the last of these seats."""
        for index in self.hall.accessible_stretches:
            part = self.hall.stretches[index].laid_out
            for found in _RUN.finditer(whole, part.start, part.stop):
                start, end = found.span()
                marks = [at for at in range(start, end) if self.hall.flags[at] & SeatFlags.ACCESSIBLE]
                for low, high in zip(range(len(marks)), range(accessible - 1, len(marks)), strict=False):
                    yield (
                        marks[low - 1] + 1 if low else start,
                        marks[high + 1] if high + 1 < len(marks) else end,
                        marks[low],
                        marks[high],
                    )

    def _accessible_apart(self, party: Party, whole: bytearray, fellows: bytearray) -> Chosen | None:
        """Each accessible seat with somebody beside it where the party has one left, and all others near the first of them."""
        chosen: list[int] = []
        for left in range(party.accessible, 0, -1):
            others = party.size - len(chosen) - left
            pair = self._accessible_block(whole, fellows, 2, 1) if others else None
            first = self._accessible_block(whole, fellows, 1, 1) if pair is None else pair
            if first is None:
                return None
            size, at = 1 + (pair is not None), self.hall.at[first]
            chosen += range(first, first + size)
            whole[at : at + size] = fellows[at : at + size] = bytes(size)
        rest = party.size - len(chosen)
        open_ = bytearray((int.from_bytes(whole) & int.from_bytes(self.hall.flags.translate(ORDINARY))).to_bytes(len(whole)))
        others_ = self._gathered(open_, fellows, rest, self.hall.middle(chosen[0], 1)) if rest else ()
        return None if others_ is None else (*chosen, *others_)


def _leaves_one(fellows: bytearray, start: int, end: int) -> bool:
    """Whether a block here would leave a single free seat between itself and what is taken or where the stretch ends."""
    return bool((fellows[start - 1] and not fellows[start - 2]) or (fellows[end] and not fellows[end + 1]))


def best_block(hall: Hall, free: bytes, party: Party) -> Chosen | NoBlock:
    """The seats for one party; `free` has one byte for each seat by its number, 1 where it is free."""
    return Chooser(hall, free).choose(party)
