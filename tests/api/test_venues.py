"""Venues are entered and changed by those who manage them; what is written is checked, and stale changes are refused."""

from typing import Any

import pytest

from tests.api.conftest import Client, Tenant

pytestmark = pytest.mark.asyncio

FIELDS = "venue { id name street city country timeZone version }"
ERRORS = "errors { __typename ... on UserError { code path } ... on InputInvalid { faults { path message } } %s }"
CREATE = f"mutation ($input: CreateVenueInput!) {{ createVenue(input: $input) {{ {FIELDS} {ERRORS % ''} }} }}"
UPDATE = f"""
mutation ($input: UpdateVenueInput!) {{
  updateVenue(input: $input) {{ {FIELDS} {ERRORS % "... on VersionConflict { currentVersion }"} }}
}}
"""
VENUES = """
query ($first: Int, $after: String, $last: Int, $before: String) {
  venues(first: $first, after: $after, last: $last, before: $before) {
    nodes { name }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""
HALL = {"name": "Great Hall", "street": "Bellevuestraße 1", "city": "Berlin", "country": "DE", "timeZone": "Europe/Berlin"}


async def create(client: Client, **changes: Any) -> dict[str, Any]:
    done: dict[str, Any] = (await client.ask(CREATE, input=HALL | changes))["createVenue"]
    return done


async def update(client: Client, venue_id: str, expected: int, **changes: Any) -> dict[str, Any]:
    wish = {"venueId": venue_id, "expectedVersion": expected, **changes}
    done: dict[str, Any] = (await client.ask(UPDATE, input=wish))["updateVenue"]
    return done


async def names(client: Client, **window: Any) -> list[str]:
    return [each["name"] for each in (await client.ask(VENUES, **window))["venues"]["nodes"]]


async def test_a_venue_is_entered_and_found_by_everybody(tenant: Tenant) -> None:
    made = await create(tenant.owner)

    assert made["errors"] == []
    assert made["venue"] == {**HALL, "id": made["venue"]["id"], "version": 1}
    query = "query ($id: ID!) { node(id: $id) { ... on Venue { name city } } }"
    assert (await tenant.anonymous.ask(query, id=made["venue"]["id"]))["node"] == {"name": "Great Hall", "city": "Berlin"}


async def test_a_venue_may_say_where_on_the_globe_it_is(tenant: Tenant) -> None:
    query = "query ($id: ID!) { node(id: $id) { ... on Venue { position { latitude longitude } } } }"
    made = (await create(tenant.owner, position={"latitude": 52.51, "longitude": 13.37}))["venue"]
    other = (await create(tenant.owner, name="Somewhere"))["venue"]

    moved = await update(tenant.owner, made["id"], 1, position={"latitude": -33.8568, "longitude": 151.2153})
    renamed = await update(tenant.owner, made["id"], 2, name="Opera")

    assert (moved["errors"], renamed["errors"]) == ([], [])
    assert (await tenant.anonymous.ask(query, id=made["id"]))["node"] == {"position": {"latitude": -33.8568, "longitude": 151.2153}}
    assert (await tenant.anonymous.ask(query, id=other["id"]))["node"] == {"position": None}


async def test_a_venue_is_on_the_globe(tenant: Tenant) -> None:
    done = await create(tenant.owner, position={"latitude": 90.5, "longitude": -180.5})

    assert [".".join(each["path"]) for each in done["errors"][0]["faults"]] == ["input.position.latitude", "input.position.longitude"]
    assert await names(tenant.owner) == []


async def test_the_street_may_be_left_out(tenant: Tenant) -> None:
    wish = {name: value for name, value in HALL.items() if name != "street"}

    made = (await tenant.owner.ask(CREATE, input=wish))["createVenue"]

    assert (made["errors"], made["venue"]["street"]) == ([], "")


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"name": " "}, [(["input", "name"], "is blank")]),
        ({"name": "x" * 201}, [(["input", "name"], "is 201 characters long, 200 are allowed")]),
        ({"street": "a\nb"}, [(["input", "street"], "must be one line without control characters")]),
        ({"country": "XX"}, [(["input", "country"], "is not a country of ISO 3166-1 in two capital letters, such as DE")]),
        ({"country": "de"}, [(["input", "country"], "is not a country of ISO 3166-1 in two capital letters, such as DE")]),
        ({"country": "E D"}, [(["input", "country"], "is not a country of ISO 3166-1 in two capital letters, such as DE")]),
        (
            {"city": "", "timeZone": "Mars/Olympus"},
            [(["input", "city"], "is blank"), (["input", "timeZone"], "is not an IANA time zone such as Europe/Berlin")],
        ),
    ],
)
async def test_what_no_venue_can_be_is_refused_whole(tenant: Tenant, changes: dict[str, str], faults: list[Any]) -> None:
    made = await create(tenant.owner)

    refused = await create(tenant.owner, **changes)
    unchanged = await update(tenant.owner, made["venue"]["id"], 1, **changes)

    for answer in (refused, unchanged):
        assert answer["venue"] is None
        assert [(each["path"], each["message"]) for each in answer["errors"][0]["faults"]] == faults
    assert await names(tenant.owner) == ["Great Hall"]


async def test_a_change_leaves_what_it_does_not_name(tenant: Tenant) -> None:
    made = await create(tenant.owner)

    changed = await update(tenant.owner, made["venue"]["id"], 1, name="Greater Hall", street="")

    assert changed["errors"] == []
    assert changed["venue"] == {**made["venue"], "name": "Greater Hall", "street": "", "version": 2}


async def test_a_stale_change_is_refused_with_the_current_version(tenant: Tenant) -> None:
    made = await create(tenant.owner)
    await update(tenant.owner, made["venue"]["id"], 1, name="Second")

    refused = await update(tenant.owner, made["venue"]["id"], 1, name="Third")

    assert [(error["__typename"], error["currentVersion"]) for error in refused["errors"]] == [("VersionConflict", 2)]
    assert await names(tenant.owner) == ["Second"]


async def test_a_venue_of_another_organization_is_not_there(tenant: Tenant, other_tenant: Tenant) -> None:
    made = await create(tenant.owner)

    refused = await update(other_tenant.owner, made["venue"]["id"], 1, name="Mine")

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("NotFound", ["input", "venueId"])]
    assert (await names(tenant.owner), await names(other_tenant.owner)) == (["Great Hall"], [])


async def test_venues_are_paged_by_name_both_ways(tenant: Tenant) -> None:
    for name in ("Barn", "Dome", "Arena", "Club", "Arena"):
        await create(tenant.owner, name=name)

    first = (await tenant.anonymous.ask(VENUES, first=3))["venues"]
    second = (await tenant.anonymous.ask(VENUES, first=3, after=first["pageInfo"]["endCursor"]))["venues"]
    back = (await tenant.anonymous.ask(VENUES, last=2, before=second["pageInfo"]["startCursor"]))["venues"]

    assert [[each["name"] for each in page["nodes"]] for page in (first, second, back)] == [
        ["Arena", "Arena", "Barn"],
        ["Club", "Dome"],
        ["Arena", "Barn"],
    ]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, back)] == [True, False, True]
    assert (back["pageInfo"]["hasPreviousPage"], first["totalCount"]) == (True, 5)


async def test_venues_are_entered_and_changed_over_rest(tenant: Tenant) -> None:
    made = await tenant.http.post("/api/venues", json=HALL, headers=tenant.owner.headers)
    path = f"/api/venues/{made.json()['id']}"
    changed = await tenant.http.put(path, json={"name": "Hall"}, headers={**tenant.owner.headers, "if-match": '"1"'})
    stale = await tenant.http.put(path, json={"name": "Room"}, headers={**tenant.owner.headers, "if-match": '"1"'})
    listed = await tenant.http.get("/api/venues", params={"total": "true"}, headers=tenant.anonymous.headers)

    assert [each.status_code for each in (made, changed, stale, listed)] == [201, 200, 412, 200]
    assert (listed.json()["items"], listed.json()["totalCount"]) == ([changed.json()], 1)
    assert changed.json()["name"] == "Hall"
