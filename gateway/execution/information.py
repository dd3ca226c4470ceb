"""What a resolver is told of its field: the attributes of graphql-core's GraphQLResolveInfo, worked out when they are asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from gateway.execution.leaves import is_awaitable
from gateway.execution.places import Place, core_path


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What is the same for all values of a selected field."""

    name: str
    key: str
    nodes: list[FieldNode]
    field: GraphQLField
    parent: GraphQLObjectType


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is the same for all fields of an execution; `extra` is the caller's own."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    root_value: object
    context: Any
    variable_values: VariableValues
    helpers: GraphQLResolveInfoHelpers
    extra: Any = None


class Information:
    """The information about one value of a field. Unlike graphql-core's it is no tuple."""

    __slots__ = ("_facts", "_parent_place", "_run")

    def __init__(self, run: RunFacts, facts: FieldFacts, parent_place: Place | None) -> None:
        self._run = run
        self._facts = facts
        self._parent_place = parent_place

    @property
    def field_name(self) -> str:
        """The name of the field."""
        return self._facts.name

    @property
    def field_nodes(self) -> list[FieldNode]:
        """The nodes of the document that select it here."""
        return self._facts.nodes

    @property
    def return_type(self) -> GraphQLOutputType:
        """The type it is declared with."""
        return self._facts.field.type

    @property
    def parent_type(self) -> GraphQLObjectType:
        """The type that owns it."""
        return self._facts.parent

    @property
    def path(self) -> Path:
        """Where its value stands in the response."""
        return Path(core_path(self._parent_place), self._facts.key, self._facts.parent.name)

    @property
    def schema(self) -> GraphQLSchema:
        """The schema."""
        return self._run.schema

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The fragments of the document by their names."""
        return self._run.fragments

    @property
    def root_value(self) -> Any:
        """The value at the root of the execution."""
        return self._run.root_value

    @property
    def operation(self) -> OperationDefinitionNode:
        """The operation."""
        return self._run.operation

    @property
    def variable_values(self) -> Any:
        """The variables, coerced."""
        return self._run.variable_values

    @property
    def context(self) -> Any:
        """The context of the execution; after a mutation's field, of the next one."""
        return self._run.context

    @property
    def is_awaitable(self) -> Callable[[Any], bool]:
        """The test whether a value must be awaited."""
        return is_awaitable

    @property
    def abort_signal(self) -> None:
        """There is none: who executes cancels the task."""
        return

    async_helpers = property(attrgetter("_run.helpers"), doc="For resolvers that start work of their own.")

    @property
    def extra(self) -> Any:
        """What the caller gave along with the execution."""
        return self._run.extra
