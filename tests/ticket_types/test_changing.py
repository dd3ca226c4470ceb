"""Ticket types change, stand in an order and go again, each change against the version that was read, and every change is told."""

from typing import Any

import pytest

from domain.identity import Role
from schema import ids
from tests.api.box_office import CREATE_TICKET_TYPE, create_event, create_ticket_type, left, put_on_sale, ticket_type_input
from tests.api.conftest import Tenant
from tests.api.programme import REASON
from tests.api.programme import done as stepped
from tests.ticket_types.desk import change, changed, do, done, draft_with_type, refusal, reserve

pytestmark = pytest.mark.asyncio

LOG = "query ($id: ID!) { event(by: {id: $id}) { activity { nodes { deed changes { field old new } } } } }"
TYPES = "query ($id: ID!) { event(by: {id: $id}) { ticketTypes { id position version } pools { id name capacity held sold } } }"
WINDOW = {"salesStartAt": "2031-01-01T00:00:00Z", "salesEndAt": "2031-04-01T00:00:00Z"}


async def shown(tenant: Tenant, event_id: str) -> Any:
    return (await tenant.owner.ask(TYPES, id=event_id))["event"]


async def test_every_term_changes_and_null_takes_a_bound_away_again(tenant: Tenant) -> None:
    _, type_id = await draft_with_type(tenant.owner)
    terms = {"minPerOrder": 2, "maxPerOrder": 4, "maxPerBuyer": 8, "hidden": True, "paused": True, **WINDOW}
    name = [{"locale": "de", "text": "Stehplatz"}]

    told = await changed(tenant.owner, type_id, 1, name=name, price={"amountMinor": 1, "currency": "JPY"}, **terms)
    nulls = dict.fromkeys(("minPerOrder", "maxPerOrder", "maxPerBuyer", "salesStartAt", "salesEndAt"))
    empty = await changed(tenant.owner, type_id, 2, hidden=False, paused=False, **nulls)
    same = await changed(tenant.owner, type_id, 3)

    assert told == {"id": type_id, "version": 2, "position": 0, "names": name, **terms}
    assert empty == {"id": type_id, "version": 3, "position": 0, "names": name, "hidden": False, "paused": False, **nulls}
    assert same == empty | {"version": 4}


async def test_a_stale_change_is_refused_with_the_version_of_now_and_changes_nothing(tenant: Tenant) -> None:
    _, type_id = await draft_with_type(tenant.owner)
    await changed(tenant.owner, type_id, 1, maxPerOrder=3)

    payload = await change(tenant.owner, type_id, 1, maxPerOrder=9)

    assert refusal(payload)["__typename"] == "VersionConflict"
    assert refusal(payload)["currentVersion"] == 2
    assert (await changed(tenant.owner, type_id, 2))["maxPerOrder"] == 3


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"minPerOrder": 0}, {"minPerOrder"}),
        ({"maxPerOrder": -1, "maxPerBuyer": 0}, {"maxPerOrder", "maxPerBuyer"}),
        ({"maxPerBuyer": 1_000_001}, {"maxPerBuyer"}),
        ({"minPerOrder": 5, "maxPerOrder": 4}, {"maxPerOrder"}),
        ({"minPerOrder": 5, "maxPerBuyer": 4}, {"maxPerBuyer"}),
        ({"salesStartAt": "2031-04-01T00:00:00Z", "salesEndAt": "2031-04-01T00:00:00Z"}, {"salesEndAt"}),
        ({"price": {"amountMinor": -1, "currency": "EUR"}}, {"price.amountMinor"}),
        ({"name": []}, {"name"}),
        ({"poolIds": []}, {"poolIds"}),
    ],
)
async def test_terms_that_nobody_means_are_refused_each_at_its_place(tenant: Tenant, changes: dict[str, Any], faults: set[str]) -> None:
    event_id, type_id = await draft_with_type(tenant.owner)

    payload = await change(tenant.owner, type_id, 1, **changes)

    [error] = payload["errors"]
    assert error["__typename"] == "InputInvalid"
    assert {".".join(each["path"][1:]) for each in error["faults"]} == faults
    assert [each["version"] for each in (await shown(tenant, event_id))["ticketTypes"]] == [1]


