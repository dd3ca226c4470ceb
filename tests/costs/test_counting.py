"""What operations may cost, counted by hand on the published schema."""

from typing import Any

import pytest
from graphql import build_schema as build
from graphql import get_introspection_query, parse, validate

from bench.reads import QUERIES
from gateway.graphql.costing import TooMuchToCount
from gateway.graphql.costs import Dearest
from schema.root import build_schema
from tests.costs.full import costs_of, price

CORE = build_schema()._schema

BY_HAND: dict[str, tuple[str, dict[str, Any], int]] = {
    "nothing but the root": ("{ __typename }", {}, 0),
    "one object": ('{ event(by: {slug: "x"}) { id title slug } }', {}, 1),
    "an object in an object": ('{ event(by: {slug: "x"}) { venue { name } } }', {}, 2),
    "a page as long as usual": ("{ events { nodes { id } } }", {}, 1 + 20),
    "a page of three": ("{ events(first: 3) { nodes { id } } }", {}, 1 + 3),
    "the last three": ("{ events(last: 3) { nodes { id } } }", {}, 1 + 3),
    "edges, nodes and page information": (
        "{ events(first: 3) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage } totalCount } }", {}, 1 + 3 * 2 + 3 + 1),
    "a page that is too long": ("{ events(first: 1000) { nodes { id } } }", {}, 1 + 100),
    "a page of less than nothing": ("{ events(first: -5) { nodes { id } } }", {}, 1),
    "a page of null": ("{ events(first: null) { nodes { id } } }", {}, 1 + 20),
    "a variable": ("query ($n: Int) { events(first: $n) { nodes { venue { id } } } }", {"n": 7}, 1 + 7 * 2),
    "a variable that is not sent": ("query ($n: Int) { events(first: $n) { nodes { id } } }", {}, 1 + 20),
    "a variable that is null": ("query ($n: Int) { events(first: $n) { nodes { id } } }", {"n": None}, 1 + 20),
    "a variable with a default": ("query ($n: Int = 4) { events(first: $n) { nodes { id } } }", {}, 1 + 4),
    "a variable that is too large": ("query ($n: Int = 4) { events(first: $n) { nodes { id } } }", {"n": 2_000_000_000}, 1 + 100),
    "first before last": ("query ($f: Int, $l: Int) { events(first: $f, last: $l) { nodes { id } } }", {"l": 6}, 1 + 6),
    "a page beside a variable": ("query ($f: Int) { events(first: $f, last: 2) { nodes { id } } }", {}, 1 + 2),
    "a page in a page": ("{ events(first: 3) { nodes { activity(first: 4) { nodes { at } } } } }", {}, 1 + 3 * (1 + 1 + 4)),
    "a list that a rule bounds": ('{ event(by: {slug: "x"}) { categories { slug } } }', {}, 1 + 10),
    "a list that no rule bounds": ('{ event(by: {slug: "x"}) { ticketTypes { price { amountMinor } } } }', {}, 1 + 20 * 2),
    "as many as are named": ('{ nodes(ids: ["a", "b"]) { id } seats(eventId: "e", labels: "A-1") { label } }', {}, 2 + 1),
    "as many as a variable names": ("query ($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["a", "b", "c"]}, 3),
    "one that a variable names": ("query ($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": "a"}, 1),
    "aliases": ("{ a: events(first: 1) { nodes { id } } b: events(first: 2) { nodes { id } } }", {}, 2 + 3),
    "the same twice": ("{ events { nodes { id venue { id } } } events { nodes { venue { id } slug } } }", {}, 1 + 20 * 2),
    "a fragment twice": ('{ event(by: {slug: "x"}) { ...F ...F } } fragment F on Event { venue { id } }', {}, 2),
    "fragments in fragments": (
        ('{ event(by: {slug: "x"}) { ...A ... on Node { ...C } } } fragment A on Event { ...B ticketTypes { id } }'
        " fragment B on Event { venue { id } } fragment C on Event { pools { id } venue { name } }"), {}, 1 + 20 + 1 + 20),
    "the dearest of the types": (
        '{ node(id: "x") { id ... on Event { venue { id } } ... on TicketType { event { venue { id } } } } }', {}, 1 + 2),
    "what all types have beside what one has": (
        '{ node(id: "x") { ... on Hold { event { id } } ... on Venue { id } ... on Node { ... on Hold { lines { quantity } } } } }',
        {}, 1 + 1 + 20),
    "skipped and included for good": (
        '{ event(by: {slug: "x"}) { venue @skip(if: true) { id } pools @include(if: false) { id } pools @include(if: true) { id } } }',
        {}, 1 + 20),
    "included by a variable": ("query ($c: Boolean!) { events(first: 2) { nodes { venue @include(if: $c) { id } } } }", {"c": True}, 1 + 4),
    "not included": ("query ($c: Boolean!) { events(first: 2) { nodes { venue @include(if: $c) { id } } } }", {"c": False}, 3),
    "skipped by a variable, asked for again elsewhere": (
        ("query ($c: Boolean!) { ...F @skip(if: $c) events(first: 2) { nodes { id } } }"
        " fragment F on Query { events(first: 2) { nodes { id venue { id } } } }"), {"c": True}, 1 + 2),
    "a fragment under a condition here and under none there": (
        ('query ($c: Boolean!) { a: event(by: {slug: "x"}) { ...F @include(if: $c) } b: event(by: {slug: "x"}) { ...F } }'
        " fragment F on Event { series { occurrences(first: 2) { nodes { id } } } }"), {"c": False}, 1 + 1 + 1 + 1 + 2),
    "never": ("query ($c: Boolean!) { events @include(if: $c) { nodes @skip(if: $c) { id venue { id } } totalCount } }", {"c": True}, 1),
    "a mutation": (
        'mutation { deleteEvent(input: {eventId: "x", expectedVersion: 1}) { eventId errors { ... on UserError { message } } } }',
        {}, 10 + 1 + 1),
    "two mutations": (
        ('mutation { a: publishEvent(input: {eventId: "x"}) { event { id } errors { __typename } }'
        ' b: publishEvent(input: {eventId: "y"}) { event { id } } __typename }'), {}, 10 + 3 + 10 + 2),
    "a subscription, for each of its events": (
        'subscription { ticketAvailability(eventId: "x") { sequence ticketTypes { available ticketType { id } } } }', {}, 1 + 20 * 2),
    "a look at the schema": (get_introspection_query(), {}, 100),
    "a look at a type beside an object": ('{ __type(name: "Event") { fields { type { name } } } viewer { role } }', {}, 100 + 1),
    "the schema as a text": ("{ _service { sdl } }", {}, 1),
    "a storefront": (QUERIES["Q1"], {}, 1 + 20 * (1 + 1 + 20 * 2)),
    "orders, five levels deep": (QUERIES["Q4"], {}, 1 + 1 + 20 * (1 + 1 + 100 * (1 + 1 + 1 + 1 + 1 + 1))),
    "holds, five levels deep": (QUERIES["Q3"], {}, 100 * (1 + 20 * (1 + 1 + 1 + 1 + 1 + 20))),
}  # fmt: skip
LOOP = "series { occurrences(first: 100) { nodes { %s } } }"


