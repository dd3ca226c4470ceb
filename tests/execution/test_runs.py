"""A run leaves nothing behind, waits for nobody it need not wait for, and says exactly what is wrong with a batch."""

import asyncio
import gc
import warnings
from collections.abc import Sequence
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLSchema, build_schema, parse
from graphql.execution.values import get_variable_values

from gateway.execution import Engine, Plan, Plans, Reason, Request, Survey, Uncompiled, survey_document
from tests.execution.differing import Rival, split
from tests.execution.generating import even, generate, text
from tests.execution.knots import Broken
from tests.execution.torture import Batch, World

pytestmark = pytest.mark.asyncio

SDL = """
type Query { items(count: Int = 3): [Item!]! slow: Int hard: Int! item: Item }
type Item { id: Int! name(in: [String!]): String many: [Int] other: String hard: String! next: Item nextHard: Item! }
"""


class Stage:
    """A schema whose batches are made by the test, and what happened to them."""

    def __init__(self, **batches: Any) -> None:
        self.schema: GraphQLSchema = build_schema(SDL)
        self.calls: list[list[Any]] = []
        self.cancelled: list[str] = []
        self.engine = Engine(self.schema)
        fields = self.schema.type_map["Query"].fields  # type: ignore[attr-defined]
        fields["items"].resolve = lambda _source, _info, count: [{"id": each} for each in range(count)]
        fields["item"].resolve = lambda _source, _info: {"id": 7}
        for name, function in batches.items():
            item = self.schema.type_map["Item"].fields[name]  # type: ignore[attr-defined]
            item.extensions["batch"] = Batch(self._noted(name, function), lambda item: item["id"])

    def resolve(self, name: str, resolver: Any) -> None:
        """Resolve a field of the root."""
        self.schema.type_map["Query"].fields[name].resolve = resolver  # type: ignore[attr-defined]

    def _noted(self, name: str, function: Any) -> Any:
        async def noted(context: Any, keys: Sequence[Any], args: Any) -> Any:
            self.calls.append(list(keys))
            try:
                return await function(keys, args) if function.__code__.co_argcount == 2 else await function(keys)
            except asyncio.CancelledError:
                self.cancelled.append(name)
                raise

        return noted

    async def ask(self, query: str) -> ExecutionResult:
        """Run it."""
        operation, fragments = split(parse(query))
        values = get_variable_values(self.schema, operation.variable_definitions or (), {})
        assert not isinstance(values, list)
        plan = self.engine.compile(survey_document(operation, fragments), operation, fragments, values)
        assert not isinstance(plan, Uncompiled)
        return await self.engine.execute(plan, Request(None, None, values))


async def names(keys: Sequence[int]) -> list[Any]:
    """A name for each."""
    return [f"name {each}" for each in keys]


async def forever(_keys: Sequence[int]) -> list[Any]:
    """Never an answer."""
    await asyncio.Event().wait()
    return []


def told(result: ExecutionResult) -> list[tuple[str, list[str | int] | None]]:
    return [(each.message, each.path) for each in result.errors or ()]


async def test_all_parents_of_a_level_are_one_call() -> None:
    stage = Stage(name=names)

    result = await stage.ask("{ items(count: 50) { name } }")

    assert stage.calls == [list(range(50))]
    assert result.data == {"items": [{"name": f"name {each}"} for each in range(50)]}


async def test_fields_that_need_the_same_function_share_its_call_and_its_values() -> None:
    async def itself(keys: Sequence[int]) -> list[Any]:
        return [{"id": each} for each in keys]

    stage = Stage(next=itself)

    await stage.ask("{ a: items(count: 2) { next { id } } b: items(count: 4) { next { id } again: next { next { id } } } }")

    assert stage.calls == [[0, 1, 2, 3]]


async def test_other_arguments_are_another_call() -> None:
    async def listed(keys: Sequence[int], args: Any) -> list[Any]:
        return [f"{each} {args}" for each in keys]

    stage = Stage(name=listed)

    result = await stage.ask('{ item { a: name(in: ["x"]) b: name c: name d: name(in: ["y"]) } }')

    assert stage.calls == [[7], [7], [7]]
    assert result.data == {"item": {"a": "7 {'in': ['x']}", "b": "7 {}", "c": "7 {}", "d": "7 {'in': ['y']}"}}


async def test_a_plan_keeps_nothing_of_the_variables(rival: Rival) -> None:
    query = "query ($n: Int!, $l: [Int!], $w: Wish) { knot(number: $n) { needs(number: $n) echo(list: $l, wish: $w, mood: ODD, even: 2) } }"
    operation, fragments = split(parse(query))
    given: list[dict[str, Any]] = [{"n": 1}, {"n": 2, "l": [3], "w": {"min": 4}}, {"n": 3, "l": [5], "w": {"deep": {}}}]
    values: list[Any] = [get_variable_values(rival.schema, operation.variable_definitions or (), each) for each in given]
    plan = rival.engine.compile(survey_document(operation, fragments), operation, fragments, values[0])
    assert isinstance(plan, Plan)

    for each, sent in zip(values, given, strict=True):
        result = await rival.engine.execute(plan, Request(None, World(), each))

        assert result == await rival.run_reference(parse(query), sent)


