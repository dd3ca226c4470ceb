"""The schemas of news are served to everybody, and a test run that announces something else is told so at its end."""

from typing import Any

import httpx
import pytest

from schema.news import news_schemas
from tests.bus.conftest import Parish
from tests.news_heard import complaints, complaints_of_stream

pytestmark = pytest.mark.asyncio

EVENT = {"eventId": "018f0000-0000-7000-8000-000000000001", "slug": "late-show", "status": "DRAFT", "version": 1}
TYPES = sorted({type_ for type_, _ in news_schemas()} - {"envelope"})


async def test_all_types_are_listed_with_the_addresses_of_their_schemas(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/event-schemas")
    listed = answer.json()
    found = [await http.get(each["schema"]) for each in listed["types"]]

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert [each["type"] for each in listed["types"]] == TYPES
    assert [each.json()["title"] for each in found] == TYPES
    assert listed["types"][TYPES.index("hold:placed")] == {
        "type": "hold:placed",
        "version": 1,
        "subject": "event:<eventId>",
        "description": "Tickets were put aside for a buyer.",
        "schema": "/api/event-schemas/hold:placed/1",
    }


@pytest.mark.parametrize("type_", ["event:created", "envelope"])
async def test_a_schema_is_served_as_it_is_and_again_only_when_it_has_changed(http: httpx.AsyncClient, type_: str) -> None:
    first = await http.get(f"/v1/api/event-schemas/{type_}/1")
    again = await http.get(f"/api/event-schemas/{type_}/1", headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, first.headers["content-type"]) == (200, "application/schema+json")
    assert first.content == news_schemas()[type_, 1].text
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["event:created/2", "event:created/0", "event:created/x", "event:forgotten/1", "../envelope/1", "event.created/1"]
)
async def test_what_there_is_no_schema_of_is_not_found(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(f"/api/event-schemas/{path}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("type_", "payload", "found"),
    [
        ("event:created", EVENT, []),
        ("event:forgotten", EVENT, ["event:forgotten 1: has no schema"]),
        ("event:created", {**EVENT, "status": "LOST"}, ["$.status: 'LOST' is not one of"]),
        ("event:created", {**EVENT, "version": 0}, ["$.version: 0 is less than"]),
        ("event:created", {**EVENT, "eventId": "x"}, ["$.eventId: 'x' is not a 'uuid'"]),
        ("event:created", {**EVENT, "secret": 1}, ["Additional properties are not allowed ('secret' was unexpected)"]),
        ("event:created", {}, ["is a required property"] * 4),
    ],
    ids=["right", "unknown type", "status", "version", "id", "more than told", "nothing"],
)
async def test_what_does_not_fit_its_schema_is_noticed(type_: str, payload: dict[str, Any], found: list[str]) -> None:
    told = list(complaints(type_, 1, payload))

    assert len(told) == len(found)
    assert all(part in each for part, each in zip(found, told, strict=True))


async def test_what_went_over_the_bus_fits_the_envelope(parish: Parish, valkey: Any) -> None:
    await parish.told()

    assert await complaints_of_stream(valkey.url) == []
