"""Completes a stored operation: takes `@rest` away, asks for every fact of every refusal, gathers the fragments it spreads."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    parse,
    visit,
)

from gateway.rest.mapping import find_directive
from gateway.rest.operations import Fragments

REFUSAL = "UserError"
IN_EVERY_REFUSAL = ("message", "code", "path")


def strip(written: OperationDefinitionNode) -> OperationDefinitionNode:
    """The operation without `@rest`."""
    own = find_directive(written)
    return replace(written, directives=tuple(each for each in written.directives or () if each is not own))


def complete(schema: GraphQLSchema, node: OperationDefinitionNode) -> tuple[OperationDefinitionNode, tuple[GraphQLObjectType, ...]]:
    """The mutation with everything that its payload's errors can tell: no fact of a refusal is ever forgotten in a file."""
    fields = [each for each in node.selection_set.selections if isinstance(each, FieldNode)]
    if node.operation is not OperationType.MUTATION:
        return node, ()
    if len(fields) != 1 or schema.mutation_type is None:
        raise ValueError("a mutation must have one root field")
    field = schema.mutation_type.fields.get(fields[0].name.value)
    payload = get_named_type(field.type) if field else None
    if not isinstance(payload, GraphQLObjectType) or fields[0].selection_set is None or "errors" not in payload.fields:
        raise ValueError(f"{fields[0].name.value} is no mutation with a payload that has errors")
    union = cast("GraphQLUnionType", get_named_type(payload.fields["errors"].type))
    errors = parse(_select_errors(union.types)).definitions[0]
    wanted = cast("OperationDefinitionNode", errors).selection_set.selections
    inner = replace(fields[0].selection_set, selections=(*fields[0].selection_set.selections, *wanted))
    outer = replace(node.selection_set, selections=(replace(fields[0], selection_set=inner),))
    return replace(node, selection_set=outer), tuple(union.types)


def _select_errors(types: Sequence[GraphQLObjectType]) -> str:
    facts = (f"... on {each.name} {{ {' '.join(_select_facts(each))} }}" for each in types if set(each.fields).difference(IN_EVERY_REFUSAL))
    return f"{{ errors {{ __typename ... on {REFUSAL} {{ {' '.join(IN_EVERY_REFUSAL)} }} {' '.join(facts)} }} }}"


def _select_facts(type_: GraphQLObjectType) -> Iterator[str]:
    """A refusal's own fields; those with fields of their own are taken with their leaves."""
    for name, field in type_.fields.items():
        kind = get_named_type(field.type)
        if name in IN_EVERY_REFUSAL:
            continue
        if isinstance(kind, GraphQLObjectType):
            yield f"{name} {{ {' '.join(leaf for leaf, each in kind.fields.items() if is_leaf_type(get_named_type(each.type)))} }}"
        else:
            yield name


def reach(selections: SelectionSetNode, known: Fragments) -> dict[str, FragmentDefinitionNode]:
    """The fragments that a selection spreads, and those that they spread. One that nobody wrote is left to validation."""
    reached: dict[str, FragmentDefinitionNode] = {}
    waiting: list[Node] = [selections]
    while waiting:
        spreads = _Spreads()
        visit(waiting.pop(), spreads)
        for name in spreads.names:
            if name in known and name not in reached:
                reached[name] = known[name]
                waiting.append(known[name])
    return dict(sorted(reached.items()))


class _Spreads(Visitor):
    """Collects the fragments that are spread."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_args: object) -> None:
        self.names.append(node.name.value)
