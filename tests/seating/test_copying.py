"""A copy of a seated event has the same seats, free and counted by pools of its own; what was blocked stays blocked."""

import time
from typing import Any

import pytest

from gateway.seating.arena import make_arena
from schema import ids
from tests.api.box_office import create_event, create_ticket_type, left
from tests.api.conftest import Tenant
from tests.api.programme import done, shown
from tests.conftest import Statements, WorkOf
from tests.rest.asking import ask
from tests.seating.halls import BLOCK, SEATS, assign, import_plan, pools, seated_event, small_hall, status
from tests.seating.taking import book_seats, hold_seats

pytestmark = pytest.mark.asyncio

LABELS = ["Stalls A-1", "Stalls A-2", "Stalls B-1", "Stalls B-2", "Balcony A-1", "Balcony A-2"]
SEATED = "id seatingPlan { id } seatCategories { index name standing ticketTypes { id } } ticketTypes { id } availability { sequence }"
LATER = {"slug": "later", "startsAt": "2031-06-01T18:00:00Z"}


async def test_a_copy_has_the_same_seats_all_free_but_those_that_are_blocked(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-1")
    await book_seats(tenant, work_of, event_id, types["Balcony"], "Balcony A-2")
    await tenant.owner.ask(BLOCK, input={"eventId": event_id, "labels": ["Stalls B-2"], "reason": "broken"})
    before = await tenant.owner.ask(SEATS, event=event_id, labels=LABELS)

    copy = (await done(tenant.owner, "copyEvent", eventId=event_id, **LATER))["id"]

    seats = (await tenant.owner.ask(SEATS, event=copy, labels=LABELS))["seats"]
    assert [each["status"] for each in seats] == ["FREE", "FREE", "FREE", "BLOCKED", "FREE", "FREE"]
    assert seats[3]["blockedReason"] == "broken"
    assert [{**each, "status": None} for each in seats] == [{**each, "status": None} for each in before["seats"]]
    assert await pools(tenant.owner, copy) == {"Stalls": (3, 0), "Balcony": (2, 0), "Floor": (50, 0)}
    assert await tenant.owner.ask(SEATS, event=event_id, labels=LABELS) == before
    assert await status(tenant.owner, event_id, "Stalls A-1", "Balcony A-2") == ["HELD", "BOOKED"]


async def test_the_types_of_the_copy_sell_the_same_categories_of_the_same_version(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    source = await shown(tenant.owner, event_id, SEATED)

    copy = await shown(tenant.owner, (await done(tenant.owner, "copyEvent", eventId=event_id, **LATER))["id"], SEATED)

    assert copy["seatingPlan"] == source["seatingPlan"]
    where = {old["id"]: new["id"] for old, new in zip(source["ticketTypes"], copy["ticketTypes"], strict=True)}
    assert copy["seatCategories"] == [
        {**each, "ticketTypes": [{"id": where[sold["id"]]} for sold in each["ticketTypes"]]} for each in source["seatCategories"]
    ]
    assert not set(where) & set(where.values())


async def test_the_copys_seats_are_a_movement_of_its_stock_and_are_told(tenant: Tenant, owner: Any) -> None:
    event_id, _ = await seated_event(tenant.owner)

    copy = await shown(tenant.owner, (await done(tenant.owner, "copyEvent", eventId=event_id, **LATER))["id"], SEATED)

    named = ids.read(copy["id"])
    assert named
    told = await owner.fetch("SELECT payload FROM outbox WHERE subject = $1 AND type = 'seats:assigned'", f"event:{named[1]}")
    assert [row["payload"] for row in told] == [{"eventId": str(named[1]), "sequence": copy["availability"]["sequence"], "seats": 6}]


async def test_a_copy_of_an_event_without_a_plan_has_none(tenant: Tenant, owner: Any) -> None:
    event_id = await create_event(tenant.owner)
    await create_ticket_type(tenant.owner, event_id)

    copy = await done(tenant.owner, "copyEvent", eventId=event_id, **LATER)

    assert (await shown(tenant.owner, copy["id"], "seatingPlan { id } seatCategories { index }")) == {
        "seatingPlan": None,
        "seatCategories": [],
    }
    told = await owner.fetch("SELECT type FROM outbox WHERE organization_id = $1", tenant.organization.id)
    assert "seats:assigned" not in {row["type"] for row in told}


async def test_the_copy_can_be_copied_and_given_another_plan(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    first = (await done(tenant.owner, "copyEvent", eventId=event_id, **LATER))["id"]

    second = (await done(tenant.owner, "copyEvent", eventId=first, slug="last", startsAt="2031-07-01T18:00:00Z"))["id"]

    [stalls, *_] = (await shown(tenant.owner, second, "ticketTypes { id }"))["ticketTypes"]
    given = await assign(tenant.owner, second, await import_plan(tenant.owner, small_hall()), Stalls=[stalls["id"]])
    assert given["errors"] == []
    assert await left(tenant.owner, second) == [4, 0, 0]
    assert await left(tenant.owner, first) == await left(tenant.owner, event_id) == [4, 2, 50]


async def test_twenty_thousand_seats_are_copied_at_once(tenant: Tenant, statements: Statements) -> None:
    answer = await ask(tenant.owner, "POST", "/api/seating-plans", json=make_arena(20_000))
    event_id = await create_event(tenant.owner)
    given = await assign(tenant.owner, event_id, answer.json()["seatingPlanVersion"]["id"])
    assert given["errors"] == []

    async with statements.sent() as sent:
        began = time.perf_counter()
        copy = (await done(tenant.owner, "copyEvent", eventId=event_id, **LATER))["id"]
        took = time.perf_counter() - began

    assert len([text for text in sent if "INSERT INTO seats" in text]) == 1
    assert (await shown(tenant.owner, copy, "seatingPlan { seatCount }"))["seatingPlan"]["seatCount"] == 20_000
    assert await status(tenant.owner, copy, "103 2-1", "nowhere") == ["FREE", None]
    # Measured at a quarter of a second; the bound leaves room for a busy machine.
    assert took < 5
