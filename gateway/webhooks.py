"""POST /webhooks/stripe/{organization}: notices of the payment provider, kept at once and looked at right afterwards."""

from datetime import UTC, datetime

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.stripe.accounts import STRIPE
from domain.identity import Viewer
from domain.payments import NoticeForged
from domain.refusals import Refused
from gateway.house import House
from resolvers.payment_notices import look_at, receive
from resolvers.till import Till, till_of

PATH = "/webhooks/stripe/{organization}"
LARGEST = 512 * 1024
"""Bytes; Stripe's events have a few thousand."""

log = structlog.get_logger("ticketbase.webhooks")


class Webhooks:
    """Takes what is signed, and nothing else."""

    def __init__(self, house: House) -> None:
        self._house = house

    def route(self) -> Route:
        """Where it is found; goes before the routes of REST, which answer all other paths."""
        return Route(PATH, self._take, methods=["POST"])

    async def _take(self, request: Request) -> Response:
        """200 once it is kept, or is about nothing of ours; whoever cannot be believed is told that, and nothing more."""
        body = await _read(request)
        organization = await self._house.tenants.named(request.path_params["organization"])
        if organization is None or body is None:
            return JSONResponse({"received": False}, 404 if organization is None else 413)
        till = till_of(self._house.contexts.for_viewer(Viewer(organization.id)))
        try:
            notice = await receive(till, STRIPE, body, request.headers.get("stripe-signature", ""), datetime.now(UTC))
        except (NoticeForged, Refused) as fault:
            log.warning("webhook_refused", organization=str(organization.id), fault=type(fault).__name__)
            return JSONResponse({"received": False}, 400)
        return JSONResponse({"received": True}, background=BackgroundTask(_look, till, notice) if notice else None)


async def _read(request: Request) -> bytes | None:
    """The body as it came, None when it is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


async def _look(till: Till, notice: str) -> None:
    """At once; what fails here waits in the store for the worker."""
    try:
        await look_at(till, STRIPE, notice)
    except Exception as fault:
        log.warning("webhook_waits", notice=notice, fault=type(fault).__name__, exc_info=True)
