"""Reads the files of stored operations, and refuses to start with one that does not fit the schema."""

from collections.abc import Sequence
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Source,
    parse,
    print_ast,
    validate,
)

from gateway.rest.completing import complete, reach, strip
from gateway.rest.mapping import Broken, names_in, read_route
from gateway.rest.operations import Fragments, Operation, find_field, follow
from gateway.rest.parameters import IDEMPOTENCY_KEY, VERSION, described, find_place, find_uses, read_parameters, read_variables

HERE = Path(__file__).parent


def load_operations(schema: GraphQLSchema, folder: Path = HERE) -> tuple[Operation, ...]:
    """Every operation in the folder's `*.graphql` files. Raises Broken for the first that is wrong."""
    documents = [(file, _parse(file)) for file in sorted(folder.glob("*.graphql"))]
    fragments = _collect_fragments(documents)
    operations = [
        _load(schema, file, each, fragments)
        for file, tree in documents
        for each in tree.definitions
        if isinstance(each, OperationDefinitionNode)
    ]
    _check_together(operations)
    return tuple(operations)


def _parse(file: Path) -> DocumentNode:
    try:
        return parse(Source(file.read_text(encoding="utf-8"), file.name))
    except GraphQLError as error:
        line = error.locations[0].line if error.locations else 1
        raise Broken(f"{file.name}:{line}", "(unread)", error.message) from error


def _collect_fragments(documents: Sequence[tuple[Path, DocumentNode]]) -> dict[str, FragmentDefinitionNode]:
    fragments: dict[str, FragmentDefinitionNode] = {}
    for file, tree in documents:
        for each in tree.definitions:
            if isinstance(each, FragmentDefinitionNode):
                if each.name.value in fragments:
                    raise Broken(_where(file, each), "(fragment)", f"there is another fragment {each.name.value}")
                fragments[each.name.value] = each
    return fragments


def _load(schema: GraphQLSchema, file: Path, written: OperationDefinitionNode, known: Fragments) -> Operation:
    where, name = _where(file, written), written.name.value if written.name else "(unnamed)"
    try:
        return _read(schema, where, written, known)
    except ValueError as fault:
        raise Broken(where, name, str(fault)) from fault


def _read(schema: GraphQLSchema, where: str, written: OperationDefinitionNode, known: Fragments) -> Operation:
    if written.name is None or written.operation is OperationType.SUBSCRIPTION:
        raise ValueError("needs a name, and must be a query or a mutation")
    route = read_route(written)
    node, refusals = complete(schema, strip(written))
    fragments = reach(node.selection_set, known)
    document = DocumentNode(definitions=(node, *fragments.values()))
    if mistakes := validate(schema, document):
        raise ValueError("; ".join(_tell(each) for each in mistakes))
    variables = read_variables(schema, document, node)
    operation = Operation(
        where=where,
        name=written.name.value,
        description=described(node) or "",
        kind=node.operation,
        route=route,
        text=print_ast(document),
        node=node,
        fragments=fragments,
        variables=variables,
        uses=dict(find_uses(node)),
        parameters=tuple(read_parameters(route, variables)),
        refusals=refusals,
        root=_find_root(node) if node.operation is OperationType.MUTATION else "",
        version_at=find_place(variables, VERSION),
        idempotency_at=find_place(variables, IDEMPOTENCY_KEY),
    )
    _check(operation)
    return operation


def _check(operation: Operation) -> None:
    route = operation.route
    if not operation.description:
        raise ValueError('needs a description: """One sentence.""" before it')
    if route.body is not None:
        follow(operation.variables, (route.body,))
    if route.method.value == "GET" and operation.kind is not OperationType.QUERY:
        raise ValueError("a GET changes nothing: it must be a query")
    place = route.pick
    selections: SelectionSetNode | None = operation.node.selection_set
    for step in place:
        field = find_field(selections, step, operation.fragments)
        if field is None:
            raise ValueError(f"pick {'.'.join(place)!r}: {step!r} is not selected")
        selections = field.selection_set
    for name in names_in(route.location or ""):
        if find_field(selections, name, operation.fragments) is None:
            raise ValueError(f"location: {name!r} is not selected of what is picked")


def _check_together(operations: Sequence[Operation]) -> None:
    """Names are unique, no two operations share method and path, and one path names its parameters alike in all its methods."""
    names: dict[str, Operation] = {}
    paths: dict[str, Operation] = {}
    for each in operations:
        key = f"{each.route.method} {each.route.shape}"
        for taken in (names.get(each.name), names.get(key)):
            if taken is not None:
                raise Broken(each.where, each.name, f"{taken.where} has the same name, or method and path")
        names[each.name] = names[key] = each
        first = paths.setdefault(each.route.shape, each)
        if first.route.path != each.route.path:
            raise Broken(each.where, each.name, f"must call its parameters as {first.where} does: {first.route.path}")


def _find_root(node: OperationDefinitionNode) -> str:
    [field] = (each for each in node.selection_set.selections if isinstance(each, FieldNode))
    return (field.alias or field.name).value


def _tell(error: GraphQLError) -> str:
    return f"{error.message} (line {error.locations[0].line})" if error.locations else error.message


def _where(file: Path, node: Node) -> str:
    return f"{file.name}:{node.loc.start_token.line if node.loc else 1}"
