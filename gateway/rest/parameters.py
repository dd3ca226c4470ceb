"""Finds what a request may give to a stored operation: its variables, and which parameter fills which place in them."""

from collections.abc import Iterator, Mapping
from typing import TypeGuard, cast

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLScalarType,
    GraphQLSchema,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    type_from_ast,
    value_from_ast_untyped,
    visit,
)

from gateway.rest.mapping import Place, RestRoute
from gateway.rest.operations import Parameter, Variable, follow

VERSION = "expectedVersion"
"""The input field that `If-Match` fills as well, so that no parameter for it is required."""
IDEMPOTENCY_KEY = "idempotencyKey"


def read_variables(schema: GraphQLSchema, document: DocumentNode, node: OperationDefinitionNode) -> dict[str, Variable]:
    """The operation's variables, described by its file or else by the argument that takes them."""
    used = _Uses(TypeInfo(schema))
    visit(document, TypeInfoVisitor(used.types, used))
    variables: dict[str, Variable] = {}
    for each in node.variable_definitions or ():
        name = each.variable.name.value
        type_ = cast("GraphQLInputType", type_from_ast(schema, each.type))
        default = Undefined if each.default_value is None else value_from_ast_untyped(each.default_value)
        variables[name] = Variable(type_, default, described(each) or used.descriptions.get(name))
    return variables


class _Uses(Visitor):
    """Collects what the schema says of the arguments and input fields that take a variable."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.descriptions: dict[str, str] = {}

    def enter_variable(self, node: VariableNode, _key: object, parent: object, *_args: object) -> None:
        taken = self.types.get_argument()
        if getattr(parent, "kind", "") == "argument" and taken and taken.description:
            self.descriptions.setdefault(node.name.value, taken.description)


def find_uses(node: OperationDefinitionNode) -> Iterator[tuple[Place, str]]:
    """Which places in the arguments of the root fields a variable fills: refusals name places, callers know variables."""
    for field in node.selection_set.selections:
        if isinstance(field, FieldNode):
            yield from _find_in_values([((each.name.value,), each.value) for each in field.arguments or ()])


def _find_in_values(waiting: list[tuple[Place, ValueNode]]) -> Iterator[tuple[Place, str]]:
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, VariableNode):
            yield place, value.name.value
        elif isinstance(value, ObjectValueNode):
            waiting += [((*place, each.name.value), each.value) for each in value.fields]


def read_parameters(route: RestRoute, variables: Mapping[str, Variable]) -> Iterator[Parameter]:
    """The parameters of the path and of the query string. Raises ValueError for one that no text can fill."""
    own = {name: (name,) for name in variables if name != route.body and name not in {place[0] for place in route.fill.values()}}
    places: dict[str, Place] = {**own, **route.fill}
    for name in route.path_names:
        if name not in places:
            raise ValueError(f"nothing takes the path's {{{name}}}: define ${name}, or name a place in `fill`")
    for name, place in places.items():
        type_ = follow(variables, place)
        in_path = name in route.path_names
        variable = variables[place[0]] if len(place) == 1 else None
        required = in_path or (is_non_null_type(type_) and (variable is None or variable.default is Undefined) and place[-1] != VERSION)
        _check_parameter(name, type_, in_path=in_path)
        yield Parameter(name, in_path, place, type_, _describe_place(variables, place), required)


def _check_parameter(name: str, type_: GraphQLInputType, *, in_path: bool) -> None:
    inner = get_nullable_type(type_)
    items = get_nullable_type(inner.of_type if is_list_type(inner) else inner)
    if isinstance(items, GraphQLScalarType | GraphQLEnumType) or (in_path and inner is items and names_id_or_other(items)):
        return
    raise ValueError(f"the parameter {name} has the type {type_}; a text becomes a scalar, an enum, a list of these, or an id-or-name")


def names_id_or_other(type_: object) -> TypeGuard[GraphQLInputObjectType]:
    """Whether this is a one-of input with `id` and one other way to name the thing, such as `EventBy`."""
    return isinstance(type_, GraphQLInputObjectType) and is_one_of(type_) and "id" in type_.fields and len(type_.fields) == 2


def is_one_of(type_: GraphQLInputObjectType) -> bool:
    """Whether exactly one field must be given; Strawberry says so in its own definition only."""
    definition = type_.extensions.get("strawberry-definition")
    return type_.is_one_of or bool(getattr(definition, "is_one_of", False))


def _describe_place(variables: Mapping[str, Variable], place: Place) -> str | None:
    if len(place) == 1:
        return variables[place[0]].description
    owner = get_named_type(follow(variables, place[:-1]))
    return owner.fields[place[-1]].description if isinstance(owner, GraphQLInputObjectType) else None


def find_place(variables: Mapping[str, Variable], field: str) -> Place | None:
    """Where an input of the operation has this field."""
    for name, variable in variables.items():
        kind = get_named_type(variable.type)
        if isinstance(kind, GraphQLInputObjectType) and field in kind.fields:
            return (name, field)
    return None


def described(node: Node) -> str | None:
    """What stands before a definition as its description."""
    description = getattr(node, "description", None)
    return description.value if description else None
