"""A hundred families of refresh tokens, each token shown twenty times at once: one successor each, and nobody is cut off."""

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id, new_token
from domain.identity import Viewer
from domain.secrets import digest
from domain.sessions import Caller, Carrier, Method, SessionTerms, open_session
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.identity.conftest import Person

pytestmark = pytest.mark.asyncio

FAMILIES, PRESENTATIONS = 100, 20
# More at once would only wait for this one process, until the counting of attempts gives up and refuses.
AT_ONCE = 10
LIVE_TOKENS = """
SELECT count(*) FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN people p ON p.id = s.person_id
WHERE p.email = $1 AND t.used_at IS NULL GROUP BY s.id
"""
ENDED = "SELECT count(*) FROM sessions s JOIN people p ON p.id = s.person_id WHERE p.email = $1 AND s.revoked_because = 'TOKEN_REUSED'"


async def begin(person: Person) -> str:
    """The first refresh token of a new session; without a password, whose hashing would take the test's time."""
    secret = new_token()
    async with person.tenant.house.contexts.for_viewer(Viewer(person.tenant.organization.id)).accounts() as work:
        account = await work.accounts.by_email(person.email)
        assert account is not None
        whose = (account.person_id, person.tenant.organization.id)
        session = open_session(new_id(), whose, Caller(), (Method.PASSWORD,), work.now, SessionTerms())
        await work.sessions.add(session, Carrier.TOKENS, digest(secret))
    return secret


async def show(tenant: Tenant, family: int, token: str) -> tuple[int, Any]:
    """What the gateway answers; each family is at a network address of its own."""
    headers = {**tenant.anonymous.headers, "x-forwarded-for": str(IPv4Address(0xC6120000 + family))}
    answer = await tenant.http.post("/api/auth/refresh", json={"refreshToken": token}, headers=headers)
    return answer.status_code, answer.json()


async def show_each(tenant: Tenant, tokens: Sequence[str]) -> list[list[tuple[int, Any]]]:
    """Every token twenty times at once, some families at a time; the answers by family."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def show_one(family: int, token: str) -> list[tuple[int, Any]]:
        async with turns:
            return list(await asyncio.gather(*(show(tenant, family, token) for _ in range(PRESENTATIONS))))

    return await asyncio.gather(*(show_one(family, token) for family, token in enumerate(tokens)))


async def test_each_family_has_one_successor_whoever_shows_its_token_how_often(ada: Person, clock: Clock) -> None:
    tokens = [await begin(ada) for _ in range(FAMILIES)]
    pool = ada.tenant.house.pools.system
    await clock.stop()

    answers = await show_each(ada.tenant, tokens)

    assert {status for family in answers for status, _ in family} == {200}
    successors = [{body["refreshToken"] for _, body in family} for family in answers]
    assert [len(each) for each in successors] == [1] * FAMILIES
    assert len(set[str]().union(*successors)) == FAMILIES
    assert [row["count"] for row in await pool.fetch(LIVE_TOKENS, ada.email)] == [1] * FAMILIES
    assert await pool.fetchval(ENDED, ada.email) == 0

    await clock.advance(seconds=11)
    [stolen] = [await show(ada.tenant, 0, tokens[0])]

    assert stolen[0] == 401
    assert await pool.fetchval(ENDED, ada.email) == 1
    assert (await show(ada.tenant, 0, successors[0].pop()))[0] == 401
    assert (await show(ada.tenant, 1, successors[1].pop()))[0] == 200
