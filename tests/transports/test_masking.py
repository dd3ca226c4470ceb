"""Refusals and the client's own mistakes are told; of a fault of ours nothing leaves the house but the id under which it was logged."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import orjson
import pytest
from graphql import located_error
from structlog.testing import capture_logs

from domain.refusals import Fault, InputInvalid
from gateway.graphql.answers import Answer
from gateway.graphql.format import to_json
from gateway.graphql.masking import FAULT, deny_raised, tell_errors, tell_refusal
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import GraphQLRequest
from gateway.transports.http import status_of
from tests.transports.toy import ANONYMOUS, SECRET, Toy

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def body_of(text: str, **variables: Any) -> bytes:
    toy = Toy()
    outcome = toy.pipeline.prepare(GraphQLRequest(text, variables=variables), ANONYMOUS, "r-1")
    return to_json(await toy.pipeline.execute(outcome, toy.context()) if isinstance(outcome, Prepared) else outcome)


def code_of(told: Mapping[str, Any]) -> str:
    """The code of one error."""
    return str(told["extensions"]["code"])


async def test_a_refusal_is_told_with_its_code_and_its_place_in_the_input() -> None:
    with capture_logs() as logs:
        answer = orjson.loads(await body_of("{ refused }"))

    assert answer == {
        "data": {"refused": None},
        "errors": [
            {
                "message": "There is no such event.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["refused"],
                "extensions": {"code": "NOT_FOUND", "requestId": "r-1", "inputPath": ["input", "id"]},
            }
        ],
    }
    assert logs == []


async def test_input_that_breaks_several_rules_is_told_with_the_place_of_each() -> None:
    told = tell_refusal(InputInvalid((Fault(("first",), "is wrong"), Fault(("where", "slug"), "is blank"))), "r-1")

    assert told["extensions"] == {
        "code": "BAD_USER_INPUT",
        "requestId": "r-1",
        "inputPath": ("first",),
        "faults": [{"path": ("first",), "message": "is wrong"}, {"path": ("where", "slug"), "message": "is blank"}],
    }


@pytest.mark.parametrize("text", ["{ broken }", "{ brokenSoon }", "{ null }", "{ big }"])
async def test_a_fault_is_masked_and_logged_with_its_traceback(text: str) -> None:
    """What a resolver raises, a null where none may be, a number that does not fit: their texts hold values of ours."""
    with capture_logs() as logs:
        body = await body_of(text)

    told = orjson.loads(body)["errors"]
    assert [each["message"] for each in told] == [FAULT]
    assert told[0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "r-1"}
    assert SECRET.encode() not in body
    assert b"1000000000000" not in body
    assert b"Traceback" not in body
    assert [(each["event"], each["correlation_id"], each["field"]) for each in logs] == [("field_failed", "r-1", text[2:-2])]
    assert logs[0]["exc_info"].__traceback__ is not None


async def test_a_value_that_json_cannot_carry_is_a_fault_too() -> None:
    with capture_logs() as logs:
        body = await body_of("{ odd }")

    assert orjson.loads(body)["data"] is None
    assert orjson.loads(body)["errors"][0]["message"] == FAULT
    assert b"object at" not in body
    assert [each["event"] for each in logs] == ["operation_failed"]


async def test_many_fields_that_met_the_same_fault_log_it_once() -> None:
    """A batch that fails fails for every parent."""
    fault = ValueError(SECRET)
    errors = [located_error(fault, None, ["events", n, "venue"]) for n in range(3)]

    with capture_logs() as logs:
        told = tell_errors(errors, "r-1")

    assert [each["path"] for each in told] == [["events", n, "venue"] for n in range(3)]
    assert len(logs) == 1


@pytest.mark.parametrize(
    "fault", [ConnectionRefusedError(SECRET), asyncpg.CannotConnectNowError(SECRET)], ids=lambda fault: type(fault).__name__
)
async def test_that_the_database_is_away_is_told_and_noted_once_in_one_line(fault: Exception) -> None:
    errors = [located_error(fault, None, ["events", n, "venue"]) for n in range(3)]

    with capture_logs() as logs:
        told = tell_errors(errors, "r-1")
        before_anything_ran = deny_raised(fault, "r-1")

    assert [code_of(each) for each in (*told, *before_anything_ran.errors)] == ["UNAVAILABLE"] * 4
    assert status_of(before_anything_ran, "application/json") == 503
    assert SECRET not in str((told, before_anything_ran))
    assert [(each["event"], each["fault"]) for each in logs] == [("database_away", type(fault).__name__)] * 2
    assert [each for each in logs if "exc_info" in each] == []


async def test_a_value_that_postgresql_cannot_take_is_a_fault_of_ours() -> None:
    """asyncpg's DataError is of the same family as its lost connections."""
    with capture_logs():
        [told] = tell_errors([located_error(asyncpg.DataError(SECRET), None, ["events"])], "r-1")

    assert code_of(told) == "INTERNAL_SERVER_ERROR"


@pytest.mark.parametrize(
    ("text", "variables", "code", "said"),
    [
        ("{ hello(nme: 1) }", {}, "GRAPHQL_VALIDATION_FAILED", "nme"),
        ("{ hello", {}, "GRAPHQL_PARSE_FAILED", "Syntax Error"),
        ("query Q($n: Int!) { hello }", {"n": "x"}, "GRAPHQL_VALIDATION_FAILED", "$n"),
        ("query Q($n: String!) { hello(name: $n) }", {"n": 7}, "BAD_USER_INPUT", "$n"),
        ('query Q($n: String = "a") { needs(name: $n) }', {"n": None}, "BAD_USER_INPUT", "name"),
        ("query Q($on: Boolean = true) { hello @include(if: $on) }", {"on": None}, "BAD_USER_INPUT", "if"),
    ],
)
async def test_mistakes_of_the_client_are_told_in_full_and_never_logged(text: str, variables: dict[str, Any], code: str, said: str) -> None:
    with capture_logs() as logs:
        answer = orjson.loads(await body_of(text, **variables))

    assert answer["errors"][0]["extensions"]["code"] == code
    assert said in answer["errors"][0]["message"]
    assert logs == []


async def test_a_response_has_its_parts_in_the_usual_order_and_no_data_when_nothing_ran() -> None:
    answered = await body_of("{ hello refused }")
    not_run = await body_of("{ nothing }")

    assert answered.startswith(b'{"data":{"hello":"Hello, you","refused":null},"errors":[')
    assert list(orjson.loads(not_run)) == ["errors"]
    assert to_json(Answer("r", {"a": 1}, (), {"cost": 3})) == b'{"data":{"a":1},"extensions":{"cost":3}}'
