"""GraphQL over HTTP: one operation per POST or GET, answered as the Accept header asks (https://graphql.github.io/graphql-over-http)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import uuid4

import structlog
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from domain.refusals import ErrorCode, Refusal, Refused
from gateway.graphql.answers import Answer, Denied, Stage
from gateway.graphql.format import to_json
from gateway.graphql.masking import deny, deny_raised
from gateway.graphql.pipeline import EVERYTHING, QUERIES, QUERIES_AND_MUTATIONS, Pipeline
from gateway.graphql.prepared import Prepared
from gateway.graphql.refusals import RequestMalformed
from gateway.graphql.request import GraphQLRequest, read_body, read_parameters
from gateway.logs import correlated
from gateway.settings import EngineName, Settings
from gateway.transports.exchange import CLOSING, Asked, Exchange, StreamTransport, TooLarge, TooSlow, choose_request_id
from gateway.transports.graphiql import GraphiQLPage
from gateway.transports.negotiation import GRAPHQL_JSON, JSON, choose, find_fault_in_type, prefers_page, read_accept
from gateway.transports.protection import find_forgery
from gateway.waiting import retry_after
from resolvers.context import Context

log = structlog.get_logger(__name__)

MakeContext = Callable[[Request], Awaitable[Context]]
"""Makes the context of a request; raises Refused when its credentials are no good."""

# Where the client leaves the choice (`*/*`, nothing) it gets application/json, which every client can read.
OFFERED = (JSON, GRAPHQL_JSON)
STATUS_OF_STAGE = {Stage.REQUEST: 400, Stage.TRANSPORT: 405, Stage.STREAM: 406, Stage.FAULT: 500}
STATUS_OF_CODE: Mapping[str | None, int] = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.BAD_USER_INPUT: 400,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.UNAVAILABLE: 503,
}
UNPROCESSABLE = frozenset({Stage.LIMITS, Stage.VALIDATION, Stage.SELECTION, Stage.VARIABLES})
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class HttpTerms:
    """What the HTTP door has to know: how large a body may be, which status codes are used, which pages may come with cookies,
    and how long a body may take.
    """

    body_bytes: int
    draft_status_codes: bool
    allows_origin: Callable[[str], bool]
    body_seconds: float = 10.0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The terms in the settings."""
        return cls(settings.limits.body_bytes, settings.draft_status_codes, settings.allows_origin, settings.limits.deadline_seconds)


