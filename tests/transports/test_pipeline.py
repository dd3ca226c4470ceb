"""Operations run with work of their own, within their time, and leave nothing behind."""

import asyncio
from typing import Any

import orjson
import pytest

from domain.identity import Viewer
from gateway.graphql.answers import Answer, Denied, Stage
from gateway.graphql.format import to_json
from gateway.graphql.pipeline import EVERYTHING, QUERIES
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import GraphQLRequest
from gateway.settings import Limits
from tests.transports.toy import ANONYMOUS, BUYER, OWNER, Toy

pytestmark = pytest.mark.asyncio(loop_scope="session")


def prepared(toy: Toy, text: str, name: str | None = None, **variables: Any) -> Prepared:
    outcome = toy.pipeline.prepare(GraphQLRequest(text, name, variables), ANONYMOUS, "r", allow=EVERYTHING)
    assert isinstance(outcome, Prepared), outcome
    return outcome


def denied(
    text: str, name: str | None = None, viewer: Viewer = ANONYMOUS, *, introspection: bool = True, **variables: Any
) -> tuple[Stage, str, str]:
    outcome = Toy(introspection=introspection).pipeline.prepare(GraphQLRequest(text, name, variables), viewer, "r", allow=EVERYTHING)
    assert isinstance(outcome, Denied), outcome
    extensions: Any = outcome.errors[0]["extensions"]
    assert extensions["requestId"] == "r"
    return outcome.stage, extensions["code"], str(outcome.errors[0]["message"])


async def run(toy: Toy, text: str, **variables: Any) -> Any:
    return orjson.loads(to_json(await toy.pipeline.execute(prepared(toy, text, **variables), toy.context())))


async def test_a_query_with_variables_is_answered() -> None:
    answer = await run(Toy(), "query Q($n: String!) { hello(name: $n) }", n="Ada")

    assert answer == {"data": {"hello": "Hello, Ada"}}


async def test_a_query_has_one_work_and_each_mutation_field_its_own_which_what_it_selects_reads_with() -> None:
    toy = Toy()

    query = await run(toy, "{ a: work b: work }")
    mutation = await run(toy, 'mutation { a: note(word: "1") { work later } b: note(word: "2") { work later } }')

    assert query["data"] == {"a": 1, "b": 1}
    assert mutation["data"] == {"a": {"work": 2, "later": 2}, "b": {"work": 3, "later": 3}}
    assert toy.diary.calls == ["1", "2"]
    assert toy.diary.closed == toy.diary.opened == 3


async def test_a_mutation_that_is_refused_nulls_the_answer_and_stops_those_after_it() -> None:
    toy = Toy()

    answer = await run(toy, 'mutation { a: note(word: "1") { work } refuse b: note(word: "2") { work } }')

    assert answer["data"] is None
    assert answer["errors"][0]["path"] == ["refuse"]
    assert toy.diary.calls == ["1"]
    assert toy.diary.closed == toy.diary.opened == 2


@pytest.mark.parametrize(
    ("text", "name", "stage", "code", "said"),
    [
        ("{", None, Stage.PARSING, "GRAPHQL_PARSE_FAILED", "Syntax Error"),
        ("", None, Stage.PARSING, "GRAPHQL_PARSE_FAILED", "Syntax Error"),
        ("{ nothing }", None, Stage.VALIDATION, "GRAPHQL_VALIDATION_FAILED", "nothing"),
        ("type A { b: C }", None, Stage.VALIDATION, "GRAPHQL_VALIDATION_FAILED", "not executable"),
        ("query A { hello } query B { hello }", None, Stage.SELECTION, "BAD_USER_INPUT", "several"),
        ("query A { hello } query B { hello }", "C", Stage.SELECTION, "BAD_USER_INPUT", "no operation named 'C'"),
        ("{ hello }", "", Stage.SELECTION, "BAD_USER_INPUT", "no operation named ''"),
        ("query Q($n: String!) { hello(name: $n) }", None, Stage.VARIABLES, "BAD_USER_INPUT", "$n"),
        ("{ hello @defer }", None, Stage.VALIDATION, "GRAPHQL_VALIDATION_FAILED", "Unknown directive '@defer'"),
    ],
)
async def test_what_cannot_run_is_denied_before_anything_runs(text: str, name: str | None, stage: Stage, code: str, said: str) -> None:
    found = denied(text, name)

    assert found[:2] == (stage, code)
    assert said in found[2]


async def test_the_named_operation_of_several_is_run() -> None:
    toy = Toy()
    operation = prepared(toy, "query A { hello } query B { b: hello }", "B")

    answer = await toy.pipeline.execute(operation, toy.context())

    assert answer.data == {"b": "Hello, you"}
    assert operation.name == "B"


async def test_a_transport_takes_only_what_it_can_carry() -> None:
    toy = Toy()

    mutation = toy.pipeline.prepare(GraphQLRequest("mutation { note { work } }"), ANONYMOUS, "r", allow=QUERIES)
    subscription = toy.pipeline.prepare(GraphQLRequest("subscription { beats { work } }"), ANONYMOUS, "r")

    assert isinstance(mutation, Denied)
    assert isinstance(subscription, Denied)
    assert mutation.stage is Stage.TRANSPORT
    assert subscription.stage is Stage.STREAM
    assert "WebSocket" in str(subscription.errors[0]["message"])


