"""No value that somebody sent comes back in an error: not a password of the wrong type, by variable or in the text, to no input at all."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
import pytest
from graphql import GraphQLArgument, GraphQLInputType, get_named_type, is_input_object_type
from structlog.testing import capture_logs

from domain.identity import Role, Viewer
from gateway.graphql.answers import Denied
from gateway.graphql.format import to_json
from gateway.graphql.pipeline import EVERYTHING, Pipeline
from gateway.graphql.request import GraphQLRequest
from gateway.graphql.unechoed import without_values
from gateway.settings import EngineName, Limits
from schema.root import build_schema
from tests.api.conftest import Client, Tenant

pytestmark = pytest.mark.asyncio

CANARY, NUMBER = "kanarienvogel", 918_273_645
WRONG: tuple[object, ...] = (CANARY, NUMBER, NUMBER + 0.25, {"x": CANARY}, [CANARY, {"x": NUMBER}], [[{"x": CANARY}]])
SCHEMA = build_schema()
OWNER = Viewer(None, role=Role.OWNER)
CREDENTIALS = "mutation ($input: SignInInput!) { signIn(input: $input) { errors { __typename } } }"


def nobody(_: object) -> AbstractAsyncContextManager[Any]:
    raise AssertionError("nothing is to run")


PIPELINE = Pipeline(SCHEMA, Limits(validation_errors=1_000, depth=30, tokens_signed_in=10_000), nobody)


def arguments() -> Iterator[tuple[str, str, str, GraphQLArgument]]:
    """Every argument of every root field: the kind of operation, the field, the argument's name and what it takes."""
    core = SCHEMA._schema
    for kind, root in (("query", core.query_type), ("mutation", core.mutation_type), ("subscription", core.subscription_type)):
        for name, field in (root.fields if root else {}).items():
            for argument, each in field.args.items():
                yield kind, name, argument, each


def filled(type_: GraphQLInputType, wrong: object, deep: int) -> object:
    """The wrong value, or an object of this type with it in each of its fields, so deep down."""
    named = get_named_type(type_)
    if deep == 0 or not is_input_object_type(named):
        return wrong
    return {name: filled(field.type, wrong, deep - 1) for name, field in named.fields.items()}


def literal(value: object) -> str:
    """The value as it is written in a document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    return "[" + ", ".join(map(literal, value)) + "]" if isinstance(value, list) else orjson.dumps(value).decode()


def refused(text: str, **variables: object) -> str:
    """The whole answer where it is refused before it runs."""
    outcome = PIPELINE.prepare(GraphQLRequest(text, variables=variables), OWNER, "r-1", allow=EVERYTHING)
    return to_json(outcome).decode() if isinstance(outcome, Denied) else ""


def holds_value(answer: str) -> bool:
    return CANARY in answer or str(NUMBER) in answer


async def test_no_input_of_the_schema_is_echoed_by_variable() -> None:
    answers = [
        refused(f"{kind} (${name}: {each.type}) {{ {field}({name}: ${name}) {{ __typename }} }}", **{name: filled(each.type, wrong, deep)})
        for kind, field, name, each in arguments()
        for wrong in WRONG
        for deep in (0, 1, 2)
    ]

    assert sum("has invalid value" in each for each in answers) > 1_000
    assert [each for each in answers if holds_value(each)] == []


async def test_no_input_of_the_schema_is_echoed_that_stands_in_the_text() -> None:
    answers = [
        refused(f"{kind} {{ {field}({name}: {literal(filled(each.type, wrong, deep))}) {{ __typename }} }}")
        for kind, field, name, each in arguments()
        for wrong in WRONG
        for deep in (0, 1)
    ]

    assert sum("BAD_USER_INPUT" in each or "GRAPHQL_VALIDATION_FAILED" in each for each in answers) > 500
    assert [each for each in answers if holds_value(each)] == []


@pytest.mark.parametrize("engine", list(EngineName), ids=str)
@pytest.mark.parametrize("wrong", [NUMBER, {"x": CANARY}, [CANARY, NUMBER]], ids=["number", "object", "list"])
async def test_a_password_of_the_wrong_type_is_told_with_its_place_and_nothing_else(
    tenant: Tenant, engine: EngineName, wrong: object
) -> None:
    asking = Client(tenant.http, {**tenant.owner.headers, "x-executor": engine.value})

    with capture_logs() as logs:
        answer = await asking.answer(CREDENTIALS, input={"email": "ada@example.org", "password": wrong})

    [error] = answer["errors"]
    assert error["message"] == "Variable '$input' has invalid value at .password: String cannot represent a non string value."
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert not holds_value(str(logs))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{{ node(id: "1" "{CANARY}") {{ id }} }}', "Syntax Error: Expected Name, found String."),
        (f'{{ node(id: """1""" """{CANARY}\n"x" """) {{ id }} }}', "Syntax Error: Expected Name, found BlockString."),
        (f"{{ node(id: 1 {NUMBER}) {{ id }} }}", "Syntax Error: Expected Name, found Int."),
    ],
    ids=["string", "block", "number"],
)
async def test_a_text_that_cannot_be_read_is_not_repeated(text: str, message: str) -> None:
    [error] = orjson.loads(refused(text))["errors"]

    assert error["message"] == message


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Expected value of type 'T' to be an object, found: 'a, found: b'.", "Expected value of type 'T' to be an object."),
        (
            "Expected value of type 'T', but encountered error 'no'; found: {'x': '\n'}.",
            "Expected value of type 'T', but encountered error 'no'.",
        ),
        ("… not to include unknown field 'f'. Did you mean 'g'? Found: {'f': 1}.", "… not to include unknown field 'f'. Did you mean 'g'?"),
        ("Value 'a' does not exist in 'b' enum' does not exist in 'Role' enum.", "The value does not exist in 'Role' enum."),
        ("Cannot query field 'found' on type 'Query'.", "Cannot query field 'found' on type 'Query'."),
    ],
    ids=["found", "error", "suggestion", "enum", "none"],
)
async def test_the_sentence_loses_the_value_and_nothing_else(said: str, left: str) -> None:
    assert without_values(said) == left
