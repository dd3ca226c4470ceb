"""The staff give tickets away: the stock is taken as for anybody, all of it or nothing."""

import asyncio
from typing import Any

import pytest

from domain.paging import Page
from domain.tickets import TicketFilter
from tests.api.box_office import left
from tests.api.conftest import Tenant
from tests.seating.halls import seated_event
from tests.tickets.counter import Show, context_of, give, given, put_on, seen

pytestmark = pytest.mark.asyncio

POSTPONE = "mutation ($input: PostponeEventInput!) { postponeEvent(input: $input) { event { status } } }"
RESCHEDULE = "mutation ($input: RescheduleEventInput!) { rescheduleEvent(input: $input) { event { status } } }"
TIMES = {"startsAt": "2031-06-01T18:00:00Z", "endsAt": "2031-06-01T21:00:00Z"}
ON_SEAT = "query ($id: ID!) { ticket(by: {id: $id}) { seat { label } orderLine { attendeeName } } }"
POOLS = "query ($id: ID!) { event(by: {id: $id}) { pools { held sold } } }"


async def left_of(tenant: Tenant, show: Show) -> tuple[int, int]:
    """How many are held and sold."""
    [pool] = (await tenant.owner.ask(POOLS, id=show.event_id))["event"]["pools"]
    return pool["held"], pool["sold"]


async def test_tickets_are_given_away_out_of_the_stock(tenant: Tenant) -> None:
    show = await put_on(tenant, capacity=10)

    tickets = await given(tenant.owner, show, quantity=3, name="The press", attendees=[{"name": "Bo"}])

    assert [each["status"] for each in tickets] == ["VALID"] * 3
    assert {each["event"]["id"] for each in tickets} == {show.event_id}
    assert {each["ticketType"]["id"] for each in tickets} == {show.type_id}
    assert len({each["code"] for each in tickets}) == len({each["qrCode"]["text"] for each in tickets}) == 3
    assert [(each["complimentary"], each["revision"], each["version"]) for each in tickets] == [(True, 1, 1)] * 3
    assert await left(tenant.owner, show.event_id) == [7]


async def test_five_hundred_are_given_at_once_whatever_one_buyer_may_have(tenant: Tenant) -> None:
    show = await put_on(tenant, capacity=600, buyerLimit=4)

    tickets = await given(tenant.owner, show, quantity=500)

    assert len({each["code"] for each in tickets}) == 500
    assert await left(tenant.owner, show.event_id) == [100]


async def test_more_than_there_are_gives_none(tenant: Tenant) -> None:
    show = await put_on(tenant, capacity=4)

    refused = await give(tenant.owner, show, quantity=5)

    assert refused["tickets"] is None
    assert [(each["__typename"], each["available"]) for each in refused["errors"]] == [("TicketsSoldOut", 4)]
    assert await left(tenant.owner, show.event_id) == [4]


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({"quantity": 0}, ["input", "quantity"]),
        ({"quantity": 501}, ["input", "quantity"]),
        ({"quantity": 1, "email": "nobody"}, ["input", "email"]),
        ({"quantity": 1, "attendees": [{"name": "A"}, {"name": "B"}]}, ["input", "attendees"]),
        ({"quantity": 2, "attendees": [{"name": "A"}, {"email": "B"}]}, ["input", "attendees", "1", "email"]),
        ({"seats": ["A1", "A1"]}, ["input", "seats"]),
    ],
    ids=["none", "too many", "no address", "more people", "a wrong address", "a seat twice"],
)
async def test_a_wish_that_breaks_a_rule_takes_nothing(tenant: Tenant, wish: dict[str, Any], path: list[str]) -> None:
    show = await put_on(tenant, capacity=4)

    refused = await give(tenant.owner, show, **wish)

    assert [(each["__typename"], each["path"]) for each in refused["errors"]] == [("InputInvalid", path)]
    assert await left(tenant.owner, show.event_id) == [4]


async def test_the_same_key_gives_the_same_tickets_however_often_it_is_sent(tenant: Tenant) -> None:
    show = await put_on(tenant, capacity=20)

    answers = await asyncio.gather(*(given(tenant.owner, show, quantity=2, idempotencyKey="press") for _ in range(8)))
    other = await give(tenant.owner, show, quantity=3, idempotencyKey="press")

    assert len({tuple(sorted(each["id"] for each in tickets)) for tickets in answers}) == 1
    assert [each["__typename"] for each in other["errors"]] == ["IdempotencyKeyReused"]
    assert await left(tenant.owner, show.event_id) == [18]


async def test_what_is_given_away_is_not_the_ticket_of_whoever_gave_it(tenant: Tenant) -> None:
    show = await put_on(tenant)

    [ticket] = await given(tenant.owner, show)

    async with context_of(tenant).work() as work:
        [kept] = (await work.tickets.page(TicketFilter(), Page())).items
        assert kept.order_line_id
        [line] = await work.orders.lines([kept.order_line_id])
    assert line is not None
    assert kept.holder == f"order:{line.order_id}"
    assert await seen(tenant.anonymous, ticket["id"]) is None


async def test_a_wish_that_was_refused_may_come_again_under_its_key(tenant: Tenant) -> None:
    show = await put_on(tenant, capacity=4)
    await tenant.owner.ask(POSTPONE, input={"eventId": show.event_id, "expectedVersion": 2})

    refused = await give(tenant.owner, show, quantity=2, idempotencyKey="press")
    held = await left_of(tenant, show)
    await tenant.owner.ask(RESCHEDULE, input={"eventId": show.event_id, "expectedVersion": 3, **TIMES})
    tickets = await given(tenant.owner, show, quantity=2, idempotencyKey="press")

    assert [each["__typename"] for each in refused["errors"]] == ["SalesClosed"]
    assert held == (0, 0)
    assert len(tickets) == 2
    assert await left_of(tenant, show) == (0, 2)


async def test_seats_are_given_away_by_their_names_in_the_order_of_the_people(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    show = Show(event_id, types["Stalls"])

    tickets = await given(tenant.owner, show, seats=["Stalls A-2", "Stalls A-1"], attendees=[{"name": "Ada"}, {"name": "Bo"}])
    again = await give(tenant.owner, show, seats=["Stalls A-1"])

    asked = [await tenant.owner.ask(ON_SEAT, id=each["id"]) for each in tickets]
    assert {each["ticket"]["seat"]["label"]: each["ticket"]["orderLine"]["attendeeName"] for each in asked} == {
        "Stalls A-2": "Ada",
        "Stalls A-1": "Bo",
    }
    assert [(each["__typename"], each["seats"]) for each in again["errors"]] == [("SeatsTaken", [{"label": "Stalls A-1"}])]
