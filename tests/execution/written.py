"""Every operation that is written anywhere in the repository: REST operations, texts in Python modules, blocks in documents."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
    parse,
    validate,
)

from gateway.rest.loading import load_operations

ROOT = Path(__file__).parents[2]
ROOMS = ("gateway", "bench", "tests", "examples")
BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)


def written_operations(schema: GraphQLSchema) -> list[str]:
    """The texts of the valid documents, each with one operation at least."""
    texts = dict.fromkeys([*(each.text for each in load_operations(schema)), *_texts()])
    return [each for each in texts if _is_operation(schema, each)]


def root_operations(schema: GraphQLSchema) -> list[str]:
    """An operation for each field of each root, with variables for all arguments, and what it answers two levels deep."""
    roots = {"query": schema.query_type, "mutation": schema.mutation_type, "subscription": schema.subscription_type}
    texts = [_ask(kind, name, field) for kind, root in roots.items() if root for name, field in root.fields.items()]
    assert [text for text in texts if not _is_operation(schema, text)] == []
    return texts


def _ask(kind: str, name: str, field: GraphQLField) -> str:
    wanted = f"({', '.join(f'${each}: {arg.type}' for each, arg in field.args.items())})" if field.args else ""
    given = f"({', '.join(f'{each}: ${each}' for each in field.args)})" if field.args else ""
    return f"{kind} {wanted} {{ {name}{given} {_selected(field, 2)} }}"


def _selected(field: GraphQLField, levels: int) -> str:
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ""
    if not (levels and is_object_type(kind)):
        return "{ __typename }"
    return f"{{ {' '.join(_fields(kind, levels - 1))} }}"


def _fields(kind: GraphQLObjectType, levels: int) -> Iterator[str]:
    for name, field in kind.fields.items():
        if not any(is_required_argument(each) for each in field.args.values()):
            yield f"{name} {_selected(field, levels)}"


def _texts() -> Iterator[str]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and "{" in node.value:
                    yield node.value
    for file in sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))):
        yield from BLOCK.findall(file.read_text())


def _is_operation(schema: GraphQLSchema, text: str) -> bool:
    try:
        tree = parse(text)
    except GraphQLSyntaxError:
        return False
    return any(isinstance(each, OperationDefinitionNode) for each in tree.definitions) and not validate(schema, tree)
