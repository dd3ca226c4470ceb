"""Seats are held without telling which hidden ticket types sell them, and with a code by those who have one."""

from typing import Any

import pytest

from domain.identity import Role
from tests.api.box_office import create_ticket_type
from tests.api.conftest import Client, Tenant
from tests.rest.asking import ask
from tests.seating.halls import assign, import_plan, pools, seated_event, small_hall, status
from tests.ticket_types.desk import HELD, changed, do, give_out, refusal

pytestmark = pytest.mark.asyncio


async def take(client: Client, event_id: str, *seats: str, type_id: str | None = None, **more: Any) -> dict[str, Any]:
    """The whole payload of `holdSeats`."""
    chosen = [{"label": label, "ticketTypeId": type_id} for label in seats]
    return await do(client, "holdSeats", HELD, eventId=event_id, seats=chosen, **more)


async def best(client: Client, event_id: str, type_id: str, **more: Any) -> dict[str, Any]:
    """The whole payload of `holdBestAvailable` for one."""
    return await do(client, "holdBestAvailable", HELD, eventId=event_id, lines=[{"ticketTypeId": type_id, "quantity": 1}], **more)


def types_of(payload: dict[str, Any]) -> list[str]:
    return [line["ticketType"]["id"] for line in payload["hold"]["lines"]]


async def test_a_seat_that_one_open_and_one_hidden_type_sell_is_sold_by_the_open_one(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    friends = await create_ticket_type(tenant.owner, event_id, 1, hidden=True)
    sold = {name: [type_id] for name, type_id in types.items()}
    sold["Stalls"].append(friends)
    again = await assign(tenant.owner, event_id, await import_plan(tenant.owner, small_hall()), **sold)
    code = (await give_out(tenant.owner, event_id, friends))["code"]

    public = await take(tenant.anonymous, event_id, "Stalls A-1")
    friend = refusal(await take(tenant.anonymous, event_id, "Stalls B-1", accessCodes=[code]))
    named = await take(tenant.anonymous, event_id, "Stalls B-1", type_id=friends, accessCodes=[code])
    needed = refusal(await take(tenant.anonymous, event_id, "Stalls B-2", type_id=friends))

    assert again["errors"] == []
    assert types_of(public) == [types["Stalls"]]
    # To who has the code, two types sell it.
    assert [fault["message"] for fault in friend["faults"]] == ["several ticket types sell this seat: name one"]
    assert types_of(named) == [friends]
    assert (needed["__typename"], needed["ticketTypeId"]) == ("AccessCodeNeeded", friends)
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls B-1", "Stalls B-2") == ["HELD", "HELD", "FREE"]


async def test_a_seat_that_only_a_hidden_type_sells_is_not_sold_but_with_its_code(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await changed(tenant.owner, types["Balcony"], 2, hidden=True)
    code = await give_out(tenant.owner, event_id, types["Balcony"], useLimit=2)

    unsold = refusal(await take(tenant.anonymous, event_id, "Balcony A-1"))
    needed = [
        answer["errors"]
        for answer in (
            await take(tenant.anonymous, event_id, "Balcony A-1", type_id=types["Balcony"]),
            await best(tenant.anonymous, event_id, types["Balcony"]),
            await best(tenant.anonymous, event_id, types["Balcony"], accessCodes=["WRONG-CODE"]),
        )
    ]
    taken = await pools(tenant.owner, event_id)
    opened = [
        await take(tenant.anonymous, event_id, "Balcony A-1", accessCodes=[code["code"]]),
        await best(tenant.anonymous, event_id, types["Balcony"], accessCodes=[code["code"]]),
    ]

    assert (unsold["__typename"], unsold["labels"]) == ("SeatsNotSold", ["Balcony A-1"])
    needs = {
        "__typename": "AccessCodeNeeded",
        "message": "Tickets of this type are for holders of an access code.",
        "code": "CONFLICT",
        "path": ["input", "accessCodes"],
        "ticketTypeId": types["Balcony"],
    }
    assert needed == [[needs]] * 3
    assert taken["Balcony"] == (2, 0)
    assert [types_of(each) for each in opened] == [[types["Balcony"]]] * 2
    used = await tenant.owner.ask("query ($id: ID!) { accessCodes(eventId: $id) { nodes { used } } }", id=event_id)
    assert used["accessCodes"]["nodes"] == [{"used": 2}]


async def test_over_rest_who_names_a_hidden_type_is_told_that_it_needs_a_code(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await changed(tenant.owner, types["Balcony"], 2, hidden=True)
    lines = {"eventId": event_id, "lines": [{"ticketTypeId": types["Balcony"], "quantity": 1}]}
    seats = {"eventId": event_id, "seats": [{"label": "Balcony A-1", "ticketTypeId": types["Balcony"]}]}

    answers = [
        await ask(tenant.anonymous, "POST", f"/api/holds{path}", json=wish)
        for path, wish in (("", lines), ("/best-available", lines), ("/seats", seats))
    ]

    told = {
        "type": "/problems/access-code-needed",
        "code": "CONFLICT",
        "detail": "Tickets of this type are for holders of an access code.",
        "pointer": "#/accessCodes",
        "ticketTypeId": types["Balcony"],
    }
    assert [answer.status_code for answer in answers] == [409] * 3
    assert [answer.json()["errors"] for answer in answers] == [[told]] * 3
    assert await status(tenant.anonymous, event_id, "Balcony A-1") == ["FREE"]


async def test_the_staff_hold_seats_of_hidden_types(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await changed(tenant.owner, types["Balcony"], 2, hidden=True)

    held = await take(tenant.member(Role.SUPPORT), event_id, "Balcony A-1")

    assert types_of(held) == [types["Balcony"]]


async def test_seats_are_held_on_the_terms_of_their_type(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    await changed(tenant.owner, types["Stalls"], 2, minPerOrder=2, maxPerBuyer=3)

    few = refusal(await take(tenant.anonymous, event_id, "Stalls A-1"))
    many = refusal(await best(tenant.anonymous, event_id, types["Stalls"]))
    pair = await take(tenant.anonymous, event_id, "Stalls A-1", "Stalls B-1")
    buyer = tenant.anonymous.with_headers(x_cart=pair["cart"])
    over = refusal(await take(buyer, event_id, "Stalls B-2", "Stalls A-2"))
    codes = refusal(await take(buyer, event_id, "Stalls B-2", accessCodes=[f"code-{number}" for number in range(11)]))

    assert (few["__typename"], few["least"], many["__typename"]) == ("TooFewTickets", 2, "TooFewTickets")
    assert pair["errors"] == []
    assert (over["__typename"], over["per"], over["alreadyHeld"], over["limit"]) == ("TooManyTickets", "TICKET_TYPE", 2, 3)
    assert [fault["path"] for fault in codes["faults"]] == [["input", "accessCodes"]]
    assert await status(tenant.anonymous, event_id, "Stalls A-2", "Stalls B-2") == ["FREE", "FREE"]
