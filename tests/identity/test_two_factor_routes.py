"""Browsers meet the second factor at the routes of signing in: a problem with the challenge first, the cookie when it is answered."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Tenant
from tests.identity.authenticators import Guarded, code_at, guard, live_sessions
from tests.identity.conftest import Person

pytestmark = pytest.mark.asyncio

OURS = {"origin": "http://localhost:3000"}
CHALLENGE = "/api/auth/2fa/challenge"


async def post(tenant: Tenant, path: str, body: Any, **headers: str) -> httpx.Response:
    answer = await tenant.http.post(path, json=body, headers={**tenant.anonymous.headers, **headers})
    # Tests say themselves what is sent along.
    tenant.http.cookies.clear()
    return answer


async def log_in(person: Person, **wish: str) -> httpx.Response:
    return await post(person.tenant, "/api/auth/login", {"email": person.email, "password": person.password, **wish})


async def test_the_password_is_answered_with_a_challenge_and_no_cookie(ada: Person) -> None:
    await guard(ada)

    answer = await log_in(ada)

    body = answer.json()
    [error] = body["errors"]
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert (body["type"], body["code"]) == ("/problems/second-factor-required", "UNAUTHENTICATED")
    assert set(error) == {"challenge", "expiresAt", "methods", "type", "code", "detail"}
    assert (len(error["challenge"]), error["methods"]) == (43, ["TOTP", "RECOVERY_CODE"])
    assert "set-cookie" not in answer.headers
    assert (answer.headers["www-authenticate"], answer.headers["cache-control"]) == ("Bearer", "no-store")
    assert await live_sessions(ada) == 1


@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_the_code_sets_the_cookie(ada: Person, prefix: str) -> None:
    guarded = await guard(ada)
    challenge = (await log_in(ada)).json()["errors"][0]["challenge"]

    answer = await post(ada.tenant, prefix + CHALLENGE, {"challenge": challenge, "code": await guarded.code(1)})

    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.json()["user"]["email"]) == (200, ada.email)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "accessToken" not in answer.json()
    asked = await post(
        ada.tenant, "/graphql", {"query": "{ viewer { sessions { methods isCurrent } } }"}, cookie=cookie.partition(";")[0], **OURS
    )
    assert {"methods": ["PASSWORD", "TOTP"], "isCurrent": True} in asked.json()["data"]["viewer"]["sessions"]


async def test_who_wanted_tokens_gets_tokens(ada: Person) -> None:
    guarded = await guard(ada)
    challenge = (await log_in(ada, carrier="tokens")).json()["errors"][0]["challenge"]

    answer = await post(ada.tenant, CHALLENGE, {"challenge": challenge, "code": guarded.recovery_codes[0]})

    assert answer.status_code == 200
    assert set(answer.json()) == {"user", "session", "accessToken", "refreshToken", "expiresAt"}
    assert "set-cookie" not in answer.headers


async def test_wrong_codes_and_ended_challenges_are_told_apart(ada: Person) -> None:
    guarded = await guard(ada)
    challenge = (await log_in(ada)).json()["errors"][0]["challenge"]

    wrong = await post(ada.tenant, CHALLENGE, {"challenge": challenge, "code": await guarded.wrong()})
    ended = await post(ada.tenant, CHALLENGE, {"challenge": "x" * 43, "code": await guarded.code(1)})

    assert (wrong.status_code, wrong.json()["type"]) == (403, "/problems/code-wrong")
    assert wrong.json()["errors"][0]["pointer"] == "#/code"
    assert (ended.status_code, ended.json()["type"]) == (401, "/problems/challenge-ended")
    assert ended.json()["errors"][0]["pointer"] == "#/challenge"
    assert "set-cookie" not in wrong.headers
    assert "set-cookie" not in ended.headers


@pytest.mark.parametrize(
    ("body", "pointers"),
    [({}, ["#/challenge", "#/code"]), ({"challenge": 1, "code": None}, ["#/challenge", "#/code"]), ({"challenge": "x"}, ["#/code"])],
    ids=["nothing", "no texts", "no code"],
)
async def test_bad_bodies_are_refused_with_their_places(tenant: Tenant, body: Any, pointers: list[str]) -> None:
    answer = await post(tenant, CHALLENGE, body)

    assert answer.status_code == 400
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers


async def test_half_characters_are_refused(ada: Person) -> None:
    guarded = await guard(ada)
    challenge = await guarded.challenge()

    answer = await ada.tenant.http.post(
        CHALLENGE, content=f'{{"challenge": "{challenge}", "code": "\\ud800"}}',
        headers={**ada.tenant.anonymous.headers, "content-type": "application/json"},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/body-malformed")


async def test_another_sites_page_answers_no_challenge(ada: Person) -> None:
    guarded = await guard(ada)
    wish = {"challenge": (await log_in(ada)).json()["errors"][0]["challenge"], "code": await guarded.code(1)}

    foreign = await post(ada.tenant, CHALLENGE, wish, origin="https://evil.example", **{"sec-fetch-site": "cross-site"})

    assert foreign.status_code == 403
    assert await live_sessions(ada) == 1
    assert (await post(ada.tenant, CHALLENGE, wish, **OURS)).status_code == 200


async def test_it_is_enrolled_confirmed_and_turned_off_over_rest(ada: Person) -> None:
    tokens = (await log_in(ada, carrier="tokens")).json()
    bearer = {"authorization": f"Bearer {tokens['accessToken']}"}
    enrolled = await post(ada.tenant, "/api/auth/2fa/enroll", {"currentPassword": ada.password}, **bearer)
    secret = enrolled.json()["secret"]
    guarded = Guarded(ada, ada.tenant.anonymous, secret, [])

    wrong = await post(ada.tenant, "/api/auth/2fa/confirm", {"code": await guarded.wrong()}, **bearer)
    confirmed = await post(ada.tenant, "/api/auth/2fa/confirm", {"code": await guarded.code()}, **bearer)
    codes = confirmed.json()["recoveryCodes"]
    both = {"currentPassword": ada.password, "code": codes[0]}
    renewed = await post(ada.tenant, "/api/auth/2fa/recovery-codes", both, **bearer)
    off = await post(ada.tenant, "/api/auth/2fa/disable", {**both, "code": code_at(secret, await guarded.step() + 1)}, **bearer)

    assert set(enrolled.json()) == {"secret", "uri", "qr"}
    assert enrolled.headers["cache-control"] == "no-store"
    assert (wrong.status_code, wrong.json()["type"], wrong.json()["errors"][0]["pointer"]) == (403, "/problems/code-wrong", "#/code")
    assert (confirmed.status_code, len(codes), len(renewed.json()["recoveryCodes"])) == (200, 10, 10)
    assert (off.status_code, off.content) == (204, b"")
    assert (await log_in(ada)).status_code == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("enroll", ["currentPassword"]),
        ("confirm", ["code"]),
        ("disable", ["currentPassword", "code"]),
        ("recovery-codes", ["currentPassword", "code"]),
    ],
    ids=["enroll", "confirm", "disable", "recovery codes"],
)
async def test_nobody_changes_a_second_factor_without_being_signed_in(tenant: Tenant, path: str, fields: list[str]) -> None:
    answer = await post(tenant, f"/api/auth/2fa/{path}", dict.fromkeys(fields, "123456"))

    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
