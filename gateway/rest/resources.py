"""Serves one path of REST with its methods: reads the request, runs the stored operation, answers its result or its problem."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Self
from uuid import uuid4

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from domain.refusals import NotSignedIn
from gateway.graphql.answers import Denied, Stage
from gateway.graphql.documents import Document
from gateway.graphql.masking import deny, deny_raised, tell_fault
from gateway.graphql.pipeline import Pipeline
from gateway.logs import correlated
from gateway.rest.answers import Success, read_answer
from gateway.rest.binding import Sent, bind
from gateway.rest.mapping import Method
from gateway.rest.operations import Operation
from gateway.rest.problems import (
    MEDIA_TYPE,
    MISSING,
    TOO_LARGE,
    TOO_SLOW,
    WRONG_MEDIA_TYPE,
    WRONG_METHOD,
    Problem,
    Stopped,
    problem_of_errors,
    stop,
)
from gateway.settings import Settings
from gateway.transports.exchange import CLOSING, Exchange, TooLarge, TooSlow, choose_request_id
from gateway.transports.negotiation import JSON, find_fault_in_type
from gateway.transports.protection import find_forgery
from resolvers.context import Context

log = structlog.get_logger(__name__)

MakeContext = Callable[[Request], Awaitable[Context]]
"""Makes the context of a request; raises Refused when its credentials are no good."""

NO_STORE = {"Cache-Control": "no-store"}
# Bytes a second of a body that may have more than usual.
SLOWEST = 1_000_000
# What is public may be kept, but is asked for again each time.
PUBLIC = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class RestTerms:
    """What the door has to know: how large a body may be, which pages may come with cookies, and how long a body may take."""

    body_bytes: int
    allows_origin: Callable[[str], bool]
    body_seconds: float = 10.0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The terms in the settings."""
        return cls(settings.limits.body_bytes, settings.allows_origin, settings.limits.deadline_seconds)


@dataclass(frozen=True, slots=True)
class Door:
    """What every path shares: the pipeline, the maker of contexts, the terms."""

    pipeline: Pipeline
    make_context: MakeContext
    terms: RestTerms
    new_request_id: Callable[[], object] = uuid4


def _stopped(denied: Denied) -> Stopped:
    return Stopped(problem_of_errors(denied.errors))


