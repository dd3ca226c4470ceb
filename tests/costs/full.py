"""A schema in which everything is there: every list as long as it may be, so that what an operation costs can be counted in its answer."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)
from graphql.execution.values import get_variable_values

from gateway.graphql.costing import cost_of
from gateway.graphql.costs import Cost

SDL = """
type Query {
  hall: Hall  halls(first: Int, last: Int): Halls!  named(ids: [ID!]!): [Hall]!  stage: Stage  stages: [Stage!]!  thing: Thing  word: String
}
type Hall { id: ID!  words: [String!]!  rows: [Row!]!  stage: Stage  within: Hall  halls(first: Int = 1): Halls }
type Halls { nodes: [Hall!]!  edges: [Place!]!  pageInfo: PageInfo!  totalCount: Int }
type Place { cursor: String!  node: Hall! }
type PageInfo { hasNextPage: Boolean! }
type Row { number: Int!  lamp: Lamp }
type Lamp { watts: Int! }
interface Stage { id: ID!  lamp: Lamp }
type Small implements Stage { id: ID!  lamp: Lamp }
type Large implements Stage { id: ID!  lamp: Lamp  lamps: [Lamp!]!  under: Stage }
union Thing = Hall | Small | Large
type Mutation { build(name: String): Hall  count: Int }
"""
MOST: Mapping[str, int | str] = {"Hall.rows": 3, "Large.lamps": 2, "Query.stages": 2, "Query.named": "ids"}


class Thing:
    """Anything; `size` is how long the page is that it shows."""

    def __init__(self, size: int = 0) -> None:
        self.size = size


def make_full() -> GraphQLSchema:
    """The schema, with the bounds of its lists."""
    schema = build_schema(SDL)
    for place, most in MOST.items():
        kind, name = place.split(".")
        parent = schema.type_map[kind]
        assert isinstance(parent, GraphQLObjectType)
        parent.fields[name].extensions["most"] = most
    return schema


def answer(schema: GraphQLSchema, tree: DocumentNode, variables: Mapping[str, Any]) -> Any:
    """The data of the answer. Of abstract types half the values are of each type."""
    kinds = iter(("Large", "Small") * 1_000_000)
    result = execute_sync(
        schema, tree, None, variable_values=dict(variables), field_resolver=_resolve, type_resolver=lambda *_: next(kinds)
    )
    assert result.errors is None, result.errors
    return result.data


def _resolve(source: Any, info: Any, **args: Any) -> Any:
    kind = get_nullable_type(info.return_type)
    if is_list_type(kind):
        most = MOST.get(f"{info.parent_type.name}.{info.field_name}")
        items = get_nullable_type(kind.of_type)
        many = len(args[most]) if isinstance(most, str) else most if most is not None else source.size
        return [1 if is_leaf_type(items) else Thing() for _ in range(many)]
    if is_leaf_type(kind):
        return 1
    if is_abstract_type(kind) or kind.name != "Halls":
        return Thing()
    sizes = [args[name] for name in ("first", "last") if args.get(name) is not None]
    return Thing(min(100, max(0, sizes[0])) if sizes else 20)


def objects_in(data: Any) -> int:
    """How many objects an answer holds, the root apart."""
    found, waiting = -1, [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found += 1
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found


def costs_of(schema: GraphQLSchema, tree: DocumentNode, budget: int = 20_000) -> list[Cost]:
    """The cost of each operation of a document."""
    fragments = {each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)}
    return [cost_of(schema, each, fragments, budget) for each in tree.definitions if isinstance(each, OperationDefinitionNode)]


def coerce(schema: GraphQLSchema, tree: DocumentNode, variables: Mapping[str, Any]) -> Mapping[str, object] | None:
    """The variables of a document's only operation, coerced; None where they are refused."""
    [operation] = [each for each in tree.definitions if isinstance(each, OperationDefinitionNode)]
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    return None if isinstance(values, list) else values.coerced


def price(schema: GraphQLSchema, tree: DocumentNode, variables: Mapping[str, Any]) -> int:
    """What a document's only operation may cost under these variables, as they are sent."""
    [cost], values = costs_of(schema, tree), coerce(schema, tree, variables)
    assert values is not None
    return cost.of(values)
