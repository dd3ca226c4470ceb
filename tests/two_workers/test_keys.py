"""Keys change while people sign in, ask and refresh at both gateways, and nobody notices but whoever has a token of a key long gone."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from tests.commands import ticketbase
from tests.two_workers.people import Olga, let_in
from tests.two_workers.platform import TOKENS, Platform, Tenant, eventually

pytestmark = pytest.mark.asyncio

WHO = "{ viewer { role } }"
CLIENTS = 4
KEPT = "SELECT id, place, key_sealed, created_at, placed_at FROM signing_keys"
PUT_BACK = "INSERT INTO signing_keys (id, place, key_sealed, created_at, placed_at) VALUES ($1, $2, $3, $4, $5)"


@pytest_asyncio.fixture
async def ring(platform: Platform, tenant: Tenant) -> AsyncIterator[None]:
    """The keys as other tests need them, afterwards too: a token of the first key makes both gateways look."""
    async with platform.connected(platform.superuser) as connection:
        rows = await connection.fetch(KEPT)
        yield
        async with connection.transaction():
            await connection.execute("DELETE FROM signing_keys")
            await connection.executemany(PUT_BACK, [tuple(row) for row in rows])
    for gateway in (0, 1):
        await eventually(lambda gateway=gateway: accepts(tenant, gateway), "the first key was not taken back")  # type: ignore[misc]


async def accepts(tenant: Tenant, gateway: int) -> bool:
    """Whether the gateway takes a token of the first key."""
    return "errors" not in await tenant.owner(gateway).answer(WHO)


async def rotate(platform: Platform, folder: Path) -> dict[str, str]:
    """The ids of the keys by their new places."""
    finished = await ticketbase(platform.environment, folder, "keys", "rotate", "--now", "--json")
    assert finished.code == 0, finished.err
    return {each["place"]: each["id"] for each in json.loads(finished.out)["keys"]}


async def key_ids(tenant: Tenant, gateway: int) -> list[str]:
    """What a gateway publishes."""
    answer = await tenant.https[gateway].get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    return [each["kid"] for each in answer.json()["keys"]]


async def live(olga: Olga, number: int, told: asyncio.Event, rounds: list[int]) -> None:
    """Sign in at one gateway, ask and refresh at the other, and again, until told to stop. The first failure ends the test."""
    for at in count(number):
        if told.is_set():
            return
        tickets = await olga.sign_in(at % 2)
        for turn in range(5):
            who = await olga.client(tickets["access"], (at + turn + 1) % 2).ask(WHO)
            assert who == {"viewer": {"role": "OWNER"}}
            tickets = await olga.refresh(tickets["refresh"], (at + turn) % 2)
        rounds[number] += 1


async def test_keys_change_under_way_and_no_request_fails(platform: Platform, tenant: Tenant, ring: None, tmp_path: Path) -> None:
    olga, told, rounds = await let_in(platform, tenant), asyncio.Event(), [0] * CLIENTS

    async with asyncio.TaskGroup() as clients:
        for number in range(CLIENTS):
            clients.create_task(live(olga, number, told, rounds))
        await eventually(lambda: reached(rounds, 1), "nobody came round before")
        ids = await rotate(platform, tmp_path)
        for gateway in (0, 1):
            await eventually(lambda gateway=gateway: shows(tenant, gateway, ids), "a gateway did not notice", within=60)  # type: ignore[misc]
        before = max(rounds)
        await eventually(lambda: reached(rounds, before + 1), "nobody came round after")
        told.set()

    assert ids["PREVIOUS"] == TOKENS.key_id
    assert await accepts(tenant, 0)


async def test_a_token_of_a_forgotten_key_is_refused_everywhere(platform: Platform, tenant: Tenant, ring: None, tmp_path: Path) -> None:
    await rotate(platform, tmp_path)
    ids = await rotate(platform, tmp_path)

    for gateway in (0, 1):
        await eventually(lambda gateway=gateway: shows(tenant, gateway, ids), "a gateway did not notice", within=60)  # type: ignore[misc]

    refused = [await tenant.owner(gateway).answer(WHO) for gateway in (0, 1)]
    assert [each["errors"][0]["extensions"]["code"] for each in refused] == ["UNAUTHENTICATED"] * 2
    assert "its key is not known" in refused[0]["errors"][0]["message"]


async def shows(tenant: Tenant, gateway: int, ids: dict[str, str]) -> bool:
    """Whether the gateway publishes these keys, the current one first."""
    return await key_ids(tenant, gateway) == [ids["CURRENT"], ids["NEXT"], ids["PREVIOUS"]]


async def reached(rounds: list[int], least: int) -> bool:
    """Whether every client came round so often."""
    return min(rounds) >= least
