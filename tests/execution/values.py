"""Values for the variables of operations that are written in the repository, whose meaning is not known here."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    is_list_type,
    is_non_null_type,
    type_from_ast,
)

SCALARS: Mapping[str, Sequence[Any]] = {
    "Int": (1, 2, 20),
    "Float": (0.5,),
    "Boolean": (True, False),
    "DateTime": ("2027-05-01T18:00:00Z", "2031-05-01T20:00:00+02:00"),
    "Date": ("2027-05-01", "2031-05-09"),
    "LocalTime": ("18:30:00",),
    "Decimal": ("12.50",),
    "BigInt": (5, "900000000000"),
    "JSON": ({}, {"any": [1]}),
    "CurrencyCode": ("EUR", "CHF"),
    "EmailAddress": ("ada@example.org", "Grace.Hopper@example.org"),
}


def value_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, ids: Mapping[str, Sequence[str]], dice: Random
) -> dict[str, Any]:
    """A value for each variable that must have one, and for some of the others; ids and slugs are those of things that exist."""
    values = {}
    for each in operation.variable_definitions or ():
        kind = type_from_ast(schema, each.type)
        if isinstance(kind, GraphQLNonNull) or dice.random() < 0.6:
            values[each.variable.name.value] = _value(kind, each.variable.name.value, ids, dice)
    return values


def _value(kind: Any, name: str, ids: Mapping[str, Sequence[str]], dice: Random) -> Any:
    if is_non_null_type(kind):
        return _value(kind.of_type, name, ids, dice)
    if is_list_type(kind):
        return [_value(kind.of_type, name, ids, dice) for _ in range(dice.randint(1, 3))]
    if isinstance(kind, GraphQLEnumType):
        return dice.choice(list(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return _input(kind, ids, dice)
    if kind.name in ("ID", "String"):
        return dice.choice(ids["ID"] if kind.name == "ID" else ids["slug"] if name == "slug" else ("text", "en", "A-1"))
    if kind.name == "_Any":
        return {"__typename": dice.choice(("Event", "Venue", "TicketType")), "id": dice.choice(ids["ID"])}
    return dice.choice(SCALARS[kind.name])


def _input(kind: GraphQLInputObjectType, ids: Mapping[str, Sequence[str]], dice: Random) -> dict[str, Any]:
    if kind.is_one_of:
        name = dice.choice(list(kind.fields))
        return {name: _value(kind.fields[name].type, name, ids, dice)}
    return {
        name: _value(each.type, name, ids, dice)
        for name, each in kind.fields.items()
        if is_non_null_type(each.type) or dice.random() < 0.15
    }
