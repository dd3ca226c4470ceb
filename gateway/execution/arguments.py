"""The arguments of a field: coerced once for all of its sources where nobody could change them, else once for each."""

from collections.abc import Callable, Iterable
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values

from gateway.execution.resolutions import Arguments, Convert

Copy: TypeAlias = Callable[[], Any]

UNCHANGING = frozenset({NoneType, bool, int, float, str, bytes, Decimal, UUID, datetime, date, time, timedelta})


class Coercion:
    """Coerces the arguments of one selected field."""

    __slots__ = ("_convert", "_copy", "_field", "_kept", "_node", "is_empty", "is_fixed")

    def __init__(self, field: GraphQLField, node: FieldNode, convert: Convert | None) -> None:
        self._field = field
        self._node = node
        self._convert = convert
        self._kept: Arguments | None = None
        self.is_empty = not field.args
        self._copy: Copy | None = None
        self.is_fixed = not _has_variables(node)

    def coerce(self, variables: VariableValues, information: Any) -> tuple[Arguments, bool]:
        """The arguments, and whether all sources may share them. Raises what graphql-core raises."""
        if self.is_empty:
            return {}, True
        if self._kept is not None:
            return self._kept, True
        if self._copy is not None:
            return self._copy(), False
        arguments = get_argument_values(self._field, self._node, variables, None, True)  # noqa: FBT003 - suggestions are hidden
        if self._convert is not None:
            arguments = self._convert(arguments, information)
        shared = all(type(each) in UNCHANGING or isinstance(each, Enum) for each in arguments.values())
        if self.is_fixed:
            self._keep(arguments, shared=shared)
        return arguments, shared

    def _keep(self, arguments: Arguments, *, shared: bool) -> None:
        """What is written in the document is the same each time; what could be changed by a resolver is given to each as a copy."""
        if shared:
            self._kept = arguments
        else:
            self._copy = copier_of(arguments)


def copier_of(value: Any) -> Copy | None:
    """Makes copies of a value that is made of lists, dictionaries and plain objects of what never changes; None for any other."""
    kind = type(value)
    if kind in UNCHANGING or isinstance(value, Enum) or _is_empty(value):
        return lambda: value
    if kind is list:
        items = [copy for each in value if (copy := copier_of(each))]
        return (lambda: [copy() for copy in items]) if len(items) == len(value) else None
    facts = value if kind is dict else vars(value) if is_dataclass(value) and hasattr(value, "__dict__") else None
    if facts is None or hasattr(kind, "__slots__"):
        return None
    copiers = {name: copy for name, each in facts.items() if (copy := copier_of(each))}
    if len(copiers) < len(facts):
        return None
    if kind is dict:
        return lambda: {name: copy() for name, copy in copiers.items()}

    def copy_object() -> Any:
        copied = object.__new__(kind)
        vars(copied).update((name, copy()) for name, copy in copiers.items())
        return copied

    return copy_object


def _is_empty(value: Any) -> bool:
    """Whether it has nothing in it that could be changed, such as a mark for what was not given."""
    return type(value).__bases__ == (object,) and hasattr(value, "__dict__") and not vars(value) and not is_dataclass(value)


def _has_variables(node: FieldNode) -> bool:
    waiting: list[ValueNode] = [each.value for each in node.arguments or ()]
    return any(isinstance(each, VariableNode) for each in _walk(waiting))


def _walk(waiting: list[ValueNode]) -> Iterable[ValueNode]:
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, ListValueNode):
            waiting.extend(value.values)
        elif isinstance(value, ObjectValueNode):
            waiting.extend(each.value for each in value.fields)