@pytest.mark.parametrize("text", ["{ __schema { description } }", '{ ...F } fragment F on Query { a: __type(name: "Query") { name } }'])
async def test_the_schema_is_shown_to_developers_only_unless_it_is_open(text: str) -> None:
    closed = Toy(introspection=False).pipeline

    assert denied(text, viewer=BUYER, introspection=False)[1] == "FORBIDDEN"
    assert isinstance(closed.prepare(GraphQLRequest(text), OWNER, "r"), Prepared)
    assert isinstance(closed.prepare(GraphQLRequest(text), BUYER, "r"), Denied)
    assert isinstance(Toy().pipeline.prepare(GraphQLRequest(text), ANONYMOUS, "r"), Prepared)


async def test_a_typo_is_answered_with_names_of_the_schema_only_where_the_schema_is_shown() -> None:
    assert "Did you mean 'hello'?" in denied("{ hellos }")[2]
    assert "hello'?" not in denied("{ hellos }", introspection=False)[2]


@pytest.mark.parametrize(
    ("text", "variables", "code"),
    [
        ("{ seat(by: {number: 1, label: null}) }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("{ seat(by: {number: $x}) }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query Q($x: Int) { seat(by: {number: $x}) }", {"x": 1}, "GRAPHQL_VALIDATION_FAILED"),
        ("query Q($by: SeatBy!) { seat(by: $by) }", {"by": {"number": 1, "label": "A"}}, "BAD_USER_INPUT"),
        ("query Q($by: SeatBy!) { seat(by: $by) }", {"by": {}}, "BAD_USER_INPUT"),
    ],
)
async def test_an_input_of_which_one_field_must_be_given_is_refused_with_none_two_or_null(
    text: str, variables: dict[str, Any], code: str
) -> None:
    assert denied(text, **variables)[1] == code


async def test_a_one_of_input_in_a_fragment_before_its_operation_is_no_crash() -> None:
    text = "fragment F on Query { seat(by: {number: $x}) } query Q($x: Int) { ...F }"

    good = await run(Toy(), text, x=1)
    bad = await run(Toy(), text, x=None)

    assert "number" in good["data"]["seat"]
    assert bad["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_operation_is_stopped_at_its_deadline_and_told_so() -> None:
    toy = Toy(Limits(deadline_seconds=0.02))

    query = await run(toy, "{ hello slow }")
    mutation = await run(toy, "mutation { wait }")

    assert query["data"] is None
    assert query["errors"][0]["extensions"] == {"code": "TIMEOUT", "requestId": "r"}
    assert "idempotency keys" in mutation["errors"][0]["message"]
    assert toy.diary.cancelled.is_set()
    assert toy.diary.closed == toy.diary.opened == 2


async def test_cancelling_an_operation_reaches_its_resolvers() -> None:
    toy = Toy()
    task = asyncio.create_task(toy.pipeline.execute(prepared(toy, "{ hello a: slow b: slow }"), toy.context()))
    await toy.diary.waiting.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert toy.diary.cancelled.is_set()
    assert toy.diary.closed == toy.diary.opened == 1


async def test_siblings_of_a_field_that_failed_at_once_do_not_outlive_the_operation() -> None:
    toy = Toy()
    before = asyncio.all_tasks()

    answer = await run(toy, "{ slow brokenSoon }")

    assert answer["data"] is None
    assert toy.diary.closed == 1
    assert asyncio.all_tasks() <= before
    assert toy.diary.cancelled.is_set() == toy.diary.waiting.is_set()


async def answers_of(toy: Toy, text: str) -> list[Answer | Denied]:
    operation = prepared(toy, text)
    async with toy.pipeline.subscribe(operation, toy.context()) as stream:
        if isinstance(stream, Denied):
            return [stream]
        return [answer async for answer in stream]


async def test_a_subscription_answers_each_event_with_work_of_its_own() -> None:
    toy = Toy()

    answers = await answers_of(toy, "subscription { beats { work later } }")

    assert [orjson.loads(to_json(each)) for each in answers] == [
        {"data": {"beats": {"work": 0, "later": 2}}},
        {"data": {"beats": {"work": 1, "later": 3}}},
    ]
    assert toy.diary.closed == toy.diary.opened == 3


async def test_leaving_a_subscription_closes_its_source() -> None:
    toy = Toy()

    async with toy.pipeline.subscribe(prepared(toy, "subscription { count(to: 100) }"), toy.context()) as stream:
        assert not isinstance(stream, Denied)
        first = await anext(stream)

    assert isinstance(first, Answer)
    assert first.data == {"count": 1}
    assert toy.diary.calls == ["closed"]
    assert toy.diary.closed == toy.diary.opened == 2


@pytest.mark.parametrize(
    ("field", "stage", "code", "before"),
    [
        ("breaks", Stage.FAULT, "INTERNAL_SERVER_ERROR", 1),
        ("endsRefused", Stage.SOURCE, "NOT_FOUND", 1),
        ("never", Stage.SOURCE, "UNAUTHENTICATED", 0),
    ],
)
async def test_a_source_that_fails_ends_the_stream_with_a_masked_denial(field: str, stage: Stage, code: str, before: int) -> None:
    *answers, last = await answers_of(Toy(), f"subscription {{ {field} }}")

    assert [each.data for each in answers if isinstance(each, Answer)] == [{field: 1}] * before
    assert isinstance(last, Denied)
    assert last.stage is stage
    assert last.errors[0]["extensions"] == {"code": code, "requestId": "r"}
    assert b"hunter2" not in to_json(last)


async def test_an_event_brought_from_outside_is_resolved_like_one_of_the_source() -> None:
    toy = Toy()
    operation = prepared(toy, "subscription { count(to: 1) }")

    answer = await toy.pipeline.execute_event(operation, toy.context(), 7)

    assert to_json(answer) == b'{"data":{"count":7}}'
