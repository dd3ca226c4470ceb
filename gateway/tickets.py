"""Serves what goes with tickets as files: the public keys and the revoked codes of an event, and the pictures of QR codes."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from domain.tickets import show_bytes
from domain.tickets.pictures import MEDIA_TYPES, PictureKind
from gateway.rest.answers import Success
from gateway.rest.problems import MISSING, stop
from gateway.rest.raw import Fresh, Reading, event_named, unless_known
from gateway.rest.resources import NO_STORE, MakeContext
from gateway.rest.routes import VERSIONS
from resolvers.context import Context
from resolvers.ticket_keys import jwk_set, keys_of_events, revocations_of_event
from resolvers.ticket_pictures import ticket_picture
from schema import ids

JSON, JWK_SET = "application/json", "application/jwk-set+json"
NO_EVENT, NO_TICKET = "There is no such event.", "There is no such ticket."
_EVENT: Mapping[str, Any] = {
    "name": "id", "in": "path", "required": True, "description": "The event's id or slug.", "schema": {"type": "string"},
}  # fmt: skip
_TICKET: Mapping[str, Any] = {"name": "id", "in": "path", "required": True, "description": "The ticket's id.", "schema": {"type": "string"}}
_SECRET: Mapping[str, Any] = {
    "name": "secret", "in": "query", "required": False, "schema": {"type": "string"},
    "description": "The secret of the ticket's order, for a buyer who is not signed in.",
}  # fmt: skip


def _described(operation: str, summary: str, parameters: list[Mapping[str, Any]], media_type: str, schema: str) -> dict[str, Any]:
    answers = {
        "200": {"description": f"{summary}.", "content": {media_type: {"schema": {"type": schema}}}},
        "default": {"$ref": "#/components/responses/Problem"},
    }
    return {"get": {"operationId": operation, "tags": ["tickets"], "summary": summary, "parameters": parameters, "responses": answers}}


DESCRIBED: Mapping[str, Any] = {
    "/api/events/{id}/ticket-keys": _described(
        "eventTicketKeys", "The public keys that verify the codes of the event's tickets, a JWK set", [_EVENT], JWK_SET, "object"
    ),
    "/api/events/{id}/revoked-tickets": _described(
        "eventRevokedTickets", "The codes of the event's tickets that admit nobody; needs orders:read", [_EVENT], JSON, "object"
    ),
    "/api/tickets/{id}/qr.svg": _described(
        "ticketQrSvg", "The ticket's QR code as SVG, for its holder and the staff", [_TICKET, _SECRET], "image/svg+xml", "string"
    ),
    "/api/tickets/{id}/qr.png": _described(
        "ticketQrPng", "The ticket's QR code as PNG, for its holder and the staff", [_TICKET, _SECRET], "image/png", "string"
    ),
}
"""What the OpenAPI document says of these routes."""


def ticket_routes(make_context: MakeContext, fresh: Fresh) -> list[BaseRoute]:
    """All of them in each version of the paths."""
    answers: Mapping[str, Callable[[Request, Context], Awaitable[Success]]] = {
        "/api/events/{id}/ticket-keys": _serve_keys,
        "/api/events/{id}/revoked-tickets": _serve_revoked,
        **{f"/api/tickets/{{id}}/qr.{kind.value}": partial(_serve_picture, kind=kind) for kind in PictureKind},
    }
    served = {path: Reading(make_context, fresh, answer) for path, answer in answers.items()}
    return [Route(f"{prefix}{path}", reading) for prefix in VERSIONS for path, reading in served.items()]


async def _serve_keys(request: Request, ctx: Context) -> Success:
    """Of an event that the viewer may see."""
    event = await event_named(ctx, request.path_params["id"])
    if event is None:
        raise stop(MISSING, NO_EVENT)
    [keys] = await keys_of_events(ctx, [event.id], {})
    return unless_known(request, ctx, orjson.dumps(jwk_set(keys)), {"Content-Type": JWK_SET})


async def _serve_revoked(request: Request, ctx: Context) -> Success:
    """Pairs of a ticket's id and the revision below which its codes admit nobody."""
    event = await event_named(ctx, request.path_params["id"])
    if event is None:
        raise stop(MISSING, NO_EVENT)
    found = await revocations_of_event(ctx, event.id)
    revoked = [[show_bytes(each.ticket_id.bytes), each.below] for each in found.revoked]
    body = {"eventId": ids.show("Event", event.id), "version": found.version, "revoked": revoked}
    return unless_known(request, ctx, orjson.dumps(body), {"Content-Type": JSON})


async def _serve_picture(request: Request, ctx: Context, kind: PictureKind) -> Success:
    """To whoever may see the ticket; nobody on the way may keep it."""
    named = ids.read(request.path_params["id"])
    ticket_id = named[1] if named and named[0] == "Ticket" else None
    picture = await ticket_picture(ctx, ticket_id, kind, request.query_params.get("secret")) if ticket_id else None
    if picture is None:
        raise stop(MISSING, NO_TICKET)
    return Success(HTTPStatus.OK, picture, {**NO_STORE, "Content-Type": MEDIA_TYPES[kind]})