class Resource:
    """The ASGI application of one path; each method has its operation and the document registered for it."""

    def __init__(self, door: Door, operations: Mapping[str, tuple[Operation, Document]], prefix: str = "") -> None:
        self._door = door
        self._operations = operations
        self._prefix = prefix
        known = [*operations, *(["HEAD"] if "GET" in operations else []), "OPTIONS"]
        self._allow = ", ".join(sorted(known))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await serve(self._answer, self._door.new_request_id, scope, receive, send)

    async def _answer(self, exchange: Exchange) -> Success | None:
        request = exchange.request
        if request.method == "OPTIONS":
            return Success(HTTPStatus.NO_CONTENT, b"", {"Allow": self._allow})
        found = self._operations.get("GET" if request.method == "HEAD" else request.method)
        if found is None:
            raise stop(WRONG_METHOD, f"{request.method} is not known here, only {self._allow}.", Allow=self._allow)
        # A GET needs no further header than a POST: it changes nothing, and no other site's page can read what it answers.
        if forgery := find_forgery("POST", request.headers, self._door.terms.allows_origin):
            raise _stopped(deny(Stage.REQUEST, forgery, exchange.request_id))
        return await self._run(exchange, *found)

    async def _run(self, exchange: Exchange, operation: Operation, document: Document) -> Success | None:
        # Who sends more than usual must say first who he is; everybody else is told first what is wrong with what he sent.
        known = await self._make_context(exchange) if operation.route.body_bytes else None
        bound = bind(operation, await self._read(exchange, operation, *self._allowance(operation, known)))
        context = known or await self._make_context(exchange)
        if operation.route.signed_in and context.viewer.actor is None:
            raise _stopped(deny(Stage.ACCESS, NotSignedIn(), exchange.request_id))
        pipeline = self._door.pipeline
        prepared = pipeline.prepare_registered(document, bound.variables, context.viewer, exchange.request_id)
        if isinstance(prepared, Denied):
            # What is refused before anything runs speaks of the variables.
            raise Stopped(problem_of_errors(prepared.errors, bound.source_of_variable))
        answer = await exchange.unless_gone(pipeline.execute(prepared, context))
        if answer is None:
            return None
        success = read_answer(bound, answer, self._prefix)
        is_public = operation.route.method is Method.GET and not (context.viewer.actor or context.viewer.cart)
        return replace(success, headers={**(PUBLIC if is_public else NO_STORE), **success.headers})

    def _allowance(self, operation: Operation, context: Context | None) -> tuple[int, float]:
        """How many bytes the body may have and within how many seconds: more than usual only for who is signed in."""
        most, seconds = self._door.terms.body_bytes, self._door.terms.body_seconds
        if context is None or context.viewer.actor is None or operation.route.body_bytes <= most:
            return most, seconds
        return operation.route.body_bytes, seconds + operation.route.body_bytes / SLOWEST

    async def _read(self, exchange: Exchange, operation: Operation, most: int, seconds: float) -> Sent:
        request = exchange.request
        try:
            body = await exchange.read_body(most, seconds)
        except TooLarge as error:
            raise stop(TOO_LARGE, f"The body may have {most} bytes at most; send less.", **CLOSING) from error
        except TooSlow as error:
            raise stop(TOO_SLOW, f"The body was not there within {seconds:g} seconds; send it again.", **CLOSING) from error
        wanted = operation.route.body is not None
        if wanted and body and (fault := find_fault_in_type(request.headers.get("content-type"), request.headers.get("content-encoding"))):
            raise stop(WRONG_MEDIA_TYPE, fault, Accept=JSON)
        return Sent(request.path_params, request.query_params.multi_items(), request.headers, body if wanted else b"")

    async def _make_context(self, exchange: Exchange) -> Context:
        try:
            return await self._door.make_context(exchange.request)
        except Exception as error:
            raise _stopped(deny_raised(error, exchange.request_id)) from error


async def say_unknown(exchange: Exchange) -> Success | None:
    """The answer to every path that is not there."""
    raise stop(MISSING, f"There is nothing at {exchange.request.url.path}; /openapi.json lists what there is.")


async def serve(
    answer: Callable[[Exchange], Awaitable[Success | None]],
    new_request_id: Callable[[], object],
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Answer what `answer` gives, or the problem that stopped it; a fault is told without a word of it."""
    request = Request(scope, receive)
    exchange = Exchange(request, receive, send, choose_request_id(request, new_request_id))
    with correlated(exchange.request_id):
        try:
            success = await answer(exchange)
        except ClientDisconnect:
            success = None
        except Stopped as stopped:
            await _tell(exchange, stopped.problem)
            return
        except Exception as error:  # noqa: BLE001 - masked: a fault must not show in any transport
            await _tell(exchange, problem_of_errors((tell_fault(error, exchange.request_id),)))
            return
        if success is None:
            log.info("client_hung_up")
        else:
            await _send(exchange, success.status, JSON, success.body, success.headers)


async def _tell(exchange: Exchange, problem: Problem) -> None:
    await _send(exchange, problem.http_status, MEDIA_TYPE, problem.to_json(exchange.request_id), {**NO_STORE, **problem.headers})


async def _send(exchange: Exchange, status: int, media_type: str, body: bytes, headers: Mapping[str, str]) -> None:
    length = None if status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED} else len(body)
    await exchange.start(status, f"{media_type}; charset=utf-8" if media_type == JSON else media_type, headers, length=length)
    await exchange.end(b"" if exchange.request.method == "HEAD" else body, headers)
