"""Each feature of the language gives the same on both engines: data byte for byte, errors with their places.

The cases follow the subjects of graphql-core's own tests of its executor, one by one.
"""

import json
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLField, GraphQLList, GraphQLObjectType, GraphQLSchema, Undefined, build_schema, parse, validate

from gateway.execution import Called, Engine
from tests.execution.differing import Rival, dump
from tests.execution.knots import Knot
from tests.execution.torture import World

pytestmark = pytest.mark.asyncio


def _read_cases() -> dict[str, tuple[str, dict[str, Any]]]:
    """The cases of `cases.graphql` by their names."""
    cases = {}
    for block in Path(__file__).with_name("cases.graphql").read_text().split("\n## ")[1:]:
        name, rest = block.split("\n", 1)
        variables = json.loads(rest.split("\n", 1)[0][1:]) if rest.startswith("# ") else {}
        cases[name] = (rest, variables)
    return cases


CASES = _read_cases()
SUBSCRIPTION = "subscription ($n: Int) { beats(number: $n) { id one { sometimesHard } batchedMany { text failsLate } } }"


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
async def test_both_engines_agree_about(case: str, rival: Rival) -> None:
    text, variables = CASES[case]
    tree = parse(text)
    assert not validate(rival.schema, tree)
    name = "A" if case == "one operation of several" else None

    compared = await rival.compare(tree, variables, name=name)

    assert compared.difference is None
    [world] = rival.contexts
    assert not world.calls or max(world.calls.values()) == 1


async def test_an_event_of_a_subscription_is_resolved_alike(rival: Rival) -> None:
    for number in range(6):
        compared = await rival.compare(SUBSCRIPTION, {"n": 1}, root=Knot(number))

        assert compared.difference is None
    assert (await rival.compare(SUBSCRIPTION, {}, root=ValueError("lost"))).difference is None
    assert (await rival.compare("subscription { beatsHard { id } }", {}, root=None)).difference is None


async def test_mutations_run_one_after_the_other(rival: Rival) -> None:
    await rival.compare("mutation { step(number: 2) { batchedSlow { id } } lateStep stepHard(number: 3) { slower } }")

    [world] = rival.contexts
    assert world.steps == ["step begins", "step ends", "lateStep begins", "lateStep ends", "stepHard begins", "stepHard ends"]


async def test_nothing_follows_a_mutation_that_made_everything_null(rival: Rival) -> None:
    compared = await rival.compare("mutation { failStepHard lateStep }")

    [world] = rival.contexts
    assert compared.compiled.data is None
    assert world.steps == ["failStepHard begins", "failStepHard ends"]


async def test_sources_may_be_dictionaries_with_functions_in_them() -> None:
    schema = build_schema("type Query { a: String, b(n: Int): String, c: Inner, d: [Inner] } type Inner { e: Int f: String! }")
    root = {"a": "x", "b": lambda _info, n=None: f"b{n}", "c": {"e": 1}, "d": [{"e": 2, "f": "y"}, {"f": None}, None]}

    compared = await Rival(schema, dict).compare("{ a b(n: 3) z: b c { e } d { e f } }", root=root)

    assert compared.difference is None
    assert compared.compiled.data == {"a": "x", "b": "b3", "z": "bNone", "c": {"e": 1}, "d": [{"e": 2, "f": "y"}, None, None]}


@pytest.mark.parametrize(
    "text",
    [
        "{ c }",  # an object without a selection
        "{ nowhere a }",  # a field that does not exist
        "{ a ...F } fragment F on Query { a ...F }",  # a circle of fragments
        "{ a ...G }",  # a fragment that does not exist
        "{ a } type Other { x: Int }",  # a definition that is not executable
        "{ b(n: 1, m: 2) }",  # an argument that does not exist
        '{ b(n: "x") a }',  # an argument of another type
    ],
)
async def test_what_validation_would_refuse_is_executed_alike(text: str) -> None:
    schema = build_schema("type Query { a: String, b(n: Int): String, c: Inner } type Inner { e: Int }")
    root = {"a": "x", "b": lambda _info, n=None: f"b{n}", "c": {"e": 1}}

    assert (await Rival(schema, dict).compare(text, root=root)).difference is None


async def test_a_scalar_that_answers_nothing_is_an_error() -> None:
    schema = build_schema("scalar Odd type Query { odd: Odd odds: [Odd] }")
    schema.type_map["Odd"].coerce_output_value = lambda _value: Undefined  # type: ignore[attr-defined]

    compared = await Rival(schema, dict).compare("{ odd odds }", root={"odd": 1, "odds": [1, 2]})

    assert compared.difference is None
    assert len(compared.compiled.errors or ()) == 3


async def test_the_way_a_field_is_resolved_can_be_chosen() -> None:
    schema = build_schema("type Query { foo: String }")
    engine = Engine(schema, lambda _parent, name, _field: Called(lambda _source, info, _arguments: f"{name} {info.path.as_list()}"))

    result = await Rival(schema, dict, engine).run_compiled(parse("{ bar: foo }"))

    assert result.data == {"bar": "foo ['bar']"}


TOLD = (
    "field_name", "field_nodes", "return_type", "parent_type", "path", "schema", "fragments", "root_value", "operation", "context",
    "variable_values", "abort_signal",
)  # fmt: skip


