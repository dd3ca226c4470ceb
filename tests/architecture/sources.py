"""Reads the project's own Python files, so that the house rules can be asked of each."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("domain", "resolvers", "schema", "adapters", "plugin_host", "gateway", "migrations")
FOLDERS = (*ROOMS, "deploy", "bench", "tests", "docs", "examples")
NOT_OURS = frozenset({"node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its path from the root, its text and its syntax tree."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.path.parts[0]

    def within(self, *places: str) -> bool:
        """Whether the file is one of these places, or lies in one of them."""
        return any(self.path == PurePosixPath(place) or PurePosixPath(place) in self.path.parents for place in places)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def imports(self) -> Iterator[tuple[str, int]]:
        """Full names of what is imported, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                package = ".".join(self.path.with_suffix("").parts[: -node.level]) if node.level else ""
                origin = ".".join(part for part in (package, node.module) if part)
                yield from ((f"{origin}.{alias.name}", node.lineno) for alias in node.names)


def module(path: str, text: str) -> Module:
    """A module that need not exist."""
    return Module(PurePosixPath(path), text, ast.parse(text))


@cache
def modules_of(folder: str) -> tuple[Module, ...]:
    """Every Python file of one folder."""
    files = sorted(file for file in (ROOT / folder).rglob("*.py") if NOT_OURS.isdisjoint(file.parts))
    return tuple(module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files)


@cache
def our_modules() -> tuple[Module, ...]:
    """Every Python file of ours."""
    return tuple(each for folder in sorted(FOLDERS) for each in modules_of(folder))
