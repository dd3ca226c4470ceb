"""Routes of the REST API that only read, and answer something else than an operation's JSON."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from domain.events import Event
from domain.names import is_slug
from gateway.graphql.masking import deny_raised
from gateway.rest.answers import Success
from gateway.rest.problems import WRONG_METHOD, Stopped, problem_of_errors, stop
from gateway.rest.resources import NO_STORE, PUBLIC, MakeContext, serve
from gateway.transports.exchange import Exchange
from resolvers.context import Context
from resolvers.events import events_by_id, events_by_slug
from schema import ids

Fresh = Callable[[Context], AbstractAsyncContextManager[Context]]
"""Makes the copy of a context that one request reads with."""

METHODS = "GET, HEAD, OPTIONS"


@dataclass(frozen=True, slots=True)
class Reading:
    """The ASGI application of a route that only reads."""

    make_context: MakeContext
    fresh: Fresh
    answer: Callable[[Request, Context], Awaitable[Success]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await serve(self._answer, uuid4, scope, receive, send)

    async def _answer(self, exchange: Exchange) -> Success | None:
        request = exchange.request
        if request.method == "OPTIONS":
            return Success(HTTPStatus.NO_CONTENT, b"", {"Allow": METHODS})
        if request.method not in {"GET", "HEAD"}:
            raise stop(WRONG_METHOD, f"{request.method} is not known here, only {METHODS}.", Allow=METHODS)
        try:
            async with self.fresh(await self.make_context(request)) as context:
                return await self.answer(request, context)
        except Stopped:
            raise
        except Exception as error:
            raise Stopped(problem_of_errors(deny_raised(error, exchange.request_id).errors)) from error


def unless_known(request: Request, ctx: Context, body: bytes, headers: Mapping[str, str]) -> Success:
    """The body under its hash, or word that the client has it already; what everybody may read is asked for again each time."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    sent = {**(NO_STORE if ctx.viewer.actor else PUBLIC), **headers, "ETag": etag}
    return Success(HTTPStatus.NOT_MODIFIED, b"", sent) if is_known(request, etag) else Success(HTTPStatus.OK, body, sent)


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has the answer with this entity tag already (RFC 9110, §13.1.2)."""
    named = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    return bool(named & {etag, "*"})


async def event_named(ctx: Context, name: str) -> Event | None:
    """The event that this viewer may see, by its global id, else by its slug."""
    named = ids.read(name)
    if named and named[0] == "Event":
        return (await events_by_id(ctx, [named[1]], {}))[0]
    return (await events_by_slug(ctx, [name], {}))[0] if is_slug(name) else None
