"""The double as one application: Stripe's addresses, the pages of people, and the controls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.embedded.stripe_double.accounts import Account, Accounts
from gateway.embedded.stripe_double.api import Api
from gateway.embedded.stripe_double.control import Control
from gateway.embedded.stripe_double.events import Deliverer
from gateway.embedded.stripe_double.faults import StripeFault
from gateway.embedded.stripe_double.intents import Intents
from gateway.embedded.stripe_double.pages import Pages
from gateway.embedded.stripe_double.refunds import Refunds
from gateway.embedded.stripe_double.sessions import Sessions


def stripe_double(address: str, *accounts: Account) -> Starlette:
    """The application that answers at this address (`http://127.0.0.1:PORT`), with these accounts opened; more by its controls.

    Only local host names are answered, so that no web site reaches it through a DNS trick.
    """
    known, deliverer = Accounts(), Deliverer()
    for account in accounts:
        known.open(account)
    intents = Intents(deliverer.post, address)
    sessions, refunds = Sessions(deliverer.post, intents, address), Refunds(deliverer.post)
    api = Api(known, intents, sessions, refunds)
    control = Control(known, api, deliverer, intents, refunds)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await deliverer.close()

    async def refuse(_: Request, fault: Exception) -> Response:
        assert isinstance(fault, StripeFault)  # noqa: S101 - Starlette hands over what it was registered for
        return JSONResponse(fault.body, fault.status)

    return Starlette(
        routes=[*control.routes(), *Pages(known, intents, sessions).routes(), *api.routes()],
        exception_handlers={StripeFault: refuse},
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"], www_redirect=False)],
        lifespan=lifespan,
    )
