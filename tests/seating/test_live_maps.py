"""Live seat maps as clients get them: whole sections, then the seats that moved, in few bytes, for those who may see the event."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from domain.identity import Role
from gateway.app import Gateway
from gateway.seating.arena import make_arena
from schema import ids
from tests.api.box_office import create_event, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock, Statements, WorkOf
from tests.live.conftest import redis, relayed
from tests.live.hall import BOOKED, FREE, HELD, Hall
from tests.seating.halls import BLOCK, UNBLOCK, assign, hall, import_plan, row, seat, seated_event, zone
from tests.seating.live_maps import TRANSPORTS, watching
from tests.seating.taking import best, book_seats, choose
from tests.seating.test_arena import upload
from tests.seating.test_holding_seats import release, sweep
from tests.transports.serving import serving

__all__ = ["redis", "relayed"]

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("relayed")]

SEATS = 20_000
over_each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


@pytest_asyncio.fixture
async def address(gateway: Gateway) -> AsyncIterator[str]:
    """Where the gateway is on the network."""
    async with serving(gateway.app) as address:
        yield address


def seats_of(tenant: Tenant, event_id: str, work_of: WorkOf) -> Hall:
    """The event's seats, to be moved."""
    named = ids.read(event_id)
    assert named
    return Hall(tenant.organization, named[1], (), work_of)


@over_each_transport
async def test_a_map_begins_with_whole_sections_and_goes_on_with_the_seats_that_move(tenant: Tenant, address: str, transport: str) -> None:
    event_id, _ = await seated_event(tenant.owner)
    block = {"eventId": event_id, "labels": ["Stalls A-2", "Balcony A-1"], "reason": "camera"}

    async with watching(transport, address, tenant.anonymous.headers, event=event_id) as client:
        first = await client.next()
        await tenant.owner.ask(BLOCK, input=block)
        blocked = await client.next()
        await tenant.owner.ask(UNBLOCK, input={"eventId": event_id, "labels": ["Balcony A-1"]})
        unblocked = await client.next()

    version = (await tenant.owner.ask("query ($id: ID!) { event(by: {id: $id}) { seatingPlan { hash } } }", id=event_id))["event"]
    assert first.drawn == (True, [(0, None, "0000"), (1, None, "00")])
    assert [each["firstSeat"] for each in first.map["sections"]] == [0, 4]
    assert blocked.drawn == (False, [(0, [1], "3"), (1, [4], "3")])
    assert unblocked.drawn == (False, [(1, [4], "0")])
    assert {each.map["planHash"] for each in (first, blocked, unblocked)} == {version["seatingPlan"]["hash"]}
    assert [each.map["sequence"] - first.map["sequence"] for each in (blocked, unblocked)] == [1, 2]


def as_another(headers: dict[str, str]) -> dict[str, str]:
    """Of another cohort, which reads anew: that of a client who has just gone may live on until the server notices, and know no more."""
    return {**headers, "accept-language": "de"}


@over_each_transport
async def test_who_comes_back_gets_what_moved_in_his_sections_and_others_get_them_whole(
    tenant: Tenant, address: str, work_of: WorkOf, transport: str
) -> None:
    event_id, _ = await seated_event(tenant.owner)
    seats, headers = seats_of(tenant, event_id, work_of), tenant.anonymous.headers
    async with watching(transport, address, headers, event=event_id, sections=[0, 1]) as client:
        token = (await client.next()).map["resumeToken"]
    await seats.move(HELD, 2, 5)
    await seats.move(BOOKED, 5)

    resumed = []
    for sections in ([1, 0], [1], None):
        async with watching(transport, address, as_another(headers), event=event_id, sections=sections, **{"from": token}) as client:
            resumed.append((await client.next()).drawn)

    assert resumed == [
        (False, [(0, [2], "1"), (1, [5], "2")]),
        (True, [(1, None, "02")]),
        (True, [(0, None, "0010"), (1, None, "02")]),
    ]


async def test_a_browser_that_connects_again_resumes_by_the_id_of_the_last_event(tenant: Tenant, address: str, work_of: WorkOf) -> None:
    event_id, _ = await seated_event(tenant.owner)
    async with watching("server-sent events", address, tenant.anonymous.headers, event=event_id) as client:
        token = (await client.next()).map["resumeToken"]
    await seats_of(tenant, event_id, work_of).move(HELD, 3)

    seen = {**as_another(tenant.anonymous.headers), "last-event-id": token}
    async with watching("server-sent events", address, seen, event=event_id) as client:
        assert (await client.next()).drawn == (False, [(0, [3], "1")])


