"""Sessions over REST: list them, end one, end the others."""

import pytest

from tests.api.conftest import Client
from tests.identity.conftest import Person
from tests.identity.test_sessions import live_sessions

pytestmark = pytest.mark.asyncio

ROUTE = "/api/auth/sessions"


async def listed(client: Client) -> list[dict[str, object]]:
    answer = await client.http.get(ROUTE, headers=client.headers)
    assert answer.status_code == 200, answer.text
    sessions: list[dict[str, object]] = answer.json()
    return sessions


async def test_they_are_listed_with_the_one_that_asks(ada: Person) -> None:
    here, there = await ada.client(user_agent="curl/8.5.0"), await ada.client()

    assert sorted(bool(each["isCurrent"]) for each in await listed(here)) == [False, True]
    [own] = [each for each in await listed(here) if each["isCurrent"]]
    assert (own["device"], own["address"], own["methods"]) == ("curl", own["address"], ["PASSWORD"])
    assert sorted(own) == ["address", "createdAt", "device", "endsAt", "id", "isCurrent", "lastSeenAt", "methods"]
    assert [each["id"] for each in await listed(there) if each["isCurrent"]] != [own["id"]]


async def test_one_is_ended_and_lets_nobody_in_at_once(ada: Person) -> None:
    here, there = await ada.client(), await ada.client()
    [theirs] = [each["id"] for each in await listed(there) if each["isCurrent"]]

    answer = await here.http.delete(f"{ROUTE}/{theirs}", headers=here.headers)

    assert (answer.status_code, answer.json()) == (200, {"ended": 1})
    assert (await there.http.get(ROUTE, headers=there.headers)).status_code == 401
    assert len(await listed(here)) == 1


async def test_all_others_are_ended(ada: Person) -> None:
    here, _, _ = [await ada.client() for _ in range(3)]

    answer = await here.http.delete(ROUTE, headers=here.headers)

    assert (answer.status_code, answer.json()) == (200, {"ended": 2})
    assert [each["isCurrent"] for each in await listed(here)] == [True]


async def test_anothers_session_is_not_there(ada: Person) -> None:
    hers = (await listed(await ada.client()))[0]["id"]
    owner = ada.tenant.owner

    answer = await owner.http.delete(f"{ROUTE}/{hers}", headers=owner.headers)

    assert answer.status_code == 404
    assert await live_sessions(ada.tenant, ada.email) == 1


async def test_nobody_has_no_sessions(ada: Person) -> None:
    nobody = ada.tenant.anonymous

    answers = [
        await nobody.http.get(ROUTE, headers=nobody.headers),
        await nobody.http.delete(ROUTE, headers=nobody.headers),
        await nobody.http.delete(f"{ROUTE}/U2Vzc2lvbjox", headers=nobody.headers),
    ]

    told = answers[0].json()
    assert [each.status_code for each in answers] == [401, 401, 404]
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert answers[0].headers["www-authenticate"] == "Bearer"
    assert (told["type"], told["title"], told["status"]) == ("/problems/unauthenticated", "Nobody is signed in", 401)
    assert (told["code"], told["detail"]) == ("UNAUTHENTICATED", "Sign in first: send a valid access token.")
