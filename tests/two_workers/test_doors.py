"""Everything that a gateway answers besides GraphQL, asked over a real socket, and the headers that each answer carries."""

import re
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio

from tests.api.box_office import hold, put_on_sale
from tests.two_workers.platform import Platform, Tenant

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quiet")]

PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
QUERY = "/graphql?query={__typename}"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type,x-cart,x-organization"}


@pytest_asyncio.fixture
async def door(platform: Platform) -> httpx.AsyncClient:
    """One of the gateways."""
    return platform.https[0]


@pytest.mark.parametrize("path", ["/graphql", "/docs"])
async def test_a_page_and_all_that_belongs_to_it_come_from_here(door: httpx.AsyncClient, path: str) -> None:
    page = await door.get(path, headers=PAGE)
    files = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page.text)
    answers = [await door.get(each) for each in files]

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert len(files) >= 3
    assert all(each.startswith("/assets/") for each in files)
    assert {each.status_code for each in answers} == {200}


async def test_the_address_alone_leads_to_graphiql(door: httpx.AsyncClient) -> None:
    answer = await door.get("/", headers=PAGE)

    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


async def test_rest_is_described_and_answers(door: httpx.AsyncClient, tenant: Tenant) -> None:
    described = (await door.get("/openapi.json")).json()
    await put_on_sale(tenant.owner())
    listed = await door.get("/api/events", headers={"x-organization": tenant.slug})

    assert described["openapi"].startswith("3.1")
    assert "/api/events" in described["paths"]
    assert [each["slug"] for each in listed.json()["items"]] == ["late-show"]


async def test_health_names_every_dependency(door: httpx.AsyncClient) -> None:
    alive, ready = await door.get("/livez"), await door.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    found = {name: check["ok"] for name, check in ready.json()["checks"].items()}
    assert found == {"postgresql": True, "valkey": True, "object_storage": True, "mail": False}
    assert {alive.headers["cache-control"], ready.headers["cache-control"]} == {"no-store"}


async def test_figures_count_what_was_asked_and_sold(door: httpx.AsyncClient, tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner())
    before = await figures(door)
    await hold(tenant.buyer(), event_id, type_id)
    after = await figures(door)

    placed, asked = (
        'ticketbase_holds_total{outcome="placed"}',
        'ticketbase_http_requests_total{method="POST",route="/graphql",status="200"}',
    )
    assert after[placed] - before.get(placed, 0) == 1
    assert after[asked] - before[asked] == 1


async def figures(door: httpx.AsyncClient) -> dict[str, float]:
    """What Prometheus would read."""
    text = (await door.get("/metrics")).raise_for_status().text
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))}


async def test_others_can_verify_our_tokens_with_the_published_keys(door: httpx.AsyncClient, tenant: Tenant) -> None:
    keys = jwt.PyJWKSet.from_dict((await door.get("/.well-known/jwks.json")).json())
    token = tenant.token()
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["EdDSA"], audience="ticketbase", issuer="ticketbase")

    assert (claims["sub"], claims["org"]) == (str(tenant.owner_id), str(tenant.organization.id))


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:3000", "http://demo.localhost:8000"])
async def test_pages_in_development_may_call(door: httpx.AsyncClient, tenant: Tenant, origin: str) -> None:
    asked = {"origin": origin, "x-organization": tenant.slug}
    before = await door.options("/graphql", headers={"origin": origin, **PREFLIGHT})
    answers = [await door.post("/graphql", json={"query": "{ __typename }"}, headers=asked), await door.get("/api/events", headers=asked)]

    assert before.status_code == 200
    assert {"authorization", "content-type", "x-cart", "x-organization"} <= listed(before, "access-control-allow-headers")
    assert {"post", "get", "patch", "delete"} <= listed(before, "access-control-allow-methods")
    for each in (before, *answers):
        assert each.is_success
        assert each.headers["access-control-allow-origin"] == origin
        assert each.headers["access-control-allow-credentials"] == "true"
        assert "origin" in listed(each, "vary")
    assert all("x-request-id" in listed(each, "access-control-expose-headers") for each in answers)


@pytest.mark.parametrize("origin", ["https://tickets.example", "http://localhost.tickets.example", "null"])
async def test_pages_of_strangers_may_not(door: httpx.AsyncClient, tenant: Tenant, origin: str) -> None:
    asked = {"origin": origin, "x-organization": tenant.slug}
    before = await door.options("/graphql", headers={"origin": origin, **PREFLIGHT})
    answers = [await door.post("/graphql", json={"query": "{ __typename }"}, headers=asked), await door.get("/api/events", headers=asked)]

    assert before.status_code == 400
    assert not [each for each in (before, *answers) if "access-control-allow-origin" in each.headers]


def listed(answer: httpx.Response, name: str) -> set[str]:
    return {each.strip().lower() for each in answer.headers[name].split(",")}


async def test_the_callers_request_id_comes_back_and_one_that_is_none_does_not(door: httpx.AsyncClient, tenant: Tenant) -> None:
    asked = {"x-organization": tenant.slug}
    matched = [
        await door.get(path, headers={**asked, "x-request-id": "shop-42"}) for path in ("/graphql?query={__typename}", "/api/events")
    ]
    refused = [await door.get(path, headers={**asked, "x-request-id": "<b>"}) for path in ("/graphql?query={__typename}", "/api/events")]

    assert [each.headers["x-request-id"] for each in matched] == ["shop-42", "shop-42"]
    assert all(re.fullmatch(r"[0-9a-f-]{36}", each.headers["x-request-id"]) for each in refused)


async def test_an_errors_request_id_is_that_of_its_answer(door: httpx.AsyncClient) -> None:
    answer = await door.post("/graphql", json={"query": "{ nothing }"}, headers={"x-request-id": "shop-43"})

    assert answer.headers["x-request-id"] == "shop-43"
    assert [each["extensions"]["requestId"] for each in answer.json()["errors"]] == ["shop-43"]


async def test_only_what_is_public_may_be_kept_by_a_cache(door: httpx.AsyncClient, tenant: Tenant) -> None:
    here = {"x-organization": tenant.slug}
    bearer = {"authorization": f"Bearer {tenant.token()}"}
    public = [await door.get(path, headers=here) for path in (QUERY, "/api/events")]
    private = [await door.get(path, headers=who) for path in (QUERY, "/api/events") for who in (bearer, {**here, "x-cart": "c" * 43})]
    wrong = await door.get(QUERY, headers={"authorization": "Bearer nonsense"})

    assert {each.headers["cache-control"] for each in public} == {"no-cache"}
    assert {each.headers["cache-control"] for each in (*private, wrong)} == {"no-store"}
    assert wrong.status_code == 401