class Turned(Exception):
    """The request ends here: a status that needs no GraphQL to explain it, and the refusal that explains it anyway."""

    def __init__(self, status: int, refusal: Refusal, **headers: str) -> None:
        super().__init__(refusal.message)
        self.status = status
        self.refusal = refusal
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class GraphQLOverHTTP:
    """The ASGI application behind POST and GET of the GraphQL path; `page` is shown to browsers, `streams` carry subscriptions."""

    def __init__(
        self,
        pipeline: Pipeline,
        make_context: MakeContext,
        terms: HttpTerms,
        *,
        streams: Sequence[StreamTransport] = (),
        page: GraphiQLPage | None = None,
        new_request_id: Callable[[], object] = uuid4,
    ) -> None:
        self._pipeline = pipeline
        self._make_context = make_context
        self._terms = terms
        self._streams = {each.media_type: each for each in streams}
        self._page = page
        self._new_request_id = new_request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Asked(scope, receive, send)
        exchange = Exchange(request, receive, send, choose_request_id(request, self._new_request_id))
        with correlated(exchange.request_id):
            try:
                await self._serve(exchange)
            except Turned as turned:
                body = to_json(deny(Stage.REQUEST, turned.refusal, exchange.request_id))
                await exchange.respond(turned.status, f"{JSON}; charset=utf-8", body, {**NO_STORE, **turned.headers})
            except ClientDisconnect:
                log.info("client_hung_up")

    async def _serve(self, exchange: Exchange) -> None:
        request = exchange.request
        self._check_method(request)
        if self._page and request.method == "GET" and prefers_page(request.headers.get("accept")):
            await self._page.show(exchange)
            return
        ranges = read_accept(request.headers.get("accept"))
        media_type, stream_type = choose(ranges, OFFERED), None
        if named := [each for each in ranges if each.name in self._streams]:
            stream_type = choose(named, tuple(self._streams))
        if media_type is None and stream_type is None:
            raise Turned(406, RequestMalformed(f"None of the media types accepted is spoken here: accept {GRAPHQL_JSON} or {JSON}."))
        if forgery := find_forgery(request.method, request.headers, self._terms.allows_origin):
            raise Turned(403, forgery)
        outcome, context = await self._prepare(exchange, with_streams=stream_type is not None)
        is_stream = isinstance(outcome, Prepared) and outcome.kind is OperationType.SUBSCRIPTION
        if stream_type and context and (is_stream or media_type is None):
            await self._streams[stream_type].serve(exchange, outcome, context)
        else:
            await self._answer(exchange, outcome, context, media_type or JSON)

    def _check_method(self, request: Request) -> None:
        if request.method not in ("GET", "POST"):
            raise Turned(405, RequestMalformed(f"{request.method} is not understood here: send a POST."), Allow="GET, POST")
        fault = find_fault_in_type(request.headers.get("content-type"), request.headers.get("content-encoding"))
        if request.method == "POST" and fault:
            raise Turned(415, RequestMalformed(fault), Accept_Post=JSON)

    async def _prepare(self, exchange: Exchange, *, with_streams: bool) -> tuple[Prepared | Denied, Context | None]:
        """The operation that may run, or why it may not; the context is None when it was not even made."""
        try:
            sent = await self._read(exchange)
        except Refused as refused:
            return deny(Stage.REQUEST, refused.refusal, exchange.request_id), None
        try:
            context = await self._make_context(exchange.request)
        except Refused as refused:
            return deny(Stage.ACCESS, refused.refusal, exchange.request_id), None
        except Exception as error:  # noqa: BLE001 - masked: a fault must not show in any transport
            return deny_raised(error, exchange.request_id), None
        allow = QUERIES if exchange.request.method == "GET" else QUERIES_AND_MUTATIONS
        allow |= EVERYTHING - QUERIES_AND_MUTATIONS if with_streams else set()
        engine, tell_cost = _read_engine(exchange.request), exchange.request.headers.get("x-show-cost") == "true"
        prepared = self._pipeline.prepare(sent, context.viewer, exchange.request_id, allow=allow, engine=engine, tell_cost=tell_cost)
        return prepared, context

    async def _read(self, exchange: Exchange) -> GraphQLRequest:
        if exchange.request.method == "GET":
            return read_parameters(exchange.request.query_params)
        try:
            body = await exchange.read_body(self._terms.body_bytes, self._terms.body_seconds)
        except TooLarge as error:
            most = self._terms.body_bytes
            raise Turned(413, RequestMalformed(f"The body may have {most} bytes at most; send less."), **CLOSING) from error
        except TooSlow as error:
            late = f"The body was not there within {self._terms.body_seconds:g} seconds; send it again."
            raise Turned(408, RequestMalformed(late), **CLOSING) from error
        return read_body(body)

    async def _answer(self, exchange: Exchange, outcome: Prepared | Denied, context: Context | None, media_type: str) -> None:
        answer: Answer | Denied | None = outcome if isinstance(outcome, Denied) else None
        if isinstance(outcome, Prepared):
            answer = await exchange.unless_gone(self._pipeline.execute(outcome, context))
        if answer is None:
            log.info("client_hung_up")
            return
        status = status_of(answer, media_type, draft=self._terms.draft_status_codes)
        headers = _headers_of(exchange.request, answer, context, status)
        await exchange.respond(status, f"{media_type}; charset=utf-8", to_json(answer), headers)


def _read_engine(request: Request) -> EngineName | None:
    """Which engine a developer wants to execute this; it is for the pipeline to know who is one."""
    wanted = request.headers.get("x-executor")
    return EngineName(wanted) if wanted and wanted in tuple(EngineName) else None


def status_of(answer: Answer | Denied, media_type: str, *, draft: bool = False) -> int:
    """The status of an answer in this media type. With `draft`, 422 for what is well-formed but invalid, 294 for partial data."""
    if isinstance(answer, Answer):
        return 294 if draft and media_type == GRAPHQL_JSON and answer.errors else 200
    if answer.stage in STATUS_OF_STAGE:
        return STATUS_OF_STAGE[answer.stage]
    if answer.stage is Stage.ACCESS:
        return STATUS_OF_CODE.get(_code_of(answer), 400)
    if media_type == JSON:
        return 200
    return 422 if draft and answer.stage in UNPROCESSABLE else 400


def _code_of(denied: Denied) -> str:
    return str(_extensions_of(denied).get("code"))


def _extensions_of(denied: Denied) -> Mapping[str, object]:
    extensions = denied.errors[0]["extensions"]
    return extensions if isinstance(extensions, dict) else {}


def _headers_of(request: Request, answer: Answer | Denied, context: Context | None, status: int) -> dict[str, str]:
    """Nothing of a signed-in viewer, of a cart or of a refusal is kept by any cache; what is public is asked for again each time."""
    viewer = context.viewer if context else None
    public = isinstance(answer, Answer) and not answer.errors and request.method == "GET" and viewer and not (viewer.actor or viewer.cart)
    headers = {"Cache-Control": "no-cache"} if public else dict(NO_STORE)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 405:
        headers["Allow"] = "POST"
    if isinstance(answer, Denied):
        headers.update(retry_after(_extensions_of(answer)))
    return headers
