"""An operation that costs too much is refused before it runs, on every transport; developers are told what theirs cost."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from gateway.graphql.answers import Denied, Stage
from gateway.graphql.manifests import Entry
from gateway.graphql.pipeline import Pipeline
from gateway.graphql.prepared import Prepared
from gateway.graphql.reading import Halt
from gateway.graphql.request import GraphQLRequest
from gateway.settings import Limits, TrustMode
from schema.root import build_schema
from tests.transports.sockets import socket
from tests.transports.test_sse import streaming
from tests.transports.toy import ANONYMOUS, BUYER, OWNER, Toy
from tests.transports.watching import SCHEMA, opened

pytestmark = pytest.mark.asyncio
TIGHT = Limits(cost=40)
DEAR = "{ hello events { title venue { events { title } } } }"
BLAMED = ["events", "venue", "events"]
COST, ADDED = 20 * (1 + 1 + 20), 20 * 20
TOLD = f"The operation may cost {COST}, at most 40 is allowed. Most of it is events.venue.events, which may be {ADDED}: "
TOLD += "ask for fewer, or in several requests."
CHOICE = "query ($c: Boolean!) { events { title venue @include(if: $c) { events { title } } } }"
LOOP = "series { occurrences(first: 100) { nodes { ticketTypes { event { %s } } } } }"


def expect_refused(answer: Mapping[str, Any]) -> None:
    [error] = answer["errors"]
    extensions = {name: value for name, value in error["extensions"].items() if name != "requestId"}
    dearest = {"path": BLAMED, "cost": ADDED}
    assert "data" not in answer
    assert error["message"] == TOLD
    assert extensions == {"code": "OPERATION_TOO_COMPLEX", "limit": "cost", "used": COST, "allowed": 40, "dearest": dearest}


async def ask(toy: Toy, method: str, query: str, headers: Mapping[str, str] | None = None) -> Any:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(toy.over_http()), base_url="http://toy") as client:
        how: dict[str, Any] = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
        return (await client.request(method, "/graphql", headers=headers, **how)).json()


def observed() -> tuple[float, float]:
    """How many costs were observed until now, and their sum."""
    return tuple(REGISTRY.get_sample_value(f"ticketbase_graphql_operation_cost_{each}") or 0 for each in ("count", "sum"))  # type: ignore[return-value]


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_what_costs_too_much_is_refused_over_http(method: str) -> None:
    toy = Toy(TIGHT)

    expect_refused(await ask(toy, method, DEAR))

    assert toy.diary.opened == 0


async def test_what_costs_exactly_as_much_as_is_allowed_runs() -> None:
    exact, more = (Toy(Limits(cost=COST - less)) for less in (0, 1))

    assert (await ask(exact, "POST", DEAR))["data"]["hello"] == "Hello, you"
    assert (await ask(more, "POST", DEAR))["errors"][0]["extensions"]["used"] == COST


async def test_what_costs_too_much_is_refused_over_websocket_and_as_events() -> None:
    async with opened(toy=Toy(TIGHT, schema=SCHEMA)) as (gateway, address):
        async with socket(address) as client:
            await client.greet()
            await client.subscribe("1", DEAR)
            refused = await client.hear()
            await client.subscribe("2", "{ hello }")
            fine = await client.hear()
        async with streaming(address, DEAR) as events:
            streamed = await events.next()

    assert (refused["id"], refused["type"]) == ("1", "error")
    expect_refused({"errors": refused["payload"]})
    assert fine["payload"] == {"data": {"hello": "Hello, you"}}
    expect_refused(streamed)
    assert gateway.toy.diary.opened == 1


@pytest.mark.parametrize("kept", [False, True])
async def test_variables_decide_what_an_operation_costs_each_time_anew(kept: bool) -> None:
    toy = Toy(TIGHT)
    if kept:
        toy.pipeline.trust(TrustMode.PREFER, [Entry("a.json", "choice", CHOICE)])
    outcomes = []
    for include in (False, True, False):
        request = GraphQLRequest("" if kept else CHOICE, None, {"c": include}, document_id="choice" if kept else None)
        outcomes.append(toy.pipeline.prepare(request, BUYER, "r"))

    assert [type(each) for each in outcomes] == [Prepared, Denied, Prepared]
    assert isinstance(outcomes[1], Denied)
    assert outcomes[1].stage is Stage.LIMITS


async def test_registered_operations_are_weighed_with_their_variables() -> None:
    toy = Toy(TIGHT)
    document = toy.pipeline.register(CHOICE)

    outcomes = [toy.pipeline.prepare_registered(document, {"c": each}, BUYER, "r") for each in (False, True)]

    assert [type(each) for each in outcomes] == [Prepared, Denied]


async def test_a_trusted_document_that_is_always_too_dear_never_enters_the_store() -> None:
    toy = Toy(TIGHT)

    faults = toy.pipeline.trust(TrustMode.REQUIRED, [Entry("a.json", "dear", DEAR), Entry("a.json", "cheap", "{ hello }")])
    outcome = toy.pipeline.prepare(GraphQLRequest("", document_id="dear"), BUYER, "r")

    assert [(each.file, each.entry, each.what) for each in faults] == [("a.json", "dear", TOLD)]
    assert isinstance(outcome, Denied)
    assert isinstance(toy.pipeline.prepare(GraphQLRequest("", document_id="cheap"), BUYER, "r"), Prepared)
    with pytest.raises(Halt, match="may cost 440"):
        toy.pipeline.register(DEAR)


async def test_developers_are_told_the_cost_when_they_ask_and_nobody_else_is() -> None:
    toy = Toy(introspection=False)
    query, asked = "{ events { venue { name } } }", {"X-Show-Cost": "true"}

    told = await ask(toy, "POST", query, {**asked, "Authorization": "Bearer owner"})
    others = [
        await ask(toy, "POST", query, headers)
        for headers in (
            {"Authorization": "Bearer owner"},
            {"Authorization": "Bearer owner", "X-Show-Cost": "yes"},
            {**asked, "Authorization": "Bearer buyer"},
            asked,
        )
    ]

    assert told == {
        "data": {"events": [{"venue": {"name": "Hall"}}]},
        "extensions": {"cost": {"used": 40, "allowed": 200_000, "dearest": {"path": ["events"], "cost": 20}}},
    }
    assert others == [{"data": told["data"]}] * 4


async def test_an_operation_that_costs_nothing_has_no_dearest_field() -> None:
    told = await ask(Toy(), "POST", "{ hello }", {"X-Show-Cost": "true"})

    assert told["extensions"] == {"cost": {"used": 0, "allowed": 200_000, "dearest": None}}


async def test_costs_are_observed_those_of_refused_operations_too() -> None:
    toy, (count, total) = Toy(TIGHT), observed()

    toy.pipeline.prepare(GraphQLRequest("{ events { title } }"), OWNER, "r")
    toy.pipeline.prepare(GraphQLRequest(DEAR), OWNER, "r")

    assert observed() == (count + 2, total + 20 + COST)


ATTACKS = {
    "pages in pages": '{ event(by: {slug: "x"}) { ' + LOOP % (LOOP % "id") + " } }",
    "the largest pages": "{ events(first: 100) { nodes { series { occurrences(first: 100) { nodes { ticketTypes { id } } } } } } }",
    "aliases of a large page": "{ "
    + " ".join(f"a{n}: events(first: 100) {{ nodes {{ ticketTypes {{ price {{ currency }} names {{ text }} }} }} }}" for n in range(4))
    + " }",
    "one fragment in many places": "{ "
    + " ".join(f"a{n}: events(first: 100) {{ ...F }}" for n in range(20))
    + " } fragment F on EventConnection { edges { node { ...G } } nodes { ...G } }"
    + " fragment G on Event { titles { text } descriptions { text } pools { id } }",
    "a variable as large as can be": "query ($n: Int = 2147483647) { events(first: $n) { nodes { series { occurrences(first: $n) {"
    " nodes { titles { text } } } } } } }",
    "twenty mutations' worth of one": "mutation { "
    + " ".join(f'm{n}: publishEvent(input: {{eventId: "x"}}) {{ event {{ {LOOP % "id"} {LOOP % "titles { text }"} }} }}' for n in range(4))
    + " }",
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_documents_within_all_other_limits_that_ask_for_millions_are_refused(attack: str) -> None:
    pipeline = Pipeline(build_schema(), Limits(), lambda context: context)

    outcome = pipeline.prepare(GraphQLRequest(ATTACKS[attack]), ANONYMOUS, "r")

    assert isinstance(outcome, Denied), outcome
    extensions: Any = outcome.errors[0]["extensions"]
    assert (extensions["code"], extensions["limit"]) == ("OPERATION_TOO_COMPLEX", "cost")
    assert extensions["used"] > 200_000


async def test_selections_that_many_types_multiply_are_refused_after_a_bounded_number_of_steps() -> None:
    pipeline = Pipeline(build_schema(), Limits(selections=31), lambda context: context)
    text = '{ node(id: "x") { ' + " ".join(f"a{n}: id" for n in range(30)) + " } }"

    outcome = pipeline.prepare(GraphQLRequest(text), ANONYMOUS, "r")

    assert isinstance(outcome, Denied)
    extensions: Any = outcome.errors[0]["extensions"]
    assert (extensions["limit"], extensions["used"], extensions["allowed"]) == ("selections", 63, 62)
