"""Seats are held by name: all of them or none, by one buyer at a time, and given back as they were."""

import asyncio
from typing import Any

import pytest

from adapters.crypto.identifiers import new_token
from resolvers.sweeping import end_expired_holds
from tests.api.box_office import PUBLISH_EVENT, RELEASE_HOLD, create_ticket_type, hold, left
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock, Statements, WorkOf
from tests.seating.halls import assign, import_plan, pools, seated_event, small_hall, status, without
from tests.seating.taking import best, book_seats, choose, uuid_of

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("adds_up")]

MINE = "{ holds { id lines { quantity seats { label status } } } }"


async def release(client: Client, hold_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await client.ask(RELEASE_HOLD, input={"holdId": hold_id}))["releaseHold"]
    return payload


async def sweep(tenant: Tenant, work_of: WorkOf, event_id: str) -> int:
    return await end_expired_holds(lambda: work_of(tenant.organization), uuid_of(event_id))


async def test_seats_are_held_with_what_they_are_called_and_the_stock_falls(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    done = await choose(tenant.anonymous, event_id, "Stalls A-2", "Balcony A-1", "Stalls A-1")

    assert done["errors"] == []
    lines = {line["ticketType"]["id"]: (line["quantity"], [each["label"] for each in line["seats"]]) for line in done["hold"]["lines"]}
    assert lines == {types["Stalls"]: (2, ["Stalls A-1", "Stalls A-2"]), types["Balcony"]: (1, ["Balcony A-1"])}
    assert done["hold"]["lines"][0]["seats"][0]["status"] == "HELD"
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls B-1", "Balcony A-1") == ["HELD", "FREE", "HELD"]
    assert await left(tenant.anonymous, event_id) == [2, 1, 50]
    buyer = tenant.anonymous.with_headers(x_cart=done["cart"])
    [mine] = (await buyer.ask(MINE))["holds"]
    assert sorted(len(line["seats"]) for line in mine["lines"]) == [1, 2]


async def test_a_seat_that_somebody_has_is_refused_with_its_state_and_none_of_the_others_is_held(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    until = (await choose(tenant.owner, event_id, "Stalls A-1"))["hold"]["expiresAt"]
    await book_seats(tenant, work_of, event_id, types["Stalls"], "Stalls A-2")

    refused = await choose(tenant.anonymous, event_id, "Stalls B-1", "Stalls A-1", "Stalls A-2")

    assert refused["hold"] is None
    assert refused["errors"] == [
        {
            "__typename": "SeatsTaken",
            "message": f"Stalls A-2 cannot be had any more; Stalls A-1 may come back at {until[:19]}Z.",
            "code": "CONFLICT",
            "path": ["input", "seats"],
            "mayReturnAt": until,
            "seats": [
                {"label": "Stalls A-1", "status": "HELD", "mayComeBack": True, "mayReturnAt": until},
                {"label": "Stalls A-2", "status": "BOOKED", "mayComeBack": False, "mayReturnAt": None},
            ],
        }
    ]
    assert await status(tenant.anonymous, event_id, "Stalls B-1") == ["FREE"]
    assert await left(tenant.anonymous, event_id) == [2, 2, 50]


async def test_of_those_who_want_the_same_seat_one_gets_it(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    answers = await asyncio.gather(*(choose(tenant.anonymous, event_id, "Stalls A-1", f"Stalls B-{at % 2 + 1}") for at in range(20)))

    assert sum(answer["hold"] is not None for answer in answers) == 1
    assert {error["__typename"] for answer in answers for error in answer["errors"]} == {"SeatsTaken"}
    assert await left(tenant.anonymous, event_id) == [2, 2, 50]


async def test_what_no_seat_is_called_and_what_nobody_sells_is_refused(tenant: Tenant) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    event_id, types = await seated_event(tenant.owner)
    again = await assign(tenant.owner, event_id, version_id, Stalls=[types["Stalls"]])
    assert again["errors"] == []

    unknown = await choose(tenant.anonymous, event_id, "Stalls A-1", "Gallery 1")
    unsold = await choose(tenant.anonymous, event_id, "Balcony A-1")
    mistaken = await choose(tenant.anonymous, event_id, "Balcony A-1", type_id=types["Stalls"])
    seatless = await choose(tenant.anonymous, event_id, "Stalls A-1", type_id=types["Floor"])
    foreign = await choose(tenant.anonymous, event_id, "Stalls A-1", type_id=event_id)

    facts = [
        [(e["__typename"], e["path"], e.get("labels")) for e in each["errors"]] for each in (unknown, unsold, mistaken, seatless, foreign)
    ]
    assert facts == [
        [("SeatsUnknown", ["input", "seats"], ["Gallery 1"])],
        [("SeatsNotSold", ["input", "seats"], ["Balcony A-1"])],
        [("NotForTheseSeats", ["input", "seats"], ["Balcony A-1"])],
        [("TicketTypeUnknown", ["input", "seats"], None)],
        [("NotFound", ["input", "seats", "0", "ticketTypeId"], None)],
    ]
    assert await left(tenant.anonymous, event_id) == [4, 0, 0]


async def test_where_several_types_sell_a_seat_one_must_be_named(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    version_id = await import_plan(tenant.owner, small_hall())
    child = await create_ticket_type(tenant.owner, event_id)
    await assign(tenant.owner, event_id, version_id, Stalls=[types["Stalls"], child], Balcony=[types["Balcony"]])

    vague = await choose(tenant.anonymous, event_id, "Balcony A-1", "Stalls A-1")
    done = await choose(tenant.anonymous, event_id, "Stalls A-1", type_id=child)

    assert [fault["path"] for fault in vague["errors"][0]["faults"]] == [["input", "seats", "1", "ticketTypeId"]]
    assert done["hold"]["lines"][0]["ticketType"] == {"id": child}
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Balcony A-1") == ["HELD", "FREE"]


@pytest.mark.parametrize(
    ("labels", "path"),
    [
        ([], ["input", "seats"]),
        (["Stalls A-1"] * 2, ["input", "seats", "1", "label"]),
        (["a\x00"], ["input", "seats", "0", "label"]),
        (["x" * 501], ["input", "seats", "0", "label"]),
    ],
)
async def test_a_choice_that_is_none_is_refused(tenant: Tenant, labels: list[str], path: list[str]) -> None:
    event_id, _ = await seated_event(tenant.owner)

    refused = await choose(tenant.anonymous, event_id, *labels)

    assert [(error["__typename"], [fault["path"] for fault in error["faults"]]) for error in refused["errors"]] == [
        ("InputInvalid", [path])
    ]
    assert await left(tenant.anonymous, event_id) == [4, 2, 50]


async def test_tickets_of_seats_are_not_held_without_a_seat(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    refused = await hold(tenant.anonymous, event_id, types["Stalls"], 2)
    standing = await hold(tenant.anonymous, event_id, types["Floor"], 2)

    assert [(error["__typename"], error["code"]) for error in refused["errors"]] == [("SeatsNeeded", "BAD_USER_INPUT")]
    assert standing["errors"] == []
    assert await left(tenant.anonymous, event_id) == [4, 2, 48]


async def test_the_limit_of_a_buyer_counts_seats(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    cart = new_token()
    buyer = tenant.anonymous.with_headers(x_cart=cart)
    await hold(buyer, event_id, types["Floor"], 18)

    answers = await asyncio.gather(*(choose(buyer, event_id, label) for label in ("Stalls A-1", "Stalls A-2", "Stalls B-1", "Balcony A-1")))

    assert sum(answer["hold"] is not None for answer in answers) == 2
    assert [(e["__typename"], e["limit"], e["alreadyHeld"]) for answer in answers for e in answer["errors"]] == [
        ("TooManyTickets", 20, 20)
    ] * 2


async def test_the_same_key_gets_the_same_seats_and_another_input_is_refused(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)

    same = await asyncio.gather(*(choose(tenant.owner, event_id, "Stalls A-1", "Stalls A-2", idempotencyKey="k") for _ in range(4)))
    turned = await choose(tenant.owner, event_id, "Stalls A-2", "Stalls A-1", idempotencyKey="k")
    other = await choose(tenant.owner, event_id, "Stalls B-1", idempotencyKey="k")

    assert len({answer["hold"]["id"] for answer in (*same, turned)}) == 1
    assert [error["__typename"] for error in other["errors"]] == ["IdempotencyKeyReused"]
    assert await left(tenant.anonymous, event_id) == [2, 2, 50]


async def test_seats_given_back_can_be_had_again_at_once(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    first = await choose(tenant.owner, event_id, "Stalls A-1", "Stalls A-2")

    released = [await release(tenant.owner, first["hold"]["id"]) for _ in range(2)]
    second = await choose(tenant.anonymous, event_id, "Stalls A-1")

    assert [each["errors"] for each in released] == [[], []]
    assert second["errors"] == []
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls A-2") == ["HELD", "FREE"]
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_overdue_seats_are_taken_over_at_once_and_the_sweeper_takes_nothing_from_who_has_them_now(
    tenant: Tenant, work_of: WorkOf, clock: Clock
) -> None:
    event_id, _ = await seated_event(tenant.owner)
    first = await choose(tenant.owner, event_id, "Stalls A-1", "Stalls A-2")
    await clock.advance(minutes=15)

    second = await choose(tenant.anonymous, event_id, "Stalls A-1")

    assert second["errors"] == []
    assert await sweep(tenant, work_of, event_id) == 0
    assert [error["message"] for error in (await release(tenant.owner, first["hold"]["id"]))["errors"]] == [
        "The hold is expired and cannot be released."
    ]
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls A-2") == ["HELD", "FREE"]
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_the_sweeper_frees_the_seats_of_overdue_holds(tenant: Tenant, work_of: WorkOf, clock: Clock) -> None:
    event_id, _ = await seated_event(tenant.owner)
    await choose(tenant.owner, event_id, "Stalls A-1", "Balcony A-2")
    await clock.advance(minutes=16)

    assert await sweep(tenant, work_of, event_id) == 1
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Balcony A-2") == ["FREE", "FREE"]
    assert await left(tenant.anonymous, event_id) == [4, 2, 50]


async def test_held_seats_stay_held_under_another_version_of_the_plan_and_come_back_from_there(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    held = await choose(tenant.owner, event_id, "Stalls B-1")
    fewer = await import_plan(tenant.owner, without(small_hall(), "s-a1"))
    sold = {name: [type_id] for name, type_id in types.items()}

    done = await assign(tenant.owner, event_id, fewer, **sold)
    [mine] = (await tenant.owner.ask(MINE))["holds"]
    held_then = await status(tenant.anonymous, event_id, "Stalls A-2", "Stalls B-1", "Stalls B-2")
    await release(tenant.owner, held["hold"]["id"])

    assert done["errors"] == []
    assert mine["lines"] == [{"quantity": 1, "seats": [{"label": "Stalls B-1", "status": "HELD"}]}]
    assert held_then == ["FREE", "HELD", "FREE"]
    assert await status(tenant.anonymous, event_id, "Stalls A-2", "Stalls B-1", "Stalls B-2") == ["FREE", "FREE", "FREE"]
    assert await pools(tenant.owner, event_id) == {"Stalls": (3, 0), "Balcony": (2, 0), "Floor": (50, 0)}


async def test_seats_cost_one_statement_more_than_tickets(tenant: Tenant, statements: Statements) -> None:
    event_id, types = await seated_event(tenant.owner)
    await choose(tenant.anonymous, event_id, "Stalls A-1")
    await hold(tenant.anonymous, event_id, types["Floor"], 1)

    async with statements.sent() as for_tickets:
        await hold(tenant.anonymous, event_id, types["Floor"], 2)
    async with statements.sent() as for_seats:
        await choose(tenant.anonymous, event_id, "Stalls A-2", "Stalls B-1", "Stalls B-2", "Balcony A-1")

    # What is read for the answer is the ticket types and the seats; for tickets without seats there are none to read.
    assert len(for_seats) == len(for_tickets) + 2


async def test_a_draft_and_anothers_event_are_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    unpublish = "mutation ($id: ID!) { unpublishEvent(input: {eventId: $id, expectedVersion: 3}) { errors { __typename } } }"
    assert (await tenant.owner.ask(unpublish, id=event_id))["unpublishEvent"]["errors"] == []

    answers = [await choose(client, event_id, "Stalls A-1") for client in (tenant.anonymous, other_tenant.anonymous)]

    assert [[(error["__typename"], error["path"]) for error in answer["errors"]] for answer in answers] == [
        [("NotFound", ["input", "eventId"])]
    ] * 2
    assert await status(tenant.owner, event_id, "Stalls A-1") == ["FREE"]


async def test_the_best_seats_are_held_together_and_a_party_that_does_not_fit_is_told(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    done = await best(tenant.anonymous, event_id, types["Stalls"], 2)
    refused = await best(tenant.anonymous, event_id, types["Stalls"], 2)
    accessible = await best(tenant.anonymous, event_id, types["Stalls"], 2, accessible=1)

    assert [seat["label"] for seat in done["hold"]["lines"][0]["seats"]] == ["Stalls B-1", "Stalls B-2"]
    assert refused["errors"] == [
        {
            "__typename": "NoAdjacentSeats",
            "message": "At most 1 of these seats is left together, 1 in all.",
            "code": "CONFLICT",
            "path": ["input", "lines"],
            "largest": 1,
            "free": 1,
        }
    ]
    assert [seat["accessible"] for seat in accessible["hold"]["lines"][0]["seats"]] == [False, True]
    assert await left(tenant.anonymous, event_id) == [0, 2, 50]


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({"quantity": 0}, ["input", "lines", "0", "quantity"]),
        ({"quantity": 101}, ["input", "lines"]),
        ({"accessible": 3}, ["input", "accessible"]),
        ({"accessible": -1}, ["input", "accessible"]),
        ({"sections": []}, ["input", "sections"]),
    ],
)
async def test_a_party_that_is_none_is_refused(tenant: Tenant, wish: dict[str, Any], path: list[str]) -> None:
    event_id, types = await seated_event(tenant.owner)

    refused = await best(tenant.anonymous, event_id, types["Stalls"], **({"quantity": 2} | wish))

    [error] = refused["errors"]
    assert (error["__typename"], [fault["path"] for fault in error["faults"]]) == ("InputInvalid", [path])
    assert await left(tenant.anonymous, event_id) == [4, 2, 50]


@pytest.mark.parametrize(
    ("category", "kind"), [(1, "NotForTheseSeats"), (2, "InputInvalid"), (-1, "InputInvalid"), (2**31 - 1, "InputInvalid")]
)
async def test_a_category_that_is_not_there_or_not_for_the_tickets_is_to_blame(tenant: Tenant, category: int, kind: str) -> None:
    event_id, types = await seated_event(tenant.owner)

    refused = await best(tenant.anonymous, event_id, types["Stalls"], 1, category=category)

    [error] = refused["errors"]
    assert (error["__typename"], error["path"]) == (kind, ["input", "category"])
    assert [fault["path"] for fault in error.get("faults", [])] == [["input", "category"]] * (kind == "InputInvalid")
    assert await left(tenant.anonymous, event_id) == [4, 2, 50]


async def test_free_seats_without_room_for_a_wheelchair_are_not_counted_for_who_needs_some(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    too_many = await best(tenant.anonymous, event_id, types["Stalls"], 4, accessible=1)
    await best(tenant.anonymous, event_id, types["Stalls"], 1, accessible=1)
    none_left = await best(tenant.anonymous, event_id, types["Stalls"], 1, accessible=1)

    assert [(error["message"], error["largest"], error["free"]) for answer in (too_many, none_left) for error in answer["errors"]] == [
        ("At most 2 can sit together with so many accessible seats; 1 of these is left in all.", 2, 1),
        ("No such seats are left.", 0, 0),
    ]
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_the_same_key_gets_the_same_best_seats(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    same = [await best(tenant.owner, event_id, types["Stalls"], 1, idempotencyKey="k") for _ in range(2)]
    other = await best(tenant.owner, event_id, types["Stalls"], 1, idempotencyKey="k", allowApart=True)

    assert same[0]["hold"] is not None
    assert same[0]["hold"] == same[1]["hold"]
    assert [error["__typename"] for error in other["errors"]] == ["IdempotencyKeyReused"]
    assert await left(tenant.anonymous, event_id) == [3, 2, 50]


async def test_the_seats_of_a_copied_event_are_its_own(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    copying = "mutation ($input: CopyEventInput!) { copyEvent(input: $input) { event { id } errors { __typename } } }"
    wish = {"eventId": event_id, "slug": "later", "startsAt": "2031-06-01T18:00:00Z"}
    copied = (await tenant.owner.ask(copying, input=wish))["copyEvent"]
    assert copied["errors"] == []
    copy = copied["event"]["id"]
    await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": copy})

    here, there = await choose(tenant.owner, event_id, "Stalls A-1"), await choose(tenant.owner, copy, "Stalls A-1", "Stalls B-1")
    await release(tenant.owner, there["hold"]["id"])

    assert (here["errors"], there["errors"]) == ([], [])
    assert await status(tenant.owner, event_id, "Stalls A-1") == ["HELD"]
    assert await status(tenant.owner, copy, "Stalls A-1", "Stalls B-1") == ["FREE", "FREE"]
