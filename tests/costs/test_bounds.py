"""Nobody forgets to say how long a list may be: it is paged, bounded, or among those of which it is known that no rule bounds them."""

from collections.abc import Iterator

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_introspection_type,
    is_list_type,
    parse,
)

from gateway.graphql.costing import ASSUMED
from schema.bounds import MOST, UNBOUNDED
from schema.root import build_schema
from tests.costs.full import price

CORE = build_schema()._schema


def lists() -> Iterator[tuple[str, GraphQLField]]:
    """Every list of objects that has no pages and is not the content of one, with its place."""
    for kind in CORE.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind) and "pageInfo" not in kind.fields:
            yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items() if is_unpaged(field))


def is_unpaged(field: GraphQLField) -> bool:
    is_list = is_list_type(get_nullable_type(field.type)) and is_composite_type(get_named_type(field.type))
    return is_list and not {"first", "last"} & set(field.args)


def test_every_list_is_paged_or_bounded_or_named_as_one_that_no_rule_bounds() -> None:
    assert {place for place, field in lists() if "most" not in field.extensions} == UNBOUNDED


def test_nothing_is_bounded_that_is_no_list() -> None:
    assert set(MOST) <= {place for place, _ in lists()}


def test_the_lists_of_selling_are_counted_as_long_as_they_may_be() -> None:
    """Lines of a cart, its fees, the payments of an order, the prices of a type: by the rules of selling where there are some."""
    lines, fees, tiers, given = 100, 20, 50, 500
    asked = {
        "{ cart { lines { index } fees { label } } }": 1 + lines + fees,
        '{ order(by: {id: "x"}) { lines { id } fees { label } payments { id } } }': 1 + lines + fees + ASSUMED,
        '{ event(by: {slug: "x"}) { ticketTypes { priceRules { tiers { name } } } } }': 1 + ASSUMED * (1 + 1 + tiers),
        "mutation { issueComplimentaryTickets(input: {}) { tickets { id } } }": 10 + 1 + given,
    }

    assert {text: price(CORE, parse(text), {}) for text in asked} == asked
