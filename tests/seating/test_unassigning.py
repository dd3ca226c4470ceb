"""A seating plan is taken off an event while nothing of it is held or sold; what sold its places sells as many tickets without."""

from typing import Any

import pytest

from schema import ids
from tests.api.box_office import create_event, hold, left, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.programme import done, shown
from tests.conftest import WorkOf
from tests.rest.asking import ask
from tests.seating.halls import BLOCK, SEATS, assign, import_plan, pools, seated_event, small_hall, status
from tests.seating.taking import book_seats, hold_seats

pytestmark = pytest.mark.asyncio

UNASSIGN = """
mutation ($input: UnassignSeatingPlanInput!) {
  unassignSeatingPlan(input: $input) {
    event { id version seatingPlan { id } seatCategories { index } ticketTypes { id } }
    errors {
      __typename
      ... on UserError { message code path }
      ... on SeatingPlanInUse { labels count held sold }
      ... on VersionConflict { currentVersion }
    }
  }
}
"""
STATE = "version seatingPlan { id } seatCategories { index } availability { sequence }"


async def unassign(client: Client, event_id: str, **more: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await client.ask(UNASSIGN, input={"eventId": event_id, **more}))["unassignSeatingPlan"]
    return payload


async def test_the_seats_are_gone_and_as_many_tickets_are_sold_without(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await tenant.owner.ask(BLOCK, input={"eventId": event_id, "labels": ["Stalls A-1"], "reason": "broken"})
    before = await shown(tenant.owner, event_id, STATE)

    payload = await unassign(tenant.owner, event_id, expectedVersion=before["version"])

    assert payload == {
        "event": {
            "id": event_id,
            "version": before["version"] + 1,
            "seatingPlan": None,
            "seatCategories": [],
            "ticketTypes": [{"id": type_id} for type_id in types.values()],
        },
        "errors": [],
    }
    assert await pools(tenant.owner, event_id) == {"Stalls": (3, 0), "Balcony": (2, 0), "Floor": (50, 0)}
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]
    assert await status(tenant.owner, event_id, "Stalls A-1", "Stalls B-1") == [None, None]
    assert (await hold(tenant.anonymous, event_id, types["Stalls"], 3))["errors"] == []
    assert await left(tenant.anonymous, event_id) == [0, 2, 50]


async def test_it_is_a_change_of_the_event_and_a_movement_of_its_stock(tenant: Tenant, owner: Any) -> None:
    event_id, _ = await seated_event(tenant.owner)
    before = await shown(tenant.owner, event_id, STATE)

    await unassign(tenant.owner, event_id)

    after = await shown(tenant.owner, event_id, STATE)
    assert after["availability"]["sequence"] == before["availability"]["sequence"] + 1
    named = ids.read(event_id)
    assert named
    told = await owner.fetch("SELECT type FROM outbox WHERE subject = $1 ORDER BY position DESC LIMIT 2", f"event:{named[1]}")
    assert {row["type"] for row in told} == {"seats:unassigned", "event:updated"}
    for table in ("seats", "seatings", "seat_categories"):
        assert await owner.fetchval(f"SELECT count(*) FROM {table} WHERE organization_id = $1", tenant.organization.id) == 0


async def test_an_event_before_the_public_may_lose_its_plan_too_and_get_another(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await unassign(tenant.owner, event_id)

    given = await assign(tenant.owner, event_id, await import_plan(tenant.owner, small_hall()), Stalls=[types["Stalls"]])

    assert given["errors"] == []
    assert await left(tenant.owner, event_id) == [4, 2, 50]
    assert await pools(tenant.owner, event_id) == {"Stalls": (4, 0), "Balcony": (2, 0), "Floor": (50, 0)}


async def test_while_seats_are_held_or_booked_it_is_refused_and_they_are_named(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-1")
    await book_seats(tenant, work_of, event_id, types["Balcony"], "Balcony A-2")
    before = await shown(tenant.owner, event_id, STATE)

    refused = await unassign(tenant.owner, event_id)

    assert refused == {
        "event": None,
        "errors": [
            {
                "__typename": "SeatingPlanInUse",
                "message": "Places of the seating plan are held (1) or sold (1), among them seat Stalls A-1, Balcony A-2; it stays.",
                "code": "CONFLICT",
                "path": ["input", "eventId"],
                "labels": ["Stalls A-1", "Balcony A-2"],
                "count": 2,
                "held": 1,
                "sold": 1,
            }
        ],
    }
    assert await shown(tenant.owner, event_id, STATE) == before
    assert await status(tenant.owner, event_id, "Stalls A-1", "Balcony A-2") == ["HELD", "BOOKED"]


async def test_while_standing_room_is_held_it_is_refused(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold(tenant.anonymous, event_id, types["Floor"], 3)

    [error] = (await unassign(tenant.owner, event_id))["errors"]

    assert (error["__typename"], error["labels"], error["held"], error["sold"]) == ("SeatingPlanInUse", [], 3, 0)
    assert error["message"] == "Places of the seating plan are held (3) or sold (0); it stays."
    assert (await shown(tenant.owner, event_id, STATE))["seatingPlan"] is not None


async def test_an_event_without_a_plan_a_stale_version_and_a_foreign_event_are_refused(tenant: Tenant, other_tenant: Tenant) -> None:
    bare, _ = await put_on_sale(tenant.owner)
    seated, _ = await seated_event(other_tenant.owner)
    foreign = await unassign(tenant.owner, seated)
    without = await unassign(tenant.owner, bare)
    stale = await unassign(other_tenant.owner, seated, expectedVersion=1)

    assert [(each["__typename"], each["path"]) for [each] in (foreign["errors"], without["errors"], stale["errors"])] == [
        ("NotFound", ["input", "eventId"]),
        ("NotFound", ["input", "eventId"]),
        ("VersionConflict", ["input", "expectedVersion"]),
    ]
    assert (await shown(other_tenant.owner, seated, STATE))["seatingPlan"] is not None


async def test_a_copy_keeps_the_plan_that_its_source_lost(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    copy = await done(tenant.owner, "copyEvent", eventId=event_id, slug="later", startsAt="2031-06-01T18:00:00Z")

    await unassign(tenant.owner, event_id)

    [seat] = (await tenant.owner.ask(SEATS, event=copy["id"], labels=["Stalls A-1"]))["seats"]
    assert seat["status"] == "FREE"


async def test_over_rest_it_is_a_delete(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    bare = await create_event(tenant.owner, slug="bare")

    gone = await ask(tenant.owner, "DELETE", f"/api/events/{event_id}/seating-plan")
    missing = await ask(tenant.owner, "DELETE", f"/api/events/{bare}/seating-plan")

    assert (gone.status_code, gone.json()["id"]) == (200, event_id)
    assert missing.status_code == 404
    assert (await shown(tenant.owner, event_id, STATE))["seatingPlan"] is None
