"""A plan is brought here by mutation: as a plan, as a new version of it, or not at all with every fault named."""

from typing import Any

import pytest

from domain.identity import Role
from tests.api.conftest import Tenant
from tests.seating.halls import IMPORT, import_plan, seat, small_hall

pytestmark = pytest.mark.asyncio

CREATE_VENUE = "mutation ($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } } }"
PLANS = """
query ($first: Int, $after: String) {
  seatingPlans(first: $first, after: $after) {
    nodes { id name version newest { id version seatCount } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}
"""
VERSION = """
query ($id: ID!) {
  node(id: $id) {
    ... on SeatingPlanVersion {
      name version hash seatCount geometryUrl
      size { width height }
      sections { index name firstSeat seatCount rowCount standing { name capacity category } }
      categories { index name color seatCount accessibleCount standing }
      plan { name }
    }
  }
}
"""


async def import_(tenant: Tenant, document: Any, **more: Any) -> dict[str, Any]:
    done: dict[str, Any] = (await tenant.owner.ask(IMPORT, input={"document": document, **more}))["importSeatingPlan"]
    return done


async def test_a_plan_is_kept_and_shows_what_it_has(tenant: Tenant) -> None:
    done = await import_(tenant, small_hall())

    assert (done["errors"], done["isNew"]) == ([], True)
    made = done["seatingPlanVersion"]
    shown = (await tenant.owner.ask(VERSION, id=made["id"]))["node"]
    assert shown == {
        "name": "Small Hall",
        "version": 1,
        "hash": made["hash"],
        "seatCount": 6,
        "geometryUrl": f"/v1/api/seating-plans/{made['hash']}.json",
        "size": {"width": 400, "height": 300},
        "sections": [
            {"index": 0, "name": "Stalls", "firstSeat": 0, "seatCount": 4, "rowCount": 2, "standing": []},
            {"index": 1, "name": "Balcony", "firstSeat": 4, "seatCount": 2, "rowCount": 1, "standing": []},
            {
                "index": 2,
                "name": "Floor",
                "firstSeat": 6,
                "seatCount": 0,
                "rowCount": 0,
                "standing": [{"name": "Floor", "capacity": 50, "category": 2}],
            },
        ],
        "categories": [
            {"index": 0, "name": "Stalls", "color": "#2563eb", "seatCount": 4, "accessibleCount": 1, "standing": 0},
            {"index": 1, "name": "Balcony", "color": "teal", "seatCount": 2, "accessibleCount": 0, "standing": 0},
            {"index": 2, "name": "Floor", "color": "#fed7aa", "seatCount": 0, "accessibleCount": 0, "standing": 50},
        ],
        "plan": {"name": "Small Hall"},
    }


async def test_the_same_plan_again_changes_nothing(tenant: Tenant) -> None:
    first = await import_(tenant, small_hall())

    again = await import_(tenant, small_hall(name="ignored"), name="Small Hall")

    assert (again["errors"], again["isNew"]) == ([], False)
    assert again["seatingPlanVersion"] == first["seatingPlanVersion"]


async def test_a_changed_plan_of_the_same_name_is_a_new_version_and_leaves_the_old_one(tenant: Tenant) -> None:
    first = (await import_(tenant, small_hall()))["seatingPlanVersion"]

    second = (await import_(tenant, small_hall(size={"width": 500, "height": 300})))["seatingPlanVersion"]
    third = await import_(tenant, small_hall())

    assert (second["version"], second["plan"]) == (2, {**first["plan"], "version": 2})
    assert (third["isNew"], third["seatingPlanVersion"]["version"], third["seatingPlanVersion"]["hash"]) == (True, 3, first["hash"])
    assert len({each["id"] for each in (first, second, third["seatingPlanVersion"])}) == 3
    assert (await tenant.owner.ask(VERSION, id=first["id"]))["node"]["size"] == {"width": 400, "height": 300}


async def test_a_plan_of_another_name_is_another_plan(tenant: Tenant) -> None:
    await import_(tenant, small_hall())
    await import_(tenant, small_hall(), name="  Annex ")

    plans = (await tenant.owner.ask(PLANS, first=1))["seatingPlans"]
    rest = (await tenant.owner.ask(PLANS, first=5, after=plans["pageInfo"]["endCursor"]))["seatingPlans"]

    assert [(each["name"], each["newest"]["version"]) for each in (*plans["nodes"], *rest["nodes"])] == [("Annex", 1), ("Small Hall", 1)]
    assert (plans["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"], plans["totalCount"]) == (True, False, 2)


