"""Plans come over REST as they are, however large; faults come back as JSON pointers into the body."""

import json
from typing import Any

import httpx
import pytest

from gateway.seating.arena import make_arena
from tests.api.box_office import create_event, create_ticket_type
from tests.api.conftest import Client, Tenant
from tests.seating.halls import seated_event, small_hall, status

pytestmark = pytest.mark.asyncio


async def send(client: Client, method: str, path: str, body: object = None, **params: Any) -> httpx.Response:
    headers = {**client.headers, "content-type": "application/json"}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.http.request(method, path, content=content, headers=headers, params=params)


async def test_a_plan_is_the_body_as_it_is(tenant: Tenant) -> None:
    answer = await send(tenant.owner, "POST", "/v1/api/seating-plans", small_hall(), name="Upload")

    assert answer.status_code == 201
    plan = answer.json()["seatingPlanVersion"]
    assert (answer.json()["isNew"], plan["name"], plan["version"], plan["seatCount"]) == (True, "Upload", 1, 6)
    assert plan["size"] == {"width": 400, "height": 300}
    listed = await send(tenant.owner, "GET", "/api/seating-plans")
    assert [each["newest"] for each in listed.json()["items"]] == [plan]


async def test_a_plan_larger_than_a_usual_request_may_be_is_taken(tenant: Tenant) -> None:
    document = json.dumps(make_arena(2_000)).encode()
    assert len(document) > 2 * tenant.house.settings.limits.body_bytes

    answer = await send(tenant.owner, "POST", "/api/seating-plans", document)

    assert answer.status_code == 201
    assert answer.json()["seatingPlanVersion"]["seatCount"] == 2_000


async def test_other_routes_take_no_more_than_usual(tenant: Tenant) -> None:
    answer = await send(tenant.owner, "POST", "/api/venues", b" " * 200_000)

    assert answer.status_code == 413


async def test_every_fault_has_a_pointer_into_the_body(tenant: Tenant) -> None:
    document = small_hall()
    document["zones"][0]["rows"][1]["seats"][0]["category"] = "Gallery"
    document["size"]["width"] = "wide"

    answer = await send(tenant.owner, "POST", "/api/seating-plans", document)

    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "/problems/seating-plan-invalid"
    assert [(each["pointer"], each["detail"]) for each in problem["errors"]] == [
        ("#/size/width", "is not a whole number"),
        ("#/zones/0/rows/1/seats/0/category", "Gallery is none of the plan's categories (Stalls, Stalls [accessible], Balcony)"),
    ]
    assert (await send(tenant.owner, "GET", "/api/seating-plans")).json()["items"] == []


@pytest.mark.parametrize(("body", "status_code"), [(b"{", 400), (b"[]", 400), (b"", 400), (b'{"name": NaN}', 400), (b"\xff", 400)])
async def test_a_body_that_is_no_plan_is_refused(tenant: Tenant, body: bytes, status_code: int) -> None:
    answer = await send(tenant.owner, "POST", "/api/seating-plans", body)

    assert answer.status_code == status_code
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_name_in_the_query_is_blamed_there(tenant: Tenant) -> None:
    answer = await send(tenant.owner, "POST", "/api/seating-plans", small_hall(), name=" ")

    assert answer.status_code == 400
    assert [(each["parameter"], each["detail"]) for each in answer.json()["errors"]] == [("name", "is blank")]


async def test_a_name_in_the_document_is_blamed_there(tenant: Tenant) -> None:
    answer = await send(tenant.owner, "POST", "/api/seating-plans", small_hall(name=" "))

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["detail"], "parameter" in error) == ("#/name", "is blank", False)
    assert answer.json()["detail"] == "name: is blank"
    assert (await send(tenant.owner, "GET", "/api/seating-plans")).json()["items"] == []


async def test_who_may_not_is_turned_away(tenant: Tenant) -> None:
    assert (await send(tenant.anonymous, "POST", "/api/seating-plans", small_hall())).status_code == 401
    assert (await send(tenant.anonymous, "GET", "/api/seating-plans")).status_code == 401


async def test_an_event_gets_its_plan_and_loses_seats_over_rest(tenant: Tenant) -> None:
    plan = (await send(tenant.owner, "POST", "/api/seating-plans", small_hall())).json()["seatingPlanVersion"]
    event_id = await create_event(tenant.owner)
    type_id = await create_ticket_type(tenant.owner, event_id)
    wish = {"seatingPlanVersionId": plan["id"], "categories": [{"category": "Stalls", "ticketTypeIds": [type_id]}]}

    assigned = await send(tenant.owner, "PUT", f"/api/events/{event_id}/seating-plan", wish)
    shown = await send(tenant.owner, "GET", f"/api/events/{event_id}/seating-plan")
    blocked = await send(tenant.owner, "POST", f"/api/events/{event_id}/seats/block", {"labels": ["Stalls A-1"], "reason": "broken"})
    seen = await status(tenant.owner, event_id, "Stalls A-1")
    unblocked = await send(tenant.owner, "POST", f"/api/events/{event_id}/seats/unblock", {"labels": ["Stalls A-1"]})

    assert [each.status_code for each in (assigned, shown, blocked, unblocked)] == [200, 200, 200, 200]
    assert shown.json()["seatingPlan"] == plan
    assert [(each["name"], [kind["id"] for kind in each["ticketTypes"]]) for each in shown.json()["seatCategories"]] == [
        ("Stalls", [type_id])
    ]
    assert (blocked.json(), seen, unblocked.json()) == ({"changed": 1}, ["BLOCKED"], {"changed": 1})


async def test_a_refused_plan_names_its_seats_over_rest(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    answer = await send(tenant.owner, "POST", f"/api/events/{event_id}/seats/block", {"labels": ["Nowhere"], "reason": "x"})

    assert answer.status_code == 404
    assert [(each["labels"], each["pointer"]) for each in answer.json()["errors"]] == [(["Nowhere"], "#/labels")]
