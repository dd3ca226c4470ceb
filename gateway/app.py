"""Puts the doors of the house together: GraphQL over four transports, REST, health, figures, keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from gateway.first_walk import make_tabs
from gateway.graphql.pipeline import Pipeline
from gateway.health import Health
from gateway.house import House
from gateway.metrics import Measured, show_metrics
from gateway.rest.routes import mount
from gateway.settings import Settings
from gateway.transports.graphiql import GraphiQLAssets, GraphiQLPage
from gateway.transports.http import GraphQLOverHTTP, HttpTerms
from gateway.transports.streaming import Streaming
from schema.root import build_schema

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HEADERS = (
    "Accept-Language", "Authorization", "Content-Type", "GraphQL-Preflight", "Idempotency-Key", "If-Match", "If-None-Match",
    "Last-Event-ID", "X-Cart", "X-Organization", "X-Request-Id", "X-Requested-With", "X-Tenant-Id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gateway:
    """The application, and what has to be told when the process is about to end."""

    app: ASGIApp
    health: Health
    streaming: Streaming


class Cors(CORSMiddleware):
    """CORS that asks the settings which origins may call."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(
            app,
            allow_methods=METHODS,
            allow_headers=HEADERS,
            allow_credentials=True,
            expose_headers=("ETag", "Location", "X-Request-Id"),
            max_age=600,
        )
        self._settings = settings

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of this origin may call."""
        return self._settings.allows_origin(origin)


async def build_gateway(house: House) -> Gateway:
    """The gateway of an open house."""
    settings = house.settings
    pipeline = Pipeline(build_schema(), settings.limits, house.contexts.fresh, introspection=settings.introspection)
    streaming = Streaming(pipeline, house.contexts.of, settings)
    assets = GraphiQLAssets()
    page = GraphiQLPage(await make_tabs(house), assets) if settings.introspection else None
    http = GraphQLOverHTTP(pipeline, house.contexts.of, HttpTerms.of(settings), streams=streaming.http, page=page)
    health = Health(house.dependencies)
    routes: Sequence[Route | Mount | WebSocketRoute] = [
        WebSocketRoute("/graphql", streaming.websocket),
        Route("/graphql", http),
        Mount("/assets/graphiql", assets),
        *mount(pipeline, house.contexts.of, settings),
        *health.routes(),
        Route("/metrics", show_metrics),
        Route("/.well-known/jwks.json", _show_keys(house)),
        *([Route("/", _to_graphiql)] if page else []),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Measured), Middleware(Cors, settings=settings)])
    return Gateway(app, health, streaming)


def _show_keys(house: House):
    async def show(_request: Request) -> Response:
        return JSONResponse(dict(house.tokens.key_set()), headers={"cache-control": "public, max-age=300"})

    return show


async def _to_graphiql(_request: Request) -> Response:
    return RedirectResponse("/graphql")
