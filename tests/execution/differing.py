"""Runs an operation on both engines and says where they differ."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)
from graphql.execution.executor import Executor
from graphql.execution.values import get_variable_values

from gateway.execution import Engine, Request, Uncompiled, survey_document

Seen = tuple[tuple[str | int, ...], str, tuple[tuple[int, int], ...], str]
"""An error: its path, message, locations, and the type of what was raised."""


@dataclass(frozen=True)
class Compared:
    """What both engines gave. `candidates` are the errors of all fields, as if no null took anything with it."""

    reference: ExecutionResult
    compiled: ExecutionResult
    candidates: ExecutionResult

    @property
    def difference(self) -> str | None:
        """What differs, or None."""
        if dump(self.reference) != dump(self.compiled):
            return f"data: {dump(self.reference)!r} and {dump(self.compiled)!r}"
        return find_difference(self.compiled.data, *(seen(each) for each in (self.reference, self.compiled, self.candidates)))


class Rival:
    """graphql-core and the engine over one schema; `make_context` gives each run a context of its own."""

    def __init__(self, schema: GraphQLSchema, make_context: Callable[[], Any], engine: Engine | None = None) -> None:
        self.schema = schema
        self.engine = engine or Engine(schema)
        self._make_context = make_context
        self.contexts: list[Any] = []

    async def compare(
        self, document: str | DocumentNode, variables: Mapping[str, Any] | None = None, root: object = None, name: str | None = None
    ) -> Compared:
        """Run it on both."""
        tree = parse(document) if isinstance(document, str) else document
        reference = await self.run_reference(tree, variables, root, name)
        compiled = await self.run_compiled(tree, variables, root, name)
        return Compared(reference, compiled, await self.run_reference(tree, variables, root, name, propagate=False))

    async def run_compiled(
        self, tree: DocumentNode, variables: Mapping[str, Any] | None = None, root: object = None, name: str | None = None
    ) -> ExecutionResult:
        """Run it on the engine. It must compile."""
        operation, fragments = split(tree, name)
        values = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables or {}))
        assert not isinstance(values, list), values
        plan = self.engine.compile(survey_document(operation, fragments), operation, fragments, values)
        assert not isinstance(plan, Uncompiled), plan.reason
        context = self._make_context()
        self.contexts.append(context)
        return await self.engine.execute(plan, Request(root, context, values))

    async def run_reference(
        self,
        tree: DocumentNode,
        variables: Mapping[str, Any] | None = None,
        root: object = None,
        name: str | None = None,
        *,
        propagate: bool = True,
    ) -> ExecutionResult:
        """Run it with graphql-core; without `propagate` a null takes nothing with it, so that every field tells its own error."""
        executor = Executor.build(self.schema, tree, root, self._make_context(), dict(variables or {}), name, hide_suggestions=True)
        assert not isinstance(executor, list), executor
        executor.error_propagation = propagate
        running: Any = executor.execute_operation()
        result: ExecutionResult = await running if hasattr(running, "__await__") else running
        for each in list(executor.background_futures):
            await each
        return result


def split(tree: DocumentNode, name: str | None = None) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    """The operation of this name, or the only one, and the fragments."""
    operations = [each for each in tree.definitions if isinstance(each, OperationDefinitionNode)]
    fragments = {each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)}
    return next(each for each in operations if name is None or (each.name and each.name.value == name)), fragments


def dump(result: ExecutionResult) -> bytes:
    """The data as it travels, the order of keys included."""
    return orjson.dumps(result.data)


def seen(result: ExecutionResult) -> Counter[Seen]:
    """The errors of a result."""
    return Counter(map(see, result.errors or ()))


def see(error: GraphQLError) -> Seen:
    """An error as it is compared."""
    locations = tuple((each.line, each.column) for each in error.locations or ())
    return tuple(error.path or ()), error.message, locations, type(error.original_error).__name__


def find_difference(data: object, reference: Counter[Seen], compiled: Counter[Seen], candidates: Counter[Seen]) -> str | None:
    """How the errors differ: equal where each made its own place null; any candidate, but at least one, where it made more null."""
    own = [
        Counter({each: count for each, count in errors.items() if null_at(data, each[0]) == each[0]}) for errors in (reference, compiled)
    ]
    if own[0] != own[1]:
        return f"errors: only the reference has {list(own[0] - own[1])}, only the plan {list(own[1] - own[0])}"
    nulled = [{null_at(data, each[0]) for each in errors} for errors in (reference, compiled)]
    if nulled[0] != nulled[1]:
        return f"places made null: {nulled[0]} and {nulled[1]}"
    for name, errors in (("reference", reference), ("plan", compiled)):
        if unknown := errors - candidates:
            return f"errors of the {name} that no field has: {list(unknown)}"
    return None


def null_at(data: object, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The first null on the way to a place."""
    value: Any = data
    for depth, step in enumerate(path):
        if value is None:
            return path[:depth]
        value = value[step]
    assert value is None, path
    return path