async def test_a_type_of_another_organization_or_another_event_is_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, type_id = await draft_with_type(tenant.owner)
    other_id = await create_event(tenant.owner, slug="other")
    missing = ids.show("TicketType", tenant.organization.id)
    wishes: list[tuple[Any, str, dict[str, Any]]] = [
        (other_tenant.owner, type_id, {}),
        (tenant.owner, missing, {}),
        (tenant.owner, type_id, {"eventId": other_id}),
    ]

    answers = [await change(client, wanted, 1, maxPerOrder=1, **more) for client, wanted, more in wishes]
    gone = [
        await do(client, "deleteTicketType", "ticketTypeId", ticketTypeId=wanted, expectedVersion=1, **more)
        for client, wanted, more in wishes
    ]

    assert [refusal(each) for each in (*answers, *gone)] == [{"__typename": "NotFound", "message": "There is no such ticket type."}] * 6
    assert [each["id"] for each in (await shown(tenant, event_id))["ticketTypes"]] == [type_id]


async def test_an_archived_event_keeps_its_ticket_types_and_pools(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await stepped(tenant.owner, "cancelEvent", eventId=event_id, expectedVersion=2, reason=REASON)
    await stepped(tenant.owner, "archiveEvent", eventId=event_id, expectedVersion=3)
    before = await shown(tenant, event_id)
    pool_id = before["pools"][0]["id"]

    answers = [
        await change(tenant.owner, type_id, 1, maxPerOrder=1),
        await do(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=type_id, expectedVersion=1),
        await do(tenant.owner, "reorderTicketTypes", "event { id }", eventId=event_id, ticketTypeIds=[type_id]),
        await do(tenant.owner, "createPool", "pool { id }", eventId=event_id, name="Floor", capacity=1),
        await do(tenant.owner, "updatePool", "pool { id }", poolId=pool_id, capacity=1),
        await do(tenant.owner, "deletePool", "poolId", poolId=pool_id),
        (await tenant.owner.ask(CREATE_TICKET_TYPE, input=ticket_type_input(event_id)))["createTicketType"],
    ]

    assert [refusal(each)["__typename"] for each in answers] == ["EventNotEditable"] * 7
    assert await shown(tenant, event_id) == before


async def test_a_paused_type_is_not_sold_until_it_goes_on(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await changed(tenant.owner, type_id, 1, paused=True)

    refused = refusal(await reserve(tenant.anonymous, event_id, type_id))
    await changed(tenant.owner, type_id, 2, paused=False)
    again = await reserve(tenant.anonymous, event_id, type_id)

    assert (refused["__typename"], refused["salesStatus"], refused["message"]) == ("SalesClosed", "PAUSED", "Sales are paused.")
    assert again["errors"] == []
    assert await left(tenant.anonymous, event_id) == [49]


async def test_what_is_held_stays_and_goes_with_the_price_and_the_pools_of_later(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=5)
    held = await reserve(tenant.anonymous, event_id, type_id, 2)
    pool = (await done(tenant.owner, "createPool", "pool { id }", eventId=event_id, name="Balcony", capacity=3))["pool"]["id"]

    await changed(tenant.owner, type_id, 1, poolIds=[pool])
    moved = await left(tenant.anonymous, event_id)
    buyer = tenant.anonymous.with_headers(x_cart=held["cart"])
    await done(buyer, "releaseHold", "hold { id }", holdId=held["hold"]["id"])

    assert moved == [3]
    counted = {each["name"]: (each["held"], each["capacity"]) for each in (await shown(tenant, event_id))["pools"]}
    assert counted == {"Balcony": (0, 3), "Standing": (0, 5)}


async def test_types_stand_in_the_order_asked_for_and_only_those_that_moved_change(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    first, second, third = [await create_ticket_type(tenant.owner, event_id) for _ in range(3)]

    await done(tenant.owner, "reorderTicketTypes", "event { id }", eventId=event_id, ticketTypeIds=[first, third, second])
    odd = [
        await do(tenant.owner, "reorderTicketTypes", "event { id }", eventId=event_id, ticketTypeIds=wanted)
        for wanted in ([first, third], [first, third, second, second], [])
    ]

    types = (await shown(tenant, event_id))["ticketTypes"]
    await done(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=third, expectedVersion=2)
    last = await create_ticket_type(tenant.owner, event_id)
    assert [(each["id"], each["position"]) for each in (await shown(tenant, event_id))["ticketTypes"]] == [
        (first, 0),
        (second, 2),
        (last, 3),
    ]
    assert [(each["id"], each["position"], each["version"]) for each in types] == [(first, 0, 1), (third, 1, 2), (second, 2, 2)]
    assert [refusal(each)["ticketTypeIds"] for each in odd] == [[first, third, second]] * 3


async def test_a_deleted_type_is_gone_with_the_pool_that_it_alone_drew_on(tenant: Tenant) -> None:
    event_id, type_id = await draft_with_type(tenant.owner)
    [own] = (await shown(tenant, event_id))["pools"]
    sharing = await create_ticket_type(tenant.owner, event_id, capacity=None, poolIds=[own["id"]])

    await done(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=type_id, expectedVersion=1)
    shared = await shown(tenant, event_id)
    await done(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=sharing, expectedVersion=1)

    assert ([each["id"] for each in shared["ticketTypes"]], shared["pools"]) == ([sharing], [own])
    assert await shown(tenant, event_id) == {"ticketTypes": [], "pools": []}


async def test_a_type_of_which_something_is_held_stays(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    spare = await create_ticket_type(tenant.owner, event_id)
    held = await reserve(tenant.anonymous, event_id, type_id, 3)
    wish = {"ticketTypeId": type_id, "expectedVersion": 1}

    refused = refusal(await do(tenant.owner, "deleteTicketType", "ticketTypeId", **wish))
    still = [each["id"] for each in (await shown(tenant, event_id))["ticketTypes"]]
    buyer = tenant.anonymous.with_headers(x_cart=held["cart"])
    await done(buyer, "releaseHold", "hold { id }", holdId=held["hold"]["id"])
    await done(tenant.owner, "deleteTicketType", "ticketTypeId", **wish)

    assert (refused["__typename"], refused["tickets"]) == ("TicketTypeHasTickets", 3)
    assert still == [type_id, spare]
    assert [each["id"] for each in (await shown(tenant, event_id))["ticketTypes"]] == [spare]


async def test_a_published_event_keeps_its_last_type(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)

    refused = refusal(await do(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=type_id, expectedVersion=1))
    await stepped(tenant.owner, "unpublishEvent", eventId=event_id, expectedVersion=2)
    await done(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=type_id, expectedVersion=1)

    assert (refused["__typename"], refused["status"]) == ("TicketTypeNeeded", "PUBLISHED")
    assert (await shown(tenant, event_id))["ticketTypes"] == []


async def test_every_change_is_in_the_log_and_told_by_both_names(tenant: Tenant, owner: Any) -> None:
    event_id, type_id = await draft_with_type(tenant.member(Role.ORGANIZER))
    await changed(tenant.owner, type_id, 1, maxPerBuyer=4)
    await done(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=type_id, expectedVersion=2)

    log = (await tenant.owner.ask(LOG, id=event_id))["event"]["activity"]["nodes"]

    deeds = ["ticket_type:deleted", "ticket_type:updated", "ticket_type:created", "event:created"]
    named = ids.read(type_id)
    assert named
    assert [each["deed"] for each in log] == deeds
    assert log[1]["changes"] == [
        {"field": "max_per_buyer", "old": None, "new": "4"},
        {"field": "ticket_type_id", "old": f'"{named[1]}"', "new": f'"{named[1]}"'},
    ]
    told = await owner.fetch(
        "SELECT type, payload FROM outbox WHERE organization_id = $1 AND type ~ '^(ticket_type|product):' ORDER BY position",
        tenant.organization.id,
    )
    kinds = [f"{word}:{what}" for what in ("created", "updated", "deleted") for word in ("ticket_type", "product")]
    assert [row["type"] for row in told] == kinds
    assert told[3]["payload"] == told[2]["payload"] | {
        "title": "Standing",
        "price": {"amountMinor": 2550, "currency": "EUR"},
        "createdBy": str(tenant.people[Role.ORGANIZER]),
    }
    assert told[2]["payload"]["version"] == 2
