"""Which engine executes an operation: its plan, unless the setting, a developer or the operation itself wants graphql-core."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest

from gateway.graphql.answers import Answer
from gateway.graphql.pipeline import EVERYTHING, Pipeline
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import GraphQLRequest
from gateway.metrics import OPERATIONS
from gateway.settings import EngineName, Limits
from tests.transports import toy

pytestmark = pytest.mark.asyncio
CORE_ASKED, COMPILED, INTROSPECTED = ("core", "asked"), ("compiled", ""), ("core", "introspection")


def counted() -> dict[tuple[str, str], float]:
    """How many executions were counted until now, by engine and reason."""
    return {each: OPERATIONS.labels(*each)._value.get() for each in (CORE_ASKED, COMPILED, INTROSPECTED)}


def since(before: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    return {each: count - before[each] for each, count in counted().items() if count != before[each]}


async def post(query: str, *, introspection: bool = False, **headers: str) -> Any:
    app = toy.Toy(introspection=introspection).over_http()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://toy") as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await client.post("/", json={"query": query}, headers=named)).json()


async def test_operations_are_executed_by_their_plans() -> None:
    before = counted()

    assert await post("{ hello }") == {"data": {"hello": "Hello, you"}}

    assert since(before) == {COMPILED: 1}


@pytest.mark.parametrize(
    ("headers", "introspection", "engine"),
    [
        ({"authorization": "Bearer owner", "x_executor": "core"}, False, CORE_ASKED),
        ({"authorization": "Bearer owner", "x_executor": "compiled"}, False, COMPILED),
        ({"authorization": "Bearer owner", "x_executor": "steam"}, False, COMPILED),
        ({"authorization": "Bearer buyer", "x_executor": "core"}, False, COMPILED),
        ({"x_executor": "core"}, False, COMPILED),
        ({"x_executor": "core"}, True, CORE_ASKED),
    ],
)
async def test_developers_choose_the_engine_for_one_request(headers: dict[str, str], introspection: bool, engine: tuple[str, str]) -> None:
    before = counted()

    answer = await post("{ hello events { title venue { name } } }", introspection=introspection, **headers)

    assert answer == {"data": {"hello": "Hello, you", "events": [{"title": "Concert", "venue": {"name": "Hall"}}]}}
    assert since(before) == {engine: 1}


async def test_the_setting_chooses_for_all_and_a_developer_otherwise() -> None:
    """REST's operations come registered and know no header."""
    one = toy.Toy()
    pipeline = Pipeline(one.schema, Limits(), one.renew, engine=EngineName.CORE)
    before = counted()

    for engine in (None, EngineName.COMPILED):
        prepared = pipeline.prepare(GraphQLRequest("{ hello }"), toy.OWNER, "r", engine=engine)
        assert isinstance(prepared, Prepared)
        await pipeline.execute(prepared, one.context())
    registered = pipeline.prepare_registered(pipeline.register("{ hello }"), {}, toy.BUYER, "r")
    assert isinstance(registered, Prepared)
    await pipeline.execute(registered, one.context())

    assert since(before) == {CORE_ASKED: 2, COMPILED: 1}


async def test_what_has_no_plan_is_executed_once_by_graphql_core() -> None:
    one = toy.Toy()
    before = counted()
    prepared = one.pipeline.prepare(GraphQLRequest("{ __schema { queryType { name } } work }"), toy.OWNER, "r")
    assert isinstance(prepared, Prepared)

    answer = await one.pipeline.execute(prepared, one.context())

    assert answer == Answer("r", {"__schema": {"queryType": {"name": "Query"}}, "work": 1})
    assert (one.diary.opened, one.diary.closed) == (1, 1)
    assert since(before) == {INTROSPECTED: 1}


async def test_events_of_subscriptions_are_executed_by_plans() -> None:
    one = toy.Toy()
    before = counted()
    prepared = one.pipeline.prepare(GraphQLRequest("subscription { beats { work later } }"), toy.OWNER, "r", allow=EVERYTHING)
    assert isinstance(prepared, Prepared)

    opened: AbstractAsyncContextManager[Any] = one.pipeline.subscribe(prepared, one.context())
    async with opened as answers:
        data = [each.data async for each in answers]

    assert [each["beats"]["work"] for each in data] == [0, 1]
    assert since(before) == {COMPILED: 2}


async def test_a_plan_is_kept_with_its_document() -> None:
    one = toy.Toy()
    kept = []
    for name in ("a", "b"):
        request = GraphQLRequest("query ($n: String!) { hello(name: $n) }", None, {"n": name})
        prepared = one.pipeline.prepare(request, toy.OWNER, "r")
        assert isinstance(prepared, Prepared)
        assert await one.pipeline.execute(prepared, one.context()) == Answer("r", {"hello": f"Hello, {name}"})
        kept.append(prepared.document)

    assert kept[0] is kept[1]
    assert len(kept[0].plans) == 1


async def test_the_figures_show_both_engines() -> None:
    await post("{ hello }")

    assert b'ticketbase_graphql_operations_total{engine="compiled",reason=""}' in generate_latest()
