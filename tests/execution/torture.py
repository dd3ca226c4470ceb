"""A schema that fails in every way a field can, at every depth, and always in the same way for the same object.

Each object is a Knot with a number; whatever its fields give, raise or wait for follows from that number.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiodataloader import DataLoader
from graphql import GraphQLEnumType, GraphQLError, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType, build_schema

from tests.execution.knots import CREATURE, KNOT, Broken, Creature, Knot, creature, late, next_, raise_, some

SDL = Path(__file__).with_name("torture.graphql").read_text()
MOST = 6


@dataclass
class World:
    """The context: it counts what was called, and keeps the loaders of the reference."""

    calls: Counter[tuple[str | int, ...]] = field(default_factory=Counter)
    batches: list[tuple[str, list[int]]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    loaders: dict[object, Any] = field(default_factory=dict)
    running: int = 0


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
        return asyncio.shield(info.context.loaders[place].load(key))  # as the product does, see schema.batched.load

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
    query["knot"].resolve = counted(lambda _, number=None: Knot(number % 23) if number else None)
    query["knotHard"].resolve = counted(lambda _, number: late(Knot(number % 23)))
    query["knots"].resolve = counted(lambda _, first=None: [Knot(each) for each in range(min(first or 0, MOST))])
    query["knotsSoft"].resolve = counted(lambda _, first=2: late([Knot(each) for each in range(min(first or 0, MOST))]))
    query["hello"].resolve = counted(lambda _: "world")
    query["helloHard"].resolve = counted(lambda _: late("world", 4))
    query["failing"].resolve = counted(lambda _: raise_("root"))
    query["failingHard"].resolve = counted(lambda _: raise_("root hard"))
    query["thing"].resolve = counted(lambda _, number=0: creature((number or 0) % 23))
    mutation["step"].resolve = step("step", lambda number=None: Knot(number % 23) if number else None)
    mutation["stepHard"].resolve = step("stepHard", lambda number: Knot(number % 23))
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
    fields: dict[str, Any] = _object(schema, name).fields
    return fields
