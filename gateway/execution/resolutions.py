"""The four ways in which a field gets its value: read off the source, worked out or fetched for all sources at once, a call for each."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

from graphql import GraphQLField, GraphQLObjectType, default_field_resolver

Arguments: TypeAlias = dict[str, Any]
Convert: TypeAlias = Callable[[Arguments, Any], Arguments]
"""Turns arguments coerced by graphql-core into what a resolver wants; the second parameter is the field's information."""


class Batch(Protocol):
    """What `field.extensions["batch"]` must be: `function(context, keys, args)` gives a value for each key; None as key means no value."""

    @property
    def function(self) -> Callable[[Any, Sequence[Any], Mapping[str, object]], Awaitable[Sequence[object]]]:
        """Gives one value for each key, in the order of the keys; an exception as a value is that key's error alone."""

    @property
    def key(self) -> Callable[[Any], Hashable | None]:
        """Reads the key of a source."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """The value is an attribute of the source."""

    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """`function(context, sources)` works out the values of all sources at once; called again for each where it raises."""

    function: Callable[[Any, Sequence[Any]], Sequence[object]]


@dataclass(frozen=True, slots=True)
class Batched:
    """The values of all sources come from one call."""

    batch: Batch
    convert: Convert | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """`call(source, information, arguments)` gives the value, or an awaitable of it.

    `plain(source)` does the same for resolvers that want nothing else, so that they are called without more ado.
    """

    call: Callable[[Any, Any, Arguments], object]
    convert: Convert | None = None
    plain: Callable[[Any], object] | None = None


Resolution: TypeAlias = Attribute | Column | Batched | Called
Describe: TypeAlias = Callable[[GraphQLObjectType, str, GraphQLField], Resolution]


def describe(_parent: GraphQLObjectType, _name: str, field: GraphQLField) -> Resolution:
    """How a field of any graphql-core schema is resolved: at once where a batch or a column is declared, else by its resolver."""
    batch = field.extensions.get("batch")
    if batch is not None:
        return Batched(cast("Batch", batch))
    column = field.extensions.get("column")
    if column is not None:
        return Column(column)
    resolve = field.resolve or default_field_resolver

    def call(source: object, information: Any, arguments: Arguments) -> object:
        return resolve(source, information, **arguments)

    return Called(call)
