"""The routes for front ends: who is signed in, tokens for forms, credentials, and people kept in step by a service key."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.database import Pools
from gateway.settings import Settings
from schema import ids
from tests.identity.authenticators import SIGN_IN, guard, live_sessions
from tests.identity.conftest import Person
from tests.nextauth.connected import Connected, connected_to
from tests.nextauth.front_ends import V4
from tests.nextauth.test_visitors import id_of, session_of

pytestmark = pytest.mark.asyncio

CSRF = "authjs.csrf-token"
OURS = {"origin": "http://localhost:3000"}


async def get(connected: Connected, path: str, **headers: str) -> httpx.Response:
    answer = await connected.http.get(path, headers=headers)
    connected.http.cookies.clear()
    return answer


async def post(connected: Connected, path: str, body: Any, **headers: str) -> httpx.Response:
    answer = await connected.http.post(path, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
    connected.http.cookies.clear()
    return answer


async def sign_in(connected: Connected, person: Person, **changes: Any) -> httpx.Response:
    named = {"x_organization": person.tenant.organization.slug, "x_forwarded_for": person.tenant.address}
    return await post(connected, "/api/auth/credentials", {"email": person.email, "password": person.password, **changes}, **named)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def older_shop(api_settings: Settings, app_pool: Any, system_pool: Any) -> AsyncIterator[Connected]:
    """A gateway and a front end with next-auth 4."""
    async with connected_to(V4, api_settings, Pools(app_pool, system_pool)) as connected:
        yield connected


@pytest.mark.parametrize("path", ["/api/auth/session", "/v1/api/auth/session"])
async def test_the_session_tells_what_the_front_ends_says(shop: Connected, ada: Person, path: str) -> None:
    said = session_of(ada.email, tenant_id=ada.tenant.organization.slug, name="Countess", picture="https://shop.example/a.png")

    for headers in (shop.cookie(said), shop.bearer(said)):
        answer = await get(shop, path, **headers)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert answer.json()["user"] == {"name": "Countess", "email": ada.email, "image": "https://shop.example/a.png"}
        assert answer.json() == shop.front.sessions().body(said)


async def test_the_session_tells_of_our_own_cookie_and_token_in_the_same_shape(shop: Connected, ada: Person) -> None:
    named = {"x_organization": ada.tenant.organization.slug}
    credentials = {"email": ada.email, "password": ada.password}
    cookie = (await post(shop, "/api/auth/login", credentials, **named)).headers["set-cookie"].partition(";")[0]
    token = (await post(shop, "/api/auth/login", {**credentials, "carrier": "tokens"}, **named)).json()["accessToken"]

    by_cookie = (await get(shop, "/api/auth/session", cookie=cookie)).json()
    by_token = (await get(shop, "/api/auth/session", authorization=f"Bearer {token}")).json()

    assert by_cookie["user"] == by_token["user"] == {"name": "Ada Lovelace", "email": ada.email}
    assert by_token["expires"] < by_cookie["expires"]


async def test_nobody_is_told_in_the_shape_of_the_library(
    shop: Connected, older_shop: Connected, http: httpx.AsyncClient, ada: Person
) -> None:
    unproved = session_of(ada.email, email_verified=False, tenant_id=ada.tenant.organization.slug)

    assert (await get(shop, "/api/auth/session")).content == b"null"
    assert (await get(shop, "/api/auth/session", **shop.cookie(unproved))).content == b"null"
    assert (await get(older_shop, "/api/auth/session")).content == b"{}"
    assert (await http.get("/api/auth/session")).content == b"{}"
    assert (await get(shop, "/api/auth/session", authorization="Bearer nonsense")).status_code == 401


async def test_another_sites_page_does_not_read_the_session(shop: Connected, ada: Person) -> None:
    headers = shop.cookie(session_of(ada.email, tenant_id=ada.tenant.organization.slug))

    answer = await shop.http.get("/api/auth/session", headers={**headers, "origin": "https://evil.example", "sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert ada.email not in answer.text


async def test_a_token_for_forms_comes_with_the_cookie_that_vouches_for_it_and_stays(shop: Connected, older_shop: Connected) -> None:
    first = await get(shop, "/api/auth/csrf")
    cookie, _, attributes = first.headers["set-cookie"].partition("; ")

    again = await get(shop, "/api/auth/csrf", cookie=cookie)
    forged = await get(shop, "/api/auth/csrf", cookie=f"{CSRF}=abc%7C123")
    older = await get(older_shop, "/api/auth/csrf")

    assert cookie.startswith(f"{CSRF}=")
    assert attributes == "Path=/; HttpOnly; SameSite=Lax"
    assert shop.front.sessions().check_csrf(cookie.partition("=")[2], first.json()["csrfToken"])
    assert again.json() == first.json()
    assert "set-cookie" not in again.headers
    assert forged.json() != first.json()
    assert forged.headers["set-cookie"].startswith(f"{CSRF}=")
    assert older.headers["set-cookie"].startswith("next-auth.csrf-token=")


async def test_without_a_front_end_there_are_no_tokens_for_forms(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/auth/csrf")).status_code == 404


async def test_a_change_in_the_front_ends_cookie_needs_the_forms_token(shop: Connected, ada: Person) -> None:
    made = await sign_in(shop, ada)
    said = session_of(ada.email, tenant_id=ada.tenant.organization.slug, session_id=made.json()["sessionId"])
    session, (token, value), other = (
        shop.cookie(said)["cookie"],
        shop.front.sessions().csrf_cookie(),
        shop.front.sessions().csrf_cookie()[0],
    )
    both = f"{session}; {CSRF}={value}"

    async def is_over() -> bool:
        query = "SELECT revoked_at IS NOT NULL FROM sessions WHERE person_id = $1"
        return bool(await shop.house.pools.system.fetchval(query, await id_of(ada)))

    refused = [
        await post(shop, "/api/auth/logout", {}, cookie=both, **OURS),
        await post(shop, "/api/auth/logout", {"csrfToken": other}, cookie=both, **OURS),
        await post(shop, "/api/auth/logout", {"csrfToken": token}, cookie=session, **OURS),
        await post(shop, "/api/auth/logout", {"csrfToken": token}, cookie=both, origin="https://evil.example"),
        await post(shop, "/api/auth/logout", {}, cookie=both, authorization="", **OURS),
    ]
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(403, "FORBIDDEN")] * 5
    assert [each.json()["type"] for each in refused[:3]] == ["/problems/form-unproved"] * 3
    assert not await is_over()

    left = await post(shop, "/api/auth/logout", {}, cookie=both, x_csrf_token=token, **OURS)
    assert left.status_code == 200
    assert await is_over()


async def test_right_credentials_are_answered_with_the_user_of_a_provider(shop: Connected, ada: Person) -> None:
    answer = await sign_in(shop, ada)

    user = answer.json()
    [session_id] = await shop.house.pools.system.fetch("SELECT id FROM sessions WHERE person_id = $1", await id_of(ada))
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert user.pop("emailVerified").endswith("Z")
    assert user == {
        "id": ids.show("Person", await id_of(ada)),
        "email": ada.email,
        "name": "Ada Lovelace",
        "locale": "en",
        "tenantId": str(ada.tenant.organization.id),
        "sessionId": ids.show("Session", session_id["id"]),
        "role": "user",
        "permissions": ["accounts:use", "holds:place", "orders:place"],
    }


async def test_wrong_credentials_get_one_answer_and_no_session(shop: Connected, ada: Person) -> None:
    wrong = await sign_in(shop, ada, password="wrong password")
    unknown = await sign_in(shop, ada, email="nobody@example.org")
    extra = await sign_in(shop, ada, csrfToken="whatever the library gave", redirect="false")

    assert (wrong.status_code, unknown.status_code, extra.status_code) == (401, 401, 200)
    assert {**wrong.json(), "instance": ""} == {**unknown.json(), "instance": ""}
    assert await shop.house.pools.system.fetchval("SELECT count(*) FROM sessions WHERE person_id = $1", await id_of(ada)) == 1


async def test_guesses_are_counted_with_those_of_every_other_way_in(shop: Connected, ada: Person) -> None:
    guesses = [await sign_in(shop, ada, password=f"wrong {number}") for number in range(11)]

    right = await sign_in(shop, ada)
    elsewhere = await ada.sign_in()

    assert [each.status_code for each in guesses] == [401] * 10 + [429]
    assert right.status_code == 429
    assert 840 < int(right.headers["retry-after"]) <= 901
    assert right.json()["detail"] == f"There were too many attempts; try again at {right.json()['errors'][0]['retryAt']}."
    assert elsewhere["errors"][0]["code"] == "RATE_LIMITED"


async def test_who_owes_a_code_gets_a_challenge_and_with_the_code_the_user(shop: Connected, ada: Person) -> None:
    guarded = await guard(ada)
    before = await live_sessions(ada)

    owed = await sign_in(shop, ada)
    challenge = owed.json()["errors"][0]["challenge"]
    between = await live_sessions(ada)
    named = {"x_organization": ada.tenant.organization.slug, "x_forwarded_for": ada.tenant.address}
    unsaid = await post(shop, "/api/auth/credentials", {"challenge": challenge}, **named)
    wrong = await post(shop, "/api/auth/credentials", {"challenge": challenge, "code": await guarded.wrong()}, **named)
    right = await post(shop, "/api/auth/credentials", {"challenge": challenge, "code": await guarded.code(1)}, **named)
    again = await post(shop, "/api/auth/credentials", {"challenge": challenge, "code": await guarded.code(1)}, **named)

    assert (owed.status_code, owed.json()["type"]) == (401, "/problems/second-factor-required")
    assert [each.status_code for each in (unsaid, wrong, right, again)] == [400, 403, 200, 401]
    assert right.json()["email"] == ada.email
    said = session_of(ada.email, tenant_id=right.json()["tenantId"], session_id=right.json()["sessionId"])
    assert await shop.email(shop.cookie(said)) == ada.email
    assert (between, await live_sessions(ada)) == (before, before + 1)


async def test_a_challenge_for_tokens_is_not_answered_here(shop: Connected, ada: Person) -> None:
    guarded = await guard(ada)
    payload = (await ada.tenant.anonymous.ask(SIGN_IN, input={"email": ada.email, "password": ada.password}))["signIn"]
    body = {"challenge": payload["errors"][0]["challenge"], "code": await guarded.code(1)}

    answer = await post(shop, "/api/auth/credentials", body, x_organization=ada.tenant.organization.slug)

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/challenge-ended")
