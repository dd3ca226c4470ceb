"""Sends an organization's orders as a CSV file, piece by piece, so that a hundred thousand of them need no memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from domain.orders import OrderFilter, exporting
from domain.refusals import Fault, InputInvalid, Refused
from gateway.graphql.masking import deny_raised
from gateway.rest.answers import Success
from gateway.rest.problems import WRONG_METHOD, Stopped, problem_of_errors, stop
from gateway.rest.raw import METHODS, Fresh
from gateway.rest.resources import NO_STORE, MakeContext, serve
from gateway.rest.routes import VERSIONS
from gateway.transports.exchange import Exchange
from resolvers.context import Context
from resolvers.order_answers import answers_to_export, questions_to_export
from resolvers.orders import each_order
from schema import ids
from schema.scalars import read_time

MEDIA_TYPE = "text/csv; charset=utf-8"
HEADERS = {**NO_STORE, "Content-Disposition": 'attachment; filename="orders.csv"'}
STUCK_SECONDS = 30.0
"""A client that takes nothing for so long is given up."""


def _parameter(name: str, description: str) -> Mapping[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": "string"}}


DESCRIBED: Mapping[str, Any] = {
    "/api/orders.csv": {
        "get": {
            "operationId": "exportOrders",
            "tags": ["orders"],
            "summary": "The organization's orders as CSV, one row for each admission, the newest first; a column "
            "for each question of the event named, or of all. Needs orders:read",
            "parameters": [
                _parameter("eventId", "Only orders with admissions to this event."),
                _parameter("createdFrom", "Only orders placed at this time or later, in RFC 3339."),
                _parameter("createdBefore", "Only orders placed before this time, in RFC 3339."),
            ],
            "responses": {
                "200": {"description": "The file.", "content": {"text/csv": {"schema": {"type": "string"}}}},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    }
}
"""What the OpenAPI document says of the route."""


@dataclass(frozen=True, slots=True)
class OrderExport:
    """The ASGI application of the route."""

    make_context: MakeContext
    fresh: Fresh

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await serve(self._answer, uuid4, scope, receive, send)

    async def _answer(self, exchange: Exchange) -> Success | None:
        method = exchange.request.method
        if method == "OPTIONS":
            return Success(HTTPStatus.NO_CONTENT, b"", {"Allow": METHODS})
        if method not in {"GET", "HEAD"}:
            raise stop(WRONG_METHOD, f"{method} is not known here, only {METHODS}.", Allow=METHODS)
        try:
            context = await self.make_context(exchange.request)
            async with self.fresh(context) as reading, aclosing(_pieces(reading, _filter(exchange.request))) as pieces:
                # The first piece is there before anything is sent, so that a refusal is still a problem document.
                first = await anext(pieces)
                if method == "HEAD":
                    return Success(HTTPStatus.OK, b"", {**HEADERS, "Content-Type": MEDIA_TYPE})
                await exchange.unless_gone(_tell(exchange, first, pieces))
        except Stopped:
            raise
        except Exception as error:
            raise Stopped(problem_of_errors(deny_raised(error, exchange.request_id).errors)) from error
        return None


def export_routes(make_context: MakeContext, fresh: Fresh) -> list[BaseRoute]:
    """The route in each version of the paths."""
    return [Route(f"{prefix}/api/orders.csv", OrderExport(make_context, fresh)) for prefix in VERSIONS]


async def _pieces(ctx: Context, where: OrderFilter) -> AsyncGenerator[bytes, None]:
    asked = exporting.Asked(await questions_to_export(ctx, where), ctx.viewer.locales)
    head = exporting.header(asked)
    async with aclosing(each_order(ctx, where)) as windows:
        async for window in windows:
            answers = await answers_to_export(ctx, window) if asked.questions else {}
            yield (head + exporting.rows_of(window, asked, answers)).encode()
            head = ""


async def _tell(exchange: Exchange, first: bytes, pieces: AsyncIterator[bytes]) -> None:
    await exchange.start(HTTPStatus.OK, MEDIA_TYPE, HEADERS)
    await _send(exchange, first)
    async for piece in pieces:
        await _send(exchange, piece)
    await exchange.send({"type": "http.response.body", "body": b""})


async def _send(exchange: Exchange, piece: bytes) -> None:
    async with asyncio.timeout(STUCK_SECONDS):
        await exchange.send({"type": "http.response.body", "body": piece, "more_body": True})


def _filter(request: Request) -> OrderFilter:
    asked = request.query_params
    event = ids.expect(asked["eventId"], "Event", ("eventId",)) if "eventId" in asked else None
    times = [_time(asked.get(name), name) for name in ("createdFrom", "createdBefore")]
    return OrderFilter(event_ids=[event] if event else None, created_from=times[0], created_before=times[1])


def _time(text: str | None, name: str) -> Any:
    if text is None:
        return None
    try:
        return read_time(text)
    except ValueError as broken:
        raise Refused(InputInvalid((Fault((name,), "is not a time in RFC 3339"),))) from broken
