"""A schema that fails in every way a field can, at every depth, and always in the same way for the same object.

Each object is a Knot with a number; whatever its fields give, raise or wait for follows from that number.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiodataloader import DataLoader
from graphql import GraphQLEnumType, GraphQLError, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType, build_schema

SDL = """
directive @experimental_disableErrorPropagation on QUERY | MUTATION | SUBSCRIPTION
scalar Even
scalar Anything
enum Mood { CALM WILD ODD }
input Wish { min: Int = 1 max: Int! = 9 tags: [String!] = ["a"] deep: Wish mood: Mood = CALM even: Even grid: [[Int!]] }
input Either @oneOf { left: Int right: String }
interface Named { name: String id: ID! }
interface Beast implements Named { name: String id: ID! legs: Int! one: Knot }
interface Shy { name: String }
type Cat implements Named & Beast & Shy { name: String id: ID! legs: Int! one: Knot lives: Int! friend: Beast }
type Dog implements Named & Beast & Shy { name: String id: ID! legs: Int! one: Knot barks: Boolean friend: Beast! }
type Stone implements Named { name: String id: ID! weight: Float! one: Knot! }
type Ghost { name: String id: ID! }
union Thing = Cat | Dog | Stone
union Odd = Cat | Ghost

type Knot {
  id: ID!  number: Int!  text: String  must: String!  ratio: Float  flag: Boolean!  mood: Mood  moodHard: Mood!  even: Even  evenHard: Even!
  anything: Anything  callable: String  coroutine: String  attribute: String
  fails: String  failsHard: String!  failsLate: String  failsLateHard: String!  returnsError: String  returnsErrorLate: String!
  never: String  neverHard: String!  neverLateHard: String!
  sometimes: String  sometimesHard: String!  sometimesLate: String  sometimesLateHard: String!  sometimesNull: String!
  slow: String  slower: Int!  wrongInt: Int  largeInt: Int!  wrongFloat: Float  infinite: Float  wrongBoolean: Boolean  wrongMood: Mood  wrongText: String
  numbers: [Int]  numbersHard: [Int!]  numbersHardest: [Int!]!  texts: [String!]!  moods: [Mood!]  evens: [Even]
  grid: [[Int]]  gridHard: [[Int!]!]  gridHardest: [[Int!]!]!  cube: [[[Int!]]!]
  tuple: [Int!]  generator: [Int]  brokenGenerator: [Int]  stream: [Int]  brokenStream: [Int!]  promised: [Int]  promisedHard: [Int!]
  notAList: [Int]  notAListHard: [Int!]!  errorsInList: [String]  errorsInListHard: [String!]
  one: Knot  oneHard: Knot!  oneLate: Knot  oneLateHard: Knot!  oneSometimes: Knot  oneSometimesHard: Knot!  oneNull: Knot
  many: [Knot]  manyHard: [Knot!]  manyHardest: [Knot!]!  manyLate: [Knot!]  manyHoles: [Knot]  manyHolesHard: [Knot!]
  manyPromised: [Knot!]  manyStream: [Knot]  knotGrid: [[Knot!]]  knotGridHard: [[Knot!]!]!
  batchedOne: Knot  batchedOneHard: Knot!  batchedMany: [Knot!]!  batchedText(by: Int = 2, word: String): String  batchedNumber: Int!
  batchedFails: String  batchedFailsHard: Knot!  batchedSometimes: Knot  batchedSometimesHard: Knot!  batchedNoKey: String  batchedSlow: Knot
  batchedThing: Thing
  thing: Thing  thingHard: Thing!  things: [Thing!]!  thingsSoft: [Thing]  named: Named  beast: Beast  beasts: [Beast!]  shy: Shy  shies: [Shy]
  odd: Odd  oddHard: Odd!  oddLate: [Odd]  wrongThing(kind: String): Thing  lateThing: Thing
  echo(text: String = "said", number: Int, list: [Int!], wish: Wish, mood: Mood = WILD, even: Even, either: Either, must: Boolean! = true): String
  needs(number: Int!): Int!  walk(steps: Int! = 1): Knot  walkHard(steps: Int!): Knot!
}
type Query { knot(number: Int = 1): Knot  knotHard(number: Int! = 1): Knot!  knots(first: Int = 3): [Knot!]!  knotsSoft(first: Int): [Knot]
  hello: String  helloHard: String!  failing: String  failingHard: String!  thing(number: Int): Thing }
