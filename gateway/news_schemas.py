"""Serves the JSON Schemas of all news: a list of them, and each as it is."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway.rest.answers import Success
from gateway.rest.problems import MISSING, WRONG_METHOD, stop
from gateway.rest.raw import METHODS, is_known
from gateway.rest.resources import serve
from gateway.rest.routes import VERSIONS
from gateway.transports.exchange import Exchange
from schema.news import ENVELOPE, news_schemas

JSON_SCHEMA = "application/schema+json"

_NAMES = [
    {"name": "type", "in": "path", "required": True, "description": "The type, or `envelope`.", "schema": {"type": "string"}},
    {"name": "version", "in": "path", "required": True, "description": "The version of its payload.", "schema": {"type": "integer"}},
]
DESCRIBED: Mapping[str, Any] = {
    "/api/event-schemas": {
        "get": {
            "operationId": "eventSchemas",
            "tags": ["events on the bus"],
            "summary": "Every type of news on the bus, with the address of its schema",
            "parameters": [],
            "responses": {
                "200": {"description": "The list.", "content": {"application/json": {"schema": {"type": "object"}}}},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    },
    "/api/event-schemas/{type}/{version}": {
        "get": {
            "operationId": "eventSchema",
            "tags": ["events on the bus"],
            "summary": "The JSON Schema of a payload, or of the envelope",
            "description": "What a version demands and promises never changes; optional fields may be added.",
            "parameters": _NAMES,
            "responses": {
                "200": {"description": "The schema.", "content": {JSON_SCHEMA: {"schema": {"type": "object"}}}},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    },
}
"""What the OpenAPI document says of these routes."""


@dataclass(frozen=True, slots=True)
class Published:
    """The ASGI application of a route whose answer is the same for everybody, in every organization."""

    answer: Callable[[Request], tuple[bytes, str]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await serve(self._answer, uuid4, scope, receive, send)

    async def _answer(self, exchange: Exchange) -> Success:
        request = exchange.request
        if request.method == "OPTIONS":
            return Success(HTTPStatus.NO_CONTENT, b"", {"Allow": METHODS})
        if request.method not in {"GET", "HEAD"}:
            raise stop(WRONG_METHOD, f"{request.method} is not known here, only {METHODS}.", Allow=METHODS)
        body, media_type = self.answer(request)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"Content-Type": media_type, "Cache-Control": "public, max-age=3600", "ETag": etag}
        return Success(HTTPStatus.NOT_MODIFIED, b"", headers) if is_known(request, etag) else Success(HTTPStatus.OK, body, headers)


def news_schema_routes() -> list[BaseRoute]:
    """The routes in each version of the paths."""
    answers = {"event-schemas": _list, "event-schemas/{type}/{version}": _schema}
    return [Route(f"{root}/api/{path}", Published(answer)) for root in VERSIONS for path, answer in answers.items()]


def _list(_request: Request) -> tuple[bytes, str]:
    listed = [
        {
            "type": each.type,
            "version": each.version,
            "subject": each.document["x-subject"],
            "description": each.document["description"],
            "schema": each.document["$id"],
        }
        for each in news_schemas().values()
        if each.type != ENVELOPE
    ]
    return json.dumps({"envelope": news_schemas()[ENVELOPE, 1].document["$id"], "types": listed}).encode(), "application/json"


def _schema(request: Request) -> tuple[bytes, str]:
    version: str = request.path_params["version"]
    found = news_schemas().get((request.path_params["type"], int(version) if re.fullmatch(r"[1-9]\d{0,4}", version, re.ASCII) else 0))
    if found is None:
        raise stop(MISSING, "There are no such news, or not in this version.")
    return found.text, JSON_SCHEMA
