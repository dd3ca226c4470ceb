"""Seats are taken off sale and put on sale again: their places count no longer, buyers are never robbed, and nobody reads why."""

from typing import Any

import pytest

from domain.identity import Role
from tests.api.box_office import left
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock, WorkOf
from tests.seating.halls import BLOCK, SEATS, UNBLOCK, assign, import_plan, pools, seated_event, small_hall, status
from tests.seating.taking import book_seats, choose, hold_seats

pytestmark = pytest.mark.asyncio

SEQUENCE = "query ($id: ID!) { event(by: {id: $id}) { availability { sequence } } }"


async def block(client: Client, event_id: str, *labels: str, **more: Any) -> dict[str, Any]:
    wish = {"eventId": event_id, "labels": list(labels), "reason": "broken", **more}
    done: dict[str, Any] = (await client.ask(BLOCK, input=wish))["blockSeats"]
    return done


async def unblock(client: Client, event_id: str, *labels: str, **more: Any) -> dict[str, Any]:
    done: dict[str, Any] = (await client.ask(UNBLOCK, input={"eventId": event_id, "labels": list(labels), **more}))["unblockSeats"]
    return done


async def sequence(client: Client, event_id: str) -> int:
    return int((await client.ask(SEQUENCE, id=event_id))["event"]["availability"]["sequence"])


