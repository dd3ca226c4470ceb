"""Compiles selection sets into plans, and says before anything runs what is left to graphql-core."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, GroupedFieldSet, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from gateway.execution.arguments import Coercion
from gateway.execution.information import FieldFacts
from gateway.execution.resolutions import Attribute, Column, Describe, Resolution
from gateway.execution.shapes import LeafShape, shape_of
from gateway.execution.steps import Leaves, each_of, reader_of

CONDITIONS = frozenset({"skip", "include"})
INCREMENTAL = frozenset({"defer", "stream"})
NO_PROPAGATION = "experimental_disableErrorPropagation"
META = frozenset({"__schema", "__type"})


class Reason(StrEnum):
    """Why an operation is left to graphql-core."""

    INTROSPECTION = "introspection"
    INCREMENTAL = "incremental"
    FRAGMENT_VARIABLES = "fragment_variables"
    NULL_CONDITION = "null_condition"
    NO_PROPAGATION = "no_propagation"
    NO_ROOT = "no_root"
    NESTING = "nesting"


@dataclass(frozen=True, slots=True)
class Uncompiled:
    """There is no plan for an operation."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Survey:
    """What decides how a document is compiled: the variables in its conditions, and whether it has what is left to graphql-core."""

    conditions: tuple[str, ...]
    reason: Reason | None

    def key(self, variable_values: VariableValues) -> tuple[Hashable, ...]:
        """The values of the conditions: operations that agree in them have the same plan."""
        coerced = variable_values.coerced
        return tuple(coerced.get(each) for each in self.conditions)


class Site:
    """A field selected of one type: what it is called in the response, how it is resolved and completed."""

    __slots__ = ("arguments", "constant", "each", "facts", "key", "leaf", "read", "resolution", "selection", "shape")

    def __init__(self, facts: FieldFacts, resolution: Resolution, selection: "Selection | None", schema: GraphQLSchema) -> None:
        self.facts = facts
        self.key = facts.key
        self.resolution = resolution
        self.selection = selection
        self.shape = shape_of(facts.field.type, schema)
        self.leaf = self.shape if isinstance(self.shape, LeafShape) else None
        self.constant = facts.parent.name if facts.name == "__typename" else None
        self.read = reader_of(resolution) if self.constant is None else None
        self.each = each_of(resolution)
        convert = None if isinstance(resolution, Attribute | Column) else resolution.convert
        self.arguments = Coercion(facts.field, facts.nodes[0], convert)


class ObjectPlan:
    """What is selected of objects of one type; `template` has the keys of the response in their order."""

    __slots__ = ("kind", "leaves", "others", "sites", "template")

    def __init__(self, kind: GraphQLObjectType, sites: Iterable[Site]) -> None:
        self.kind = kind
        self.sites = tuple(sites)
        self.leaves = Leaves(each for each in self.sites if each.leaf and each.read)
        self.others = tuple(each for each in self.sites if not (each.leaf and each.read))
        self.template: dict[str, Any] = dict.fromkeys(each.key for each in self.sites)


class Plan:
    """A compiled operation. The plan of a selection set is made when the first object of a type comes by, and kept."""

    __slots__ = ("fragments", "is_serial", "operation", "root")

    def __init__(self, operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode], root: ObjectPlan) -> None:
        self.operation = operation
        self.fragments = fragments
        self.root = root
        self.is_serial = operation.operation is OperationType.MUTATION


class Selection:
    """What a field selects of its value, by the type that the value turns out to have."""

    __slots__ = ("_compiler", "_details", "_plans")

    def __init__(self, compiler: "Compiler", details: list[FieldDetails]) -> None:
        self._compiler = compiler
        self._details = details
        self._plans: dict[GraphQLObjectType, ObjectPlan] = {}

    def plan_of(self, kind: GraphQLObjectType) -> ObjectPlan:
        """The plan for values of this type."""
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._plans[kind] = self._compiler.compile_sub(kind, self._details)
        return plan


