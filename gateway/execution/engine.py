"""The door: compiles operations of one schema and executes their plans."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import gather_with_cancel

from gateway.execution.information import Information, RunFacts
from gateway.execution.leaves import is_awaitable
from gateway.execution.places import Damage
from gateway.execution.plans import ObjectPlan, Plan, Survey, Uncompiled, compile_plan
from gateway.execution.resolutions import Describe, describe
from gateway.execution.runs import Run
from gateway.execution.shapes import Rows

Renew = Callable[[Any], AbstractAsyncContextManager[Any]]
"""Gives a context for one field of a mutation, and closes it with the block."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an execution starts from. With `renew`, each field of a mutation has a context of its own; `extra` is for resolvers."""

    root_value: object
    context: Any
    variable_values: VariableValues
    renew: Renew | None = None
    extra: Any = None


class Engine:
    """Compiles and executes. `describing` chooses how fields are resolved, `informing` makes what resolvers are told."""

    def __init__(self, schema: GraphQLSchema, describing: Describe = describe, informing: type[Information] = Information) -> None:
        self._schema = schema
        self._describing = describing
        self._informing = informing

    def compile(
        self,
        survey: Survey,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        variable_values: VariableValues,
    ) -> Plan | Uncompiled:
        """The plan of a valid operation, or why it is left to graphql-core. Nothing of it has run by then."""
        return compile_plan(self._schema, self._describing, survey, operation, fragments, variable_values)

    async def execute(self, plan: Plan, request: Request) -> ExecutionResult:
        """Execute a plan to its end. What it started has ended when it returns, is cancelled, or raises."""
        damage, data = Damage(), plan.root.template.copy()
        if plan.is_serial:
            await self._execute_serially(plan, request, damage, data)
        else:
            await self._execute(plan, plan.root, request, request.context, damage, data)
        return ExecutionResult(None if damage.is_total else data, damage.errors or None)

    async def _execute_serially(self, plan: Plan, request: Request, damage: Damage, data: dict[str, Any]) -> None:
        """The fields of a mutation one after the other, until one of them makes everything null."""
        for site in plan.root.sites:
            only = ObjectPlan(plan.root.kind, (site,))
            if request.renew is None:
                await self._execute(plan, only, request, request.context, damage, data)
            else:
                async with request.renew(request.context) as fresh:
                    await self._execute(plan, only, request, fresh, damage, data)
            if damage.is_total:
                return

    async def _execute(self, plan: Plan, root: ObjectPlan, request: Request, context: Any, damage: Damage, data: dict[str, Any]) -> None:
        tracked: set[asyncio.Future[Any]] = set()
        facts = RunFacts(
            self._schema,
            plan.operation,
            plan.fragments,
            request.root_value,
            context,
            request.variable_values,
            GraphQLResolveInfoHelpers(_gather, lambda values: _track(tracked, values)),
            request.extra,
        )
        rows = Rows(root)
        rows.sources.append(request.root_value)
        rows.outs.append(data)
        rows.places.append(None)
        try:
            await Run(facts, damage, self._informing).fill([rows])
        finally:
            # The run and its damage know each other: all rows that were read would wait for the garbage collector.
            damage.when_null(None)
            for each in tracked:
                each.cancel()
            if tracked:
                await asyncio.gather(*tracked, return_exceptions=True)


def _gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return gather_with_cancel(*values)


def _track(tracked: set[asyncio.Future[Any]], values: Sequence[Any]) -> None:
    tracked.update(asyncio.ensure_future(each) for each in values if is_awaitable(each))