async def test_a_plan_belongs_to_a_venue_of_the_organization_only(tenant: Tenant, other_tenant: Tenant) -> None:
    wish = {"name": "Great Hall", "city": "Berlin", "country": "DE", "timeZone": "Europe/Berlin"}
    mine, theirs = [(await each.owner.ask(CREATE_VENUE, input=wish))["createVenue"]["venue"]["id"] for each in (tenant, other_tenant)]

    foreign = await import_(tenant, small_hall(), venueId=theirs)
    before = (await tenant.owner.ask(PLANS, first=5))["seatingPlans"]["totalCount"]
    placed = await import_(tenant, small_hall(), venueId=mine)
    foreign_again = await import_(tenant, small_hall(), venueId=theirs)
    foreign_anew = await import_(tenant, small_hall(size={"width": 1, "height": 1}), venueId=theirs)

    for refused in (foreign, foreign_again, foreign_anew):
        assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("NotFound", ["input", "venueId"])]
    assert before == 0
    assert placed["seatingPlanVersion"]["plan"]["venue"] == {"name": "Great Hall"}
    assert (await tenant.owner.ask(PLANS, first=5))["seatingPlans"]["nodes"][0]["version"] == 1


async def test_a_plan_with_faults_is_refused_with_all_of_them_and_nothing_is_kept(tenant: Tenant) -> None:
    document = small_hall()
    document["zones"][0]["rows"][0]["seats"][1] = seat("s-a1", "2", "Gallery", x="left")  # type: ignore[arg-type] # that is the fault
    del document["zones"][1]["rows"][0]["row_number"]

    refused = await import_(tenant, document)

    [error] = refused["errors"]
    assert (refused["seatingPlanVersion"], refused["isNew"]) == (None, None)
    assert (error["__typename"], error["code"], error["complete"]) == ("SeatingPlanInvalid", "BAD_USER_INPUT", True)
    assert [fault["jsonPath"] for fault in error["faults"]] == [
        "$.zones[0].rows[0].seats[1].seat_guid",
        "$.zones[0].rows[0].seats[1].category",
        "$.zones[0].rows[0].seats[1].position.x",
        "$.zones[1].rows[0].row_number",
    ]
    assert error["faults"][3]["path"] == ["input", "document", "zones", "1", "rows", "0", "row_number"]
    assert (await tenant.owner.ask(PLANS))["seatingPlans"]["totalCount"] == 0


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\nb"])
async def test_a_plan_needs_a_name_that_can_be_read(tenant: Tenant, name: str) -> None:
    refused = await import_(tenant, small_hall(), name=name)

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("InputInvalid", ["input", "name"])]


async def test_a_document_without_a_name_that_can_be_read_is_blamed_for_it(tenant: Tenant) -> None:
    refused = await import_(tenant, small_hall(name=" "))

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("InputInvalid", ["input", "document", "name"])]


async def test_a_document_may_be_written_into_the_operation_itself(tenant: Tenant) -> None:
    plan = """{name: "Inline", size: {width: 10, height: 10}, categories: [{name: "All"}], zones: [{position: {x: 0, y: 0.5}, rows: [
      {row_number: "1", seats: [{seat_guid: "s1", seat_number: "1", category: "All", position: {x: 1, y: -2}, start_direction: null}]}
    ]}]}"""
    mutation = (
        f"mutation {{ importSeatingPlan(input: {{document: {plan}}}) {{ seatingPlanVersion {{ seatCount }} errors {{ __typename }} }} }}"
    )

    done = (await tenant.owner.ask(mutation))["importSeatingPlan"]

    assert done == {"seatingPlanVersion": {"seatCount": 1}, "errors": []}


async def test_plans_are_for_staff_of_their_organization(tenant: Tenant, other_tenant: Tenant) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    plan_id = (await tenant.owner.ask(PLANS))["seatingPlans"]["nodes"][0]["id"]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    seen = {
        who: (await client.ask(query, ids=[plan_id, version_id]))["nodes"]
        for who, client in {
            "analyst": tenant.member(Role.ANALYST),
            "buyer": tenant.member(Role.USER),
            "nobody": tenant.anonymous,
            "another owner": other_tenant.owner,
        }.items()
    }

    assert seen == {
        "analyst": [{"id": plan_id}, {"id": version_id}],
        "buyer": [None, None],
        "nobody": [None, None],
        "another owner": [None, None],
    }
    assert await tenant.anonymous.code(PLANS) == "UNAUTHENTICATED"
    assert await tenant.member(Role.USER).code(PLANS) == "FORBIDDEN"
    assert (await other_tenant.owner.ask(PLANS))["seatingPlans"]["nodes"] == []