async def test_blocked_seats_are_not_for_sale_and_their_places_do_not_count(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    before = await sequence(tenant.owner, event_id)

    done = await block(tenant.owner, event_id, "Stalls A-1", "Balcony A-2")

    assert done == {"changed": 2, "errors": []}
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls A-2", "Balcony A-2") == ["BLOCKED", "FREE", "BLOCKED"]
    assert await left(tenant.anonymous, event_id) == [3, 1, 50]
    assert await sequence(tenant.owner, event_id) == before + 1


async def test_unblocked_seats_are_for_sale_again(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    await block(tenant.owner, event_id, "Stalls A-1", "Stalls A-2")

    done = await unblock(tenant.owner, event_id, "Stalls A-2")

    assert done == {"changed": 1, "errors": []}
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls A-2") == ["BLOCKED", "FREE"]
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_whole_sections_are_blocked_at_once(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    await block(tenant.owner, event_id, "Stalls B-2")

    done = await block(tenant.owner, event_id, "Balcony A-1", "Stalls B-2", sections=[0])

    assert done == {"changed": 4, "errors": []}
    assert await left(tenant.anonymous, event_id) == [0, 1, 50]


async def test_blocking_again_changes_the_reason_only_and_the_same_again_changes_nothing(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    await block(tenant.owner, event_id, "Stalls A-1")
    before = await sequence(tenant.owner, event_id)

    same = await block(tenant.owner, event_id, "Stalls A-1")
    between = await sequence(tenant.owner, event_id)
    other = await block(tenant.owner, event_id, "Stalls A-1", reason="kept for the press")
    free = await unblock(tenant.owner, event_id, "Stalls A-2")

    assert [each["changed"] for each in (same, other, free)] == [0, 1, 0]
    assert (between, await sequence(tenant.owner, event_id)) == (before, before + 1)
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_the_reason_is_read_by_those_who_manage_tickets_only(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    await block(tenant.owner, event_id, "Stalls A-1", reason="kept for the press")

    reasons = {
        role: (await (tenant.member(role) if role else tenant.anonymous).ask(SEATS, event=event_id, labels=["Stalls A-1"]))["seats"][0][
            "blockedReason"
        ]
        for role in (None, Role.USER, Role.ANALYST, Role.ORGANIZER)
    }

    assert reasons == {None: None, Role.USER: None, Role.ANALYST: None, Role.ORGANIZER: "kept for the press"}


async def test_held_and_booked_seats_are_not_blocked_and_are_named(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-1")
    await book_seats(tenant, work_of, event_id, types["Stalls"], "Stalls B-2")

    refused = await block(tenant.owner, event_id, "Stalls A-2", "Balcony A-1", "Stalls B-2", "Stalls A-1")

    [error] = refused["errors"]
    assert (error["__typename"], error["code"], error["labels"], error["count"]) == (
        "SeatsInUse",
        "CONFLICT",
        ["Stalls A-1", "Stalls B-2"],
        2,
    )
    assert error["message"] == "2 seats are held or booked: Stalls A-1, Stalls B-2."
    assert await status(tenant.owner, event_id, "Stalls A-1", "Stalls A-2", "Stalls B-2", "Balcony A-1") == [
        "HELD",
        "FREE",
        "BOOKED",
        "FREE",
    ]
    assert await pools(tenant.owner, event_id) == {"Stalls": (4, 2), "Balcony": (2, 0), "Floor": (50, 0)}


async def test_a_hold_whose_time_is_over_shows_its_seat_as_free_but_still_counts_it(tenant: Tenant, work_of: WorkOf, clock: Clock) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-1")
    await clock.advance(minutes=16)

    shown = await status(tenant.anonymous, event_id, "Stalls A-1")
    refused = await block(tenant.owner, event_id, "Stalls A-1")

    assert shown == ["FREE"]
    assert [error["__typename"] for error in refused["errors"]] == ["SeatsInUse"]


async def test_seats_and_sections_that_the_event_does_not_have_are_named_and_nothing_is_blocked(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    refused = await block(tenant.owner, event_id, "Stalls Z-9", "Stalls A-1", "Gallery 1", sections=[7, 0, 2])
    also = await unblock(tenant.owner, event_id, sections=[9])

    [error] = refused["errors"]
    assert (error["__typename"], error["code"], error["labels"], error["sections"]) == (
        "SeatsUnknown",
        "NOT_FOUND",
        ["Stalls Z-9", "Gallery 1"],
        [2, 7],
    )
    assert error["message"] == "The event has no seat Stalls Z-9, Gallery 1 and no section 2, 7."
    assert [(each["labels"], each["sections"], each["path"]) for each in also["errors"]] == [([], [9], ["input", "sections"])]
    assert await left(tenant.anonymous, event_id) == [4, 2, 50]


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({"labels": []}, ["input", "labels"]),
        ({"reason": " "}, ["input", "reason"]),
        ({"reason": "x" * 201}, ["input", "reason"]),
        ({"reason": "a\nb"}, ["input", "reason"]),
        ({"labels": ["Stalls A-1", "a\0"]}, ["input", "labels", "1"]),
        ({"labels": ["x" * 501]}, ["input", "labels", "0"]),
    ],
)
async def test_a_block_needs_seats_and_a_reason(tenant: Tenant, wish: dict[str, Any], path: list[str]) -> None:
    event_id, _ = await seated_event(tenant.owner)

    refused = await block(tenant.owner, event_id, **{"labels": ["Stalls A-1"], **wish})

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("InputInvalid", path)]
    assert await status(tenant.owner, event_id, "Stalls A-1") == ["FREE"]


@pytest.mark.parametrize("label", ["a\0", "x" * 501])
async def test_what_no_seat_can_be_called_is_refused_where_seats_are_looked_up_or_put_on_sale(tenant: Tenant, label: str) -> None:
    event_id, _ = await seated_event(tenant.owner)

    [unseen] = (await tenant.anonymous.answer(SEATS, event=event_id, labels=["Stalls A-1", label]))["errors"]
    refused = await unblock(tenant.owner, event_id, label)

    assert (unseen["extensions"]["code"], unseen["message"]) == ("BAD_USER_INPUT", "labels.1: is no seat's label")
    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("InputInvalid", ["input", "labels", "0"])]


async def test_another_organization_blocks_nothing_here(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    refused = await block(other_tenant.owner, event_id, "Stalls A-1")

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("NotFound", ["input", "eventId"])]
    assert await status(tenant.owner, event_id, "Stalls A-1") == ["FREE"]


async def test_blocked_seats_stay_blocked_in_another_plan(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await block(tenant.owner, event_id, "Stalls A-2")
    version_id = await import_plan(tenant.owner, small_hall(size={"width": 999, "height": 999}))

    await assign(tenant.owner, event_id, version_id, **{name: [type_id] for name, type_id in types.items()})

    assert await status(tenant.owner, event_id, "Stalls A-1", "Stalls A-2") == ["FREE", "BLOCKED"]
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_seats_that_nobody_sells_are_blocked_without_a_pool(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    version_id = await import_plan(tenant.owner, small_hall())
    await assign(tenant.owner, event_id, version_id, Stalls=[types["Stalls"]])

    done = await block(tenant.owner, event_id, "Balcony A-1", "Stalls A-1")

    assert done == {"changed": 2, "errors": []}
    assert await pools(tenant.owner, event_id) == {"Stalls": (3, 0)}


async def test_what_is_blocked_cannot_be_held(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await block(tenant.owner, event_id, sections=[1])

    refused = await choose(tenant.anonymous, event_id, "Balcony A-1", type_id=types["Balcony"])

    assert [(error["__typename"], error["seats"]) for error in refused["errors"]] == [
        ("SeatsTaken", [{"label": "Balcony A-1", "status": "BLOCKED", "mayComeBack": False, "mayReturnAt": None}])
    ]
    assert await pools(tenant.owner, event_id) == {"Stalls": (4, 0), "Balcony": (0, 0), "Floor": (50, 0)}
