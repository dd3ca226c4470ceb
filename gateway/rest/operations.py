"""What a stored operation is: a route, a valid document, and the places in its variables that a request fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
)

from gateway.rest.mapping import Place, RestRoute

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the path or the query string, and the place in the variables that it fills."""

    name: str
    in_path: bool
    place: Place
    type: GraphQLInputType
    description: str | None
    required: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of an operation."""

    type: GraphQLInputType
    default: object
    description: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A stored operation, stripped of `@rest` and valid; `text` is what runs, `root` the response key of a mutation's payload.

    `uses` names the variable that fills a place in the root fields' arguments; `version_at` and `idempotency_at` are the places that
    `If-Match` and `Idempotency-Key` fill, where the operation has them.
    """

    where: str
    name: str
    description: str
    kind: OperationType
    route: RestRoute
    text: str
    node: OperationDefinitionNode
    fragments: Fragments
    variables: Mapping[str, Variable]
    uses: Mapping[Place, str]
    parameters: tuple[Parameter, ...]
    refusals: tuple[GraphQLObjectType, ...]
    root: str
    version_at: Place | None
    idempotency_at: Place | None

    @property
    def word(self) -> str:
        """The word of the box office it belongs to: the name of its file."""
        return Path(self.where.partition(":")[0]).stem

    def type_at(self, place: Place) -> GraphQLInputType:
        """The type that a place in the variables wants."""
        return follow(self.variables, place)


def find_field(selections: SelectionSetNode | None, key: str, fragments: Fragments) -> FieldNode | None:
    """The field that is answered under this key, fragments included."""
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode) and (node.alias or node.name).value == key:
            return node
        if isinstance(node, FragmentSpreadNode) and (found := find_field(fragments[node.name.value].selection_set, key, fragments)):
            return found
    return None


def follow(variables: Mapping[str, Variable], place: Place) -> GraphQLInputType:
    """The type that a place in these variables wants. Raises ValueError where there is no such place."""
    if not place or place[0] not in variables:
        raise ValueError(f"there is no variable ${place[0] if place else ''}")
    type_ = variables[place[0]].type
    for step in place[1:]:
        kind = get_named_type(type_)
        if not isinstance(kind, GraphQLInputObjectType) or step not in kind.fields:
            raise ValueError(f"{kind} has no input field {step!r}")
        type_ = kind.fields[step].type
    return type_