@pytest.mark.parametrize("case", BY_HAND)
def test_an_operation_costs_as_many_objects_as_its_answer_can_hold(case: str) -> None:
    text, variables, expected = BY_HAND[case]
    tree = parse(text)

    assert validate(CORE, tree) == []
    assert price(CORE, tree, variables) == expected


def test_each_operation_of_a_document_has_a_cost_of_its_own() -> None:
    costs = costs_of(CORE, parse("query A { viewer { role } } query B { events { ...F } } fragment F on EventConnection { nodes { id } }"))

    assert [each.of({}) for each in costs] == [1, 21]


def test_the_dearest_field_is_that_which_adds_the_most_objects_itself() -> None:
    [cost] = costs_of(
        CORE,
        parse(
            "query ($n: Int, $c: Boolean!) { viewer { role } all: events(first: $n) { nodes { venue { id } pools @skip(if: $c) { id } } } }"
        ),
    )

    assert cost.find_dearest({"n": 5, "c": False}) == Dearest(("all", "nodes", "pools"), 100)
    assert cost.find_dearest({"n": 5, "c": True}) == Dearest(("all", "nodes"), 5)
    assert cost.find_dearest({"n": 0, "c": True}) == Dearest(("viewer",), 1)


def test_the_work_of_a_mutation_may_be_the_dearest_of_it() -> None:
    [cost] = costs_of(CORE, parse('mutation { publishEvent(input: {eventId: "x"}) { event { id } } }'))

    assert cost.find_dearest({}) == Dearest(("publishEvent",), 10 + 1)