type Mutation { step(number: Int): Knot  stepHard(number: Int!): Knot!  failStep: Int  failStepHard: Int!  lateStep: Int! }
type Subscription { beats(number: Int): Knot  beatsHard: Knot! }
"""


class Broken(Exception):
    """What resolvers raise."""


@dataclass
class World:
    """The context: it counts what was called, and keeps the loaders of the reference."""

    calls: Counter[tuple[str | int, ...]] = field(default_factory=Counter)
    batches: list[tuple[str, list[int]]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    loaders: dict[object, Any] = field(default_factory=dict)
    running: int = 0


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


@dataclass(frozen=True)
class Batch:
    """A batch as the engine wants it."""

    function: Callable[[Any, Sequence[Any], Mapping[str, object]], Awaitable[Sequence[object]]]
    key: Callable[[Any], Any]


def number_of(knot: Knot) -> int:
    """The key of most batches."""
    return knot.number


def batch(name: str, make: Callable[[int, Mapping[str, Any]], Any], key: Callable[[Knot], Any] = number_of, turns: int = 1) -> Batch:
    """A batch whose values follow from the keys."""

    async def function(world: World, keys: Sequence[int], args: Mapping[str, Any]) -> list[Any]:
        world.batches.append((name, list(keys)))
        assert len(set(keys)) == len(keys)
        world.running += 1
        try:
            await late(None, turns)
        finally:
            world.running -= 1
        return [make(each, args) for each in keys]

    return Batch(function, key)


def words(number: int, args: Mapping[str, Any]) -> str:
    """A text made of the arguments."""
    return f"{number * args['by']} {args.get('word')!r}"


BATCHES: Mapping[str, Batch] = {
    "batchedOne": batch("one", lambda n, _: Knot(n).next()),
    "batchedOneHard": batch("one hard", lambda n, _: Knot(n).next(2), turns=3),
    "batchedMany": batch("many", lambda n, _: next_(Knot(n), 2)),
    "batchedText": batch("text", words),
    "batchedNumber": batch("number", lambda n, _: n),
    "batchedFails": batch("fails", lambda n, _: raise_("the whole batch")),
    "batchedFailsHard": batch("fails hard", lambda n, _: raise_("the whole hard batch")),
    "batchedSometimes": batch("sometimes", lambda n, _: some(Knot(n), Knot(n).next())),
    "batchedSometimesHard": batch("sometimes hard", lambda n, _: some(Knot(n), Knot(n).next()), turns=2),
    "batchedNoKey": batch("no key", lambda n, _: f"key {n}", key=lambda k: k.number if k.number % 2 else None),
    "batchedSlow": batch("slow", lambda n, _: Knot(n).next(), turns=12),
    "batchedThing": batch("thing", lambda n, _: creature(n)),
}


def walk(knot: Knot, steps: int) -> Knot | None:
    """As many steps on; nowhere when they are too many."""
    for _ in range(min(steps, 5)):
        knot = knot.next()
    return knot if steps < 5 else None


def wrong_thing(_knot: Knot, kind: str | None = None) -> Any:
    """A thing that says it is of this type."""
    return Creature(kind, 1) if kind else Creature("", 1)


def echo(_knot: Knot, **args: Any) -> str:
    """The arguments as they came."""
    return repr(sorted(args.items()))


def needs(_knot: Knot, number: int) -> int:
    """The argument."""
    return number


WITH_ARGUMENTS: Mapping[str, Callable[..., Any]] = {
    "walk": walk,
    "walkHard": walk,
    "wrongThing": wrong_thing,
    "echo": echo,
    "needs": needs,
}


def counted(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """A resolver that notes where it was called."""

    def call(source: Any, info: Any, **args: Any) -> Any:
        info.context.calls[tuple(info.path.as_list())] += 1
        assert info.parent_type.fields[info.field_name].type == info.return_type
        return resolve(source, **args)

    return call


def loading(declared: Batch) -> Callable[..., Any]:
    """The batch for graphql-core: one key at a time, gathered by a loader."""

    def resolve(source: Any, info: Any, **args: Any) -> Any:
        info.context.calls[tuple(info.path.as_list())] += 1
        key = declared.key(source)
        if key is None:
            return None
        place = (declared.function, tuple(sorted(args.items())))
        if place not in info.context.loaders:
            world = info.context

            async def run(keys: list[Any]) -> list[Any]:
                return list(await declared.function(world, keys, args))

            world.loaders[place] = DataLoader(run)
        return info.context.loaders[place].load(key)

    return resolve


def step(name: str, make: Callable[..., Any]) -> Callable[..., Any]:
    """A field of the mutation; it notes its beginning and its end."""

    async def resolve(_source: Any, info: Any, **args: Any) -> Any:
        info.context.calls[tuple(info.path.as_list())] += 1
        info.context.steps.append(f"{name} begins")
        await late(None, 3)
        info.context.steps.append(f"{name} ends")
        return make(**args)

    return resolve


def kind_of(value: Creature, _info: Any, _kind: Any) -> Any:
    """Which type a creature has."""
    return {"": None, "number": 5}.get(value.kind, value.kind)


async def kind_of_late(value: Creature, info: Any, kind: Any) -> Any:
    """The same, later."""
    await asyncio.sleep(0)
    if value.number == 13:
        raise Broken("kind of 13")
    return kind_of(value, info, kind)


def read_even(value: Any) -> int:
    """An even number; GraphQLError for others."""
    if not isinstance(value, int) or value % 2:
        raise GraphQLError(f"Even cannot represent {value!r}")
    return value


def make_schema() -> GraphQLSchema:
    """The schema with its resolvers."""
    schema = build_schema(SDL)
    schema.type_map["Even"].coerce_output_value = read_even  # type: ignore[attr-defined]
    schema.type_map["Even"].coerce_input_value = read_even  # type: ignore[attr-defined]
    moods = schema.type_map["Mood"]
    assert isinstance(moods, GraphQLEnumType)
    schema.type_map["Mood"] = moods
    for name, value in {"CALM": 1, "WILD": 2, "ODD": 3}.items():
        moods.values[name].value = value
    _resolve_objects(schema)
    _resolve_abstract(schema)
    return schema


def _resolve_objects(schema: GraphQLSchema) -> None:
    fields = _fields(schema, "Knot")
    for name, make in KNOT.items():
        fields[name].resolve = counted(make)
    for name, function in WITH_ARGUMENTS.items():
        fields[name].resolve = counted(function)
    for name, declared in BATCHES.items():
        fields[name].resolve = loading(declared)
        fields[name].extensions["batch"] = declared
    for kind in ("Cat", "Dog", "Stone", "Ghost"):
        for name in _fields(schema, kind).keys() & CREATURE.keys():
            _fields(schema, kind)[name].resolve = counted(CREATURE[name])
    _resolve_roots(schema)


def _resolve_roots(schema: GraphQLSchema) -> None:
    query, mutation = _fields(schema, "Query"), _fields(schema, "Mutation")
    query["knot"].resolve = counted(lambda _, number=None: Knot(number) if number else None)
    query["knotHard"].resolve = counted(lambda _, number: late(Knot(number)))
    query["knots"].resolve = counted(lambda _, first=None: [Knot(each) for each in range(first or 0)])
    query["knotsSoft"].resolve = counted(lambda _, first=2: late([Knot(each) for each in range(first or 0)]))
    query["hello"].resolve = counted(lambda _: "world")
    query["helloHard"].resolve = counted(lambda _: late("world", 4))
    query["failing"].resolve = counted(lambda _: raise_("root"))
    query["failingHard"].resolve = counted(lambda _: raise_("root hard"))
    query["thing"].resolve = counted(lambda _, number=0: creature(number or 0))
    mutation["step"].resolve = step("step", lambda number=None: Knot(number) if number else None)
    mutation["stepHard"].resolve = step("stepHard", Knot)
    mutation["failStep"].resolve = step("failStep", lambda: raise_("step"))
    mutation["failStepHard"].resolve = step("failStepHard", lambda: raise_("step hard"))
    mutation["lateStep"].resolve = step("lateStep", lambda: 5)
    for each in _fields(schema, "Subscription").values():
        each.resolve = lambda event, _info, **_: event


def _resolve_abstract(schema: GraphQLSchema) -> None:
    for name in ("Thing", "Named", "Beast"):
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLInterfaceType | GraphQLUnionType)
        kind.resolve_type = kind_of
    late_kind = schema.type_map["Odd"]
    assert isinstance(late_kind, GraphQLUnionType)
    late_kind.resolve_type = kind_of_late

    async def is_dog(value: Any, _info: Any) -> bool:
        return bool(await late(value.kind == "Dog"))

    # `Shy` has no resolver of its own: the types are asked, one of them so that it has to be awaited.
    _object(schema, "Cat").is_type_of = lambda value, _info: value.kind == "Cat" and value.number != 12
    _object(schema, "Dog").is_type_of = is_dog


def _object(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind


def _fields(schema: GraphQLSchema, name: str) -> dict[str, Any]:
    return _object(schema, name).fields
