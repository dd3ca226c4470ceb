"""Every place of the schema that takes an id: arguments of any field, down into input objects."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import GraphQLArgument, GraphQLInputField, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, get_named_type

ID_LIKE = frozenset({"ID", "_Any"})
LOOK_UPS = frozenset({"slug"})
"""Names by which a thing is found as by an id, where the input is a choice of several."""


@dataclass(frozen=True, slots=True)
class IdPlace:
    """`field` such as `Mutation.updateEvent`, `path` from the argument down, such as `("input", "eventId")`."""

    field: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field}({'.'.join(self.path)})"

    @property
    def name(self) -> str:
        """The field without its type."""
        return self.field.partition(".")[2]


def id_places(core: GraphQLSchema) -> list[IdPlace]:
    """All of them, in the order of the schema's types."""
    return [
        IdPlace(f"{kind.name}.{name}", path)
        for kind in core.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name, field in kind.fields.items()
        for argument, given in field.args.items()
        for path in _within((argument,), given, frozenset())
    ]


def _within(path: tuple[str, ...], given: GraphQLArgument | GraphQLInputField, above: frozenset[str]) -> Iterator[tuple[str, ...]]:
    kind = get_named_type(given.type)
    if kind.name in ID_LIKE:
        yield path
    elif isinstance(kind, GraphQLInputObjectType) and kind.name not in above:
        for name, each in kind.fields.items():
            if kind.name.endswith("By") and name in LOOK_UPS:
                yield (*path, name)
            yield from _within((*path, name), each, above | {kind.name})
