"""Puts the doors of the house together: GraphQL over four transports, REST, health, figures, keys."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.calendars import DESCRIBED as CALENDARS
from gateway.calendars import calendar_routes
from gateway.first_walk import make_tabs
from gateway.graphql.manifests import Manifests, read_folder
from gateway.graphql.pipeline import Pipeline
from gateway.health import Health
from gateway.house import House
from gateway.identity.described import DESCRIBED as IDENTITY
from gateway.identity.front_ends import front_end_routes
from gateway.identity.routes import identity_routes
from gateway.images import ServedImages
from gateway.metrics import Measured, show_metrics
from gateway.news_schemas import DESCRIBED as NEWS
from gateway.news_schemas import news_schema_routes
from gateway.order_export import DESCRIBED as ORDER_EXPORT
from gateway.order_export import export_routes
from gateway.rest.resources import RestTerms
from gateway.rest.routes import mount
from gateway.seating.routes import DESCRIBED as SEATING
from gateway.seating.routes import seating_routes
from gateway.settings import Settings
from gateway.tickets import DESCRIBED as TICKETS
from gateway.tickets import ticket_routes
from gateway.transports.cohorts import Cohorts
from gateway.transports.connection import SocketHouse, SocketTerms
from gateway.transports.graphiql import GraphiQLAssets, GraphiQLPage
from gateway.transports.guarding import Guarded
from gateway.transports.http import GraphQLOverHTTP, HttpTerms
from gateway.transports.multipart import MultipartSubscriptions
from gateway.transports.operations import Operations
from gateway.transports.sse import ServerSentEvents
from gateway.transports.streams import Streams
from gateway.transports.websocket import GraphQLWebSocket
from gateway.webhooks import Webhooks
from schema.root import build_schema

log = structlog.get_logger("ticketbase.app")

GRAPHQL = "/graphql"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DESCRIBED = {**SEATING, **CALENDARS, **ORDER_EXPORT, **NEWS, **IDENTITY, **TICKETS}
"""What the OpenAPI document says of the routes that are written here."""
HEADERS = (
    "Accept-Language", "Authorization", "Content-Type", "GraphQL-Preflight", "Idempotency-Key", "If-Match", "If-None-Match",
    "Last-Event-ID", "X-Cart", "X-CSRF-Token", "X-Executor", "X-Organization", "X-Request-Id", "X-Requested-With", "X-Show-Cost",
    "X-Tenant-Id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gateway:
    """The application, and what has to be told when the process is about to end."""

    app: ASGIApp
    health: Health
    sockets: GraphQLWebSocket
    streams: Streams


class Cors(CORSMiddleware):
    """CORS that asks the settings which origins may call."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(
            app,
            allow_methods=METHODS,
            allow_headers=HEADERS,
            allow_credentials=True,
            expose_headers=("Accept-Ranges", "Content-Range", "ETag", "Location", "X-Request-Id"),
            max_age=600,
        )
        self._settings = settings

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of this origin may call."""
        return self._settings.allows_origin(origin)


class Straight:
    """Hands a request to the GraphQL path over without asking all routes and middlewares; with an Origin it goes their way."""

    def __init__(self, app: ASGIApp, door: ASGIApp) -> None:
        self._app = app
        self._door = Measured(door)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["path"] != GRAPHQL or b"origin" in dict(scope["headers"]):
            await self._app(scope, receive, send)
            return

        async def vary(message: Message) -> None:
            """As CORS does it for requests without an Origin, whose answers must not be kept for those with one."""
            if message["type"] == "http.response.start":
                message["headers"] = [(name, value + b", Origin" if name == b"vary" else value) for name, value in message["headers"]]
            await send(message)

        await self._door(scope, receive, vary)


async def build_gateway(house: House) -> Gateway:
    """The gateway of an open house."""
    settings = house.settings
    schema = build_schema()
    pipeline = Pipeline(schema, settings.limits, house.contexts.fresh, introspection=settings.introspection, engine=settings.executor)
    _trust_documents(pipeline, settings)
    operations, cohorts = Operations(pipeline, _new_request_id), Cohorts()
    streams = Streams(operations, cohorts, time.time, presence=house.presence)
    terms = SocketTerms(message_bytes=settings.limits.body_bytes)
    sockets = GraphQLWebSocket(
        SocketHouse(operations, cohorts, house.contexts.of, terms, time.time, house.presence), settings.allows_origin
    )
    assets = GraphiQLAssets()
    page = GraphiQLPage(await make_tabs(house), assets) if settings.introspection else None
    carriers = (ServerSentEvents(streams), MultipartSubscriptions(streams))
    http = GraphQLOverHTTP(pipeline, house.contexts.of, HttpTerms.of(settings), streams=carriers, page=page)
    health = Health(house.dependencies)
    routes: Sequence[BaseRoute] = [
        WebSocketRoute(GRAPHQL, sockets),
        Route(GRAPHQL, http),
        Mount("/assets/graphiql", assets),
        *health.routes(),
        Route("/metrics", show_metrics),
        Route("/.well-known/jwks.json", _show_keys(house)),
        *([Route("/", _to_graphiql)] if page else []),
        *_written_routes(house),
        *mount(pipeline, schema, house.contexts.of, settings, DESCRIBED),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Measured), Middleware(Cors, settings=settings)])
    return Gateway(Guarded(Straight(app, http), https_only=not settings.is_development), health, sockets, streams)


def _written_routes(house: House) -> list[BaseRoute]:
    """The routes that are no stored operations: bytes, cookies, notices of providers."""
    contexts, terms = house.contexts, RestTerms.of(house.settings)
    return [
        ServedImages(house.outside.storage).route(),
        *seating_routes(contexts.of, contexts.fresh),
        *ticket_routes(contexts.of, contexts.fresh),
        *calendar_routes(contexts.of, contexts.fresh),
        *export_routes(contexts.of, contexts.fresh),
        *news_schema_routes(),
        Webhooks(house).route(),
        *identity_routes(contexts.of, terms, house.cookie, house.front_end),
        *front_end_routes(house, terms),
    ]


def _trust_documents(pipeline: Pipeline, settings: Settings) -> None:
    """A document that this schema does not take, of an old client perhaps, shall not keep the others from being served."""
    folder = settings.documents.folder
    manifests = read_folder(folder) if folder else Manifests((), ())
    for fault in (*manifests.faults, *pipeline.trust(settings.documents.mode, manifests.entries)):
        log.error("trusted_document_refused", file=fault.file, entry=fault.entry, fault=fault.what)


def _show_keys(house: House) -> Callable[[Request], Awaitable[Response]]:
    async def show(_request: Request) -> Response:
        return JSONResponse(dict(house.tokens.key_set()), headers={"cache-control": "public, max-age=300"})

    return show


async def _to_graphiql(_request: Request) -> Response:
    return RedirectResponse("/graphql")


def _new_request_id() -> str:
    return str(uuid4())
