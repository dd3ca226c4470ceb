"""The objects of the torture schema: knots with a number and creatures of a kind, and what each field makes of the number."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class Broken(Exception):
    """What resolvers raise."""


@dataclass(frozen=True)
class Knot:
    """An object with a number, and all that follows from it."""

    number: int

    @property
    def attribute(self) -> str:
        """Read by the default resolver."""
        if self.number % 11 == 10:
            raise Broken(f"attribute of {self.number}")
        return f"attribute {self.number}"

    def callable(self, _info: Any) -> str:
        """Called by the default resolver."""
        return f"called {self.number}"

    async def coroutine(self, _info: Any) -> str:
        """The same, to be awaited."""
        await asyncio.sleep(0)
        return f"awaited {self.number}"

    def next(self, by: int = 1) -> "Knot":
        """Another one, small enough that they come again."""
        return Knot((self.number * 3 + by) % 23)


@dataclass(frozen=True)
class Creature:
    """A member of the abstract types."""

    kind: str
    number: int

    @property
    def name(self) -> str | None:
        """Sometimes there is none."""
        return None if self.number % 5 == 4 else f"{self.kind} {self.number}"


def creature(number: int) -> Creature:
    """A cat, a dog or a stone."""
    return Creature(("Cat", "Dog", "Stone")[number % 3], number)


def raise_(error: str) -> Any:
    """Raise."""
    raise Broken(error)


async def late(value: Any, turns: int = 1) -> Any:
    """The value, or the error, after some turns of the loop."""
    for _ in range(turns):
        await asyncio.sleep(0)
    if isinstance(value, Broken):
        raise value
    return value


def some(knot: Knot, value: Any) -> Any:
    """The value, or an error for every third."""
    return Broken(f"sometimes {knot.number}") if knot.number % 3 == 0 else value


async def stream(values: Sequence[Any], error: str | None = None) -> AsyncIterator[Any]:
    """The values one by one, then the error."""
    for each in values:
        await asyncio.sleep(0)
        yield each
    if error:
        raise Broken(error)


def generate(values: Sequence[Any], error: str | None = None) -> Iterator[Any]:
    """The same, without waiting."""
    yield from values
    if error:
        raise Broken(error)


def next_(knot: Knot, count: int = 3) -> list[Knot]:
    """Some others."""
    return [knot.next(each) for each in range(count)]


Make = Callable[[Knot], Any]
KNOT: Mapping[str, Make] = {
    "id": lambda k: k.number,
    "text": lambda k: f"text {k.number}" if k.number % 4 else None,
    "must": lambda k: f"must {k.number}",
    "ratio": lambda k: k.number / 4,
    "flag": lambda k: k.number % 2 == 0,
    "mood": lambda k: (1, 2, None)[k.number % 3],
    "moodHard": lambda k: 1 + k.number % 2,
    "even": lambda k: k.number * 2,
    "evenHard": lambda k: k.number,
    "anything": lambda k: {"number": k.number, "list": [1, None, "x"]},
    "fails": lambda k: raise_(f"fails {k.number}"),
    "failsHard": lambda k: raise_(f"fails hard {k.number}"),
    "failsLate": lambda k: late(Broken(f"late {k.number}")),
    "failsLateHard": lambda k: late(Broken(f"late hard {k.number}"), 2),
    "returnsError": lambda k: Broken(f"returned {k.number}"),
    "returnsErrorLate": lambda k: late_return(Broken(f"returned late {k.number}")),
    "never": lambda _: None,
    "neverHard": lambda _: None,
    "neverLateHard": lambda _: late(None),
    "sometimes": lambda k: some(k, "now"),
    "sometimesHard": lambda k: some(k, "now"),
    "sometimesLate": lambda k: late(some(k, "later")),
    "sometimesLateHard": lambda k: late(some(k, "later"), k.number % 3),
    "sometimesNull": lambda k: None if k.number % 5 == 0 else "there",
    "slow": lambda k: late("slow", 5),
    "slower": lambda k: late(k.number, 9),
    "wrongInt": lambda k: "x",
    "largeInt": lambda k: 2**40 if k.number % 2 else 7,
    "wrongFloat": lambda k: "nothing",
    "infinite": lambda k: float("inf") if k.number % 2 else 1.5,
    "wrongBoolean": lambda k: "yes",
    "wrongMood": lambda k: 17,
    "wrongText": lambda k: {"no": "text"},
    "numbers": lambda k: [k.number, None, 3],
    "numbersHard": lambda k: [1, None if k.number % 2 else 2],
    "numbersHardest": lambda k: [1, "x" if k.number % 3 == 1 else 2],
    "texts": lambda k: ["a", "b"] * (k.number % 3),
    "moods": lambda k: [1, 2, 17][: 1 + k.number % 3],
    "evens": lambda k: [2, k.number, None],
    "grid": lambda k: [[1, None], None, [k.number]],
    "gridHard": lambda k: [[1], [2, None if k.number % 2 else 3]],
    "gridHardest": lambda k: [[1], None if k.number % 4 == 3 else [2]],
    "cube": lambda k: [[[1, 2], [None] if k.number % 2 else [3]], [None, [4]]],
    "tuple": lambda k: (1, 2, k.number),
    "generator": lambda k: generate([1, 2]),
    "brokenGenerator": lambda k: generate([1, 2], f"generator {k.number}"),
    "stream": lambda k: stream([1, "x", 3]),
    "brokenStream": lambda k: stream([1, 2], f"stream {k.number}" if k.number % 2 else None),
    "promised": lambda k: [late(1), 2, late(Broken(f"promised {k.number}")), late("x")],
    "promisedHard": lambda k: [late(1, 2), late(None if k.number % 2 else 3)],
    "notAList": lambda k: 5,
    "notAListHard": lambda k: "abc",
    "errorsInList": lambda k: ["a", Broken(f"item {k.number}"), None],
    "errorsInListHard": lambda k: ["a", Broken(f"item hard {k.number}") if k.number % 2 else "b"],
    "one": lambda k: k.next(),
    "oneHard": lambda k: k.next(2),
    "oneLate": lambda k: late(k.next(3), 2),
    "oneLateHard": lambda k: late(k.next(4)),
    "oneSometimes": lambda k: some(k, k.next(5)),
    "oneSometimesHard": lambda k: late(some(k, k.next(6))),
    "oneNull": lambda _: None,
    "many": next_,
    "manyHard": lambda k: next_(k, 2),
    "manyHardest": lambda k: next_(k, k.number % 4),
    "manyLate": lambda k: late(next_(k, 2), 3),
    "manyHoles": lambda k: [k.next(), None, Broken(f"hole {k.number}"), k.next(2)],
    "manyHolesHard": lambda k: [k.next(), None if k.number % 2 else k.next(3)],
    "manyPromised": lambda k: [late(each, 2) for each in next_(k, 2)],
    "manyStream": lambda k: stream(next_(k, 2)),
    "knotGrid": lambda k: [next_(k, 2), None, [k.next(5)], [] if k.number % 2 else [None]],
    "knotGridHard": lambda k: [next_(k, 2), [k.next(7)]],
    "thing": lambda k: creature(k.number),
    "thingHard": lambda k: creature(k.number + 1),
    "things": lambda k: [creature(each) for each in range(k.number % 5)],
    "thingsSoft": lambda k: [creature(k.number), None, Creature("Ghost", 1), creature(k.number + 1), Creature("Nobody", 2)],
    "named": lambda k: creature(k.number),
    "beast": lambda k: creature(k.number),
    "beasts": lambda k: [creature(3), creature(4), creature(k.number)],
    "shy": lambda k: creature(k.number),
    "shies": lambda k: [creature(each) for each in range(4)],
    "odd": lambda k: Creature("Ghost" if k.number % 2 else "Cat", k.number),
    "oddHard": lambda k: Creature(("Ghost", "Cat", "Dog")[k.number % 3], k.number),
    "oddLate": lambda k: [late(Creature("Ghost", 1)), Creature("Cat", 2), late(Creature("Dog", 3))],
    "lateThing": lambda k: late(creature(k.number), 2),
}
CREATURE: Mapping[str, Callable[[Creature], Any]] = {
    "id": lambda c: f"{c.kind}:{c.number}",
    "legs": lambda c: 4 if c.number % 7 else None,
    "one": lambda c: Knot(c.number % 23),
    "lives": lambda c: 9,
    "friend": lambda c: late(creature(c.number + 1)),
    "barks": lambda c: late(c.number % 2 == 0),
    "weight": lambda c: c.number * 1.5,
}


async def late_return(error: Broken) -> Broken:
    """An error given back, not raised."""
    await asyncio.sleep(0)
    return error
