"""The OpenAPI document is valid, describes every route, and what is answered fits what it says."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLScalarType
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate

from gateway.rest.examples import EXAMPLES
from gateway.rest.json_schemas import BUILT_IN, OUR_OWN
from gateway.rest.loading import load_operations
from gateway.rest.openapi import write_openapi
from gateway.rest.problems import OF_CODE
from gateway.rest.routes import find_codes
from schema.root import build_schema
from tests.api.box_office import event_input
from tests.api.conftest import Tenant
from tests.rest.asking import STANDING, ask
from tests.rest.shop import CODES, SCHEMA, Shop

CORE = build_schema()._schema
OPERATIONS = load_operations(CORE)
DOCUMENT = write_openapi(CORE, OPERATIONS, find_codes())
SHOP = write_openapi(SCHEMA._schema, load_operations(SCHEMA._schema, Shop().folder), CODES)


def complaints(schema: dict[str, Any], value: object) -> list[str]:
    """What a value breaks of a schema of the document."""
    whole = {"$schema": Draft202012Validator.META_SCHEMA["$id"], "components": DOCUMENT["components"], **schema}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def operations_of(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        yield from ((path, method, written) for method, written in methods.items() if method != "parameters")


@pytest.mark.parametrize("document", [DOCUMENT, SHOP], ids=["ours", "shop"])
def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_it_has_every_route_and_no_other() -> None:
    routes = {(each.route.path, each.route.method.lower(), each.name[0].lower() + each.name[1:]) for each in OPERATIONS}

    assert {(path, method, written["operationId"]) for path, method, written in operations_of(DOCUMENT)} == routes
    assert [each["url"] for each in DOCUMENT["servers"]] == ["/v1", "/"]


def test_everything_in_it_is_described() -> None:
    undescribed = [
        f"{name}.{field}"
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for field, each in schema.get("properties", {}).items()
        if not each.get("description")
    ]
    parameters = [each for _, _, written in operations_of(DOCUMENT) for each in written["parameters"] if "name" in each]

    assert undescribed == []
    assert all(each.get("description") for each in DOCUMENT["components"]["schemas"].values())
    assert all(each.get("description") for each in parameters)
    assert all(written["summary"] for _, _, written in operations_of(DOCUMENT))


def test_every_scalar_has_a_form() -> None:
    scalars = {name for name, kind in CORE.type_map.items() if isinstance(kind, GraphQLScalarType)}
    of_federation = {name for name in scalars if name.startswith(("_", "link__"))}

    assert scalars - of_federation <= {*BUILT_IN, *OUR_OWN}


def test_examples_fit_their_schemas() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for example in schema.get("examples", []):
            assert complaints({"$ref": f"#/components/schemas/{name}"}, example) == []


def test_examples_of_bodies_fit_them() -> None:
    bodies = [(written["operationId"], written["requestBody"]) for _, _, written in operations_of(DOCUMENT) if "requestBody" in written]
    shown = {name: body["content"]["application/json"] for name, body in bodies if "example" in body["content"]["application/json"]}

    assert sorted(shown) == sorted(name[0].lower() + name[1:] for name in EXAMPLES) == ["cancelOrder", "checkOutCart"]
    assert {name: complaints(each["schema"], each["example"]) for name, each in shown.items()} == {name: [] for name in shown}


def test_a_list_takes_its_parameters_with_their_types() -> None:
    events = DOCUMENT["paths"]["/api/events"]["get"]

    parameters = {each["name"]: each for each in events["parameters"]}
    assert list(parameters) == [
        "first", "after", "last", "before", "status", "venueId", "startsFrom", "startsUntil", "categoryId", "endsFrom", "endsUntil",
        "attendanceMode", "city", "country", "currency", "priceFrom", "priceUntil", "free", "available", "search", "orderBy", "total",
    ]  # fmt: skip
    assert parameters["first"] == {
        "name": "first",
        "in": "query",
        "schema": {"type": "integer", "format": "int32"},
        "description": "How many after `after`; 20 when nothing is said, 100 at most.",
    }
    assert parameters["status"]["schema"] == {"type": "array", "items": {"$ref": "#/components/schemas/EventStatus"}}
    assert parameters["total"]["schema"] == {"type": "boolean", "default": False}
    assert DOCUMENT["components"]["schemas"]["EventStatus"]["enum"] == [
        "DRAFT", "PUBLISHED", "POSTPONED", "CANCELLED", "COMPLETED", "ARCHIVED",
    ]  # fmt: skip


def test_a_change_tells_its_body_its_headers_its_refusals_and_who_may() -> None:
    change = DOCUMENT["paths"]["/api/events/{id}"]["put"]

    body = DOCUMENT["components"]["schemas"]["UpdateEventBody"]
    assert change["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/UpdateEventBody"}
    assert "eventId" not in body["properties"]
    assert "required" not in body
    assert change["security"] == [{"accessToken": []}]
    assert {"$ref": "#/components/parameters/IfMatch"} in change["parameters"]
    assert list(change["responses"]) == ["200", "400", "401", "403", "404", "409", "412", "428", "default"]
    assert change["responses"]["409"]["description"] == (
        "- `/problems/version-conflict`: It was changed since the caller read it.\n"
        "- `/problems/event-slug-taken`: Another event of the organization has this slug.\n"
        "- `/problems/event-not-editable`: The event is archived, so it stays as it is."
    )
    assert change["responses"]["200"] == {
        "description": "The event as it is now.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}},
    }


def test_a_hold_may_be_placed_by_anybody_and_repeated_safely() -> None:
    place = DOCUMENT["paths"]["/api/holds"]["post"]

    assert "security" not in place
    assert place["parameters"] == [{"$ref": "#/components/parameters/IdempotencyKey"}]
    assert place["requestBody"]["required"] is True
    assert list(place["responses"]["201"]["content"]["application/json"]["schema"]["properties"]) == ["hold", "cart"]


def test_one_thing_tells_its_etag_and_a_new_one_its_place() -> None:
    paths = DOCUMENT["paths"]

    assert list(paths["/api/events/{id}"]["get"]["responses"]["200"]["headers"]) == ["ETag"]
    assert list(paths["/api/events"]["post"]["responses"]["201"]["headers"]) == ["Location"]
    assert paths["/api/events/{id}"]["delete"]["responses"]["204"] == {"description": "The event that is gone."}


@pytest.mark.asyncio
async def test_what_is_answered_fits_what_is_written(tenant: Tenant) -> None:
    owner, wish = tenant.owner, event_input(description=[{"locale": "en", "text": "Come."}])
    made = await ask(owner, "POST", "/api/events", json=wish)
    path = f"/api/events/{made.json()['id']}"
    kind = await ask(owner, "POST", f"{path}/ticket-types", json=STANDING)
    published = await ask(owner, "POST", f"{path}/publish")
    lines = [{"ticketTypeId": kind.json()["id"], "quantity": 2}]
    held = await ask(owner, "POST", "/api/holds", json={"eventId": made.json()["id"], "lines": lines})
    answers = {
        ("/api/events", "post"): made,
        ("/api/events/{id}/ticket-types", "post"): kind,
        ("/api/events/{id}/publish", "post"): published,
        ("/api/holds", "post"): held,
        ("/api/events", "get"): await ask(owner, "GET", "/api/events?total=true"),
        ("/api/events/{id}", "get"): await ask(tenant.anonymous, "GET", path),
        ("/api/events/{id}/availability", "get"): await ask(owner, "GET", f"{path}/availability"),
        ("/api/holds", "get"): await ask(owner, "GET", "/api/holds"),
        ("/api/events/{id}", "put"): await ask(owner, "PUT", path, json={"version": 2, "timeZone": "Europe/Rome"}),
        ("/api/holds/{id}", "delete"): await ask(owner, "DELETE", f"/api/holds/{held.json()['hold']['id']}"),
    }

    for (at, method), answer in answers.items():
        written = DOCUMENT["paths"][at][method]["responses"][str(answer.status_code)]
        assert complaints(written["content"]["application/json"]["schema"], answer.json()) == [], (at, method)


@pytest.mark.asyncio
async def test_problems_fit_what_is_written(tenant: Tenant) -> None:
    answers = {
        ("/api/events", "post"): await ask(tenant.owner, "POST", "/api/events", json={}),
        ("/api/events/{id}", "get"): await ask(tenant.owner, "GET", "/api/events/none"),
        ("/api/events/{id}", "put"): await ask(tenant.owner, "PUT", "/api/events/none", json={"version": 1}),
        ("/api/events/{id}", "delete"): await ask(tenant.owner, "DELETE", "/api/events/none"),
        ("/api/events/{id}/publish", "post"): await ask(tenant.anonymous, "POST", "/api/events/none/publish"),
    }

    for (at, method), answer in answers.items():
        written = DOCUMENT["paths"][at][method]["responses"][str(answer.status_code)]
        assert complaints(written["content"]["application/problem+json"]["schema"], answer.json()) == [], (at, method)


def test_every_code_of_a_problem_is_listed() -> None:
    assert DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] == [each.value for each in OF_CODE]
