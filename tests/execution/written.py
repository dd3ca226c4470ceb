"""Every operation that is written anywhere in the repository: REST operations, texts in Python modules, blocks in documents."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLSchema, GraphQLSyntaxError, OperationDefinitionNode, parse, validate

from gateway.rest.loading import load_operations

ROOT = Path(__file__).parents[2]
ROOMS = ("gateway", "bench", "tests/api", "tests/rest", "tests/live", "tests/images", "tests/seating", "tests/holds", "tests/two_workers")
BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)


def written_operations(schema: GraphQLSchema) -> list[str]:
    """The texts of the valid documents, each with one operation at least."""
    texts = dict.fromkeys([*(each.text for each in load_operations(schema)), *_texts()])
    return [each for each in texts if _is_operation(schema, each)]


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
