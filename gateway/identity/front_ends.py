"""What a NextAuth or Auth.js front end asks: who is signed in, tokens for forms, whether credentials are right, people to keep in step."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import orjson
from starlette.requests import Request, cookie_parser
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from domain.accounts import Account, SignedIn
from domain.foreign_sessions import ForeignSessions
from domain.identity import GRANTS, Role
from domain.session_cookies import session_body
from domain.sessions import Carrier
from domain.synced_people import IMAGE
from gateway.foreign_visitors import Asked
from gateway.house import House
from gateway.identity.bodies import Body, read_owed_code, read_sign_in, read_synced_person
from gateway.identity.routes import Acting, Door
from gateway.rest.answers import Success
from gateway.rest.problems import MISSING, Detail, invalid, stop
from gateway.rest.resources import NO_STORE, RestTerms
from gateway.rest.routes import VERSIONS
from gateway.tenants import Tenants
from gateway.visitors import Visitors
from resolvers import accounts, sessions, synced_people
from resolvers.answering import answer_challenge
from resolvers.context import Context
from schema import ids
from schema.scalars import show_time

RequestDeed = Callable[[Request, Context, Body], Awaitable[Success]]


@dataclass(frozen=True, slots=True)
class ActingFor:
    """The ASGI application of a route whose deed looks at the request, too."""

    door: Door
    method: str
    deed: RequestDeed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await Acting(self.door, self.method, partial(self.deed, Request(scope)))(scope, receive, send)


def front_end_routes(house: House, terms: RestTerms) -> list[BaseRoute]:
    """All of them, in each version of the paths."""
    door = Door(house.contexts.of, terms, house.cookie, house.front_end)
    deeds = FrontEndDeeds(house.visitors, house.tenants, house.front_end)
    known: Mapping[str, tuple[str, RequestDeed]] = {
        "/api/auth/session": ("GET", deeds.session),
        "/api/auth/csrf": ("GET", deeds.csrf),
        "/api/auth/credentials": ("POST", deeds.credentials),
        "/api/auth/users/by-email": ("GET", deeds.person_by_email),
        "/api/auth/users": ("PUT", deeds.sync_person),
    }
    return [Route(f"{prefix}{path}", ActingFor(door, *each)) for prefix in VERSIONS for path, each in known.items()]


@dataclass(frozen=True, slots=True)
class FrontEndDeeds:
    """What the routes do; `front_end` is None where no secret is shared with one."""

    visitors: Visitors
    tenants: Tenants
    front_end: ForeignSessions | None

    async def session(self, request: Request, ctx: Context, _body: Body) -> Success:
        """Who is signed in, as the library tells it: what the front end's session says, or the account where ours was shown."""
        claims = await self.visitors.who(request.headers.get("authorization"), request.headers, Asked.of(request))
        account = await accounts.account_of_viewer(ctx) if claims and claims.foreign is None else None
        if account and claims:
            return _answer(session_body(account.name, account.email, account.profile.get(IMAGE), claims.expires_at))
        return _answer(self.front_end.body(claims.foreign if claims else None) if self.front_end else {})

    async def csrf(self, request: Request, _ctx: Context, _body: Body) -> Success:
        """A token for forms: the one that the cookie vouches for, or a new one with its cookie."""
        if self.front_end is None:
            raise stop(MISSING, "No secret is shared with a front end.")
        known = self.front_end.csrf_token(cookie_parser(request.headers.get("cookie", "")).get(self.front_end.terms.csrf_name))
        if known:
            return _answer({"csrfToken": known})
        token, cookie = self.front_end.csrf_cookie()
        secure = "; Secure" if self.front_end.terms.is_secure else ""
        return _answer(
            {"csrfToken": token}, {"Set-Cookie": f"{self.front_end.terms.csrf_name}={cookie}; Path=/; HttpOnly; SameSite=Lax{secure}"}
        )

    async def credentials(self, _request: Request, ctx: Context, body: Body) -> Success:
        """The user that a credentials provider hands to its library; whoever owes a code besides sends it with the challenge."""
        if owed := read_owed_code(body):
            return _answer(await self._show_user(await answer_challenge(ctx, *owed, (Carrier.COOKIE,))))
        ask, _ = read_sign_in(body)
        return _answer(await self._show_user(await sessions.sign_in(ctx, ask, Carrier.COOKIE)))

    async def person_by_email(self, request: Request, ctx: Context, _body: Body) -> Success:
        """Somebody by her address."""
        email = request.query_params.get("email")
        if not email:
            raise invalid([Detail("is missing", {"parameter": "email"})])
        account = await synced_people.person_by_email(ctx, email)
        if account is None:
            raise stop(MISSING, "Nobody has this address.")
        return _answer(show_person(account))

    async def sync_person(self, _request: Request, ctx: Context, body: Body) -> Success:
        """Somebody as the front end knows her."""
        account, is_new = await synced_people.sync_person(ctx, read_synced_person(body))
        return _answer(show_person(account), status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    async def _show_user(self, signed_in: SignedIn) -> Mapping[str, object]:
        session = signed_in.session
        member = await self.tenants.membership(session.organization_id, session.person_id)
        role = member.role if member else Role.USER
        rights = {"role": role.value, "permissions": sorted(each.value for each in GRANTS[role])}
        where = {"tenantId": str(session.organization_id), "sessionId": ids.show("Session", session.id)}
        return {**show_person(signed_in.account), **where, **rights}


def show_person(account: Account) -> Mapping[str, object]:
    """A person as an adapter of the libraries has her."""
    proved, image = account.email_verified_at, account.profile.get(IMAGE)
    return {
        "id": ids.show("Person", account.person_id),
        "email": account.email,
        "emailVerified": show_time(proved) if proved else None,
        "name": account.name,
        "locale": account.locale,
        **({"image": image} if image else {}),
    }


def _answer(body: object, headers: Mapping[str, str] | None = None, status: int = HTTPStatus.OK) -> Success:
    return Success(status, orjson.dumps(body), {**NO_STORE, **(headers or {})})
