"""Serves the JSON Schemas of all news: a list of them, and each as it is."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from gateway.rest.answers import Success
from gateway.rest.problems import MISSING, stop
from gateway.rest.raw import Fresh, Reading, unless_known
from gateway.rest.resources import MakeContext
from gateway.rest.routes import VERSIONS
from resolvers.context import Context
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


def news_schema_routes(make_context: MakeContext, fresh: Fresh) -> list[BaseRoute]:
    """The routes in each version of the paths."""
    answers = {"event-schemas": _serve_list, "event-schemas/{type}/{version}": _serve_schema}
    return [Route(f"{root}/api/{path}", Reading(make_context, fresh, answer)) for root in VERSIONS for path, answer in answers.items()]


async def _serve_list(request: Request, ctx: Context) -> Success:
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
    body = json.dumps({"envelope": news_schemas()[ENVELOPE, 1].document["$id"], "types": listed}).encode()
    return unless_known(request, ctx, body, {"Content-Type": "application/json"})


async def _serve_schema(request: Request, ctx: Context) -> Success:
    version = request.path_params["version"]
    found = news_schemas().get((request.path_params["type"], int(version) if version.isascii() and version.isdigit() else 0))
    if found is None:
        raise stop(MISSING, "There are no such news, or not in this version.")
    return unless_known(request, ctx, found.text, {"Content-Type": JSON_SCHEMA})
