"""A service key keeps people in step with a front end: by their proven address only, and for nobody who lacks the permission."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from adapters.crypto.identifiers import new_id
from domain.identity import GRANTS, PUBLIC, Permission, Role, Viewer
from gateway.contexts import Contexts
from gateway.house import House
from gateway.identity.front_ends import front_end_routes
from gateway.rest.resources import RestTerms
from resolvers.context import Context
from tests.api.conftest import Tenant
from tests.identity.conftest import Person

pytestmark = pytest.mark.asyncio

USERS = "/api/auth/users"
ACCOUNT = """
SELECT p.name, a.locale, a.profile, a.version, a.password_hash, a.email_verified_at IS NOT NULL AS proved
FROM people p JOIN accounts a ON a.person_id = p.id WHERE p.email = $1
"""


class Syncing(Viewer):
    """A viewer with the one permission that no role has."""

    __slots__ = ()

    @property
    def permissions(self) -> frozenset[Permission]:
        return PUBLIC | {Permission.PEOPLE_SYNC}


class Keyed:
    """Makes the context of a program with a service key, whatever is asked."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def of(self, _connection: HTTPConnection) -> Context:
        return self._house.contexts.for_viewer(Syncing(None))


@asynccontextmanager
async def asking(house: House) -> AsyncIterator[httpx.AsyncClient]:
    keyed = replace(house, contexts=cast("Contexts", Keyed(house)))
    app = Starlette(routes=front_end_routes(keyed, RestTerms.of(house.settings)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def key(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(house) as client:
        yield client


def new_address() -> str:
    return f"grace-{new_id()}@example.org"


async def account(house: House, email: str) -> dict[str, Any] | None:
    row = await house.pools.system.fetchrow(ACCOUNT, email)
    return dict(row) if row else None


async def test_somebody_new_is_entered_without_a_password(key: httpx.AsyncClient, house: House) -> None:
    email, image = new_address(), "https://shop.example/grace.png"
    told = {"name": "Grace Hopper", "image": image, "locale": "de"}

    made = await key.put(USERS, json={**told, "email": f" {email.upper()}", "emailVerified": "2026-11-21T16:00:00.000Z"})
    found = await key.get(f"{USERS}/by-email", params={"email": email})

    assert (made.status_code, found.status_code) == (201, 200)
    assert made.json() == found.json()
    assert {name: made.json()[name] for name in ("email", *told)} == {"email": email, **told}
    kept = await account(house, email)
    assert kept
    assert (kept["name"], kept["locale"], kept["profile"]) == ("Grace Hopper", "de", {"image": image})
    assert (kept["password_hash"], kept["proved"]) == (None, True)


async def test_who_has_no_name_is_called_by_her_address(key: httpx.AsyncClient, house: House) -> None:
    email = new_address()

    made = await key.put(USERS, json={"email": email, "name": None, "image": None, "emailVerified": True})

    kept = await account(house, email)
    assert made.json()["name"] == email.partition("@")[0]
    assert kept
    assert (kept["profile"], kept["version"]) == ({}, 1)


async def test_somebody_known_is_changed_where_something_is_said_and_keeps_her_password(
    key: httpx.AsyncClient, house: House, ada: Person
) -> None:
    before = await account(house, ada.email)
    assert before

    first = await key.put(
        USERS, json={"email": ada.email, "emailVerified": True, "name": "Lady Ada", "image": "https://shop.example/a.png"}
    )
    same = await key.put(USERS, json={"email": ada.email, "emailVerified": True, "name": "Lady Ada"})
    bare = await key.put(USERS, json={"email": ada.email, "emailVerified": True, "image": ""})

    after = await account(house, ada.email)
    assert [each.status_code for each in (first, same, bare)] == [200, 200, 200]
    assert first.json() == same.json()
    assert "image" not in bare.json()
    assert after == {**before, "name": "Lady Ada", "version": before["version"] + 2}
    assert (await ada.sign_in())["errors"] == []


async def test_a_guest_keeps_her_id(key: httpx.AsyncClient, house: House, tenant: Tenant) -> None:
    email, person_id = new_address(), new_id()
    await house.pools.system.execute("INSERT INTO people (id, email, name) VALUES ($1, $2, 'Guest')", person_id, email)

    made = await key.put(USERS, json={"email": email, "emailVerified": True, "name": "Grace"})

    assert made.status_code == 201
    assert await house.pools.system.fetchval("SELECT person_id FROM accounts WHERE person_id = $1", person_id) == person_id


async def test_twenty_at_once_enter_one_account(key: httpx.AsyncClient, house: House) -> None:
    email = new_address()
    body = {"email": email, "emailVerified": True, "name": "Grace"}

    answers = await asyncio.gather(*(key.put(USERS, json=body) for _ in range(20)))

    assert {each.json()["id"] for each in answers} == {answers[0].json()["id"]}
    assert await house.pools.system.fetchval("SELECT count(*) FROM people WHERE email = $1", email) == 1


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"emailVerified": None}, ["#/emailVerified"]),
        ({"emailVerified": False}, ["#/emailVerified"]),
        ({"emailVerified": "yes"}, ["#/emailVerified"]),
        ({"emailVerified": "2026-11-21"}, ["#/emailVerified"]),
        ({"emailVerified": 1}, ["#/emailVerified"]),
        ({"email": None}, ["#/email"]),
        ({"email": "grace"}, ["#/email"]),
        ({"name": ["Grace"], "image": 1}, ["#/name", "#/image"]),
        ({"name": "x" * 201, "locale": "english"}, ["#/name", "#/locale"]),
        ({"image": "javascript:alert(1)"}, ["#/image"]),
        ({"image": "javascript://shop.example/%0aalert(1)"}, ["#/image"]),
        ({"image": "https://shop.example/" + "x" * 1_000}, ["#/image"]),
    ],
    ids=str,
)
async def test_what_is_no_person_or_not_proved_is_refused(
    key: httpx.AsyncClient, house: House, changes: dict[str, Any], places: list[str]
) -> None:
    email = new_address()

    answer = await key.put(USERS, json={"email": email, "emailVerified": True, "name": "Grace", **changes})

    assert answer.status_code == 400
    assert sorted(each["pointer"] for each in answer.json()["errors"]) == sorted(places)
    assert await account(house, email) is None


async def test_nobody_is_found_by_an_address_that_nobody_has(key: httpx.AsyncClient) -> None:
    missing = await key.get(f"{USERS}/by-email", params={"email": new_address()})
    unsaid = await key.get(f"{USERS}/by-email")
    odd = await key.get(f"{USERS}/by-email", params={"email": "grace"})

    assert [each.status_code for each in (missing, unsaid, odd)] == [404, 400, 400]
    assert unsaid.json()["errors"][0]["parameter"] == "email"


@pytest.mark.parametrize("role", [None, *Role], ids=str)
async def test_no_role_may_look_up_or_change_people_of_the_whole_platform(house: House, tenant: Tenant, role: Role | None) -> None:
    """They may never have been in this organization's house."""
    client = tenant.member(role) if role else tenant.anonymous
    email = new_address()

    found = await tenant.http.get(f"{USERS}/by-email", params={"email": email}, headers=client.headers)
    made = await tenant.http.put(USERS, json={"email": email, "emailVerified": True, "name": "Grace"}, headers=client.headers)

    status = 403 if role else 401
    assert (found.status_code, made.status_code) == (status, status)
    assert await account(house, email) is None
    assert not any(Permission.PEOPLE_SYNC in each for each in GRANTS.values())
