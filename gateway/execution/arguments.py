"""The arguments of a field: coerced once for all of its sources where nobody could change them, else once for each."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any
from uuid import UUID

from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_specified_scalar_type,
)
from graphql.execution.values import VariableValues, get_argument_values

from gateway.execution.resolutions import Arguments, Convert

UNCHANGING = frozenset({NoneType, bool, int, float, str, bytes, Decimal, UUID, datetime, date, time, timedelta})


class Coercion:
    """Coerces the arguments of one selected field."""

    __slots__ = ("_convert", "_field", "_kept", "_node", "is_empty", "is_fixed")

    def __init__(self, field: GraphQLField, node: FieldNode, convert: Convert | None) -> None:
        self._field = field
        self._node = node
        self._convert = convert
        self._kept: Arguments | None = None
        self.is_empty = not field.args
        self.is_fixed = all(is_specified_scalar_type(get_named_type(each.type)) for each in field.args.values()) and not _has_variables(
            node
        )

    def coerce(self, variables: VariableValues, information: Any) -> tuple[Arguments, bool]:
        """The arguments, and whether all sources may share them. Raises what graphql-core raises."""
        if self.is_empty:
            return {}, True
        if self._kept is not None:
            return self._kept, True
        arguments = get_argument_values(self._field, self._node, variables, None, True)  # noqa: FBT003 - suggestions are hidden
        if self._convert is not None:
            arguments = self._convert(arguments, information)
        shared = all(type(each) in UNCHANGING or isinstance(each, Enum) for each in arguments.values())
        if shared and self.is_fixed:
            self._kept = arguments
        return arguments, shared


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