async def test_tokens_of_other_events_and_of_plans_before_get_a_snapshot(tenant: Tenant, address: str) -> None:
    event_id, types = await seated_event(tenant.owner)
    other_id = await create_event(tenant.owner, slug="other-show")
    headers, tokens = tenant.owner.headers, []
    for each in (event_id, other_id):
        async with watching("websocket", address, headers, event=each) as client:
            tokens.append((await client.next()).map["resumeToken"])
    smaller = hall(zone("Stalls", row("A", seat("s-a1", "1"))), zone("Balcony", row("A", seat("b-a1", "1", "Balcony"))))
    again = await import_plan(tenant.owner, smaller)
    assert (await assign(tenant.owner, event_id, again, Stalls=[types["Stalls"]]))["errors"] == []

    for token in tokens:
        async with watching("websocket", address, headers, event=event_id, **{"from": token}) as client:
            assert (await client.next()).drawn == (True, [(0, None, "0"), (1, None, "0")])


async def test_a_plan_that_is_assigned_while_somebody_watches_comes_whole(tenant: Tenant, address: str) -> None:
    event_id, types = await seated_event(tenant.owner)
    larger = await import_plan(tenant.owner, hall(zone("Stalls", row("A", *(seat(f"s-{at}", str(at + 1), x=at) for at in range(6))))))

    async with watching("websocket", address, tenant.anonymous.headers, event=event_id) as client:
        before = await client.next()
        assert (await assign(tenant.owner, event_id, larger, Stalls=[types["Stalls"]]))["errors"] == []
        after = await client.next()

    assert after.drawn == (True, [(0, None, "000000")])
    assert before.map["planHash"] != after.map["planHash"]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ({"sections": [0, 3]}, "BAD_USER_INPUT", "3 is not the index of a section"),
        ({"sections": [-1]}, "BAD_USER_INPUT", "-1 is not the index of a section"),
        ({"sections": []}, "BAD_USER_INPUT", "name sections, or leave it out"),
        ({"sections": list(range(101))}, "OPERATION_TOO_COMPLEX", "100"),
        ({"from": "yesterday"}, "BAD_USER_INPUT", "resumeFrom is not a resume token"),
        ({"event": ids.show("Event", UUID(int=1))}, "NOT_FOUND", "no such event"),
    ],
)
async def test_what_cannot_be_watched_is_refused_where_it_is_wrong(
    tenant: Tenant, address: str, more: dict[str, Any], code: str, said: str
) -> None:
    event_id, _ = await seated_event(tenant.owner)

    async with watching("websocket", address, tenant.anonymous.headers, **{"event": event_id, **more}) as client:
        [error] = (await client.next()).answer["errors"]

    assert error["extensions"]["code"] == code
    assert said in str(error)


async def test_drafts_are_watched_by_staff_alone_and_foreign_events_by_nobody(tenant: Tenant, other_tenant: Tenant, address: str) -> None:
    draft = await create_event(tenant.owner)
    assert (await assign(tenant.owner, draft, await import_plan(tenant.owner, hall(zone("S", row("A", seat("s1", "1")))))))["errors"] == []

    async def code(client: Client) -> str:
        async with watching("websocket", address, client.headers, event=draft, sections=[0]) as watcher:
            answer = (await watcher.next()).answer
        return (
            str(answer["errors"][0]["extensions"]["code"])
            if "errors" in answer
            else answer["data"]["seatAvailability"]["sections"][0]["statuses"]
        )

    callers = (tenant.anonymous, tenant.member(Role.USER), other_tenant.owner, tenant.owner)
    assert [await code(each) for each in callers] == ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "0"]


async def test_an_event_without_seats_shows_none(tenant: Tenant, address: str) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    async with watching("websocket", address, tenant.anonymous.headers, event=event_id) as client:
        first = await client.next()

    assert (first.drawn, first.map["planHash"]) == ((True, []), None)


async def test_many_who_watch_alike_cost_one_reading_and_one_rendering(
    tenant: Tenant, gateway: Gateway, address: str, work_of: WorkOf, statements: Statements
) -> None:
    event_id, _ = await seated_event(tenant.owner)
    seats, headers = seats_of(tenant, event_id, work_of), tenant.anonymous.headers
    async with watching("websocket", address, headers, event=event_id, sections=[0]) as one:
        token = (await one.next()).map["resumeToken"]
        async with (
            watching("websocket", address, headers, event=event_id, sections=[0], **{"from": token}) as two,
            watching("websocket", address, headers, event=event_id, sections=[1]) as other,
        ):
            await asyncio.gather(two.next(), other.next())
            cohorts = gateway.streams._cohorts
            assert (len(cohorts), cohorts.subscribers) == (2, 3)
            async with statements.sent() as sent:
                await seats.move(HELD, 1)
                heard = await asyncio.gather(one.next(), two.next())

    assert heard[0].answer == heard[1].answer
    assert heard[0].drawn == (False, [(0, [1], "1")])
    assert len([each for each in sent if "unnest" in each and "seatings" in each]) == 1