async def test_a_resolver_is_told_what_graphql_core_tells() -> None:
    schema = build_schema("type Query { ask(n: Int): String, inner: [[Inner!]!] } type Inner { ask: String }")
    heard: list[dict[str, Any]] = []

    def ask(_source: Any, info: Any, **_arguments: Any) -> str:
        names = (
            "field_name",
            "field_nodes",
            "return_type",
            "parent_type",
            "path",
            "schema",
            "fragments",
            "root_value",
            "operation",
            "context",
        )
        heard.append({name: getattr(info, name) for name in names} | {"values": info.variable_values, "signal": info.abort_signal})
        return "heard"

    for kind in ("Query", "Inner"):
        schema.type_map[kind].fields["ask"].resolve = ask  # type: ignore[attr-defined]
    tree = parse("query ($v: Int = 2) { ask(n: $v) two: inner { ...F ... on Inner { ask } } } fragment F on Inner { ask }")
    rival = Rival(schema, World)

    compared = await rival.compare(tree, root={"inner": [[{}], [{}, {}]]})

    assert compared.difference is None
    of_reference, of_plan = heard[: len(heard) // 3], heard[len(heard) // 3 : 2 * len(heard) // 3]
    assert len(of_plan) == 4
    for one, other in zip(of_reference, of_plan, strict=True):
        assert _comparable(one) == _comparable(other)


def _comparable(heard: dict[str, Any]) -> dict[str, Any]:
    return heard | {"path": [heard["path"].as_list(), heard["path"].typename], "context": type(heard["context"])}


async def test_a_type_resolver_is_told_of_the_field_and_not_of_the_item() -> None:
    schema = build_schema(
        "type Query { things: [[Thing!]] sure: [[Sure]] } union Thing = A | B type A { x: Int } type B { x: Int } type Sure { x: Int }"
    )
    heard: list[tuple[str, Any]] = []

    def hear(word: str, answer: Any) -> Any:
        def told(_value: Any, info: Any, *_: Any) -> Any:
            heard.append((word, (info.field_name, info.path.as_list(), info.path.typename)))
            return answer

        return told

    schema.type_map["Thing"].resolve_type = hear("kind", "A")  # type: ignore[attr-defined]
    schema.type_map["Sure"].is_type_of = hear("sure", answer=True)  # type: ignore[attr-defined]
    root = {"things": [[{"x": 1}], [{"x": 2}, {"x": 3}]], "sure": [[{"x": 4}]]}

    await Rival(schema, dict).run_compiled(parse("{ all: things { ... on A { x } } sure { x } }"), root=root)

    assert heard == [("kind", ("things", ["all"], "Query"))] * 3 + [("sure", ("sure", ["sure"], "Query"))]


async def test_enums_may_be_members_of_python_enums() -> None:
    class Mood(Enum):
        CALM = "calm"
        WILD = "wild"

    class Other(Enum):
        CALM = "calm"

    kind = GraphQLEnumType("Mood", Mood, names_as_values=None)
    schema = GraphQLSchema(GraphQLObjectType("Query", {name: GraphQLField(GraphQLList(kind)) for name in ("good", "bad", "holes")}))
    rival = Rival(schema, dict)
    root = {"good": [Mood.WILD, Mood.CALM, Mood.WILD], "bad": [Mood.CALM, Other.CALM, "calm"], "holes": [None, Mood.WILD]}

    for _ in range(2):
        compared = await rival.compare("{ good bad holes }", root=root)

        assert compared.difference is None
        assert compared.compiled.data == {"good": ["WILD", "CALM", "WILD"], "bad": ["CALM", None, None], "holes": [None, "WILD"]}


async def test_results_share_nothing_with_their_sources() -> None:
    """The trap: a list of the source that whoever gets the answer changes."""
    schema = build_schema("type Query { texts: [String!]! numbers: [Int] grid: [[Int]] none: [Boolean!] }")
    root = {"texts": ["a", "b"], "numbers": [1, None], "grid": [[1], [2, 3]], "none": []}
    rival = Rival(schema, dict)

    first = await rival.run_compiled(parse("{ texts numbers grid none again: texts }"), root=root)
    before = dump(first)
    assert first.data is not None
    for each in (*first.data.values(), *first.data["grid"]):
        each.append("changed")

    assert root == {"texts": ["a", "b"], "numbers": [1, None], "grid": [[1], [2, 3]], "none": []}
    assert first.data["texts"] == first.data["again"] == ["a", "b", "changed"]
    assert dump(await rival.run_compiled(parse("{ texts numbers grid none again: texts }"), root=root)) == before


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("{ knot { one { failsHard failsLateHard neverLateHard returnsErrorLate neverHard } } }", ["knot", "one"]),
        ("{ knot { one { batchedFailsHard { id } failsLateHard oneLateHard { neverLateHard } } } }", ["knot", "one"]),
        ("{ knot { errorsInListHard gridHard } many: knot { manyHard { failsLateHard neverHard } } }", ["many", "manyHard"]),
        ("{ hello knotHard { failsLateHard neverLateHard } helloHard failingHard }", []),
        ("{ knots(first: 4) { failsLateHard } }", []),
    ],
)
async def test_a_null_is_explained_by_one_error(query: str, path: list[str], rival: Rival) -> None:
    """The trap: every field of a lost object tells its own error, a thousand for one null."""
    result = await rival.run_compiled(parse(query))

    below = [each for each in result.errors or () if (each.path or [])[: len(path)] == path]
    assert len(below) == 1
    value: Any = result.data
    for step in path:
        value = value[step]
    assert value is None
