"""Whatever Strawberry puts between a field and its resolver works the same on both engines, and runs for each parent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import pytest
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from gateway.execution import Attribute, Batched, Called
from gateway.graphql.answers import Answer
from gateway.graphql.fields import StrawberryFields
from gateway.graphql.format import to_json
from gateway.graphql.pipeline import QUERIES_AND_MUTATIONS, Pipeline
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import GraphQLRequest
from gateway.settings import EngineName, Limits
from schema.batched import batched, publish_batches
from tests.transports import toy

pytestmark = pytest.mark.asyncio
CALLS: list[str] = []
Item = TypeVar("Item")


class Odd(BasePermission):
    message = "Only the odd ones."

    def has_permission(self, source: Any, info: strawberry.Info, **_: Any) -> bool:
        CALLS.append(f"permission of {source.number}")
        return bool(source.number % 2)


class Later(BasePermission):
    message = "Not before 2."

    async def has_permission(self, source: Any, info: strawberry.Info, **_: Any) -> bool:
        await asyncio.sleep(0)
        return bool(source.number >= 2)


class Louder(FieldExtension):
    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **arguments: Any) -> Any:
        return f"{next_(source, info, **arguments)}!"


class LouderLater(FieldExtension):
    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **arguments: Any) -> Any:
        return f"{await next_(source, info, **arguments)}!!"


@strawberry.input
class Wish:
    words: list[str] = strawberry.field(default_factory=lambda: ["a"])
    number: int | None = strawberry.UNSET
    deep: "Wish | None" = None
    perhaps: strawberry.Maybe[int]

    def told(self) -> str:
        deep = self.deep.told() if self.deep else None
        return f"{self.words} {self.number is strawberry.UNSET or self.number} {deep} {self.perhaps}"


async def doubled(_ctx: Any, keys: Sequence[int], args: Mapping[str, object]) -> list[object]:
    return [f"{2 * each} {args}" for each in keys]


@strawberry.interface
class Numbered:
    number: int


@strawberry.type
class Seat(Numbered):
    renamed: str = strawberry.field(name="label", default="A")
    private: strawberry.Private[int] = 0
    shared: ClassVar[int] = 1

    @strawberry.field
    def plain(self) -> str:
        return f"plain {self.number}"

    @strawberry.field
    def place(self, info: strawberry.Info) -> str:
        path = ".".join(str(each) for each in info.path.as_list())
        names = f"{info.field_name} {info.python_name} {len(info.selected_fields)}"
        return f"{path} {names} {sorted(info.variable_values)} {info.input_extensions}"

    @strawberry.field
    @staticmethod
    def by_parent(parent: strawberry.Parent["Seat"], text: str = "x") -> str:
        return f"{text} {parent.number}"

    @strawberry.field
    def by_root(root: Any, wish: Wish | None = None) -> str:  # noqa: N805 - Strawberry goes by the name
        return f"{root.number} {wish.told() if wish else None}"

    @strawberry.field(permission_classes=[Odd])  # type: ignore[untyped-decorator]
    def guarded(self) -> str | None:
        return "seen"

    @strawberry.field(permission_classes=[Later])  # type: ignore[untyped-decorator]
    async def guarded_later(self) -> str | None:
        return "seen"

    guarded_plain: str | None = strawberry.field(permission_classes=[Odd], default="seen")

    @strawberry.field(extensions=[Louder()])  # type: ignore[untyped-decorator]
    def loud(self, by: int = 1) -> str:
        return f"loud {self.number * by}"

    @strawberry.field(extensions=[LouderLater()])  # type: ignore[untyped-decorator]
    async def louder(self) -> str:
        return f"louder {self.number}"

    @strawberry.field
    async def neighbour(self) -> "Seat | None":
        await asyncio.sleep(0)
        return Seat(number=self.number + 1) if self.number < 3 else None

    twice: str = batched(doubled, key="number", description="Twice.", arguments={"word": (str | None, "w", "A word.")})


@strawberry.type
class Table(Numbered):
    legs: int = 4


@strawberry.type
class Page(Generic[Item]):
    items: list[Item]


@dataclass
class Row:
    """What no Strawberry type made."""

    number: int
    renamed: str = "row"


async def late(_ctx: Any, keys: Sequence[int], _args: Mapping[str, object]) -> list[object]:
    await asyncio.sleep(0.02)
    return [f"late {each}" for each in keys]


@strawberry.type
class Ticket:
    number: int
    seat: int = 1
    shared: str = batched(late, key="seat", description="The same for all.")

    @strawberry.field
    async def hard(self) -> str:
        await asyncio.sleep(0.005)
        if self.number == 1:
            raise ValueError("the first")
        return "fine"


@strawberry.type
class Query:
    @strawberry.field
    def tickets(self) -> list[Ticket | None]:
        return [Ticket(number=each) for each in (1, 2)]

    @strawberry.field
    def seats(self) -> list[Seat]:
        return [Seat(number=each) for each in range(4)]

    @strawberry.field
    def page(self) -> Page[Seat]:
        return Page(items=[Seat(number=7)])

    @strawberry.field
    def numbered(self) -> list[Numbered]:
        return [Seat(number=1), Table(number=2), Row(3)]  # type: ignore[list-item]

    @strawberry.field
    def either(self) -> list[Annotated[Seat | Table, strawberry.union("Either")]]:
        return [Table(number=1), Seat(number=2)]

    @strawberry.field
    def row(self) -> Seat:
        return Row(5)  # type: ignore[return-value]


SCHEMA = strawberry.Schema(Query)
publish_batches(SCHEMA._schema)
QUERIES = [
    "{ seats { number label plain place twice t: twice(word: null) } }",
    "query ($v: Int = 3) { seats { place loud(by: $v) louder neighbour { place neighbour { number } } } }",
    '{ seats { byParent b: byParent(text: "y") byRoot c: byRoot(wish: {}) } }',
    '{ seats { byRoot(wish: {words: ["z"], number: null, deep: {perhaps: 3}}) } }',
    "query ($w: Wish) { seats { byRoot(wish: $w) } }",
    "{ seats { guarded guardedLater guardedPlain } }",
    "{ page { items { number twice } } numbered { __typename number ... on Table { legs } } }",
    "{ either { ... on Seat { label } ... on Table { legs } } }",
    "{ row { number label plain } }",
]


@asynccontextmanager
async def renew(context: Any) -> AsyncIterator[Any]:
    context.loaders.clear()
    yield context


async def run(query: str, engine: EngineName) -> bytes:
    pipeline = Pipeline(SCHEMA, Limits(), renew, engine=engine)
    prepared = pipeline.prepare(
        GraphQLRequest(query, None, {"w": {"words": ["q"], "perhaps": 4}}, {"sent": 1}), toy.OWNER, "r", allow=QUERIES_AND_MUTATIONS
    )
    assert isinstance(prepared, Prepared), prepared
    answer = await pipeline.execute(prepared, toy.Toy().context())
    return to_json(Answer("r", answer.data, tuple(sorted(answer.errors, key=lambda each: str(each["path"])))))


@pytest.mark.parametrize("query", QUERIES)
async def test_both_engines_agree_about_fields_of_strawberry(query: str) -> None:
    assert await run(query, EngineName.COMPILED) == await run(query, EngineName.CORE)


@pytest.mark.parametrize("engine", EngineName)
async def test_who_fails_takes_no_value_from_others_that_wait_for_the_same_key(engine: EngineName) -> None:
    """The trap: the failed object's siblings are cancelled, and with one of them the future that both shared."""
    answer = await asyncio.wait_for(run("{ tickets { shared hard } }", engine), 5)

    assert answer.startswith(b'{"data":{"tickets":[null,{"shared":"late 1","hard":"fine"}]},"errors":[{')


async def test_permissions_are_asked_once_for_each_parent() -> None:
    CALLS.clear()

    await run("{ seats { guarded } }", EngineName.COMPILED)

    assert [f"permission of {each}" for each in range(4)] == CALLS


async def test_only_fields_with_nothing_in_between_are_resolved_directly() -> None:
    fields = StrawberryFields(SCHEMA)
    seat = SCHEMA._schema.type_map["Seat"]
    described = {name: fields.describe(seat, name, field) for name, field in seat.fields.items()}  # type: ignore[attr-defined, arg-type]

    kinds = {name: type(each) for name, each in described.items()}
    assert {name for name, kind in kinds.items() if kind is Attribute} == {"number", "label"}
    assert {name for name, kind in kinds.items() if kind is Batched} == {"twice"}
    plain = {name for name, each in described.items() if isinstance(each, Called) and each.plain}
    assert plain == {"plain", "neighbour"}