async def test_the_map_of_an_arena_travels_in_few_bytes(tenant: Tenant, address: str, work_of: WorkOf) -> None:
    event_id = await create_event(tenant.owner)
    assert (await assign(tenant.owner, event_id, await upload(tenant.owner, make_arena(SEATS))))["errors"] == []
    outline = "query ($id: ID!) { event(by: {id: $id}) { seatingPlan { sections { index firstSeat seatCount } } } }"
    sections = (await tenant.owner.ask(outline, id=event_id))["event"]["seatingPlan"]["sections"]
    largest = max(sections, key=lambda each: int(each["seatCount"]))
    neighbours = range(largest["firstSeat"], largest["firstSeat"] + 10)
    scattered = [each["firstSeat"] for each in sections if each["seatCount"]][-10:]
    seats, sizes = seats_of(tenant, event_id, work_of), []
    assert len(scattered) == 10

    for transport in TRANSPORTS:
        for watched, moved in (([largest["index"]], neighbours), (None, scattered)):
            async with watching(transport, address, tenant.owner.headers, event=event_id, sections=watched) as client:
                snapshot = await client.next()
                await seats.move(HELD, *moved)
                delta = await client.next()
                await seats.move(FREE, *moved)
                await client.next()
            sizes.append((snapshot.size, delta.size))
            shown = [number for each in delta.map["sections"] for number in each["seats"]]
            assert shown == list(moved)
            assert sum(len(each["statuses"]) for each in snapshot.map["sections"]) == (largest["seatCount"] if watched else SEATS)

    assert largest["seatCount"] > 400
    assert all(whole <= 20_000 for whole, _ in sizes[::2]), sizes
    assert all(whole <= 25_000 for whole, _ in sizes[1::2]), sizes
    assert all(delta <= 1_000 for _, delta in sizes), sizes


async def test_a_section_of_twenty_thousand_seats_is_just_as_compact(tenant: Tenant, address: str, work_of: WorkOf) -> None:
    """The largest section there can be in a hall of 20,000: one that has all of them."""
    rows = [row(str(line), *(seat(f"{line}-{at}", str(at + 1), x=at, y=line) for at in range(200))) for line in range(100)]
    event_id = await create_event(tenant.owner)
    assert (await assign(tenant.owner, event_id, await upload(tenant.owner, hall(zone("Bowl", *rows)))))["errors"] == []

    async with watching("websocket", address, tenant.owner.headers, event=event_id, sections=[0]) as client:
        snapshot = await client.next()

    assert snapshot.drawn == (True, [(0, None, "0" * SEATS)])
    assert snapshot.size <= SEATS + 400


async def test_every_way_to_take_a_seat_and_to_give_it_back_is_seen(tenant: Tenant, address: str, work_of: WorkOf, clock: Clock) -> None:
    event_id, types = await seated_event(tenant.owner)
    type_id, seen = types["Stalls"], []

    async with watching("websocket", address, tenant.anonymous.headers, event=event_id, sections=[0]) as client:
        await client.next()
        chosen = await choose(tenant.anonymous, event_id, "Stalls A-1", "Stalls B-1", type_id=type_id)
        seen.append((await client.next()).drawn)
        await release(tenant.anonymous.with_headers(x_cart=chosen["cart"]), chosen["hold"]["id"])
        seen.append((await client.next()).drawn)
        await best(tenant.anonymous, event_id, type_id, 2)
        seen.append((await client.next()).drawn)
        await clock.advance(minutes=16)
        await sweep(tenant, work_of, event_id)
        seen.append((await client.next()).drawn)
        await book_seats(tenant, work_of, event_id, type_id, "Stalls B-2")
        while "2" not in seen[-1][1][0][2]:
            seen.append((await client.next()).drawn)

    assert seen[:4] == [(False, [(0, seats, digits)]) for seats, digits in (([0, 2], "11"), ([0, 2], "00"), ([2, 3], "11"), ([2, 3], "00"))]
    assert seen[-1] == (False, [(0, [3], "2")])


async def test_the_pictures_and_the_stream_tell_the_same(tenant: Tenant, address: str, work_of: WorkOf) -> None:
    event_id, _ = await seated_event(tenant.owner)
    seats = seats_of(tenant, event_id, work_of)
    await seats.move(HELD, 0, 5)
    await seats.move(BOOKED, 1)
    await tenant.owner.ask(BLOCK, input={"eventId": event_id, "labels": ["Stalls B-1"], "reason": "camera"})
    look = 'query ($id: ID!) { event(by: {id: $id}) { availability { sequence } } seats(eventId: $id, labels: ["Stalls A-1"]) { status } }'

    async with watching("websocket", address, tenant.anonymous.headers, event=event_id) as client:
        shown = await client.next()
    asked = await tenant.anonymous.ask(look, id=event_id)

    assert "".join(each["statuses"] for each in shown.map["sections"]) == await seats.statuses() == "123001"
    assert asked == {"event": {"availability": {"sequence": shown.map["sequence"]}}, "seats": [{"status": "HELD"}]}
