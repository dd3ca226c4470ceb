"""Attempts to get in are counted for all processes together; while nobody counts, nobody is let in."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_token
from adapters.valkey.client import connect
from adapters.valkey.throttle import ValkeyThrottle
from domain.refusals import Refused
from domain.throttling import Allowance, AttemptsUncounted, TooManyAttempts
from gateway.app import build_gateway
from gateway.embedded.valkey import ValkeyAddress
from gateway.environment import Secret
from gateway.house import House, furnish
from tests.identity.conftest import SIGN_IN, SIGN_UP, Person
from tests.identity.hanging import never_answering

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def redis(valkey: ValkeyAddress) -> AsyncIterator[Redis]:
    """A client of the Valkey that everybody shares."""
    client = connect(valkey.url)
    yield client
    await client.aclose()


@pytest_asyncio.fixture(params=["away", "hanging"])
async def uncounted(house: House, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """The same house whose Valkey is away, or takes connections and never answers."""
    async with never_answering() as hanging:
        settings = replace(house.settings, redis_url=Secret("redis://127.0.0.1:9" if request.param == "away" else hanging))
        async with furnish(settings, house.pools, follow=False) as alone:
            transport = httpx.ASGITransport(app=(await build_gateway(alone)).app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                yield client


async def refusal_of(throttle: ValkeyThrottle, allowance: Allowance) -> object:
    try:
        await throttle.take_surely([allowance])
    except Refused as no:
        return no.refusal
    return None


async def test_attempts_are_counted_until_they_are_used_up(redis: Redis) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    here, there = (ValkeyThrottle(redis, now=lambda: noon) for _ in range(2))
    allowance = Allowance(new_token(), 2, 60)

    first, second, refused = [await refusal_of(each, allowance) for each in (here, there, here)]

    assert (first, second) == (None, None)
    assert refused == TooManyAttempts(noon + timedelta(minutes=1))
    assert str(refused.message) == "There were too many attempts; try again at 2026-01-01T12:01:00Z."


async def test_while_nobody_counts_every_attempt_is_refused() -> None:
    nowhere = connect("redis://127.0.0.1:9")

    refused = await refusal_of(ValkeyThrottle(nowhere), Allowance(new_token(), 2, 60))

    await nowhere.aclose()
    assert refused == AttemptsUncounted()


@pytest.mark.parametrize("path", ["/api/auth/login", "/graphql"])
async def test_while_nobody_counts_not_even_the_right_password_lets_in(ada: Person, uncounted: httpx.AsyncClient, path: str) -> None:
    credentials = {"email": ada.email, "password": ada.password}
    body: Any = credentials if path != "/graphql" else {"query": SIGN_IN, "variables": {"input": credentials}}

    began = time.monotonic()
    answer = await uncounted.post(path, json=body, headers=ada.tenant.anonymous.headers)
    waited = time.monotonic() - began

    told = answer.json()
    assert waited < 1
    assert "UNAVAILABLE" in (told.get("code"), told.get("errors", [{}])[0].get("extensions", {}).get("code"))
    assert "set-cookie" not in answer.headers


async def test_while_nobody_counts_nothing_is_mailed(ada: Person, uncounted: httpx.AsyncClient, owner: Any) -> None:
    links = await owner.fetchval("SELECT count(*) FROM one_time_links")
    asking = {"query": SIGN_UP, "variables": {"input": {"email": "new@example.org", "password": ada.password, "name": "New"}}}

    answer = await uncounted.post("/graphql", json=asking, headers=ada.tenant.anonymous.headers)

    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert await owner.fetchval("SELECT count(*) FROM one_time_links") == links