class Compiler:
    """Compiles one operation with fixed conditions. It keeps their values, and nothing else of the variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        describe: Describe,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        conditions: VariableValues,
    ) -> None:
        self._schema = schema
        self._describe = describe
        self._operation = operation
        self._fragments = {name: FragmentDetails(each, None) for name, each in fragments.items()}
        self._conditions = conditions

    def compile_root(self, kind: GraphQLObjectType) -> ObjectPlan:
        """The plan of the operation itself. Raises RecursionError for what is nested too deeply."""
        found = collect_fields(self._schema, self._fragments, self._conditions, kind, self._operation, True)  # noqa: FBT003 - by position there
        return self._compile(kind, found.grouped_field_set)

    def compile_sub(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> ObjectPlan:
        """The plan of what these nodes select of values of a type."""
        found = collect_subfields(self._schema, self._fragments, self._conditions, self._operation, kind, details, True)  # noqa: FBT003
        return self._compile(kind, found.grouped_field_set)

    def _compile(self, kind: GraphQLObjectType, fields: GroupedFieldSet) -> ObjectPlan:
        return ObjectPlan(kind, (site for key, details in fields.items() if (site := self._compile_field(kind, key, details))))

    def _compile_field(self, kind: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Site | None:
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        field = self._schema.get_field(kind, name)
        if field is None:
            return None
        selection = Selection(self, details) if hasattr(get_named_type(field.type), "fields") or _is_union(field.type) else None
        return Site(FieldFacts(name, key, nodes, field, kind), self._describe(kind, name, field), selection, self._schema)


def _is_union(kind: Any) -> bool:
    return hasattr(get_named_type(kind), "types")


def compile_plan(
    schema: GraphQLSchema,
    describe: Describe,
    survey: Survey,
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDefinitionNode],
    variable_values: VariableValues,
) -> Plan | Uncompiled:
    """The plan of an operation under the conditions in the variables, or why there is none."""
    kind = schema.get_root_type(operation.operation)
    coerced = {name: variable_values.coerced.get(name) for name in survey.conditions}
    reason = survey.reason
    if not all(isinstance(each, bool) for each in coerced.values()):
        reason = Reason.NULL_CONDITION
    if reason or kind is None:
        return Uncompiled(reason or Reason.NO_ROOT)
    sources = {name: variable_values.sources[name] for name in coerced if name in variable_values.sources}
    try:
        root = Compiler(schema, describe, operation, fragments, VariableValues(sources, coerced)).compile_root(kind)
    except RecursionError:
        return Uncompiled(Reason.NESTING)
    shows_schema = any(each.facts.name in META for each in root.sites)
    return Uncompiled(Reason.INTROSPECTION) if shows_schema else Plan(operation, fragments, root)


def survey_document(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Survey:
    """Look through an operation and the fragments of its document, once for each document."""
    conditions: dict[str, None] = {}
    reason: Reason | None = None
    if any(each.name.value == NO_PROPAGATION for each in operation.directives or ()):
        reason = Reason.NO_PROPAGATION
    elif any(each.variable_definitions for each in fragments.values()):
        reason = Reason.FRAGMENT_VARIABLES
    used = _variables_of(operation)
    for directive in _directives(operation, fragments.values()):
        name = directive.name.value
        if name in INCREMENTAL:
            reason = reason or Reason.INCREMENTAL
        elif name in CONDITIONS:
            conditions.update({each: None for each in _condition_of(directive) if each in used})
    return Survey(tuple(conditions), reason)


def _variables_of(operation: OperationDefinitionNode) -> frozenset[str]:
    return frozenset(each.variable.name.value for each in operation.variable_definitions or ())


def _condition_of(directive: DirectiveNode) -> list[str]:
    return [each.value.name.value for each in directive.arguments or () if isinstance(each.value, VariableNode)]


def _directives(operation: OperationDefinitionNode, fragments: Iterable[FragmentDefinitionNode]) -> Iterable[DirectiveNode]:
    waiting: list[SelectionSetNode] = [operation.selection_set, *(each.selection_set for each in fragments)]
    while waiting:
        for each in waiting.pop().selections:
            yield from each.directives or ()
            if isinstance(each, FieldNode | InlineFragmentNode) and each.selection_set:
                waiting.append(each.selection_set)


class Plans:
    """What is kept with a document: the surveys of its operations, and a few plans, the longest unused out first."""

    def __init__(self, capacity: int = 4) -> None:
        self._capacity = capacity
        self._surveys: dict[int, Survey] = {}
        self._kept: OrderedDict[Hashable, Plan | Uncompiled] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variable_values: VariableValues,
        make: Callable[[Survey], Plan | Uncompiled],
    ) -> Plan | Uncompiled:
        """The plan of one of the document's operations, made when it is not there."""
        survey = self._surveys.get(id(operation))
        if survey is None:
            survey = self._surveys[id(operation)] = survey_document(operation, fragments)
        key = (id(operation), survey.key(variable_values))
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        made = self._kept[key] = make(survey)
        if len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return made
