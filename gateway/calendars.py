"""Serves events to calendars and to search engines: iCalendar files and JSON-LD documents, each under its hash."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from adapters.calendars.writing import MEDIA_TYPE, write
from domain import structured_data
from domain.calendars import Calendar
from gateway.rest.answers import Success
from gateway.rest.problems import MISSING, stop
from gateway.rest.raw import Fresh, Reading, event_named, unless_known
from gateway.rest.resources import MakeContext
from gateway.rest.routes import VERSIONS
from resolvers.calendars import calendar_of_event, calendar_of_organization
from resolvers.context import Context
from resolvers.structured_data import structured_data_of_events

NO_EVENT = "There is no such event."
_EVENT = {"name": "id", "in": "path", "required": True, "description": "The event's id or slug.", "schema": {"type": "string"}}


def _described(operation: str, summary: str, media_type: str, answer: str, parameters: list[Any], **more: Any) -> Mapping[str, Any]:
    content = {media_type: {"schema": {"type": "string"}}}
    responses = {"200": {"description": answer, "content": content}, "default": {"$ref": "#/components/responses/Problem"}}
    return {
        "get": {"operationId": operation, "tags": ["events"], "summary": summary, **more, "parameters": parameters, "responses": responses}
    }


DESCRIBED: Mapping[str, Any] = {
    "/api/events.ics": _described(
        "programmeCalendar",
        "The organization's public programme as an iCalendar file to subscribe to",
        "text/calendar",
        "The calendar.",
        [],
        description="The latest thousand events before the public, in the caller's language.",
    ),
    "/api/events/{id}.ics": _described(
        "eventCalendar", "The event as an iCalendar file", "text/calendar", "The calendar with its one entry.", [_EVENT]
    ),
    "/api/events/{id}.jsonld": _described(
        "eventStructuredData",
        "The event as search engines read it: schema.org as JSON-LD",
        structured_data.MEDIA_TYPE,
        "The document, fit to stand in a page's script element.",
        [_EVENT],
    ),
}
"""What the OpenAPI document says of these routes."""


def calendar_routes(make_context: MakeContext, fresh: Fresh) -> list[BaseRoute]:
    """The routes in each version of the paths."""
    answers = {"events.ics": _serve_programme, "events/{id}.ics": _serve_event, "events/{id}.jsonld": _serve_structured_data}
    return [Route(f"{prefix}/api/{path}", Reading(make_context, fresh, answer)) for prefix in VERSIONS for path, answer in answers.items()]


async def _serve_event(request: Request, ctx: Context) -> Success:
    event = await event_named(ctx, request.path_params["id"])
    return await _serve(request, ctx, await calendar_of_event(ctx, event), "attachment", event.slug if event else "")


async def _serve_programme(request: Request, ctx: Context) -> Success:
    return await _serve(request, ctx, await calendar_of_organization(ctx), "inline", "programme")


async def _serve(request: Request, ctx: Context, calendar: Calendar | None, how: str, name: str) -> Success:
    if calendar is None:
        raise stop(MISSING, NO_EVENT)
    body = await asyncio.to_thread(write, calendar)
    return unless_known(request, ctx, body, {"Content-Type": MEDIA_TYPE, "Content-Disposition": f'{how}; filename="{name}.ics"'})


async def _serve_structured_data(request: Request, ctx: Context) -> Success:
    event = await event_named(ctx, request.path_params["id"])
    [document] = await structured_data_of_events(ctx, [event.id], {}) if event else [None]
    if document is None:
        raise stop(MISSING, NO_EVENT)
    return unless_known(request, ctx, document.encode(), {"Content-Type": structured_data.MEDIA_TYPE})
