"""An event gets a plan: its ticket types draw on its places, and no other plan may take held or booked seats away."""

from typing import Any

import pytest

from domain.identity import Role
from tests.api.box_office import create_event, create_ticket_type, hold, left, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.conftest import Statements, WorkOf
from tests.seating.halls import ASSIGN, SEATS, assign, import_plan, pools, seated_event, small_hall, status, without
from tests.seating.taking import book_seats, hold_seats

pytestmark = pytest.mark.asyncio

EVENT = """
query ($id: ID!) {
  event(by: {id: $id}) {
    version
    seatingPlan { name version seatCount categories { name } sections { name firstSeat } }
    seatCategories { index name standing ticketTypes { name } }
    ticketTypes { name version }
    availability { sequence ticketTypes { available salesStatus } }
  }
}
"""


async def shown(client: Client, event_id: str) -> dict[str, Any]:
    event: dict[str, Any] = (await client.ask(EVENT, id=event_id))["event"]
    return event


async def test_an_event_shows_its_plan_and_what_sells_it(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    event = await shown(tenant.anonymous, event_id)

    assert event["seatingPlan"] == {
        "name": "Small Hall",
        "version": 1,
        "seatCount": 6,
        "categories": [{"name": "Stalls"}, {"name": "Balcony"}, {"name": "Floor"}],
        "sections": [{"name": "Stalls", "firstSeat": 0}, {"name": "Balcony", "firstSeat": 4}, {"name": "Floor", "firstSeat": 6}],
    }
    assert event["seatCategories"] == [
        {"index": 0, "name": "Stalls", "standing": None, "ticketTypes": [{"name": "Stalls"}]},
        {"index": 1, "name": "Balcony", "standing": None, "ticketTypes": [{"name": "Balcony"}]},
        {"index": 2, "name": "Floor", "standing": 50, "ticketTypes": [{"name": "Floor"}]},
    ]


async def test_ticket_types_have_as_many_tickets_as_their_categories_have_places(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    event = await shown(tenant.anonymous, event_id)

    assert [each["available"] for each in event["availability"]["ticketTypes"]] == [4, 2, 50]
    assert await pools(tenant.owner, event_id) == {"Stalls": (4, 0), "Balcony": (2, 0), "Floor": (50, 0)}
    assert [each["version"] for each in event["ticketTypes"]] == [2, 2, 2]


async def test_an_event_without_a_plan_has_no_seats(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    event = await shown(tenant.anonymous, event_id)

    assert (event["seatingPlan"], event["seatCategories"]) == (None, [])
    assert await status(tenant.anonymous, event_id, "Stalls A-1") == [None]


async def test_standing_room_is_held_as_any_other_ticket(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    done = await hold(tenant.anonymous, event_id, types["Floor"], 5)

    assert done["errors"] == []
    assert await left(tenant.anonymous, event_id) == [4, 2, 45]


async def test_seats_are_looked_up_by_what_they_are_called(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    found = (await tenant.anonymous.ask(SEATS, event=event_id, labels=["Balcony A-2", "Gallery 1", "Stalls A-2"]))["seats"]

    plain = {"accessible": False, "companion": False, "restrictedView": False, "status": "FREE", "blockedReason": None}
    assert found == [
        {"number": 5, "label": "Balcony A-2", "section": 1, "row": 0, "place": 2, "category": 1, **plain},
        None,
        {"number": 1, "label": "Stalls A-2", "section": 0, "row": 0, "place": 2, "category": 0, **plain, "accessible": True},
    ]


async def test_a_look_up_of_seats_is_small_and_of_an_event_one_may_see(tenant: Tenant, other_tenant: Tenant) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    draft = await create_event(tenant.owner)
    assert (await assign(tenant.owner, draft, version_id))["errors"] == []

    assert await tenant.owner.code(SEATS, event=draft, labels=["x"] * 101) in {"BAD_USER_INPUT", "OPERATION_TOO_COMPLEX"}
    for client in (tenant.anonymous, other_tenant.owner):
        assert await client.code(SEATS, event=draft, labels=["Stalls A-1"]) == "NOT_FOUND"
    assert await status(tenant.member(Role.ANALYST), draft, "Stalls A-1") == ["FREE"]


async def test_a_plan_of_another_organization_is_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    theirs = await import_plan(other_tenant.owner, small_hall())
    event_id = await create_event(tenant.owner)

    refused = await assign(tenant.owner, event_id, theirs)

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("NotFound", ["input", "seatingPlanVersionId"])]
    assert (await shown(tenant.owner, event_id))["seatingPlan"] is None


async def test_a_version_that_does_not_exist_an_event_that_does_not_and_a_stale_version_are_refused(tenant: Tenant) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    event_id = await create_event(tenant.owner)
    wish = {"eventId": event_id, "seatingPlanVersionId": version_id, "categories": []}

    answers = [
        (await tenant.owner.ask(ASSIGN, input=wish | changes))["assignSeatingPlan"]["errors"]
        for changes in ({"seatingPlanVersionId": event_id}, {"eventId": version_id}, {"expectedVersion": 7})
    ]

    assert [(error["__typename"], error["path"]) for [error] in answers] == [
        ("NotFound", ["input", "seatingPlanVersionId"]),
        ("NotFound", ["input", "eventId"]),
        ("VersionConflict", ["input", "expectedVersion"]),
    ]
    assert answers[2][0]["currentVersion"] == 1
    assert (await shown(tenant.owner, event_id))["seatingPlan"] is None


async def test_what_sells_what_is_refused_with_every_fault(tenant: Tenant) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    event_id, other = await create_event(tenant.owner), await create_event(tenant.owner, slug="other")
    foreign = await create_ticket_type(tenant.owner, other)

    refused = await assign(tenant.owner, event_id, version_id, Gallery=[foreign], Stalls=[])

    assert [".".join(fault["path"]) for fault in refused["errors"][0]["faults"]] == [
        "input.categories.0.category",
        "input.categories.0.ticketTypeIds.0",
        "input.categories.1.ticketTypeIds",
    ]
    assert (await shown(tenant.owner, event_id))["seatingPlan"] is None


async def test_a_type_that_was_held_without_a_seat_does_not_begin_to_sell_seats(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await hold(tenant.anonymous, event_id, type_id, 2)
    version_id = await import_plan(tenant.owner, small_hall())

    refused = await assign(tenant.owner, event_id, version_id, Stalls=[type_id])

    assert [(error["__typename"], error["ticketTypeIds"]) for error in refused["errors"]] == [("SoldWithoutSeats", [type_id])]
    assert (await shown(tenant.owner, event_id))["seatingPlan"] is None
    assert await left(tenant.anonymous, event_id) == [48]


async def test_another_plan_keeps_held_and_booked_seats_under_their_new_numbers(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls B-1")
    await book_seats(tenant, work_of, event_id, types["Balcony"], "Balcony A-2")
    smaller = await import_plan(tenant.owner, without(small_hall(), "s-a1", "s-a2"))

    done = await assign(tenant.owner, event_id, smaller, **{name: [type_id] for name, type_id in types.items()})

    assert done["errors"] == []
    found = (await tenant.owner.ask(SEATS, event=event_id, labels=["Stalls A-1", "Stalls B-1", "Stalls B-2", "Balcony A-2"]))["seats"]
    assert [each and (each["number"], each["status"]) for each in found] == [None, (0, "HELD"), (1, "FREE"), (3, "BOOKED")]
    assert await left(tenant.anonymous, event_id) == [1, 1, 50]


async def test_a_plan_that_would_remove_held_or_booked_seats_is_refused_and_says_which(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-2")
    await book_seats(tenant, work_of, event_id, types["Stalls"], "Stalls A-1")
    before = await shown(tenant.owner, event_id)
    smaller = await import_plan(tenant.owner, without(small_hall(), "s-a1", "s-a2", "s-b1"))

    refused = await assign(tenant.owner, event_id, smaller, **{name: [type_id] for name, type_id in types.items()})

    [error] = refused["errors"]
    assert (error["__typename"], error["labels"], error["count"]) == ("SeatsNotKept", ["Stalls A-1", "Stalls A-2"], 2)
    assert refused["event"] is None
    assert await shown(tenant.owner, event_id) == before
    assert await status(tenant.owner, event_id, "Stalls A-1", "Stalls A-2", "Stalls B-1") == ["BOOKED", "HELD", "FREE"]


async def test_held_seats_do_not_go_to_other_ticket_types(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-2")
    version_id = await import_plan(tenant.owner, small_hall())

    refused = await assign(tenant.owner, event_id, version_id, Stalls=[types["Balcony"]], Balcony=[types["Stalls"]])

    assert [(error["__typename"], error["labels"]) for error in refused["errors"]] == [("SeatsNotKept", ["Stalls A-2"])]
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_standing_room_does_not_shrink_below_what_is_held(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold(tenant.anonymous, event_id, types["Floor"], 20)
    plan = small_hall()
    plan["zones"][2]["areas"][0]["text"]["text"] = "Floor [standing 19]"
    version_id = await import_plan(tenant.owner, plan)

    refused = await assign(tenant.owner, event_id, version_id, **{name: [type_id] for name, type_id in types.items()})

    [error] = refused["errors"]
    assert (error["__typename"], error["category"], error["places"], error["taken"]) == ("TooFewPlaces", "Floor", 19, 20)
    assert await left(tenant.anonymous, event_id) == [4, 2, 30]


async def test_a_plan_given_to_an_event_is_a_change_of_the_event_and_a_movement_of_its_stock(tenant: Tenant, owner: Any) -> None:
    event_id, types = await seated_event(tenant.owner)
    before = await shown(tenant.owner, event_id)
    version_id = await import_plan(tenant.owner, small_hall())

    await assign(tenant.owner, event_id, version_id, Stalls=[types["Stalls"]])

    after = await shown(tenant.owner, event_id)
    assert after["version"] == before["version"] + 1
    assert after["availability"]["sequence"] == before["availability"]["sequence"] + 1
    assert [each["available"] for each in after["availability"]["ticketTypes"]] == [4, 0, 0]
    told = await owner.fetch("SELECT type FROM outbox WHERE organization_id = $1 ORDER BY position DESC LIMIT 2", tenant.organization.id)
    assert {row["type"] for row in told} == {"seats:assigned", "event:updated"}


async def test_a_seated_event_can_be_deleted(tenant: Tenant, owner: Any) -> None:
    event_id, _ = await seated_event(tenant.owner)
    version = (await shown(tenant.owner, event_id))["version"]
    mutation = "mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { eventId errors { __typename } } }"

    gone = (await tenant.owner.ask(mutation, input={"eventId": event_id, "expectedVersion": version}))["deleteEvent"]

    assert gone == {"eventId": event_id, "errors": []}
    for table in ("seats", "seatings", "seat_categories", "pools"):
        assert await owner.fetchval(f"SELECT count(*) FROM {table} WHERE organization_id = $1", tenant.organization.id) == 0


async def test_reading_plans_costs_the_same_for_one_event_and_for_many(tenant: Tenant, statements: Statements) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    for number in range(5):
        event_id = await create_event(tenant.owner, slug=f"show-{number}")
        type_id = await create_ticket_type(tenant.owner, event_id)
        await assign(tenant.owner, event_id, version_id, Stalls=[type_id])
    query = """query ($first: Int!) { events(first: $first) { nodes {
        seatingPlan { name plan { name venue { name } newest { version } } } seatCategories { name ticketTypes { name } }
    } } }"""
    await tenant.owner.ask(query, first=1)

    async with statements.sent() as for_one:
        await tenant.owner.ask(query, first=1)
    async with statements.sent() as for_many:
        answer = await tenant.owner.ask(query, first=5)

    assert [len(each["seatCategories"]) for each in answer["events"]["nodes"]] == [1] * 5
    assert len(for_many) == len(for_one) <= 7, for_many
