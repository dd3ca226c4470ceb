"""POST /api/auth/login and its like: the deeds of identity for browsers, whose answers set or clear the cookie of the session."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

import orjson
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from domain.accounts import SignedIn
from domain.foreign_sessions import ForeignSessions
from domain.refusals import InputInvalid, Refused
from domain.sessions import Carrier
from gateway.cookies import SessionCookie
from gateway.graphql.answers import Stage
from gateway.graphql.masking import deny, deny_raised
from gateway.identity.bodies import Body, read_body, read_carrier, read_sign_in, read_sign_up, show_account, show_signed_in
from gateway.identity.forms import expect_proved
from gateway.identity.refusals import problem_of
from gateway.rest.answers import Success
from gateway.rest.problems import (
    TOO_LARGE,
    TOO_SLOW,
    WRONG_MEDIA_TYPE,
    WRONG_METHOD,
    Detail,
    Stopped,
    invalid,
    pointer,
    problem_of_errors,
    stop,
)
from gateway.rest.resources import NO_STORE, MakeContext, RestTerms, serve
from gateway.transports.exchange import Exchange, TooLarge, TooSlow
from gateway.transports.negotiation import JSON, find_fault_in_type
from gateway.transports.protection import find_forgery
from resolvers import accounts, joining, sessions
from resolvers.answering import answer_challenge
from resolvers.context import Context
from schema import ids

Deed = Callable[[Context, Body], Awaitable[Success]]


@dataclass(frozen=True, slots=True)
class Door:
    """What the routes share."""

    make_context: MakeContext
    terms: RestTerms
    cookie: SessionCookie
    front_end: ForeignSessions | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """The ASGI application of a route: one method, one deed."""

    door: Door
    method: str
    deed: Deed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await serve(self._answer, uuid4, scope, receive, send)

    async def _answer(self, exchange: Exchange) -> Success | None:
        request = exchange.request
        allow = f"{self.method}, OPTIONS"
        if request.method == "OPTIONS":
            return Success(HTTPStatus.NO_CONTENT, b"", {"Allow": allow})
        if request.method != self.method:
            raise stop(WRONG_METHOD, f"{request.method} is not known here, only {allow}.", Allow=allow)
        # Whoever gets a cookie set must be asked by a page of ours too, else a stranger's page could sign visitors in as somebody else.
        if forgery := find_forgery("POST", {"cookie": "", **request.headers}, self.door.terms.allows_origin):
            raise Stopped(problem_of_errors(deny(Stage.REQUEST, forgery, exchange.request_id).errors))
        body = await self._read(exchange) if self.method != "GET" else read_body(b"")
        return await self._act(exchange, body)

    async def _act(self, exchange: Exchange, body: Body) -> Success:
        try:
            context = await self.door.make_context(exchange.request)
            if self.method != "GET":
                expect_proved(exchange.request, body, context.viewer, self.door.front_end)
            return await self.deed(context, body)
        except Stopped:
            raise
        except Exception as error:
            if isinstance(error, Refused) and isinstance(error.refusal, InputInvalid):
                raise invalid([Detail(each.message, pointer(each.path[1:])) for each in error.refusal.faults]) from error
            if isinstance(error, Refused) and (own := problem_of(error.refusal)):
                raise Stopped(own) from error
            denied = deny_raised(error, exchange.request_id)
            raise Stopped(problem_of_errors(denied.errors, lambda path: pointer(path[1:]))) from error

    async def _read(self, exchange: Exchange) -> Body:
        request, terms = exchange.request, self.door.terms
        try:
            body = await exchange.read_body(terms.body_bytes, terms.body_seconds)
        except TooLarge as error:
            raise stop(TOO_LARGE, f"The body may have {terms.body_bytes} bytes at most; send less.", Connection="close") from error
        except TooSlow as error:
            raise stop(TOO_SLOW, "The body was not there in time; send it again.", Connection="close") from error
        if body and (fault := find_fault_in_type(request.headers.get("content-type"), request.headers.get("content-encoding"))):
            raise stop(WRONG_MEDIA_TYPE, fault, Accept=JSON)
        return read_body(body)


def identity_routes(
    make_context: MakeContext, terms: RestTerms, cookie: SessionCookie, front_end: ForeignSessions | None
) -> Sequence[BaseRoute]:
    """All of them; each older path is an alias."""
    door, deeds = Door(make_context, terms, cookie, front_end), Deeds(cookie)
    known: Mapping[str, tuple[str, Deed]] = {
        "/api/auth/login": ("POST", deeds.log_in),
        "/login": ("POST", deeds.log_in),
        "/api/users/signin": ("POST", deeds.log_in),
        "/api/auth/2fa/challenge": ("POST", deeds.answer_challenge),
        "/api/auth/register": ("POST", deeds.register),
        "/api/users/signup": ("POST", deeds.register),
        "/api/auth/verify-email": ("POST", deeds.verify_email),
        "/api/auth/refresh": ("POST", deeds.refresh),
        "/api/auth/switch-organization": ("POST", deeds.switch_organization),
        "/api/auth/logout": ("POST", deeds.log_out),
        "/api/users/signout": ("POST", deeds.log_out),
        "/api/users/currentuser": ("GET", deeds.current_user),
    }
    return [Route(f"{prefix}{path}", Acting(door, *each)) for prefix in ("", "/v1") for path, each in known.items()]


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the routes do, as bodies and cookies."""

    cookie: SessionCookie

    async def log_in(self, ctx: Context, body: Body) -> Success:
        """A session; the cookie for it, or tokens where `carrier` says so."""
        ask, carrier = read_sign_in(body)
        return self._let_in(await sessions.sign_in(ctx, ask, carrier))

    async def answer_challenge(self, ctx: Context, body: Body) -> Success:
        """The session of whoever owed a code; what it is carried in was chosen when it began."""
        challenge, code = body.text("challenge"), body.text("code")
        body.check()
        return self._let_in(await answer_challenge(ctx, challenge, code, tuple(Carrier)))

    async def switch_organization(self, ctx: Context, body: Body) -> Success:
        """The session in another of the viewer's organizations; the cookie for it, or tokens where `carrier` says so."""
        named, carrier = body.text("organizationId"), read_carrier(body)
        organization_id = ids.expect(named, "Organization", ("input", "organizationId"))
        there, _ = await joining.switch_organization(ctx, organization_id, carrier)
        return self._let_in(there)

    async def register(self, ctx: Context, body: Body) -> Success:
        """A link by mail; the same answer whether there is an account or not."""
        return _answer(HTTPStatus.ACCEPTED, {"sentTo": await accounts.sign_up(ctx, read_sign_up(body))})

    async def verify_email(self, ctx: Context, body: Body) -> Success:
        """The account, which can sign in now."""
        token, password, slug = body.text("token"), body.text("password"), body.text("organizationSlug", "") or None
        body.check()
        return _answer(HTTPStatus.OK, {"user": show_account(await accounts.verify_email(ctx, token, password, slug))})

    async def refresh(self, ctx: Context, body: Body) -> Success:
        """The next pair of tokens."""
        token = body.text("refreshToken")
        body.check()
        return _answer(HTTPStatus.OK, show_signed_in(await sessions.refresh(ctx, token)))

    async def log_out(self, ctx: Context, _body: Body) -> Success:
        """The session ends, and the cookie goes; who is not signed in is signed out already."""
        if ctx.viewer.session_id:
            await sessions.sign_out(ctx, everywhere=False)
        return _answer(HTTPStatus.OK, {}, {"Set-Cookie": self.cookie.clear()})

    async def current_user(self, ctx: Context, _body: Body) -> Success:
        """Whoever is signed in, null for nobody."""
        account = await accounts.account_of_viewer(ctx) if ctx.viewer.person_id else None
        return _answer(HTTPStatus.OK, {"currentUser": account and show_account(account)})

    def _let_in(self, signed_in: SignedIn) -> Success:
        lasts = int((signed_in.session.expires_at - signed_in.session.created_at).total_seconds())
        cookie = {} if signed_in.tickets else {"Set-Cookie": self.cookie.set(signed_in.secret, lasts)}
        return _answer(HTTPStatus.OK, show_signed_in(signed_in), cookie)


def _answer(status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Success:
    return Success(status, orjson.dumps(body), {**NO_STORE, **(headers or {})})
