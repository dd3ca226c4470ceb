"""Runs prepared operations by their compiled plans; what has none, and what was asked for so, goes to graphql-core untouched."""

from collections.abc import AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import strawberry
from graphql import ExecutionResult, OperationType

from gateway.execution import Engine, Plan, Request, Uncompiled
from gateway.graphql.executor import CoreExecutor, Renew
from gateway.graphql.fields import StrawberryFields, StrawberryInformation
from gateway.graphql.prepared import Prepared
from gateway.settings import EngineName

Count = Callable[[EngineName, str], None]
"""Hears which engine runs an operation, and why it is graphql-core."""


class CompiledExecutor:
    """Executes on the engine that each operation was prepared for."""

    def __init__(self, schema: strawberry.Schema, renew: Renew, count: Count) -> None:
        core = schema._schema  # noqa: SLF001 - Strawberry has no public name for the schema it builds
        self._core = CoreExecutor(schema, renew)
        self._renew = renew
        self._count = count
        self._engine = Engine(core, StrawberryFields(schema).describe, StrawberryInformation)

    async def execute(self, prepared: Prepared, context: Any) -> ExecutionResult:
        """Run a query or a mutation to its end. A mutation renews its context itself, field by field."""
        plan = self._plan(prepared)
        if plan is None:
            return await self._core.execute(prepared, context)
        if prepared.kind is OperationType.MUTATION:
            return await self._engine.execute(plan, Request(None, context, prepared.variable_values, self._renew, prepared.extensions))
        return await self._execute(plan, prepared, context, None)

    async def execute_event(self, prepared: Prepared, context: Any, event: object) -> ExecutionResult:
        """Resolve what a subscription selects of one event."""
        plan = self._plan(prepared)
        if plan is None:
            return await self._core.execute_event(prepared, context, event)
        return await self._execute(plan, prepared, context, event)

    def open_stream(self, prepared: Prepared, context: Any) -> AbstractAsyncContextManager[AsyncIterable[object]]:
        """Open what a subscription listens to, with graphql-core."""
        return self._core.open_stream(prepared, context)

    def find_plan(self, prepared: Prepared) -> Plan | Uncompiled:
        """The plan of an operation, from its document or made now, or why there is none."""
        document, operation = prepared.document, prepared.operation
        return document.plans.find(
            operation,
            document.fragment_definitions,
            prepared.variable_values,
            lambda survey: self._engine.compile(survey, operation, document.fragment_definitions, prepared.variable_values),
        )

    def _plan(self, prepared: Prepared) -> Plan | None:
        if prepared.engine is EngineName.CORE:
            self._count(EngineName.CORE, "asked")
            return None
        plan = self.find_plan(prepared)
        if isinstance(plan, Uncompiled):
            self._count(EngineName.CORE, plan.reason.value)
            return None
        self._count(EngineName.COMPILED, "")
        return plan

    async def _execute(self, plan: Plan, prepared: Prepared, context: Any, root: object) -> ExecutionResult:
        async with self._renew(context) as fresh:
            return await self._engine.execute(plan, Request(root, fresh, prepared.variable_values, extra=prepared.extensions))
