"""An operation that asks for too much is refused before it costs anything: by count, never by clock."""

from typing import Any

import pytest
from graphql import get_introspection_query, parse

from domain.identity import Viewer
from gateway.graphql.answers import Denied, Stage
from gateway.graphql.limits import Measures, measure
from gateway.graphql.pipeline import EVERYTHING
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import GraphQLRequest
from gateway.settings import Limits
from tests.transports.toy import ANONYMOUS, BUYER, Toy

LIMITS = Limits(tokens_anonymous=5_000, cost=100_000_000)


def measured(text: str) -> Measures:
    return measure(parse(text), LIMITS)


def outcome_of(text: str, limits: Limits = LIMITS, viewer: Viewer = ANONYMOUS, **variables: Any) -> Prepared | Denied:
    return Toy(limits).pipeline.prepare(GraphQLRequest(text, variables=variables), viewer, "r", allow=EVERYTHING)


def excess_of(outcome: Prepared | Denied) -> tuple[str, int, int]:
    assert isinstance(outcome, Denied)
    assert outcome.stage is Stage.LIMITS
    extensions: Any = outcome.errors[0]["extensions"]
    assert extensions["code"] == "OPERATION_TOO_COMPLEX"
    return extensions["limit"], extensions["used"], extensions["allowed"]


def place_of(outcome: Prepared | Denied) -> str:
    assert isinstance(outcome, Denied)
    extensions: Any = outcome.errors[0]["extensions"]
    return ".".join(extensions["inputPath"])


def nested(levels: int) -> str:
    return "{ events " + "{ venue { events " * ((levels - 2) // 2) + "{ id }" + " } }" * ((levels - 2) // 2) + " }"


ITEMS = ", ".join('"x"' for _ in range(100))
AT_THE_LIMIT = {
    "depth": (nested(12), nested(14), 14, 12),
    "aliases": (
        "{ " + " ".join(f"events {{ a{n}: id }}" for n in range(15)) + " ".join(f"venue{n}: hello" for n in range(15)) + " }",
        "{ events { " + " ".join(f"a{n}: id" for n in range(31)) + " } }",
        31,
        30,
    ),
    "repeatedKeys": ("{ " + "hello " * 20 + "}", "{ " + "hello " * 21 + "}", 21, 20),
    "directives": (
        "{ hello " + "@include(if: true) @skip(if: false) }",
        "{ hello " + "@include(if: true) @skip(if: false) " * 3 + "}",
        6,
        4,
    ),
    "rootFields": (
        "{ " + " ".join(f"a{n}: hello" for n in range(20)) + " }",
        "{ " + " ".join(f"a{n}: hello" for n in range(21)) + " }",
        21,
        20,
    ),
    "rootMutations": (
        "mutation { " + " ".join(f"a{n}: note {{ work }}" for n in range(4)) + " }",
        "mutation { ...M } fragment M on Mutation { " + " ".join(f"a{n}: note {{ work }}" for n in range(5)) + " }",
        5,
        4,
    ),
    "listItems": (f"{{ events(ids: [{ITEMS}]) {{ id }} }}", f'{{ events(ids: [{ITEMS}, "y"]) {{ id }} }}', 101, 100),
}


@pytest.mark.parametrize("limit", AT_THE_LIMIT)
def test_what_a_limit_allows_passes_and_one_more_is_refused_with_the_numbers(limit: str) -> None:
    allowed_text, refused_text, used, allowed = AT_THE_LIMIT[limit]

    passed = outcome_of(allowed_text)
    refused = outcome_of(refused_text)

    assert isinstance(passed, Prepared), passed
    assert excess_of(refused) == (limit, used, allowed)


def test_a_token_too_many_is_refused_by_who_asks() -> None:
    text = "{ " + "hello\n# a comment costs nothing\n" * 18 + "}"
    limits = Limits(tokens_anonymous=19, tokens_signed_in=20)
    toy = Toy(limits)

    anonymous = toy.pipeline.prepare(GraphQLRequest(text), ANONYMOUS, "r")
    buyer = toy.pipeline.prepare(GraphQLRequest(text), BUYER, "r")
    anonymous_again = toy.pipeline.prepare(GraphQLRequest(text), ANONYMOUS, "r")

    assert excess_of(anonymous) == ("tokens", 20, 19)
    assert isinstance(buyer, Prepared)
    assert excess_of(anonymous_again) == ("tokens", 20, 19)


def test_the_anonymous_limits_let_the_introspection_of_graphiql_pass() -> None:
    text = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )

    outcome = outcome_of(text, Limits())

    assert isinstance(outcome, Prepared)
    assert outcome.document.measures.depth == 1


def test_a_fragment_counts_once_in_one_place_and_each_time_in_others() -> None:
    text = "{ events { ...F ...F venue { events { ...F } } } } fragment F on Event { a: id id }"

    measures = measured(text)

    assert measures.aliases == 2
    assert measures.repeated_keys == 1
    assert measures.depth == 4