def test_a_field_of_an_interface_pages_as_each_of_its_types_says() -> None:
    sdl = """
        type Query { list: List short: Short long: Long }
        interface List { items(first: Int): Items }
        type Short implements List { items(first: Int = 2): Items }
        type Long implements List { items(first: Int = 9): Items }
        type Items { nodes: [Item] pageInfo: Item }
        type Item { id: ID }"""

    assert price(build(sdl), parse("{ list { items { nodes { id } } } }"), {}) == 1 + 1 + 9
    # The same selections on pages of two lengths.
    each_of_its_own = "fragment F on List { items { nodes { id } } }"
    assert price(build(sdl), parse("{ short { ...F } long { ...F } } " + each_of_its_own), {}) == (1 + 1 + 2) + (1 + 1 + 9)
    assert price(build(sdl), parse("{ long { ...F } short { ...F } } " + each_of_its_own), {}) == (1 + 1 + 9) + (1 + 1 + 2)


def test_of_several_types_the_dearest_is_blamed() -> None:
    text = '{ node(id: "x") { ... on Event { venue { id } } ... on Hold { lines { seats { label } } } } }'

    [cost] = costs_of(CORE, parse(text))

    assert cost.find_dearest({}) == Dearest(("node", "lines", "seats"), 20 * 5)


def test_nothing_is_dear_where_nothing_costs() -> None:
    [cost] = costs_of(CORE, parse("{ __typename }"))

    assert cost.find_dearest({}) is None


def test_the_least_that_variables_can_make_of_an_operation_is_known_before_they_are() -> None:
    [cost] = costs_of(
        CORE,
        parse("query ($n: Int, $c: Boolean!) { events(first: $n) { nodes { id } } venues { nodes { id } } viewer @skip(if: $c) { role } }"),
    )

    assert cost.least == 1 + 1 + 20
    assert cost.find_dearest(None) == Dearest(("venues", "nodes"), 20)


@pytest.mark.parametrize("levels", [2, 3, 4])
def test_lists_within_lists_multiply(levels: int) -> None:
    text = "id"
    for _ in range(levels):
        text = LOOP % text
    expected = 1
    for _ in range(levels):
        expected = 1 + 1 + 1 + 100 * expected

    assert price(CORE, parse(f'{{ event(by: {{slug: "x"}}) {{ {text} }} }}'), {}) == expected


def test_counting_ends_after_its_budget() -> None:
    tree = parse("{ node(id: 1) { " + " ".join(f"a{n}: id" for n in range(20)) + " } }")

    with pytest.raises(TooMuchToCount):
        costs_of(CORE, tree, 100)


def test_a_fragment_is_walked_once_in_one_place() -> None:
    spreads, fields = " ".join(["...F"] * 20), " ".join(f"a{n}: id" for n in range(20))

    [cost] = costs_of(CORE, parse(f'{{ event(by: {{slug: "x"}}) {{ {spreads} }} }} fragment F on Event {{ {fields} }}'), 50)

    assert cost.of({}) == 1


def test_equal_selections_of_a_type_are_counted_once_however_often_they_come() -> None:
    """Without that each level would double the work: sixteen levels of two types would be 65,536 walks."""
    written, deeper = [], "id"
    for level in range(16):
        branches = " ".join(f"{each}{level}: occurrences {{ nodes {{ series {{ {deeper} }} }} }}" for each in "ab")
        written.append(f"fragment F{level} on EventSeries {{ {branches} }}")
        deeper = f"...F{level}"
    tree = parse(" ".join([f'{{ event(by: {{slug: "x"}}) {{ series {{ {deeper} }} }} }}', *written]))

    [cost] = costs_of(CORE, tree, 1_000)

    assert cost.of({}) > 2**16 * 20**16
