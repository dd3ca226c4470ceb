"""Puts REST together for the composition root: every path in each of its versions, and what describes them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

import strawberry
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from domain.refusals import ErrorCode
from gateway.graphql.documents import Document
from gateway.graphql.pipeline import Pipeline
from gateway.graphql.reading import Halt
from gateway.rest.docs import describing
from gateway.rest.json_schemas import JsonSchema
from gateway.rest.loading import HERE, load_operations
from gateway.rest.mapping import Broken
from gateway.rest.openapi import write_openapi
from gateway.rest.operations import Operation
from gateway.rest.resources import Door, MakeContext, Resource, RestTerms, say_unknown, serve
from gateway.settings import Settings
from schema.errors import SHOWN

NOTHING: Mapping[str, JsonSchema] = {}
VERSIONS = ("", "/v1")
"""The prefixes of all paths; without one, a path is an alias of the newest version."""


def mount(
    pipeline: Pipeline, schema: strawberry.Schema, make_context: MakeContext, settings: Settings, raw: Mapping[str, JsonSchema] = NOTHING
) -> list[BaseRoute]:
    """All routes of REST. The last of them answer whatever else is asked under `/api` and `/v1/api`, so other routes go before.

    `raw` describes those of the others that belong to the REST API, by path, for its OpenAPI document.
    Raises Broken for a stored operation that is wrong.
    """
    return mount_operations(Door(pipeline, make_context, RestTerms.of(settings)), schema, HERE, find_codes(), raw)


def find_codes() -> Mapping[str, ErrorCode]:
    """The code of every refusal by its type's name; complete once the schema was built."""
    return {refusal.__name__: refusal.code for refusal in SHOWN}


def mount_operations(
    door: Door, schema: strawberry.Schema, folder: Path, codes: Mapping[str, ErrorCode], raw: Mapping[str, JsonSchema] = NOTHING
) -> list[BaseRoute]:
    """The routes of the stored operations in one folder, with what describes them."""
    core = schema._schema  # noqa: SLF001 - Strawberry has no public name for the schema it builds
    operations = load_operations(core, folder)
    by_path: dict[str, dict[str, tuple[Operation, Document]]] = {}
    for each in operations:
        by_path.setdefault(each.route.path, {})[each.route.method] = (each, _register(door.pipeline, each))
    # Literal steps go before parameters: `/api/organizations/by-domain` is nobody's id.
    paths = sorted(by_path, key=lambda path: path.replace("{", "~"))
    resources = [Route(prefix + path, Resource(door, by_path[path], prefix)) for prefix in VERSIONS for path in paths]
    document = write_openapi(core, operations, codes)
    document["paths"] |= raw
    unknown = Unknown(door.new_request_id)
    elsewhere = [Route(f"{prefix}/api{rest}", unknown) for prefix in VERSIONS for rest in ("", "/{rest:path}")]
    return [*resources, *describing(document, operations, codes), *elsewhere]


class Unknown:
    """The ASGI application of every path that is not there; it answers a problem, too."""

    def __init__(self, new_request_id: Callable[[], object] = uuid4) -> None:
        self._new_request_id = new_request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say so."""
        await serve(say_unknown, self._new_request_id, scope, receive, send)


def _register(pipeline: Pipeline, operation: Operation) -> Document:
    try:
        return pipeline.register(operation.text)
    except Halt as halt:
        told = halt.refusal.message if halt.refusal else "; ".join(each.message for each in halt.mistakes)
        raise Broken(operation.where, operation.name, told) from halt
