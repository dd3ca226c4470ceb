"""A front end with the real library asks TicketBase whether a password is right; the session that it sets is then known everywhere here."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from domain.foreign_sessions import SessionMode
from gateway.database import Pools
from gateway.settings import Settings
from tests.identity.conftest import Person
from tests.nextauth.connected import VIEWER, Connected, connected_to
from tests.nextauth.front_ends import EVERY, NEWER_SECRET, SECRET, FrontEnd, cookies_of, front_end
from tests.nextauth.libraries import Libraries
from tests.transports.serving import serving
from tests.transports.sockets import socket

pytestmark = pytest.mark.asyncio

ROTATED = front_end(SessionMode.V5_JWE, 5, NEWER_SECRET, SECRET)
FRONTS = {**{front.name: front for front in EVERY}, "v5-jwe-rotated": ROTATED}


@dataclass(frozen=True)
class Site:
    """A front end, the gateway that it is connected to, and where that is."""

    connected: Connected
    libraries: Libraries
    address: str

    async def handle(self, action: str, **more: object) -> dict[str, object]:
        """What the library's routes answer; it asks the gateway meanwhile."""
        front = self.connected.front
        hs256 = front.terms.mode is SessionMode.HS256
        return await asyncio.to_thread(front.handle, self.libraries, action, hs256=hs256, **more)

    async def sign_in(self, person: Person, password: str) -> dict[str, str]:
        """The cookies of the session that the library sets, asked by a form with a token of ours."""
        front = self.connected.front
        token = await self.get("/api/auth/csrf")
        cookies = {front.terms.csrf_name: token.headers["set-cookie"].partition("=")[2].partition(";")[0]}
        form = {"csrfToken": token.json()["csrfToken"], "email": person.email, "password": password}
        at = {"gateway": self.address, "organization": person.tenant.organization.slug}
        return cookies_of(await self.handle("callback/credentials", method="POST", cookies=cookies, body=form, at=at), front.cookie)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """One request to the gateway, over a real socket."""
        async with httpx.AsyncClient(base_url=self.address) as client:
            return await client.get(path, headers=headers)

    async def viewer(self, headers: dict[str, str]) -> Any:
        """Whom the gateway takes the sender for."""
        async with httpx.AsyncClient(base_url=self.address) as client:
            return (await client.post("/graphql", json={"query": VIEWER}, headers=headers)).json()["data"]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=list(FRONTS))
async def site(
    request: pytest.FixtureRequest, libraries: Libraries, api_settings: Settings, app_pool: Any, system_pool: Any
) -> AsyncIterator[Site]:
    front: FrontEnd = FRONTS[request.param]
    async with connected_to(front, api_settings, Pools(app_pool, system_pool)) as connected, serving(connected.gateway.app) as address:
        yield Site(connected, libraries, address)


def header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def test_who_signs_in_at_the_front_end_is_the_same_person_here(site: Site, ada: Person) -> None:
    cookies = await site.sign_in(ada, ada.password)

    sealed = site.connected.front.sessions().from_cookies(cookies)
    by_cookie = await site.viewer({"cookie": header(cookies)})
    as_bearer = await site.viewer({"authorization": f"Bearer {sealed}"})
    assert list(cookies) == [site.connected.front.cookie]
    assert by_cookie == as_bearer
    assert by_cookie["viewer"]["account"] == {"email": ada.email}
    assert by_cookie["organization"] == {"slug": ada.tenant.organization.slug}


async def test_the_session_speaks_on_a_socket(site: Site, ada: Person) -> None:
    cookies = await site.sign_in(ada, ada.password)
    sealed = site.connected.front.sessions().from_cookies(cookies)

    async with socket(site.address, additional_headers={"Cookie": header(cookies)}) as by_cookie, socket(site.address) as as_bearer:
        await by_cookie.greet()
        await as_bearer.greet(authorization=f"Bearer {sealed}")
        for client in (by_cookie, as_bearer):
            await client.subscribe("1", VIEWER)
            heard = await client.hear()
            assert heard["payload"]["data"]["viewer"]["account"] == {"email": ada.email}


async def test_the_session_is_told_here_as_the_library_tells_it(site: Site, ada: Person) -> None:
    cookies = await site.sign_in(ada, ada.password)

    theirs = (await site.handle("session", cookies=cookies))["body"]
    ours = (await site.get("/api/auth/session", cookie=header(cookies))).json()
    nobody = (await site.get("/api/auth/session")).json()

    assert isinstance(theirs, dict)
    assert ours["user"] == theirs["user"] == {"name": "Ada Lovelace", "email": ada.email}
    apart = datetime.fromisoformat(ours["expires"]) - datetime.fromisoformat(str(theirs["expires"]))
    assert abs(apart.total_seconds()) < 60
    assert nobody == (await site.handle("session"))["body"]


async def test_a_wrong_password_signs_nobody_in(site: Site, ada: Person) -> None:
    assert await site.sign_in(ada, "plum lantern gravel Monday") == {}
    assert (
        await ada.tenant.house.pools.system.fetchval(
            "SELECT count(*) FROM sessions s JOIN people p ON p.id = s.person_id WHERE p.email = $1", ada.email
        )
        == 0
    )


async def test_a_session_revoked_here_ends_at_the_front_end_however_often_it_is_sealed_anew(site: Site, ada: Person) -> None:
    elsewhere = await ada.client()
    cookies = await site.sign_in(ada, ada.password)

    revoked = await elsewhere.ask("mutation { revokeOtherSessions(input: {}) { ended errors { __typename } } }")
    renewed = cookies_of(await site.handle("session", cookies=cookies), site.connected.front.cookie)

    sealed = site.connected.front.sessions().from_cookies(renewed)
    refused = await site.get("/api/auth/session", authorization=f"Bearer {sealed}")
    assert revoked["revokeOtherSessions"] == {"ended": 1, "errors": []}
    assert list(renewed) == list(cookies)
    assert (await site.viewer({"cookie": header(renewed)}))["viewer"] is None
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHENTICATED")
