"""Fields that need nothing but their sources: whole columns, one by one where a column fails, and arguments that nobody spoils."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLSchema, build_schema, parse
from graphql.execution.values import get_variable_values

from gateway.execution import Attribute, Engine, Plan, Request, describe, survey_document
from gateway.execution.arguments import copier_of
from tests.execution.differing import split
from tests.execution.torture import Batch

pytestmark = pytest.mark.asyncio

SDL = """
type Query { items: [Item!]! }
type Item { id: Int! name: String sure: String! size: Int tags(in: [Wish!]): String next: Item }
input Wish { words: [String!] }
"""


@dataclass
class Item:
    """A source; reading one of its attributes is noted."""

    id: int
    reads: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Fails for the second item."""
        self.reads.append("size")
        if self.id == 1:
            raise LookupError("no size")
        return self.id * 10


class Stage:
    """A schema whose columns are made by the test, and what they were asked."""

    def __init__(self, count: int = 3) -> None:
        self.items = [Item(each) for each in range(count)]
        self.asked: list[list[int]] = []
        self.schema: GraphQLSchema = build_schema(SDL)
        self.schema.type_map["Query"].fields["items"].resolve = lambda *_: self.items  # type: ignore[attr-defined]
        self.engine = Engine(self.schema, lambda kind, name, field: Attribute(name) if name == "size" else describe(kind, name, field))

    def of(self, name: str) -> Any:
        """A field of an item."""
        return self.schema.type_map["Item"].fields[name]  # type: ignore[attr-defined]

    def column(self, name: str, function: Any) -> None:
        """Let the field be worked out by the function, which is noted."""

        def noted(_context: Any, sources: Sequence[Item]) -> Sequence[object]:
            self.asked.append([each.id for each in sources])
            found: Sequence[object] = function([each.id for each in sources])
            return found

        self.of(name).extensions["column"] = noted

    def plan(self, query: str) -> Plan:
        """The plan of a query without variables."""
        operation, fragments = split(parse(query))
        values: Any = get_variable_values(self.schema, (), {})
        plan = self.engine.compile(survey_document(operation, fragments), operation, fragments, values)
        assert isinstance(plan, Plan)
        return plan

    async def run(self, plan: Plan) -> ExecutionResult:
        """Execute a plan."""
        values: Any = get_variable_values(self.schema, (), {})
        return await self.engine.execute(plan, Request(None, None, values))

    async def ask(self, query: str) -> ExecutionResult:
        """Compile and execute."""
        return await self.run(self.plan(query))


def told(result: ExecutionResult) -> list[tuple[str, list[str | int] | None]]:
    return [(each.message, each.path) for each in result.errors or ()]


def unlucky(ids: Sequence[int]) -> list[str]:
    if 1 in ids:
        raise ValueError("bad luck")
    return [f"name {each}" for each in ids]


async def test_a_column_is_worked_out_by_one_call() -> None:
    stage = Stage(40)
    stage.column("name", lambda ids: [f"name {each}" for each in ids])

    result = await stage.ask("{ items { name } }")

    assert stage.asked == [list(range(40))]
    assert result.data == {"items": [{"name": f"name {each}"} for each in range(40)]}


async def test_a_column_that_fails_is_asked_for_each_and_only_the_guilty_one_has_the_error() -> None:
    stage = Stage()
    stage.column("name", unlucky)

    result = await stage.ask("{ items { id name } }")

    assert stage.asked == [[0, 1, 2], [0], [1], [2]]
    assert told(result) == [("bad luck", ["items", 1, "name"])]
    assert result.data == {"items": [{"id": 0, "name": "name 0"}, {"id": 1, "name": None}, {"id": 2, "name": "name 2"}]}


async def test_the_error_of_one_in_a_column_takes_with_it_what_may_not_be_null() -> None:
    stage = Stage()
    stage.column("sure", unlucky)

    result = await stage.ask("{ items { sure } }")

    assert told(result) == [("bad luck", ["items", 1, "sure"])]
    assert result.data is None


@pytest.mark.parametrize("wrong", [[], ["a"], ["a", "b", "c", "d"]], ids=["none", "too few", "too many"])
async def test_a_column_of_another_length_is_asked_for_each(wrong: list[str]) -> None:
    stage = Stage()
    stage.column("name", lambda ids: wrong if len(ids) > 1 else [f"name {ids[0]}"])

    result = await stage.ask("{ items { name } }")

    assert stage.asked == [[0, 1, 2], [0], [1], [2]]
    assert result.data == {"items": [{"name": "name 0"}, {"name": "name 1"}, {"name": "name 2"}]}