async def test_arguments_are_for_one_parent_alone() -> None:
    """The trap: a resolver that changes its list, and with it the list of the next."""
    stage = Stage()

    def name(_source: Any, _info: Any, **arguments: Any) -> str:
        arguments["in"].append("changed")
        return str(arguments)

    stage.schema.type_map["Item"].fields["name"].resolve = name  # type: ignore[attr-defined]

    result = await stage.ask('{ items { name(in: ["x"]) } }')

    assert result.data == {"items": [{"name": "{'in': ['x', 'changed']}"}] * 3}


async def test_a_batch_of_the_wrong_length_is_the_error_of_each_field() -> None:
    async def fewer(keys: Sequence[int]) -> list[Any]:
        return ["only one"]

    result = await Stage(name=fewer).ask("{ items { id name } }")

    assert result.data == {"items": [{"id": each, "name": None} for each in range(3)]}
    assert told(result) == [("The batch function noted gave 1 values for 3 keys.", ["items", each, "name"]) for each in range(3)]


async def test_a_batch_that_raises_is_the_error_of_each_field() -> None:
    async def raises(keys: Sequence[int]) -> list[Any]:
        raise Broken("all of it")

    result = await Stage(name=raises).ask("{ items { name } }")

    assert told(result) == [("all of it", ["items", each, "name"]) for each in range(3)]
    assert all(isinstance(each.original_error, Broken) for each in result.errors or ())


async def test_an_exception_as_a_value_is_the_error_of_that_item_alone() -> None:
    async def some(keys: Sequence[int]) -> list[Any]:
        return [Broken("number one") if each == 1 else each for each in keys]

    result = await Stage(name=some).ask("{ items { name } }")

    assert result.data == {"items": [{"name": "0"}, {"name": None}, {"name": "2"}]}
    assert told(result) == [("number one", ["items", 1, "name"])]


async def test_a_batch_that_gives_no_list_is_an_error() -> None:
    async def nothing(keys: Sequence[int]) -> Any:
        return None

    result = await Stage(name=nothing).ask("{ item { name } }")

    assert told(result) == [("'NoneType' object is not iterable", ["item", "name"])]


async def test_a_run_that_is_cancelled_cancels_its_batches() -> None:
    stage = Stage(name=forever, other=forever)
    running = asyncio.create_task(stage.ask("{ items { name other next { id } } slow }"))
    while len(stage.calls) < 2:
        await asyncio.sleep(0)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert sorted(stage.cancelled) == ["name", "other"]
    assert asyncio.all_tasks() == {asyncio.current_task()} | _others()


async def test_a_deadline_reaches_resolvers_and_batches() -> None:
    stage = Stage(name=forever)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await stage.ask("{ items { name } }")

    assert stage.cancelled == ["name"]


async def test_what_works_for_a_null_alone_is_stopped() -> None:
    async def raises(keys: Sequence[int]) -> list[Any]:
        await asyncio.sleep(0)
        raise Broken("hard")

    stage = Stage(name=forever, hard=raises)

    result = await asyncio.wait_for(stage.ask("{ item { name hard } }"), 5)

    assert result.data == {"item": None}
    assert told(result) == [("hard", ["item", "hard"])]
    assert stage.cancelled == ["name"]


async def test_what_works_for_a_null_alone_does_not_begin() -> None:
    """The error is there at once; neither the batch nor the resolvers beside it are waited for, and no coroutine is lost."""
    stage = Stage(name=forever)
    fields = stage.schema.type_map["Item"].fields  # type: ignore[attr-defined]

    async def never(_source: Any, _info: Any) -> None:
        await asyncio.Event().wait()

    fields["next"].resolve = fields["other"].resolve = never
    fields["many"].resolve = lambda _source, _info: [never(None, None), 1]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for fields_asked in ("name hard", "other hard", "many other next { id } name hard"):
            result = await asyncio.wait_for(stage.ask(f"{{ item {{ {fields_asked} }} other: item {{ id }} }}"), 5)

            assert result.data == {"item": None, "other": {"id": 7}}
        gc.collect()

    assert stage.calls == []
    assert caught == []


async def test_what_works_for_others_too_is_not_stopped() -> None:
    gate = asyncio.Event()

    async def waits(keys: Sequence[int]) -> list[Any]:
        await gate.wait()
        return [f"name {each}" for each in keys]

    async def one_hard(keys: Sequence[int]) -> list[Any]:
        asyncio.get_running_loop().call_later(0.02, gate.set)
        return [None if each == 7 else "there" for each in keys]

    stage = Stage(name=waits, hard=one_hard)

    result = await stage.ask("{ items { name hard } item { name hard } }")

    assert result.data == {"items": [{"name": f"name {each}", "hard": "there"} for each in range(3)], "item": None}
    assert stage.cancelled == []


