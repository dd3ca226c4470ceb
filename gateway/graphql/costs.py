"""What an operation may cost: how many objects its answer can hold at most, counted once and told for any variables in microseconds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

Values = Mapping[str, object]
"""Coerced variables by their names."""

Conditions = tuple[frozenset[tuple[str, bool]], ...]
"""Alternatives, each a set of variables with the values that they must have; () is never, (frozenset(),) always."""

ALWAYS: Conditions = (frozenset(),)


@dataclass(frozen=True, slots=True)
class Asked:
    """A number, or the length of a list, that variables bring: the first that is not null counts, `most` at most.

    `names` has each variable with what counts where it is not sent, None for nothing; `otherwise` counts where none brings anything.
    """

    names: tuple[tuple[str, int | None], ...]
    otherwise: int
    most: int | None = None

    def of(self, values: Values | None) -> int:
        """How many; nothing where the variables are not known yet."""
        if values is None:
            return 0
        for name, usual in self.names:
            value = values.get(name, usual)
            if value is not None:
                return within(len(value) if isinstance(value, list) else value, self.most)
        return self.otherwise


Count = int | Asked
"""How many objects a field may give for one parent."""


class Spot:
    """A field that gives objects: how many for each parent, and what they may hold, by the types they can be of.

    `base` is what the field costs besides, such as a mutation's work. A spot without variables is counted when it is made.
    """

    __slots__ = ("base", "conditions", "constant", "count", "key", "kinds")

    def __init__(self, key: str, conditions: Conditions, count: Count, kinds: "tuple[Holding, ...]", base: int = 0) -> None:
        self.key = key
        self.conditions = conditions
        self.count = count
        self.kinds = kinds
        self.base = base
        moves: bool = conditions != ALWAYS or not isinstance(count, int) or any(each.moving for each in kinds)
        self.constant: int | None = None if moves else self._count_all({})

    def cost(self, values: Values | None) -> int:
        """What it costs for one parent; with None the least that any variables can make of it."""
        if self.constant is not None:
            return self.constant
        return self._count_all(values) if self.is_there(values) else 0

    def is_there(self, values: Values | None) -> bool:
        """Whether the field is selected under these variables."""
        if values is None:
            return frozenset() in self.conditions
        return any(all(values.get(name) is not (not wanted) for name, wanted in each) for each in self.conditions)

    def size(self, values: Values | None) -> int:
        """How many objects it gives for one parent."""
        return self.count if isinstance(self.count, int) else self.count.of(values)

    def _count_all(self, values: Values | None) -> int:
        return self.base + self.size(values) * (1 + max((each.cost(values) for each in self.kinds), default=0))


class Holding:
    """What an object of one type may hold: the sum of its fields, those without variables added up already."""

    __slots__ = ("constant", "moving", "spots")

    def __init__(self, spots: Iterable[Spot]) -> None:
        self.spots: tuple[Spot, ...] = tuple(spots)
        self.moving: tuple[Spot, ...] = tuple(each for each in self.spots if each.constant is None)
        self.constant = sum(each.constant for each in self.spots if each.constant is not None)

    def cost(self, values: Values | None) -> int:
        """What all its fields cost."""
        cost = self.constant
        for each in self.moving:
            cost += each.cost(values)
        return cost


@dataclass(frozen=True, slots=True)
class Dearest:
    """The field that adds the most by its own objects, the first of such: its response keys from the root, and how much it adds."""

    path: tuple[str, ...]
    cost: int


class Cost:
    """What one operation may cost."""

    __slots__ = ("root",)

    def __init__(self, root: Holding) -> None:
        self.root = root

    @property
    def least(self) -> int:
        """The least that any variables can make of it."""
        return self.root.cost(None)

    def of(self, values: Values) -> int:
        """The cost under these coerced variables."""
        return self.root.cost(values)

    def find_dearest(self, values: Values | None) -> Dearest | None:
        """Which field is to blame first; None where nothing costs anything."""
        found = max(_iterate(self.root, (), 1, values), key=attrgetter("cost"), default=None)
        return found if found and found.cost else None


def _iterate(holding: Holding, path: tuple[str, ...], times: int, values: Values | None) -> Iterator[Dearest]:
    """Each field with what it adds by itself; of several types only the dearest."""
    for spot in holding.spots:
        if not spot.is_there(values):
            continue
        many, place = times * spot.size(values), (*path, spot.key)
        yield Dearest(place, times * spot.base + many)
        if spot.kinds:
            yield from _iterate(max(spot.kinds, key=_by_cost(values)), place, many, values)


def _by_cost(values: Values | None) -> Callable[[Holding], int]:
    return lambda holding: holding.cost(values)


def within(number: object, most: int | None) -> int:
    """A number that a client wrote as a count; what is no such number counts nothing, and is refused later."""
    if not isinstance(number, int):
        return 0
    return max(0, number if most is None else min(number, most))
