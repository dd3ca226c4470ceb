"""Serves the documents of seating plans, which never change, and pictures of events' plans, which change with every hold."""

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from domain.events import is_public
from domain.seating.documents import read_document, unpack
from domain.texts import in_language
from gateway.rest.answers import Success
from gateway.rest.problems import MISSING, stop
from gateway.rest.raw import Fresh, Reading, event_named, is_known
from gateway.rest.resources import NO_STORE, PUBLIC, MakeContext
from gateway.rest.routes import VERSIONS
from gateway.seating.picture import draw_picture
from gateway.transports.protection import ANYWHERE, VARY
from resolvers.context import Context
from resolvers.seating import plan_document, versions_of_events
from resolvers.seats import statuses_of_events

SVG = "image/svg+xml; charset=utf-8"
FOREVER = "max-age=31536000, immutable"
PICTURES_KEPT = 32
NO_PICTURE = "There is no such event, or it has no seating plan."
_HASH = re.compile(r"[0-9a-f]{64}")

DESCRIBED: Mapping[str, Any] = {
    "/api/seating-plans/{hash}.json": {
        "get": {
            "operationId": "seatingPlanDocument",
            "tags": ["seating"],
            "summary": "The document of a seating plan's version, from which clients draw it",
            "description": "It never changes and may be kept for ever. Seats are numbered in the order of sections, rows and seats.",
            "parameters": [
                {"name": "hash", "in": "path", "required": True, "description": "The version's hash.", "schema": {"type": "string"}}
            ],
            "responses": {
                "200": {"description": "Every seat with its position.", "content": {"application/json": {"schema": {"type": "object"}}}},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    },
    "/api/events/{id}/seats.svg": {
        "get": {
            "operationId": "eventSeatsPicture",
            "tags": ["seating"],
            "summary": "A picture of the event's seating plan, coloured by what each seat is now",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "description": "The event's id or slug.", "schema": {"type": "string"}}
            ],
            "responses": {
                "200": {"description": "The picture.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    },
}
"""What the OpenAPI document says of these routes."""


def seating_routes(make_context: MakeContext, fresh: Fresh) -> list[BaseRoute]:
    """Both routes in each version of the paths."""
    documents, pictures = Reading(make_context, fresh, _serve_document), Reading(make_context, fresh, _Pictures().serve)
    return [
        *(Route(f"{prefix}/api/seating-plans/{{hash}}.json", documents) for prefix in VERSIONS),
        *(Route(f"{prefix}/api/events/{{id}}/seats.svg", pictures) for prefix in VERSIONS),
    ]


async def _serve_document(request: Request, ctx: Context) -> Success:
    """The packed document as it is kept, for all who can unpack it."""
    hash_ = request.path_params["hash"]
    packed = await plan_document(ctx, hash_) if _HASH.fullmatch(hash_) else None
    if packed is None:
        raise stop(MISSING, "There is no such seating plan.")
    whose = "private" if ctx.viewer.actor else "public"
    headers = {"Cache-Control": f"{whose}, {FOREVER}", "ETag": f'"{hash_}"', "Vary": f"{VARY}, Accept-Encoding"}
    if is_known(request, headers["ETag"]):
        return Success(HTTPStatus.NOT_MODIFIED, b"", headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Success(HTTPStatus.OK, packed, {**headers, "Content-Encoding": "gzip"})
    return Success(HTTPStatus.OK, unpack(packed), headers)


class _Pictures:
    """Draws pictures, and keeps the last of them: many look at the same plan between two holds."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def serve(self, request: Request, ctx: Context) -> Success:
        """The picture of the event's plan at this moment."""
        event = await event_named(ctx, request.path_params["id"])
        [version] = await versions_of_events(ctx, [event.id], {}) if event else [None]
        [statuses] = await statuses_of_events(ctx, [event.id], {}) if event else [None]
        if event is None or version is None or statuses is None:
            raise stop(MISSING, NO_PICTURE)
        title = in_language(event.title, ctx.viewer.locales)
        shown = hashlib.sha256(b"\n".join([version.hash.encode(), bytes(statuses), title.encode()])).hexdigest()[:32]
        headers = {**(NO_STORE if ctx.viewer.actor else PUBLIC), "ETag": f'"{shown}"', "Content-Type": SVG}
        headers |= ANYWHERE if is_public(event.status) else {}
        if is_known(request, headers["ETag"]):
            return Success(HTTPStatus.NOT_MODIFIED, b"", headers)
        if shown not in self._kept:
            if (packed := await plan_document(ctx, version.hash)) is None:
                raise stop(MISSING, NO_PICTURE)
            self._keep(shown, await asyncio.to_thread(_draw, packed, statuses, title))
        self._kept.move_to_end(shown)
        return Success(HTTPStatus.OK, self._kept[shown], headers)

    def _keep(self, shown: str, picture: bytes) -> None:
        self._kept[shown] = picture
        if len(self._kept) > PICTURES_KEPT:
            self._kept.popitem(last=False)


def _draw(packed: bytes, statuses: Any, title: str) -> bytes:
    return draw_picture(read_document(unpack(packed)), statuses, title).encode()