async def test_a_slow_field_holds_back_nothing_but_what_is_below_it() -> None:
    gate = asyncio.Event()

    async def slow(_source: Any, _info: Any) -> int:
        await gate.wait()
        return 1

    async def next_(keys: Sequence[int]) -> list[Any]:
        if keys == [102]:
            gate.set()  # the slow field is let go by the third level of the quick one
        return [{"id": each + 1 if each >= 100 else 100} for each in keys]

    stage = Stage(next=next_)
    stage.resolve("slow", slow)

    result = await asyncio.wait_for(stage.ask("{ slow item { next { next { next { next { id } } } } } }"), 5)

    assert result.data == {"slow": 1, "item": {"next": {"next": {"next": {"next": {"id": 103}}}}}}


async def test_a_large_answer_lets_others_in_between() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(count())
    stage = Stage()
    stage.resolve("items", lambda _source, _info, count: [{"id": each, "next": {"id": 1, "next": {"id": 2}}} for each in range(3000)])
    await stage.ask("{ items { id next { id next { id } } } }")
    counting.cancel()

    assert turns >= 2


async def test_nothing_is_left_behind_by_errors_that_cut_a_run_short(rival: Rival) -> None:
    """No coroutine that nobody awaited, no task that goes on."""
    cases = generate(rival.schema, 100, scalars={"Even": even(), "Anything": text("a")})
    before = {each for each in asyncio.all_tasks() if not each.done()}
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for case in cases:
            tree = parse(case.text)
            values = get_variable_values(rival.schema, split(tree)[0].variable_definitions or (), dict(case.variables))
            if not isinstance(values, list):
                await rival.run_compiled(tree, case.variables)
        gc.collect()

    assert [str(each.message) for each in caught] == []
    assert asyncio.all_tasks() <= before
    assert all(each.running == 0 for each in rival.contexts)


UNCOMPILED = {
    "{ __schema { types { name } } knot { id } }": Reason.INTROSPECTION,
    '{ ...F } fragment F on Query { __type(name: "Knot") { name } }': Reason.INTROSPECTION,
    "query ($a: Boolean = true) { knot @skip(if: $a) { id } }": Reason.NULL_CONDITION,
    "query @experimental_disableErrorPropagation { knot { id } }": Reason.NO_PROPAGATION,
    "{ knot { ... @defer { id } } }": Reason.INCREMENTAL,
    "{ knot { many @stream { id } } }": Reason.INCREMENTAL,
}


@pytest.mark.parametrize("query", UNCOMPILED)
async def test_what_has_no_plan_is_named_before_anything_runs(query: str, rival: Rival) -> None:
    operation, fragments = split(parse(query))
    values = get_variable_values(rival.schema, operation.variable_definitions or (), {"a": None})
    assert not isinstance(values, list)

    plan = rival.engine.compile(survey_document(operation, fragments), operation, fragments, values)

    assert plan == Uncompiled(UNCOMPILED[query])
    assert rival.contexts == []


async def test_an_operation_that_the_schema_has_no_root_for_has_no_plan() -> None:
    operation, fragments = split(parse("mutation { a }"))
    values = get_variable_values(build_schema(SDL), (), {})
    assert not isinstance(values, list)

    plan = Engine(build_schema(SDL)).compile(survey_document(operation, fragments), operation, fragments, values)

    assert plan == Uncompiled(Reason.NO_ROOT)


async def test_a_plan_is_made_once_for_each_outcome_of_the_conditions(rival: Rival) -> None:
    query = "query ($a: Boolean!, $b: Boolean!, $n: Int) { knot(number: $n) { id @skip(if: $a) text @include(if: $b) } }"
    operation, fragments = split(parse(query))
    plans, made = Plans(capacity=2), 0

    def find(**variables: Any) -> Any:
        values = get_variable_values(rival.schema, operation.variable_definitions or (), variables)
        assert not isinstance(values, list)

        def make(survey: Survey) -> Plan | Uncompiled:
            nonlocal made
            made += 1
            return rival.engine.compile(survey, operation, fragments, values)

        return plans.find(operation, fragments, values, make)

    first = find(a=True, b=True, n=1)

    assert find(a=True, b=True, n=2) is first
    assert find(a=False, b=True, n=1) is not first
    assert find(a=False, b=False) is not first
    assert len(plans) == 2
    assert made == 3
    assert find(a=True, b=True) is not first  # the longest unused went


def _others() -> set[asyncio.Task[Any]]:
    """What the test session itself runs."""
    return {each for each in asyncio.all_tasks() if "ask" not in repr(each.get_coro()) and "Run" not in repr(each.get_coro())}
