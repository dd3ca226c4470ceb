"""The one way of an operation through the house, whatever transport it came by: prepare, then execute or subscribe.

    prepared = pipeline.prepare(request, viewer, request_id)
    if isinstance(prepared, Denied): …
    answer = await pipeline.execute(prepared, context)
    body = to_json(answer)

Every error in an `Answer` or `Denied` is already masked. Nothing is raised but cancellation.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

import strawberry
import structlog
from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values

from domain.identity import Viewer
from gateway.graphql.answers import Answer, Denied, Stage
from gateway.graphql.compiled import CompiledExecutor
from gateway.graphql.documents import Document, Documents
from gateway.graphql.executor import Executor, Renew
from gateway.graphql.limits import find_long_list
from gateway.graphql.manifests import Entry, ManifestFault
from gateway.graphql.masking import deny_raised, tell_errors, tell_fault, tell_refusal
from gateway.graphql.prepared import Prepared
from gateway.graphql.reading import Halt, Reader
from gateway.graphql.refusals import NotAllowedHere, OutOfTime, TooCostly, tell_cost
from gateway.graphql.request import GraphQLRequest
from gateway.metrics import count_operation, observe_cost
from gateway.settings import EngineName, Limits, TrustMode

log = structlog.get_logger(__name__)

QUERIES = frozenset({OperationType.QUERY})
QUERIES_AND_MUTATIONS = QUERIES | {OperationType.MUTATION}
EVERYTHING = frozenset(OperationType)


class Pipeline:
    """Prepares and runs the operations of one schema. Keeps nothing of a caller: one pipeline serves all transports of a process."""

    def __init__(
        self,
        schema: strawberry.Schema,
        limits: Limits,
        renew: Renew,
        *,
        introspection: bool = False,
        documents: Documents | None = None,
        executor: Executor | None = None,
        engine: EngineName = EngineName.COMPILED,
    ) -> None:
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no public name for the schema it builds
        self._limits = limits
        kept = Documents() if documents is None else documents
        self._reader = Reader(schema, limits, kept, introspection=introspection)
        self._executor: Executor = executor or CompiledExecutor(schema, renew, count_operation)
        self._engine = engine

    @property
    def schema_hash(self) -> str:
        """The SHA-256 of the schema's text: part of every key under which something of an operation is kept."""
        return self._reader.schema_hash

    def prepare(
        self,
        request: GraphQLRequest,
        viewer: Viewer,
        request_id: str,
        *,
        allow: frozenset[OperationType] = QUERIES_AND_MUTATIONS,
        engine: EngineName | None = None,
        tell_cost: bool = False,
    ) -> Prepared | Denied:
        """Read, measure, validate, choose the operation, coerce its variables, weigh its cost. `allow` is what the transport can carry;
        `engine` and `tell_cost` are wishes of a developer.
        """
        try:
            document = self._reader.read(request, viewer)
            operation = _choose(document, request.operation_name)
            _check_kind(operation, allow)
            values = self._coerce(operation, request, viewer)
            told = self._weigh(document, operation, values, tell=tell_cost and self._reader.shows_schema(viewer))
        except Halt as halt:
            return halt.deny(request_id)
        except Exception as error:  # noqa: BLE001 - a fault in reading must not show in any transport
            return Denied(request_id, Stage.FAULT, (tell_fault(error, request_id),))
        chosen = engine if engine and self._reader.shows_schema(viewer) else self._engine
        return Prepared(request_id, document, operation, request.variables, values, request.extensions, chosen, told)

    def trust(self, mode: TrustMode, entries: Iterable[Entry]) -> list[ManifestFault]:
        """Read trusted documents, before the first request; what is wrong with those that cannot be trusted."""
        return self._reader.trust(mode, entries)

    def register(self, text: str) -> Document:
        """Read a document of our own once, for `prepare_registered`. Raises Halt with what is wrong with it."""
        return self._reader.register(text)

    def prepare_registered(self, document: Document, variables: Mapping[str, object], viewer: Viewer, request_id: str) -> Prepared | Denied:
        """Coerce the variables of a registered document's only operation; everything else about it is known to be right."""
        request = GraphQLRequest("", None, variables)
        operation = document.operations[0]
        try:
            values = self._coerce(operation, request, viewer)
            self._weigh(document, operation, values)
        except Halt as halt:
            return halt.deny(request_id)
        except Exception as error:  # noqa: BLE001 - a fault in reading must not show in any transport
            return Denied(request_id, Stage.FAULT, (tell_fault(error, request_id),))
        return Prepared(request_id, document, operation, variables, values, {}, self._engine)

    async def execute(self, prepared: Prepared, context: Any) -> Answer:
        """Run a query or mutation to its end, or to its deadline."""
        answer = await self._answer(prepared, self._executor.execute(prepared, context))
        return replace(answer, extensions=prepared.told) if prepared.told else answer

    async def execute_event(self, prepared: Prepared, context: Any, event: object) -> Answer:
        """Resolve what a subscription selects of one event, for who brings the events himself."""
        return await self._answer(prepared, self._executor.execute_event(prepared, context, event))

    @asynccontextmanager
    async def open_source(self, prepared: Prepared, context: Any) -> AsyncIterator[AsyncIterable[object] | Denied]:
        """Open what a subscription listens to, as its resolver gave it, or a denial when it gave nothing.

        Everything is closed with the block, which must be left by the task that entered it.
        """
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(self._limits.deadline_seconds):
                    source = await stack.enter_async_context(self._executor.open_stream(prepared, context))
            except TimeoutError:
                yield Denied(prepared.request_id, Stage.SOURCE, (self._tell_timeout(prepared),))
            except Exception as error:  # noqa: BLE001 - masked: a fault must not show in any transport
                yield deny_raised(error, prepared.request_id)
            else:
                yield source

    @asynccontextmanager
    async def subscribe(self, prepared: Prepared, context: Any) -> AsyncIterator[AsyncIterator[Answer | Denied] | Denied]:
        """Open a subscription: its answers, or a denial when it has no source. The same block as of `open_source`."""
        async with self.open_source(prepared, context) as source:
            if isinstance(source, Denied):
                yield source
                return
            async with aclosing(self.answer_each(prepared, context, source)) as answers:
                yield answers

    async def answer_each(self, prepared: Prepared, context: Any, source: AsyncIterable[object]) -> AsyncGenerator[Answer | Denied, None]:
        """The answers to the events of a source. A denial is the last of them. Close it when it is not read to its end."""
        events = aiter(source)
        try:
            while True:
                try:
                    event = await anext(events)
                except StopAsyncIteration:
                    return
                except Exception as error:  # noqa: BLE001 - masked: a fault must not show in any transport
                    yield deny_raised(error, prepared.request_id)
                    return
                yield await self.execute_event(prepared, context, event)
        finally:
            if close := getattr(events, "aclose", None):
                await close()

    async def _answer(self, prepared: Prepared, running: Awaitable[ExecutionResult]) -> Answer:
        request_id = prepared.request_id
        try:
            async with asyncio.timeout(self._limits.deadline_seconds):
                result = await running
        except TimeoutError:
            return Answer(request_id, None, (self._tell_timeout(prepared),))
        except Exception as error:  # noqa: BLE001 - masked: a fault must not show in any transport
            return Answer(request_id, None, (tell_fault(error, request_id),))
        return Answer(request_id, result.data, tell_errors(result.errors or (), request_id))

    def _tell_timeout(self, prepared: Prepared) -> Any:
        seconds = self._limits.deadline_seconds
        log.warning("operation_timed_out", correlation_id=prepared.request_id, operation=prepared.name, seconds=seconds)
        return tell_refusal(OutOfTime(seconds, changes=prepared.kind is OperationType.MUTATION), prepared.request_id)

    def _weigh(
        self, document: Document, operation: OperationDefinitionNode, values: VariableValues, *, tell: bool = False
    ) -> Mapping[str, object]:
        """What is to be told of the operation's cost; nothing, usually. Raises Halt with TooCostly."""
        counted, allowed = document.costs[id(operation)], self._limits.cost
        cost = counted.of(values.coerced)
        observe_cost(cost)
        if cost > allowed:
            raise Halt(Stage.LIMITS, TooCostly(cost, allowed, counted.find_dearest(values.coerced)))
        return {"cost": tell_cost(cost, allowed, counted.find_dearest(values.coerced))} if tell else {}

    def _coerce(self, operation: OperationDefinitionNode, request: GraphQLRequest, viewer: Viewer) -> VariableValues:
        if not operation.variable_definitions:
            return VariableValues({}, {})
        if excess := find_long_list(self._schema, operation, request.variables, self._limits):
            raise Halt(Stage.LIMITS, excess)
        values = get_variable_values(
            self._schema,
            operation.variable_definitions or (),
            dict(request.variables),
            self._limits.validation_errors,
            hide_suggestions=not self._reader.shows_schema(viewer),
        )
        if isinstance(values, list):
            raise Halt(Stage.VARIABLES, None, *values)
        return values


def _choose(document: Document, name: str | None) -> OperationDefinitionNode:
    """The operation to run; several without a name are refused, never guessed."""
    if name is None:
        if len(document.operations) == 1:
            return document.operations[0]
        wrong = (
            "Name the operation to run in `operationName`: the document has several."
            if document.operations
            else "The document has no operation."
        )
        raise Halt(Stage.SELECTION, None, GraphQLError(wrong))
    for operation in document.operations:
        if operation.name and operation.name.value == name:
            return operation
    raise Halt(Stage.SELECTION, None, GraphQLError(f"The document has no operation named {name!r}."))


def _check_kind(operation: OperationDefinitionNode, allow: frozenset[OperationType]) -> None:
    if operation.operation not in allow:
        allowed = tuple(kind.value for kind in OperationType if kind in allow)
        stage = Stage.STREAM if operation.operation is OperationType.SUBSCRIPTION else Stage.TRANSPORT
        raise Halt(stage, NotAllowedHere(operation.operation.value, allowed))
