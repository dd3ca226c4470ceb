"""Which deed each mutation and each route of identity calls, and what the deed asks for first: read from the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.sources import Module, our_modules

ASKS = ("ctx.viewer.require(", "ctx.viewer.require_anywhere(")


@dataclass(frozen=True)
class Deed:
    """A function in a resolvers module."""

    module: str
    function: str


def deeds_of_mutations() -> dict[str, list[Deed]]:
    """By the name of the mutation's method what it calls of the resolvers."""
    return {
        function.name: [deed for deed in _deeds_called(module, function) if not reads_only(deed)]
        for module in our_modules()
        if module.room == "schema"
        for function in module.functions()
        if any("strawberry.mutation" in ast.unparse(each) for each in function.decorator_list)
    }


def deeds_of_routes() -> dict[str, list[Deed]]:
    """By the name of the method behind a route of identity what it calls of the resolvers."""
    return {
        function.name: [*_deeds_called(module, function)]
        for module in our_modules()
        if module.within("gateway/identity/routes.py")
        for function in module.functions()
        if isinstance(function, ast.AsyncFunctionDef) and any(each.arg.lstrip("_") == "body" for each in function.args.args)
    }


def reads_only(deed: Deed) -> bool:
    """Whether it is a batch function, which shows each thing to those alone who may see it."""
    return deed.function.endswith("_by_id")


def first_statement(deed: Deed) -> str:
    """What the deed does first, its docstring aside."""
    [found] = [module for module in our_modules() if module.within(f"{deed.module.replace('.', '/')}.py")]
    [function] = [each for each in found.functions() if each.name == deed.function]
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return ast.unparse(body[0])


def _deeds_called(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Deed]:
    """Directly, or by a helper in the same file."""
    modules, functions = _resolvers_known_as(module)
    helpers = {each.name: each for each in module.tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id=name), attr=called) if name in modules:
                yield Deed(modules[name], called)
            case ast.Name(id=name) if name in functions:
                yield functions[name]
            case ast.Name(id=name) if name in helpers:
                yield from _deeds_called(module, helpers[name])


def _resolvers_known_as(module: Module) -> tuple[dict[str, str], dict[str, Deed]]:
    """The modules and functions of the resolvers by the names under which this module imports them."""
    modules: dict[str, str] = {}
    functions: dict[str, Deed] = {}
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "resolvers":
            modules |= {each.asname or each.name: f"resolvers.{each.name}" for each in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("resolvers."):
            functions |= {each.asname or each.name: Deed(str(node.module), each.name) for each in node.names}
    return modules, functions
