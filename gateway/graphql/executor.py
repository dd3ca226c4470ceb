"""Runs prepared operations with graphql-core; each operation, each mutation field and each event of a stream gets fresh work."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import copy
from inspect import isawaitable
from typing import Any, Protocol

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    Undefined,
    create_source_event_stream,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import GroupedFieldSet
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gateway.graphql.prepared import Prepared

Renew = Callable[[Any], AbstractAsyncContextManager[Any]]
"""Makes a copy of a context with a read work and loaders of its own, and closes them with the block."""


class Executor(Protocol):
    """Runs prepared operations. The errors of fields are in the results; what is raised is a fault, a cancellation, or no stream."""

    async def execute(self, prepared: Prepared, context: Any) -> ExecutionResult:
        """Run a query or a mutation to its end."""

    async def execute_event(self, prepared: Prepared, context: Any, event: object) -> ExecutionResult:
        """Resolve what a subscription selects of one event."""

    def open_stream(self, prepared: Prepared, context: Any) -> AbstractAsyncContextManager[AsyncIterable[object]]:
        """Open what a subscription listens to, as its resolver gave it; closed with the block. Raises GraphQLError when there is none."""


class CoreExecutor:
    """The reference: graphql-core, with the resolvers of a Strawberry schema."""

    def __init__(self, schema: strawberry.Schema, renew: Renew) -> None:
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no public name for the schema it builds
        self._renew = renew

    async def execute(self, prepared: Prepared, context: Any) -> ExecutionResult:
        """Run a query or a mutation to its end. A mutation renews its context itself, field by field."""
        if prepared.kind.value == "mutation":
            return await _run(self._begin(prepared, context))
        return await self.execute_event(prepared, context, None)

    async def execute_event(self, prepared: Prepared, context: Any, event: object) -> ExecutionResult:
        """Resolve what is selected of one event."""
        async with self._renew(context) as fresh:
            return await _run(self._begin(prepared, fresh, event))

    @asynccontextmanager
    async def open_stream(self, prepared: Prepared, context: Any) -> AsyncIterator[AsyncIterable[object]]:
        """Open the source of a subscription. Raises GraphQLError when its resolver gives none."""
        async with self._renew(context) as fresh:
            source = await self._find_source(prepared, fresh)
            try:
                yield source
            finally:
                if close := getattr(source, "aclose", None):
                    await close()

    async def _find_source(self, prepared: Prepared, context: Any) -> AsyncIterable[object]:
        try:
            found = create_source_event_stream(self._begin(prepared, context))
        except StopIteration as error:  # every field was skipped, which graphql-core does not expect
            raise GraphQLError("A subscription must select one field.", prepared.operation.selection_set) from error
        source = await found if isawaitable(found) else found
        if isinstance(source, ExecutionResult):
            raise (source.errors or [GraphQLError("The subscription has no source.")])[0]
        return source

    def _begin(self, prepared: Prepared, context: Any, event: object = None) -> "_Execution":
        document = prepared.document
        execution = _Execution(
            self._schema,
            document.fragment_definitions,
            document.fragments,
            event,
            context,
            prepared.operation,
            prepared.variable_values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=optimized_is_awaitable,
            hide_suggestions=True,
            operation_extensions=prepared.extensions,
        )
        execution.renew = self._renew
        return execution


class _Execution(StrawberryGraphQLCoreExecutionContext):
    """One run. The variables reach resolvers as Strawberry wants them, because it is Strawberry's own class that is extended."""

    renew: Renew

    def execute_fields_serially(
        self,
        parent_type: GraphQLObjectType,
        source_value: object,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> Any:
        """The fields of a mutation one after the other, each with fresh work, so that what follows a deed reads what it wrote."""

        async def run() -> dict[str, object]:
            results: dict[str, object] = {}
            for key, details in grouped_field_set.items():
                async with self.renew(self.context_value) as fresh:
                    execution = copy(self)
                    execution.context_value = fresh
                    place = Path(path, key, parent_type.name)
                    result: Any = execution.execute_field(parent_type, source_value, details, place, position_context)
                    if optimized_is_awaitable(result):
                        result = await result
                    await _stop_leftovers(execution)
                if result is not Undefined:
                    results[key] = result
            return results

        return run()


async def _run(execution: _Execution) -> ExecutionResult:
    try:
        running: Any = execution.execute_operation()
        result: ExecutionResult = await running if isawaitable(running) else running
        return result
    finally:
        await _stop_leftovers(execution)


async def _stop_leftovers(execution: _Execution) -> None:
    """Siblings of a field that failed at once may still be running; they must not outlive the work they read from."""
    leftovers = list(execution.background_futures)
    if leftovers:
        await asyncio.sleep(0)  # what never began could not be cancelled properly: its coroutine would be lost
    for each in leftovers:
        each.cancel()
    await asyncio.gather(*leftovers, return_exceptions=True)
