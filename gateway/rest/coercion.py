"""Turns the texts of paths and query strings into values, and names every fault of a value with its place."""

import re
from collections.abc import Iterator, Sequence
from typing import cast

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    Undefined,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)

from gateway.rest.mapping import Place
from gateway.rest.parameters import is_one_of, names_id_or_other
from schema import ids

Fault = tuple[Place, str]
"""Where, from the variable's name down, and what is wrong there."""

_WHOLE = re.compile(r"-?\d{1,19}")
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?")
_TRUTH = {"true": True, "false": False}
_WORDS = {
    "Int": "must be a whole number within 32 bits",
    "Float": "must be a number",
    "Boolean": "must be true or false",
    "String": "must be text",
    "ID": "must be text",
}


def read_texts(texts: Sequence[str], type_: GraphQLInputType) -> object:
    """The value that a parameter's texts mean for this type. What they cannot mean stays text, for `find_faults` to name.

    Raises ValueError when a parameter is repeated that has one value.
    """
    inner = cast("GraphQLInputType", get_nullable_type(type_))
    if isinstance(inner, GraphQLList):
        items = inner.of_type
        return [_read_text(each, items) for each in texts]
    if len(texts) > 1:
        raise ValueError(f"is given {len(texts)} times, it has one value")
    return _read_text(texts[0], inner)


def _read_text(text: str, type_: GraphQLInputType) -> object:
    kind = get_nullable_type(type_)
    if names_id_or_other(kind):
        [other] = (name for name in kind.fields if name != "id")
        return {"id": text} if ids.read(text) else {other: text}
    name = getattr(kind, "name", "")
    if name == "Int" and _WHOLE.fullmatch(text):
        return int(text)
    if name == "Float" and _NUMBER.fullmatch(text):
        return float(text)
    if name == "Boolean":
        return _TRUTH.get(text, text)
    return text


def find_faults(value: object, type_: GraphQLInputType, place: Place) -> Iterator[Fault]:
    """Everything about a value that its type does not allow. GraphQL would say it of variables that no client of REST has seen."""
    kind = get_nullable_type(type_)
    if value is None or value is Undefined:
        if kind is not type_:
            yield place, "is required" if value is Undefined else "must not be null"
    elif is_list_type(kind):
        yield from _find_in_list(value, kind, place)
    elif isinstance(kind, GraphQLInputObjectType):
        yield from _find_in_object(value, kind, place)
    elif fault := _find_in_leaf(value, kind):
        yield place, fault


def _find_in_list(value: object, kind: GraphQLList[GraphQLInputType], place: Place) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield place, "must be a list"
        return
    for at, item in enumerate(value):
        yield from find_faults(item, kind.of_type, (*place, str(at)))


def _find_in_object(value: object, kind: GraphQLInputObjectType, place: Place) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield place, "must be an object"
        return
    for name in value:
        if name not in kind.fields:
            yield (*place, name), f"is not known; known are {', '.join(kind.fields)}"
    if is_one_of(kind) and len(value) != 1:
        yield place, f"must have exactly one of {', '.join(kind.fields)}"
    for name, field in kind.fields.items():
        given = value.get(name, Undefined)
        if given is not Undefined or is_required_input_field(field):
            yield from find_faults(given, field.type, (*place, name))


def _find_in_leaf(value: object, kind: object) -> str | None:
    if isinstance(kind, GraphQLEnumType):
        return None if value in kind.values else f"must be one of {', '.join(kind.values)}"
    scalar = cast("GraphQLScalarType", kind)
    try:
        scalar.coerce_input_value(value)
    except (GraphQLError, ValueError) as error:
        return _WORDS.get(scalar.name) or str(error)
    return None
