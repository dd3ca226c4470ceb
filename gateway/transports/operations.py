"""Starts the operations of transports that stream: each becomes a place in a cohort, a stream of its own answers, or a denial."""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

import orjson
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
)

from domain.live import Frame
from domain.refusals import ErrorCode, Refusal, Refused
from gateway.graphql.answers import Answer, Denied, Stage
from gateway.graphql.documents import Document
from gateway.graphql.format import to_json
from gateway.graphql.masking import deny, deny_raised
from gateway.graphql.pipeline import EVERYTHING, Pipeline
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import read_request
from gateway.logs import correlated
from gateway.transports.cohorts import End, Wish
from resolvers.availability import Watch
from resolvers.context import Context

Started = Wish | Denied | AsyncIterator[Answer | Denied]
"""A place in a cohort, why there is nothing, or answers: one of a query or mutation, many of a subscription that has no cohort."""

# The argument that says what one viewer has seen already. It changes his first frame, never what a frame looks like.
RESUME = "resumeFrom"
REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class TooManyOperations(Refusal):
    """One connection runs as many operations as it may."""

    allowed: int

    code: ClassVar[ErrorCode] = ErrorCode.RATE_LIMITED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return f"{self.allowed} operations run on this connection, more are not allowed; complete one first."


class Operations:
    """Starts operations through the pipeline; recognises those that many watch alike."""

    def __init__(self, pipeline: Pipeline, new_request_id: Callable[[], str]) -> None:
        self._pipeline = pipeline
        self.new_request_id = new_request_id
        self._resuming: dict[tuple[str, str | None], frozenset[str]] = {}

    def too_many(self, allowed: int) -> Denied:
        """The denial of one operation more than a connection may run."""
        return deny(Stage.LIMITS, TooManyOperations(allowed), self.new_request_id())

    @asynccontextmanager
    async def start(self, sent: object, context: Context) -> AsyncIterator[Started]:
        """Start what a client sent as a decoded JSON value, of any kind; what runs ends with the block, a wish outlives it."""
        request_id = self.new_request_id()
        with correlated(request_id):
            async with self.open(self._prepare(sent, context, request_id), context) as started:
                yield started

    @asynccontextmanager
    async def open(self, prepared: Prepared | Denied, context: Context) -> AsyncIterator[Started]:
        """Start a prepared operation; the same block as of `start`."""
        if isinstance(prepared, Denied):
            yield prepared
        elif prepared.kind is not OperationType.SUBSCRIPTION:
            async with aclosing(self._answer(prepared, context)) as answers:
                yield answers
        else:
            async with self._pipeline.open_source(prepared, context) as source:
                if isinstance(source, Denied):
                    yield source
                elif isinstance(source, Watch):
                    yield self._wish(prepared, context, source)
                else:
                    async with aclosing(self._pipeline.answer_each(prepared, context, source)) as answers:
                        yield answers

    def _prepare(self, sent: object, context: Context, request_id: str) -> Prepared | Denied:
        try:
            request = read_request(sent)
        except Refused as no:
            return deny(Stage.REQUEST, no.refusal, request_id)
        return self._pipeline.prepare(request, context.viewer, request_id, allow=EVERYTHING)

    async def _answer(self, prepared: Prepared, context: Context) -> AsyncGenerator[Answer, None]:
        yield await self._pipeline.execute(prepared, context)

    def _wish(self, prepared: Prepared, context: Context, watch: Watch) -> Wish:
        viewer = context.viewer
        key: Hashable = (
            self._pipeline.schema_hash,
            prepared.document.key,
            prepared.name,
            self._variables(prepared),
            watch.topic,
            watch.live,
            viewer.locales,
            viewer.role,
            viewer.permissions,
            viewer.service_key,
        )
        # Rendered for nobody in particular: what only one person may see cannot get into what all of them are sent.
        nobody = replace(context, viewer=replace(viewer, person_id=None, cart=None, expires_at=None))
        return Wish(key, watch.topic, watch.live, watch.since, _Frames(self._pipeline, prepared, nobody))

    def _variables(self, prepared: Prepared) -> bytes:
        """The variables that can change a frame, as canonical JSON."""
        place = (prepared.document.key, prepared.name)
        resuming = self._resuming.get(place)
        if resuming is None:
            if len(self._resuming) >= REMEMBERED:
                self._resuming.clear()
            resuming = self._resuming[place] = find_resuming(prepared)
        declared = {each.variable.name.value for each in prepared.operation.variable_definitions or ()}
        told = {name: value for name, value in prepared.variables.items() if name in declared - resuming}
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class _Frames:
    """Renders the frames of one cohort as the subscription of whoever came first selects them."""

    pipeline: Pipeline
    prepared: Prepared
    context: Context

    async def render(self, frame: Frame) -> bytes | End:
        """The response to one frame. One without data cannot be followed by what moved since, so it ends the stream."""
        answer = await self.pipeline.execute_event(self.prepared, self.context, frame)
        return to_json(answer) if answer.data is not None else End(orjson.dumps(answer.errors))

    def refuse(self, error: Exception) -> bytes:
        """The masked errors of what broke outside of a field; a fault is logged."""
        return errors_json(deny_raised(error, self.prepared.request_id))


def errors_json(denied: Denied) -> bytes:
    """The JSON list of a denial's errors."""
    return orjson.dumps(denied.errors)


def find_resuming(prepared: Prepared) -> frozenset[str]:
    """The variables that serve as `resumeFrom` of the root field and for nothing else."""
    roots = _root_fields(prepared.operation.selection_set, prepared.document)
    resuming = Counter(
        argument.value.name.value
        for root in roots
        for argument in root.arguments or ()
        if argument.name.value == RESUME and isinstance(argument.value, VariableNode)
    )
    fragments = prepared.document.fragment_definitions.values()
    used = Counter(name for tree in (prepared.operation, *fragments) for name in _variables_used(tree))
    return frozenset(name for name, count in resuming.items() if used[name] == count)


def _root_fields(selections: SelectionSetNode, document: Document) -> list[FieldNode]:
    """Each root field once, however it is reached. A valid document has no cycles of fragments."""
    found: dict[int, FieldNode] = {}
    waiting = [selections]
    while waiting:
        for each in waiting.pop().selections:
            if isinstance(each, FieldNode):
                found[id(each)] = each
            elif isinstance(each, FragmentSpreadNode):
                waiting.append(document.fragments[each.name.value].definition.selection_set)
            elif isinstance(each, InlineFragmentNode):
                waiting.append(each.selection_set)
    return list(found.values())


def _variables_used(tree: Node) -> Iterator[str]:
    waiting: list[object] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, VariableNode):
            yield node.name.value
        elif isinstance(node, list | tuple):
            waiting.extend(node)
        elif isinstance(node, Node) and not isinstance(node, VariableDefinitionNode):
            waiting.extend(getattr(node, key) for key in node.keys if key != "loc")
