"""Hidden types leak nowhere: every way to a ticket type is walked, as the public and as the staff."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from domain.availability import Availability
from domain.identity import Role, Viewer
from gateway.graphql.pipeline import Pipeline
from gateway.transports.cohorts import Cohorts, Message, Wish
from gateway.transports.operations import Operations
from resolvers.availability import watch_tickets
from schema import ids
from schema.root import build_schema
from tests.api.box_office import create_ticket_type, left, put_on_sale
from tests.api.conftest import Tenant
from tests.rest.asking import ask
from tests.seating.halls import seated_event
from tests.ticket_types.desk import changed, do, done, draft_with_type, give_out, refusal, reserve, with_hidden

pytestmark = pytest.mark.asyncio

EVERYWHERE = """
query ($event: ID!, $type: ID!) {
  node(id: $type) { id }
  nodes(ids: [$type]) { id }
  _entities(representations: [{__typename: "TicketType", id: $type}]) { ... on TicketType { id } }
  ticketType(id: $type) { id }
  ticketTypes { nodes { id event { ticketTypes { id } availability { ticketTypes { ticketTypeId ticketType { id } } } } } totalCount }
  event(by: {id: $event}) {
    ticketTypes { id }
    availability { ticketTypes { ticketTypeId } }
    seatCategories { ticketTypes { id } }
  }
  events { nodes { ticketTypes { id } availability { ticketTypes { ticketTypeId } } } }
}
"""

WATCH = """
subscription ($id: ID!, $code: String) { ticketAvailability(eventId: $id, accessCode: $code) { ticketTypes { ticketTypeId } } }
"""


async def everything(tenant: Tenant, client: Any, event_id: str, type_id: str) -> str:
    """All that a query can tell somebody of a type, as text."""
    return str(await client.ask(EVERYWHERE, event=event_id, type=type_id))


async def test_no_query_tells_the_public_of_a_hidden_type(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)

    public = {
        role: await everything(tenant, tenant.member(role) if role else tenant.anonymous, event_id, hidden_id) for role in (None, Role.USER)
    }
    staff = await everything(tenant, tenant.member(Role.ANALYST), event_id, hidden_id)

    for told in public.values():
        assert hidden_id not in told
        assert open_id in told
        assert "'totalCount': 1" in told
        assert "'node': None, 'nodes': [None], '_entities': [None], 'ticketType': None" in told
    # Everywhere but in the categories of a seating plan, which this event has not.
    assert staff.count(hidden_id) == 15
    assert "'totalCount': 2" in staff


async def test_no_rest_route_tells_the_public_of_a_hidden_type(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    code = await give_out(tenant.owner, event_id, hidden_id)
    paths = [
        f"/api/events/{event_id}",
        f"/api/events/{event_id}/availability",
        "/api/products",
        f"/api/products?eventId={event_id}&total=true",
    ]

    told = [(await ask(tenant.anonymous, "GET", path)).text for path in paths]
    staff = [(await ask(tenant.owner, "GET", path)).text for path in paths]
    missing = await ask(tenant.anonymous, "GET", f"/api/products/{hidden_id}")
    opened = await ask(tenant.anonymous, "GET", f"/api/products/{hidden_id}?accessCode={code['code']}")

    assert all(hidden_id not in text and open_id in text for text in told)
    assert all(hidden_id in text for text in staff)
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no such product.")
    assert (opened.status_code, opened.json()["id"]) == (200, hidden_id)


async def test_a_price_category_does_not_tell_of_the_hidden_types_that_sell_it(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    query = "query ($id: ID!, $code: String) { event(by: {id: $id}) { seatCategories { ticketTypes(accessCode: $code) { id } } } }"
    sold = [
        each["id"] for row in (await tenant.anonymous.ask(query, id=event_id))["event"]["seatCategories"] for each in row["ticketTypes"]
    ]
    code = await give_out(tenant.owner, event_id, sold[0])

    await changed(tenant.owner, sold[0], 2, hidden=True)

    public, opened, staff = [
        str(await client.ask(query, id=event_id, code=word))
        for client, word in ((tenant.anonymous, None), (tenant.anonymous, code["code"]), (tenant.owner, None))
    ]
    assert sold[0] not in public
    assert sold[0] in opened
    assert sold[0] in staff


async def test_who_names_a_hidden_type_is_told_that_it_needs_a_code_and_nothing_else_of_it(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner, paused=True, minPerOrder=2, maxPerOrder=3)
    needs = {
        "__typename": "AccessCodeNeeded",
        "message": "Tickets of this type are for holders of an access code.",
        "ticketTypeId": hidden_id,
    }

    amounts = [refusal(await reserve(tenant.anonymous, event_id, hidden_id, quantity)) for quantity in (1, 2, 900)]
    wrong = [refusal(await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=[word])) for word in ("WRONG-CODE", "", "\0")]
    lines = [{"ticketTypeId": each, "quantity": 1} for each in (open_id, hidden_id)]
    both = await do(tenant.anonymous, "holdTickets", "hold { id }", eventId=event_id, lines=lines)

    assert amounts + wrong == [needs] * 6
    assert [(each["__typename"], each["code"], each["path"]) for each in both["errors"]] == [
        ("AccessCodeNeeded", "CONFLICT", ["input", "accessCodes"])
    ]
    assert await left(tenant.owner, event_id) == [50, 50]


async def test_a_hidden_type_of_another_event_or_organization_is_one_that_there_is_not(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, _, _ = await with_hidden(tenant.owner)
    other_event, _ = await put_on_sale(tenant.owner, slug="other")
    beside = await create_ticket_type(tenant.owner, other_event, hidden=True)
    _, _, far = await with_hidden(other_tenant.owner)
    missing = ids.show("TicketType", tenant.organization.id)

    answers = {wanted: refusal(await reserve(tenant.anonymous, event_id, wanted)) for wanted in (beside, far, missing)}

    for wanted, told in answers.items():
        assert told == {"__typename": "TicketTypeUnknown", "message": "The event has no such ticket type.", "ticketTypeId": wanted}


async def test_of_an_event_that_is_not_published_nobody_is_told_which_types_need_a_code(tenant: Tenant) -> None:
    event_id, open_id = await draft_with_type(tenant.owner)
    hidden_id = await create_ticket_type(tenant.owner, event_id, hidden=True)

    answers = [refusal(await reserve(tenant.anonymous, event_id, wanted, accessCodes=["GUESS"])) for wanted in (open_id, hidden_id)]

    assert answers == [{"__typename": "NotFound", "message": "There is no such event."}] * 2


async def test_who_may_not_change_a_hidden_type_is_not_told_whether_it_is_there(tenant: Tenant) -> None:
    _, _, hidden_id = await with_hidden(tenant.owner)
    missing = ids.show("TicketType", tenant.organization.id)
    document = "mutation ($input: UpdateTicketTypeInput!) { updateTicketType(input: $input) { errors { __typename } } }"

    codes = [
        await client.code(document, input={"ticketTypeId": each, "expectedVersion": 1})
        for client in (tenant.anonymous, tenant.member(Role.USER))
        for each in (hidden_id, missing)
    ]

    assert codes == ["UNAUTHENTICATED"] * 2 + ["FORBIDDEN"] * 2


@asynccontextmanager
async def watching(tenant: Tenant, event_id: str, role: Role | None = None, code: str | None = None) -> AsyncIterator[Any]:
    """The frames that this viewer gets of the event."""
    named = ids.read(event_id)
    assert named
    person = tenant.people[role] if role else None
    context = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, person, role))
    async with tenant.house.contexts.fresh(context) as fresh:
        watch = await watch_tickets(fresh, named[1], None, code)
    frames: Any = aiter(watch)
    yield frames
    await frames.aclose()


def types_of(frame: Availability) -> list[str]:
    return [ids.show("TicketType", each.ticket_type_id) for each in frame.ticket_types]


async def next_of(frames: Any, within: float = 8) -> Availability:
    async with asyncio.timeout(within):
        found: Availability = await anext(frames)
        return found


async def test_a_live_stream_tells_the_public_of_no_hidden_type_and_of_no_movement_of_one(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    code = (await give_out(tenant.owner, event_id, hidden_id))["code"]

    async with (
        watching(tenant, event_id) as public,
        watching(tenant, event_id, code=code) as friend,
        watching(tenant, event_id, Role.OWNER) as staff,
    ):
        first = [types_of(await next_of(each)) for each in (public, friend, staff)]
        await reserve(tenant.anonymous, event_id, hidden_id, 2, accessCodes=[code])
        moved = [types_of(await next_of(each)) for each in (friend, staff)]
        await reserve(tenant.anonymous, event_id, open_id)
        next_public = await next_of(public)

    assert first == [[open_id], [open_id, hidden_id], [open_id, hidden_id]]
    assert moved == [[hidden_id], [hidden_id]]
    # Its second frame is of the open type already: there was none of the hidden one.
    assert (types_of(next_public), next_public.whole) == ([open_id], False)


async def test_a_type_that_is_hidden_or_deleted_goes_out_of_sight_by_a_whole_frame(tenant: Tenant) -> None:
    event_id, open_id = await put_on_sale(tenant.owner)
    second = await create_ticket_type(tenant.owner, event_id)
    third = await create_ticket_type(tenant.owner, event_id)

    async with watching(tenant, event_id) as public:
        frames = [await next_of(public)]
        await changed(tenant.owner, second, 1, hidden=True)
        frames.append(await next_of(public))
        await changed(tenant.owner, second, 2, hidden=False)
        frames.append(await next_of(public))
        await done(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=third, expectedVersion=1)
        frames.append(await next_of(public))

    told = [(each.whole, types_of(each)) for each in frames]
    assert told == [(True, [open_id, second, third]), (True, [open_id, third]), (False, [second]), (True, [open_id, second])]


async def test_viewers_who_see_different_types_share_no_rendering(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    code = (await give_out(tenant.owner, event_id, hidden_id))["code"]
    cohorts = Cohorts()

    wishes = [await wish_for(tenant, event_id, word) for word in (None, "NONSENSE", code)]
    revoked = (await tenant.owner.ask("query ($id: ID!) { accessCodes(eventId: $id) { nodes { id } } }", id=event_id))["accessCodes"]
    await done(tenant.owner, "revokeAccessCode", "accessCode { id }", accessCodeId=revoked["nodes"][0]["id"])
    wishes.append(await wish_for(tenant, event_id, code))
    frames = [await first_frame(cohorts, wish) for wish in wishes]

    told = [[each["ticketTypeId"] for each in frame["data"]["ticketAvailability"]["ticketTypes"]] for frame in frames]
    assert told == [[open_id], [open_id], [open_id, hidden_id], [open_id]]
    # The same words, but they open nothing any more.
    assert wishes[2].key != wishes[3].key
    await cohorts.close()


async def wish_for(tenant: Tenant, event_id: str, code: str | None) -> Wish:
    """The place in a cohort that a subscription of somebody unknown gets."""
    pipeline = Pipeline(build_schema(), tenant.house.settings.limits, tenant.house.contexts.fresh, introspection=False)
    context = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id))
    async with Operations(pipeline, lambda: "a-request").start(
        {"query": WATCH, "variables": {"id": event_id, "code": code}}, context
    ) as started:
        assert isinstance(started, Wish)
        return started


async def first_frame(cohorts: Cohorts, wish: Wish) -> Any:
    """What a subscriber is sent first."""
    stirred = asyncio.Event()
    subscriber = cohorts.join(wish, stirred.set)
    try:
        async with asyncio.timeout(8):
            while (taken := subscriber.take()) is None:
                stirred.clear()
                await stirred.wait()
    finally:
        subscriber.leave()
    assert isinstance(taken, Message)
    return orjson.loads(taken.payload)


async def test_a_copy_hides_what_its_source_hides_and_has_no_codes(tenant: Tenant) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner, minPerOrder=2, maxPerBuyer=5, paused=True)
    await give_out(tenant.owner, event_id, hidden_id, code="FRIENDS")
    organizer = tenant.member(Role.ORGANIZER)

    copy = (await done(organizer, "copyEvent", "event { id }", eventId=event_id, slug="again", startsAt="2032-05-01T18:00:00Z"))["event"]

    terms = "ticketTypes { hidden paused minPerOrder maxPerBuyer mine }"
    types = (await organizer.ask(f"query ($id: ID!) {{ event(by: {{id: $id}}) {{ {terms} }} }}", id=copy["id"]))["event"]["ticketTypes"]
    codes = (await tenant.owner.ask("query ($id: ID!) { accessCodes(eventId: $id) { totalCount } }", id=copy["id"]))["accessCodes"]
    assert types[1] == {"hidden": True, "paused": True, "minPerOrder": 2, "maxPerBuyer": 5, "mine": True}
    assert codes["totalCount"] == 0


async def test_events_are_not_found_by_what_hidden_types_cost_nor_by_what_is_left_of_them(tenant: Tenant) -> None:
    event_id, open_id, _ = await with_hidden(tenant.owner, price={"amountMinor": 1, "currency": "EUR"})
    query = "query ($where: EventWhere) { events(where: $where, orderBy: [PRICE_ASC]) { nodes { id } totalCount } }"
    wheres = [{"price": {"lte": 1}}, {"price": {"gte": 2550}}, {"available": True}]

    before = [[each["id"] for each in (await tenant.anonymous.ask(query, where=where))["events"]["nodes"]] for where in wheres]
    await changed(tenant.owner, open_id, 1, paused=True)
    paused = (await tenant.anonymous.ask(query, where={"available": True}))["events"]

    assert before == [[], [event_id], [event_id]]
    assert paused == {"nodes": [], "totalCount": 0}


async def test_search_engines_are_told_of_no_hidden_type_whoever_asks_for_the_page(tenant: Tenant) -> None:
    event_id, _, _ = await with_hidden(tenant.owner, price={"amountMinor": 12345, "currency": "EUR"})
    query = "query ($id: ID!) { event(by: {id: $id}) { jsonLd } }"

    told = [(await client.ask(query, id=event_id))["event"]["jsonLd"] for client in (tenant.anonymous, tenant.owner)]

    assert told[0] == told[1]
    assert "123.45" not in told[0]
    assert "25.50" in told[0]