async def test_values_of_a_column_that_need_care_are_completed_one_by_one_without_asking_again() -> None:
    stage = Stage()
    stage.column("name", lambda _ids: ["plain", LookupError("lost"), 7])

    result = await stage.ask("{ items { name } }")

    assert stage.asked == [[0, 1, 2]]
    assert told(result) == [("lost", ["items", 1, "name"])]
    assert result.data == {"items": [{"name": "plain"}, {"name": None}, {"name": "7"}]}


async def test_an_attribute_that_cannot_be_read_is_an_error_of_its_source_alone_and_read_once() -> None:
    stage = Stage()

    result = await stage.ask("{ items { size } }")

    assert told(result) == [("no size", ["items", 1, "size"])]
    assert result.data == {"items": [{"size": 0}, {"size": None}, {"size": 20}]}
    assert [each.reads for each in stage.items] == [["size"]] * 3


async def test_what_is_written_in_the_document_is_copied_for_each_request_and_each_source() -> None:
    stage = Stage()

    def tags(_source: Any, _info: Any, **arguments: Any) -> str:
        [wish] = arguments["in"]
        wish["words"].append("mine")
        arguments["in"].append("spoilt")
        return " ".join(wish["words"])

    stage.of("tags").resolve = tags
    plan = stage.plan('{ items { tags(in: [{words: ["a"]}]) } }')

    answers = [(await stage.run(plan)).data for _ in range(3)]

    assert answers == [{"items": [{"tags": "a mine"}] * 3}] * 3


async def test_a_copy_of_a_plain_object_shares_nothing_that_can_be_changed() -> None:
    @dataclass
    class Wish:
        words: list[str]
        deep: dict[str, list[int]]

    wish = Wish(["a"], {"x": [1]})
    copy = copier_of(wish)
    assert copy is not None

    one, other = copy(), copy()
    one.words.append("b")
    one.deep["x"].append(2)

    assert (other, wish) == (Wish(["a"], {"x": [1]}), Wish(["a"], {"x": [1]}))


async def test_what_cannot_be_copied_is_not_kept() -> None:
    class Strange:
        __slots__ = ("held",)

        def __init__(self) -> None:
            self.held = [1]

    assert copier_of(Strange()) is None
    assert copier_of([Strange()]) is None
    assert copier_of({"in": Strange()}) is None


async def test_a_batch_that_nobody_can_share_runs_without_a_task() -> None:
    stage, tasks = Stage(), list[Any]()

    async def following(_context: Any, keys: Sequence[int], _args: Any) -> list[Item]:
        tasks.append(asyncio.current_task())
        return [Item(each + 1) for each in keys]

    stage.of("next").extensions["batch"] = Batch(following, lambda item: item.id)

    result = await stage.ask("{ items { next { id } } }")

    assert tasks == [asyncio.current_task()]
    assert result.data == {"items": [{"next": {"id": each}} for each in (1, 2, 3)]}


async def test_a_batch_below_a_batch_has_its_own_values_and_asks_for_no_key_twice() -> None:
    stage, asked = Stage(), list[list[int]]()

    async def following(_context: Any, keys: Sequence[int], _args: Any) -> list[Any]:
        asked.append(list(keys))
        return [ValueError("end") if each == 2 else Item(each + 1) for each in keys]

    stage.of("next").extensions["batch"] = Batch(following, lambda item: item.id)

    result = await stage.ask("{ items { next { id next { id } } } }")

    assert asked == [[0, 1, 2]]
    assert sorted(told(result), key=str) == [("end", ["items", 1, "next", "next"]), ("end", ["items", 2, "next"])]
    assert result.data == {"items": [{"next": {"id": 1, "next": {"id": 2}}}, {"next": {"id": 2, "next": None}}, {"next": None}]}


async def test_sources_with_the_same_key_share_its_value_in_their_own_places() -> None:
    stage, asked = Stage(4), list[list[int]]()

    async def following(_context: Any, keys: Sequence[int], _args: Any) -> list[Item]:
        asked.append(list(keys))
        return [Item(10 + each) for each in keys]

    stage.of("next").extensions["batch"] = Batch(following, lambda item: item.id // 2)

    result = await stage.ask("{ items { next { id } } }")

    assert asked == [[0, 1]]
    assert result.data == {"items": [{"next": {"id": each}} for each in (10, 10, 11, 11)]}


@pytest.mark.parametrize("wrong", [[], [1, 2, 3, 4]], ids=["too few", "too many"])
async def test_a_batch_of_another_length_is_the_error_of_all_who_wait_for_it(wrong: list[int]) -> None:
    stage = Stage()

    async def following(_context: Any, _keys: Sequence[int], _args: Any) -> list[int]:
        return wrong

    stage.of("next").extensions["batch"] = Batch(following, lambda item: item.id)

    result = await stage.ask("{ items { next { id } } }")

    message = f"The batch function following gave {len(wrong)} values for 3 keys."
    assert told(result) == [(message, ["items", each, "next"]) for each in range(3)]
    assert result.data == {"items": [{"next": None}] * 3}
