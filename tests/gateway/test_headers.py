"""Every answer carries the headers that keep it where it belongs, also those that no door of ours made."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio

from gateway.app import build_gateway
from gateway.house import House
from gateway.settings import Mode
from tests.api.conftest import Tenant, api_settings, gateway, house, http, tenant

__all__ = ["api_settings", "gateway", "house", "http", "tenant"]

pytestmark = pytest.mark.asyncio

ANSWERS = [
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/"),
    ("GET", "/graphql"),
    ("POST", "/graphql"),
    ("PUT", "/graphql"),
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/api/events"),
    ("GET", "/api/nothing-here"),
    ("PATCH", "/api/events"),
    ("GET", "/api/users/currentuser"),
    ("POST", "/api/auth/login"),
    ("GET", "/assets/graphiql/nothing-here.js"),
    ("GET", "/api/images/nobody/nothing/here"),
    ("OPTIONS", "/api/events"),
]
GUARDS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest_asyncio.fixture(scope="module")
async def public(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The same house as people meet it."""
    settings = replace(house.settings, mode=Mode.PRODUCTION)
    app = (await build_gateway(replace(house, settings=settings))).app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://tickets.example") as client:
        yield client


@pytest.mark.parametrize(("method", "path"), ANSWERS)
async def test_an_answer_is_guarded(http: httpx.AsyncClient, public: httpx.AsyncClient, method: str, path: str) -> None:
    in_development = await http.request(method, path)
    in_public = await public.request(method, path)

    for answer in (in_development, in_public):
        assert {name: answer.headers.get(name) for name in GUARDS} == GUARDS
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in in_development.headers
    assert in_public.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


async def test_a_preflight_is_guarded_too(public: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    asking = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}

    answer = await http.options("/graphql", headers=asking)
    stranger = await public.options("/graphql", headers={**asking, "origin": "https://evil.example"})

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "http://localhost:3000")
    assert stranger.status_code == 400
    assert "access-control-allow-origin" not in stranger.headers
    assert answer.headers["x-content-type-options"] == stranger.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/graphql?query={viewer{role}}", "/api/events", "/api/users/currentuser"])
async def test_what_somebody_is_told_who_is_signed_in_is_kept_nowhere(tenant: Tenant, path: str) -> None:
    answer = await tenant.http.get(path, headers=tenant.owner.headers)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
