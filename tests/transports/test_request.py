"""What a client sends is read strictly, and what is wrong with it is said exactly."""

import pytest

from domain.refusals import ErrorCode, Refused
from gateway.graphql.request import GraphQLRequest, read_body, read_parameters, read_request


def refusal_of(sent: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_body(sent)
    assert refused.value.refusal.code is ErrorCode.BAD_USER_INPUT
    return refused.value.refusal.message


def test_a_whole_request_is_read() -> None:
    body = b'{"query": "query A { a }", "operationName": "A", "variables": {"x": 1}, "extensions": {"y": []}}'

    request = read_body(body)

    assert request == GraphQLRequest("query A { a }", "A", {"x": 1}, {"y": []})


def test_what_is_null_is_as_good_as_absent_and_further_keys_are_ignored() -> None:
    request = read_request({"query": "{ a }", "operationName": None, "variables": None, "extensions": None, "id": 7})

    assert request == GraphQLRequest("{ a }")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "The body is not JSON"),
        (b"{", "The body is not JSON"),
        (b'{"query": "\\ud800"}', "The body is not JSON"),
        (b'{"query": "\xff"}', "The body is not JSON"),
        (b"[" * 5_000, "The body is not JSON"),
        (b'[{"query": "{ a }"}]', "Batches are not accepted"),
        (b"7", "found a number"),
        (b"null", "found null"),
        (b'"{ a }"', "found a string"),
        (b"{}", "`query` must be a string with a GraphQL document, it is missing"),
        (b'{"query": {}}', "`query` must be a string with a GraphQL document, found an object"),
        (b'{"query": false}', "found a boolean"),
        (b'{"query": "{ a }", "operationName": 1}', "`operationName` must be a string or absent, found a number"),
        (b'{"query": "{ a }", "operationName": []}', "found a list"),
        (b'{"query": "{ a }", "variables": []}', "`variables` must be an object or absent, found a list"),
        (b'{"query": "{ a }", "variables": "{}"}', "found a string"),
        (b'{"query": "{ a }", "variables": 0}', "found a number"),
        (b'{"query": "{ a }", "extensions": false}', "`extensions` must be an object or absent, found a boolean"),
    ],
)
def test_what_is_no_request_is_refused_with_what_is_wrong(sent: bytes, said: str) -> None:
    assert said in refusal_of(sent)


def test_a_query_string_carries_variables_and_extensions_as_json() -> None:
    parameters = {"query": "{ a }", "operationName": "", "variables": '{"x": [1]}', "extensions": "", "other": "1"}

    request = read_parameters(parameters)

    assert request == GraphQLRequest("{ a }", None, {"x": [1]})


@pytest.mark.parametrize("name", ["variables", "extensions"])
@pytest.mark.parametrize(("text", "said"), [("{", "is not JSON"), ("[1]", "must be an object")])
def test_a_query_string_with_broken_json_names_the_parameter(name: str, text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_parameters({"query": "{ a }", name: text})

    assert name in refused.value.refusal.message
    assert said in refused.value.refusal.message
