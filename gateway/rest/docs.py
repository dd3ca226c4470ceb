"""Serves what describes the REST API: the OpenAPI document, the page that shows it, and a word on every kind of problem."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import orjson
from graphql import GraphQLObjectType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.refusals import ErrorCode
from gateway.rest.json_schemas import JsonSchema
from gateway.rest.operations import Operation
from gateway.rest.problems import OF_CODE, OF_TRANSPORT, Kind, kind_of_type
from gateway.transports.graphiql import FOREVER, Asset
from gateway.transports.negotiation import JSON
from gateway.transports.protection import JSON_POLICY, SECURITY_HEADERS

FILES = Path(__file__).parent / "assets"
SCRIPTS = ("swagger-ui-bundle.js", "page.js")
STYLES = ("swagger-ui.css", "page.css")
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
ASSETS = "/assets/docs"
# The style sheet carries its pictures.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def describing(document: JsonSchema, operations: Iterable[Operation], codes: Mapping[str, ErrorCode]) -> list[Route]:
    """The routes of the OpenAPI document, of the page with its files, and of every kind of problem."""
    assets = [Asset(name, (FILES / name).read_bytes()) for name in (*STYLES, *SCRIPTS)]
    return [
        _serving("/openapi.json", orjson.dumps(document), JSON, JSON_POLICY),
        _serving("/docs", _render(assets).encode(), "text/html; charset=utf-8", POLICY),
        *(_serving_asset(each) for each in assets),
        *(_serving(kind.type, orjson.dumps(told), JSON, JSON_POLICY) for kind, told in _describe_kinds(operations, codes)),
    ]


def _serving(path: str, body: bytes, media_type: str, policy: str) -> Route:
    """What does not change while the process runs. The next version of it must show at once, so that caches ask each time."""
    headers = {**SECURITY_HEADERS, "Content-Type": media_type, "Content-Security-Policy": policy, "Cache-Control": "no-cache"}

    async def serve(_request: Request) -> Response:
        return Response(body, headers=headers)

    return Route(path, serve)


def _serving_asset(asset: Asset) -> Route:
    """A file whose address carries a hash of its content."""
    headers = {**SECURITY_HEADERS, "Content-Type": TYPES[Path(asset.name).suffix], "Cache-Control": FOREVER, "Vary": "Accept-Encoding"}

    async def serve(request: Request) -> Response:
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.compressed, headers={**headers, "Content-Encoding": "gzip"})
        return Response(asset.content, headers=headers)

    return Route(f"{ASSETS}/{asset.address}", serve)


def _render(assets: Iterable[Asset]) -> str:
    links = "".join(
        f'<link rel="stylesheet" href="{ASSETS}/{each.address}">'
        if each.name in STYLES
        else f'<script src="{ASSETS}/{each.address}" defer></script>'
        for each in assets
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>TicketBase · REST</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{links}</head>'
        '<body><div id="docs">Loading the description of the API …</div></body></html>'
    )


def _describe_kinds(operations: Iterable[Operation], codes: Mapping[str, ErrorCode]) -> Iterator[tuple[Kind, JsonSchema]]:
    """Every kind of problem with what a program may read in its `errors`."""
    refusals = {each.name: each for operation in operations for each in operation.refusals}
    own = {kind_of_type(name, each.description or name, codes.get(name)): each for name, each in refusals.items()}
    general = {kind.type: kind for kind in (*OF_CODE.values(), *OF_TRANSPORT)}
    typed = {kind.type: kind for kind in own}
    for path, kind in sorted((general | typed).items()):
        told: JsonSchema = {"type": path, "title": kind.title, "status": kind.status, "code": kind.code.value}
        if facts := _describe_facts(own.get(kind)):
            told["facts"] = facts
        yield kind, told


def _describe_facts(refusal: GraphQLObjectType | None) -> dict[str, str]:
    fields = refusal.fields if refusal else {}
    return {name: field.description or name for name, field in fields.items() if name not in {"message", "code", "path", "faults"}}
