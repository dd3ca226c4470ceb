"""Scalars and enums, a column at a time: what is known to need no work passes as it is, all else as graphql-core coerces it."""

from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from inspect import CO_ITERABLE_COROUTINE
from types import CoroutineType, GeneratorType, NoneType, WrapperDescriptorType
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect

Kinds = set[type]
"""The types of the values of a column."""
Convert = Callable[[list[Any], Kinds], list[Any] | None]
"""Gives a column converted, or None when its values must be looked at one by one. There is no None among the values."""

MOST, LEAST = 2**31 - 1, -(2**31)
NOTHING: Kinds = {NoneType, type(Undefined)}


@lru_cache(maxsize=4096)
def is_plain(kind: Any) -> bool:
    """Whether no value of this type can be awaited, iterated asynchronously, or be an error: what most values are."""
    if issubclass(kind, BaseException | CoroutineType | GeneratorType) or kind is type(Undefined):
        return False
    if any(hasattr(kind, name) for name in ("__await__", "__aiter__", "__getattr__")):
        return False
    return isinstance(kind.__getattribute__, WrapperDescriptorType)  # else it may answer to any name


def are_plain(kinds: Iterable[Any]) -> bool:
    """Whether that holds for all types of a column."""
    return all(map(is_plain, kinds))


def is_awaitable(value: Any) -> bool:
    """Whether a value must be awaited, by the same test as graphql-core's."""
    kind: Any = type(value)
    if is_plain(kind):
        return False
    if isinstance(value, CoroutineType):
        return True
    if isinstance(value, GeneratorType) and value.gi_code.co_flags & CO_ITERABLE_COROUTINE:
        return True
    return hasattr(value, "__await__")


class Leaf:
    """How values of one scalar or enum get into the response."""

    __slots__ = ("coerce", "column", "passing", "type")

    def __init__(self, kind: GraphQLLeafType) -> None:
        self.type = kind
        self.coerce: Callable[[Any], Any] = kind.coerce_output_value
        self.column: Convert = _choose(kind)
        self.passing: Kinds | None = _passing(kind)
        """The types of a column whose values are in the response as they are."""

    def complete(self, value: object) -> object:
        """One value as graphql-core completes it. Raises what it raises."""
        coerced = self.coerce(value)
        if coerced is Undefined or coerced is None:
            message = (
                f"Expected `{inspect(self.type)}.coerce_output_value({inspect(value)})` to return non-nullable value,"
                f" returned: {inspect(coerced)}"
            )
            raise TypeError(message)
        return coerced

    def convert(self, values: list[Any], kinds: Kinds) -> list[Any] | None:
        """A column without work for each value, or None where that cannot be done. The column may have None in it."""
        if NoneType not in kinds:
            return self.column(values, kinds)
        present = self.column([each for each in values if each is not None], kinds - {NoneType})
        if present is None:
            return None
        following = iter(present)
        return [None if each is None else next(following) for each in values]


def _choose(kind: GraphQLLeafType) -> Convert:
    if isinstance(kind, GraphQLEnumType):
        return _enum(kind)
    if any(kind is each for each in (GraphQLString, GraphQLID)):
        return _same(str)
    if kind is GraphQLBoolean:
        return _same(bool)
    if kind is GraphQLInt:
        return _whole
    if kind is GraphQLFloat:
        return _fraction
    return _custom(kind)


def _passing(kind: GraphQLLeafType) -> Kinds | None:
    if any(kind is each for each in (GraphQLString, GraphQLID)):
        return {str}
    return {bool} if kind is GraphQLBoolean else None


def _same(passing: type) -> Convert:
    allowed: list[Kinds] = [{passing}, set()]

    def convert(values: list[Any], kinds: Kinds) -> list[Any] | None:
        return values if kinds in allowed else None

    return convert


def _whole(values: list[Any], kinds: Kinds) -> list[Any] | None:
    if not values:
        return values
    return values if kinds == {int} and min(values) >= LEAST and max(values) <= MOST else None


def _fraction(values: list[Any], kinds: Kinds) -> list[Any] | None:
    if not values:
        return values
    # Neither of the two infinities, nor what is no number: each of them makes the difference something else than zero.
    return values if kinds == {float} and all(each - each == 0 for each in values) else None


def _enum(kind: GraphQLEnumType) -> Convert:
    """Members of one Enum class by a table; there are few of them."""
    tables: dict[type, dict[Any, Any]] = {}

    def convert(values: list[Any], kinds: Kinds) -> list[Any] | None:
        if not values:
            return values
        if len(kinds) != 1 or not issubclass(only := next(iter(kinds)), Enum):
            return None
        table = tables.setdefault(only, {})
        try:
            for each in set(values) - table.keys():
                table[each] = kind.coerce_output_value(each)
        except Exception:  # noqa: BLE001 - whatever it is belongs to one value, which is found when they are looked at one by one
            return None
        return [table[each] for each in values]

    return convert


def _custom(kind: GraphQLLeafType) -> Convert:
    """The scalar's own function for all values, as long as none of them is out of the ordinary."""
    coerce = kind.coerce_output_value

    def convert(values: list[Any], kinds: Kinds) -> list[Any] | None:
        if not are_plain(kinds):
            return None
        try:
            coerced = list(map(coerce, values))
        except Exception:  # noqa: BLE001 - as above
            return None
        return None if NOTHING & set(map(type, coerced)) else coerced

    return convert
