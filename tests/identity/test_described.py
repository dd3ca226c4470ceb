"""The OpenAPI document describes every route of identity, and what is answered fits what it says."""

from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate
from starlette.routing import Route

from gateway.house import House
from gateway.identity.described import DESCRIBED
from gateway.identity.front_ends import front_end_routes
from gateway.identity.routes import identity_routes
from gateway.rest.resources import RestTerms
from tests.identity.conftest import Person

pytestmark = pytest.mark.asyncio


def fits(path: str, method: str, answer: httpx.Response) -> list[str]:
    """What an answer breaks of what is said of it."""
    said = DESCRIBED[path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    return [each.message for each in Draft202012Validator(said).iter_errors(answer.json())]


async def test_every_route_of_identity_is_described_and_no_other(house: House) -> None:
    terms = RestTerms.of(house.settings)
    routes = [*identity_routes(house.contexts.of, terms, house.cookie, None), *front_end_routes(house, terms)]

    served = {(each.path, each.app.method.lower()) for each in routes if isinstance(each, Route) and not each.path.startswith("/v1")}  # type: ignore[attr-defined]

    assert {(path, method) for path, methods in DESCRIBED.items() for method in methods} == served


async def test_the_whole_document_is_valid_and_its_names_are_unlike(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()

    validate(document)
    assert set(DESCRIBED) <= set(document["paths"])
    names = [each["operationId"] for methods in document["paths"].values() for name, each in methods.items() if name != "parameters"]
    assert len(names) == len(set(names))


async def test_what_is_answered_fits_what_is_said(ada: Person) -> None:
    http, named = ada.tenant.http, ada.tenant.anonymous.headers
    credentials: dict[str, Any] = {"email": ada.email, "password": ada.password}

    asked = {
        "/api/auth/login": await http.post("/api/auth/login", json={**credentials, "carrier": "tokens"}, headers=named),
        "/api/auth/credentials": await http.post("/api/auth/credentials", json=credentials, headers=named),
        "/api/auth/register": await http.post("/api/auth/register", json={**credentials, "name": "Ada"}, headers=named),
        "/api/auth/logout": await http.post("/api/auth/logout", json={}, headers=named),
    }
    bearer = {"authorization": f"Bearer {asked['/api/auth/login'].json()['accessToken']}"}
    read = {path: await http.get(path, headers=bearer) for path in ("/api/auth/session", "/api/users/currentuser")}

    assert {path: fits(path, "post", answer) for path, answer in asked.items()} == {key: [] for key in asked}
    assert {path: fits(path, "get", answer) for path, answer in read.items()} == {key: [] for key in read}
    assert read["/api/auth/session"].json()["user"]["email"] == ada.email
