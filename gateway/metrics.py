"""Figures for Prometheus: requests, holds, open WebSockets."""

import os
import time
from functools import lru_cache
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter("ticketbase_http_requests_total", "Requests answered.", ["route", "method", "status"])
SECONDS = Histogram(
    "ticketbase_http_request_seconds",
    "Time from the first byte in to the last byte out; streams are not counted.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
HOLDS = Counter("ticketbase_holds_total", "Wishes to hold tickets by outcome: placed, or the refusal's name.", ["outcome"])
OPERATIONS = Counter(
    "ticketbase_graphql_operations_total",
    "GraphQL operations, and events of subscriptions, by what executes them: a compiled plan, or graphql-core for this reason.",
    ["engine", "reason"],
)
COSTS = Histogram(
    "ticketbase_graphql_operation_cost",
    "What GraphQL operations may cost in objects, those that are refused for it included.",
    buckets=(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000),
)
SOCKETS = Gauge("ticketbase_websockets", "Open WebSockets.", multiprocess_mode="livesum")


# Finding the counter of given labels costs more than counting.
_requests = lru_cache(maxsize=1_024)(REQUESTS.labels)
_seconds = lru_cache(maxsize=1_024)(SECONDS.labels)
_operations = lru_cache(maxsize=1_024)(OPERATIONS.labels)


def count_operation(engine: str, reason: str) -> None:
    """One more execution by this engine; the reason is empty for a plan."""
    _operations(engine, reason).inc()


def observe_cost(cost: int) -> None:
    """One more operation that may cost so much."""
    COSTS.observe(cost)


class Measured:
    """Counts and times every request that passes, by the first two parts of its path, so that labels stay few."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "websocket":
            with SOCKETS.track_inprogress():
                await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status, streams = time.perf_counter(), 500, False

        async def watched(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                streams = dict(message["headers"]).get(b"content-type", b"").startswith(_STREAMS)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = _route(scope)
            _requests(route, scope["method"] if scope["method"] in _METHODS else "other", status).inc()
            if not streams:
                _seconds(route).observe(time.perf_counter() - started)


async def show_metrics(_request: Request) -> Response:
    """The figures of this process, or of all workers when they share a directory (PROMETHEUS_MULTIPROC_DIR)."""
    registry = REGISTRY
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        _forget_the_dead(Path(folder))
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _forget_the_dead(folder: Path) -> None:
    """What a process had open is not open any more once it is gone, however it ended."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if not Path("/proc", pid).exists():
            multiprocess.mark_process_dead(int(pid), str(folder))  # type: ignore[no-untyped-call]


_STREAMS = (b"text/event-stream", b"multipart")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_KNOWN = {"graphql", "api", "v1", "livez", "readyz", "metrics", "docs", "openapi.json", ".well-known"}


def _route(scope: Scope) -> str:
    """`/graphql`, `/api/events`, … : what Starlette matched, else the first part of the path when it is one of ours."""
    matched = scope.get("route")
    if matched is not None and hasattr(matched, "path"):
        return str(matched.path)
    first = scope["path"].split("/", 2)[1]
    return f"/{first}" if first in _KNOWN else "other"
