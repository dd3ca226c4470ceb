"""Serves the variants of images: public, for ever the same, and nothing that a browser could run."""

import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from domain.images import variant_key
from domain.pictures import VARIANT_TYPE
from domain.refusals import Refused
from domain.storage import Storage
from gateway.graphql.answers import Stage
from gateway.graphql.masking import deny
from gateway.ranges import NotSatisfiable, part_asked
from gateway.rest.answers import Success
from gateway.rest.problems import MISSING, NO_SUCH_PART, WRONG_METHOD, Stopped, problem_of_errors, stop
from gateway.rest.resources import serve
from gateway.transports.exchange import Exchange, choose_request_id
from gateway.transports.protection import ANYWHERE, SECURITY_HEADERS

PATH = "/api/images/{organization_id:uuid}/{image_id:uuid}/{file}"
ALLOW = "GET, HEAD"
LARGEST_VARIANT = 64_000_000
HEADERS = {
    **SECURITY_HEADERS,
    **ANYWHERE,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Accept-Ranges": "bytes",
}

_FILE = re.compile(r"([0-9a-f]{64})\.webp")


class ServedImages:
    """The ASGI application. An address names the organization, so that a page can show it without any header."""

    def __init__(self, storage: Storage, new_request_id: Callable[[], object] = uuid4) -> None:
        self._storage = storage
        self._new_request_id = new_request_id

    def route(self) -> Route:
        """Where it is found; goes before the routes of REST, which answer all other paths."""
        return Route(PATH, self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        try:
            response = await self._find(request, choose_request_id(request, self._new_request_id))
        except Stopped as stopped:
            await serve(_saying(stopped), self._new_request_id, scope, receive, send)
        else:
            await response(scope, receive, send)

    async def _find(self, request: Request, request_id: str) -> Response:
        if request.method not in {"GET", "HEAD"}:
            raise stop(WRONG_METHOD, f"{request.method} is not known here, only {ALLOW}.", Allow=ALLOW)
        if (named := _FILE.fullmatch(request.path_params["file"])) is None:
            raise stop(MISSING, "There is no such image.")
        headers = {**HEADERS, "ETag": f'"{named[1]}"', "X-Request-Id": request_id}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        key = variant_key(request.path_params["organization_id"], request.path_params["image_id"], named[1])
        try:
            body = await self._storage.read(key, LARGEST_VARIANT)
        except Refused as no:
            raise Stopped(problem_of_errors(deny(Stage.SOURCE, no.refusal, request_id).errors)) from no
        if body is None:
            raise stop(MISSING, "There is no such image.")
        return _whole_or_part(request, body, headers)


def _whole_or_part(request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
    try:
        part = part_asked(request.method, request.headers, headers["ETag"], len(body))
    except NotSatisfiable as beyond:
        told = f"The file has {len(body)} bytes, and none of those that Range asks for."
        raise stop(NO_SUCH_PART, told, Content_Range=f"bytes */{len(body)}") from beyond
    if part is None:
        return Response(body, media_type=VARIANT_TYPE, headers=headers)
    shown = {**headers, "Content-Range": f"bytes {part.start}-{part.stop - 1}/{len(body)}"}
    return Response(body[part.start : part.stop], HTTPStatus.PARTIAL_CONTENT, media_type=VARIANT_TYPE, headers=shown)


def _saying(stopped: Stopped) -> Callable[[Exchange], Awaitable[Success | None]]:
    async def say(_exchange: Exchange) -> Success | None:
        raise stopped

    return say