def test_selection_sets_under_one_key_are_counted_together_as_execution_merges_them() -> None:
    elsewhere = "fragment A on Query { events { venue { name } } }"
    text = f"{{ events {{ venue {{ name }} }} ...A ... on Query {{ events {{ venue {{ name name }} }} }} }} {elsewhere}"

    measures = measured(text)

    assert measures.repeated_keys == 4
    assert measures.depth == 3


def test_a_fragment_bomb_is_refused_after_a_bounded_number_of_steps() -> None:
    """Thirty fragments that double each other would expand to a billion fields."""
    bombs = "".join(
        f"fragment F{n} on Venue {{ a{n}: events {{ venue {{ ...F{n + 1} }} }} b: events {{ venue {{ ...F{n + 1} }} }} }}\n"
        for n in range(30)
    )
    text = f"{{ events {{ venue {{ ...F0 }} }} }} {bombs} fragment F30 on Venue {{ name }}"

    measures = measured(text)
    outcome = outcome_of(text)

    assert measures.selections == LIMITS.selections + 1
    assert excess_of(outcome) == ("selections", LIMITS.selections + 1, LIMITS.selections)


def test_kilobytes_of_conflicting_fields_never_reach_validation() -> None:
    """Unprotected these cost more than a second of a blocked event loop."""
    text = "{ " + "events { venue { name } } " * 330 + "}"

    assert len(text) > 8_500
    assert excess_of(outcome_of(text, Limits())) == ("tokens", 501, 500)
    assert excess_of(outcome_of(text)) == ("repeatedKeys", 330, 20)


def test_conflicts_hidden_in_fragments_nobody_uses_are_counted_too() -> None:
    text = "{ hello } fragment F on Query { " + "hello " * 21 + "}"

    assert excess_of(outcome_of(text)) == ("repeatedKeys", 21, 20)


@pytest.mark.parametrize(
    "text",
    [
        "{ events { ...A } } fragment A on Event { venue { events { ...A } } }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ hello } fragment A on Event { ...A }",
    ],
)
def test_fragments_in_a_circle_end_the_count_and_validation_names_them(text: str) -> None:
    outcome = outcome_of(text)

    assert isinstance(outcome, Denied)
    assert outcome.stage is Stage.VALIDATION
    assert any("within itself" in str(error["message"]) for error in outcome.errors)


def test_no_more_than_five_mistakes_are_looked_for() -> None:
    outcome = outcome_of("{ " + " ".join(f"nothing{n}" for n in range(10)) + " }")

    assert isinstance(outcome, Denied)
    assert len(outcome.errors) == 6
    assert "Too many validation errors" in str(outcome.errors[-1]["message"])


@pytest.mark.parametrize(
    ("declared", "used", "value", "count", "place"),
    [
        ("[ID!]", "ids: $v", ["1"] * 101, 101, "v"),
        ("Where", "where: $v", {"tags": ["x"] * 102}, 102, "v.tags"),
        ("Where", "where: $v", {"either": [{}, {"either": [{"tags": ["x"] * 103}]}]}, 103, "v.either.1.either.0.tags"),
    ],
)
def test_a_long_list_in_the_variables_is_refused_wherever_it_hides(declared: str, used: str, value: object, count: int, place: str) -> None:
    text = f"query Q($v: {declared}) {{ events({used}) {{ id }} }}"

    outcome = outcome_of(text, v=value)

    assert excess_of(outcome) == ("listItems", count, 100)
    assert place_of(outcome) == place


def test_a_list_inside_a_json_scalar_and_a_variable_nobody_declared_are_left_alone() -> None:
    text = "query Q($v: Where) { events(where: $v) { id } }"

    outcome = outcome_of(text, v={"data": [1] * 500}, other=[1] * 500)

    assert isinstance(outcome, Prepared)


def test_a_long_list_as_the_default_of_a_variable_or_in_a_directive_is_counted() -> None:
    in_default = measured(f"query Q($v: [ID!] = [{ITEMS}]) {{ events(ids: $v) {{ id }} }}")
    in_directive = measured(f"{{ hello @skip(if: [{ITEMS}, [1, 2]]) }}")

    assert in_default.list_items == 100
    assert in_directive.list_items == 101


def test_deeply_nested_text_is_a_syntax_error_and_no_crash() -> None:
    outcome = outcome_of("{ events(where: " + "{either: [" * 1_000, Limits(tokens_anonymous=100_000))

    assert isinstance(outcome, Denied)
    assert outcome.stage is Stage.PARSING


def test_deeply_nested_variables_are_a_mistake_of_the_client_and_no_crash() -> None:
    value: object = {}
    for _ in range(500):
        value = {"either": [value]}

    outcome = outcome_of("query Q($v: Where) { events(where: $v) { id } }", v=value)

    assert isinstance(outcome, Denied)
    assert outcome.stage is Stage.VARIABLES
