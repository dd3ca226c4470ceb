"""Browsers sign in by a route that sets a cookie out of reach of scripts; the cookie then speaks on every transport."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.identity.conftest import PASSWORD, Person

pytestmark = pytest.mark.asyncio

OURS = {"origin": "http://localhost:3000"}


async def post(tenant: Tenant, path: str, body: Any, **headers: str) -> httpx.Response:
    named = {**tenant.anonymous.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer = await tenant.http.post(path, json=body, headers=named)
    # Tests say themselves what is sent along.
    tenant.http.cookies.clear()
    return answer


@pytest.mark.parametrize("path", ["/api/auth/login", "/login", "/api/users/signin", "/v1/api/auth/login"])
async def test_signing_in_sets_a_cookie_that_is_known_from_then_on(ada: Person, path: str) -> None:
    answer = await post(ada.tenant, path, {"email": ada.email, "password": ada.password})

    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == ada.email
    assert "accessToken" not in answer.json()
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "no-store"
    pair = cookie.partition(";")[0]
    asked = await post(ada.tenant, "/graphql", {"query": "{ viewer { account { email } } }"}, cookie=pair, **OURS)
    assert asked.json() == {"data": {"viewer": {"account": {"email": ada.email}}}}
    current = await ada.tenant.http.get("/api/users/currentuser", headers={"cookie": pair, **OURS})
    assert current.json()["currentUser"]["email"] == ada.email


async def test_signing_out_takes_the_cookie_back(ada: Person) -> None:
    signed_in = await post(ada.tenant, "/api/auth/login", {"email": ada.email, "password": ada.password})
    pair = signed_in.headers["set-cookie"].partition(";")[0]

    answer = await post(ada.tenant, "/api/users/signout", {}, cookie=pair, **OURS)

    assert (answer.status_code, answer.json()) == (200, {})
    assert "Max-Age=0" in answer.headers["set-cookie"]
    again = await post(ada.tenant, "/api/users/signout", {})
    assert again.status_code == 200
    alive = await ada.tenant.house.pools.system.fetchval(
        "SELECT count(*) FROM sessions s JOIN people p ON p.id = s.person_id WHERE p.email = $1 AND revoked_at IS NULL", ada.email
    )
    assert alive == 0


async def test_a_cookie_that_was_not_used_for_a_week_is_nobodys(ada: Person, clock: Clock) -> None:
    signed_in = await post(ada.tenant, "/api/auth/login", {"email": ada.email, "password": ada.password})
    headers = {"cookie": signed_in.headers["set-cookie"].partition(";")[0], **OURS}

    await clock.advance(days=7, seconds=1)

    assert (await ada.tenant.http.get("/api/users/currentuser", headers=headers)).json() == {"currentUser": None}
    assert signed_in.json()["session"]["id"] not in await ids_of_sessions(ada)


async def ids_of_sessions(person: Person) -> set[str]:
    """The sessions that she is shown, by a new one."""
    client = await person.client()
    return {each["id"] for each in (await client.ask("{ viewer { sessions { id } } }"))["viewer"]["sessions"]}


async def test_programs_carry_tokens_instead(ada: Person) -> None:
    answer = await post(ada.tenant, "/api/auth/login", {"email": ada.email, "password": ada.password, "carrier": "tokens"})

    body = answer.json()
    assert "set-cookie" not in answer.headers
    asked = await ada.tenant.http.get("/api/users/currentuser", headers={"authorization": f"Bearer {body['accessToken']}"})
    assert asked.json()["currentUser"]["email"] == ada.email
    refreshed = await post(ada.tenant, "/api/auth/refresh", {"refreshToken": body["refreshToken"]})
    assert refreshed.json()["refreshToken"] != body["refreshToken"]
    gone = await post(ada.tenant, "/api/auth/refresh", {"refreshToken": "x" * 43})
    assert (gone.status_code, gone.json()["code"], gone.headers["www-authenticate"]) == (401, "UNAUTHENTICATED", "Bearer")


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ({"email": "ada@example.org"}, 400, ["#/password"]),
        ({}, 400, ["#/email", "#/password"]),
        ({"email": 1, "password": []}, 400, ["#/email", "#/password"]),
        ({"email": "a@example.org", "password": "x", "carrier": "pigeon"}, 400, ["#/carrier"]),
        ([], 400, []),
    ],
)
async def test_bad_bodies_are_refused_with_their_places(tenant: Tenant, body: Any, status: int, pointers: list[str]) -> None:
    answer = await post(tenant, "/api/auth/login", body)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert [each["pointer"] for each in answer.json().get("errors", [])] == pointers


async def test_wrong_credentials_are_401_and_the_same_for_everybody(ada: Person) -> None:
    wrong = await post(ada.tenant, "/api/auth/login", {"email": ada.email, "password": "wrong password"})
    unknown = await post(ada.tenant, "/api/auth/login", {"email": "nobody@example.org", "password": PASSWORD})

    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "instance": ""} == {**unknown.json(), "instance": ""}
    assert "set-cookie" not in wrong.headers


async def test_another_sites_page_signs_nobody_in(ada: Person) -> None:
    """It could sign a visitor in as somebody else, who then reads what the visitor does."""
    credentials = {"email": ada.email, "password": ada.password}
    foreign = await post(ada.tenant, "/api/auth/login", credentials, origin="https://evil.example", sec_fetch_site="cross-site")
    form = await ada.tenant.http.post("/api/auth/login", data=credentials, headers={"x-organization": ada.tenant.organization.slug})

    assert (foreign.status_code, form.status_code) == (403, 415)
    assert "set-cookie" not in foreign.headers


async def test_registering_answers_the_same_for_known_addresses(ada: Person) -> None:
    known = await post(ada.tenant, "/api/auth/register", {"email": ada.email, "password": PASSWORD, "name": "Eve"})
    strange = await post(ada.tenant, "/api/users/signup", {"email": "new@example.org", "password": PASSWORD, "name": "New"})

    assert (known.status_code, strange.status_code) == (202, 202)
    assert (known.json(), strange.json()) == ({"sentTo": ada.email}, {"sentTo": "new@example.org"})


async def test_a_worthless_cookie_is_nobodys(tenant: Tenant) -> None:
    answer = await tenant.http.get("/api/users/currentuser", headers={"cookie": "ticketbase-session=worthless", **OURS})

    assert answer.json() == {"currentUser": None}
