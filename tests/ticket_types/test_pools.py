"""Pools made by hand are shared by several types, and are resized no further than what is taken from them."""

from typing import Any

import pytest

from tests.api.box_office import PUBLISH_EVENT, create_event, create_ticket_type, left, put_on_sale
from tests.api.conftest import Tenant
from tests.seating.halls import seated_event
from tests.ticket_types.desk import change, do, done, refusal, reserve

pytestmark = pytest.mark.asyncio

POOL = "pool { id name capacity held sold }"
POOLS = "query ($id: ID!) { event(by: {id: $id}) { pools { id name capacity held sold } ticketTypes { id } } }"


async def pools(tenant: Tenant, event_id: str) -> Any:
    return (await tenant.owner.ask(POOLS, id=event_id))["event"]["pools"]


async def test_types_that_share_pools_sell_no_more_together_than_each_pool_has(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    hall, front = [
        (await done(tenant.owner, "createPool", POOL, eventId=event_id, name=name, capacity=size))["pool"]["id"]
        for name, size in (("Hall", 5), ("Front", 2))
    ]
    anywhere = await create_ticket_type(tenant.owner, event_id, capacity=None, poolIds=[hall])
    nearby = await create_ticket_type(tenant.owner, event_id, capacity=None, poolIds=[hall, front])
    await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id})

    await reserve(tenant.anonymous, event_id, nearby, 2)
    scarce = refusal(await reserve(tenant.anonymous, event_id, nearby))
    await reserve(tenant.anonymous, event_id, anywhere, 3)
    none = refusal(await reserve(tenant.anonymous, event_id, anywhere))

    assert (scarce["__typename"], scarce["available"], scarce["heldElsewhere"]) == ("TicketsSoldOut", 0, 2)
    assert (none["available"], none["heldElsewhere"]) == (0, 5)
    assert await left(tenant.anonymous, event_id) == [0, 0]
    assert {each["name"]: (each["held"], each["capacity"]) for each in await pools(tenant, event_id)} == {"Front": (2, 2), "Hall": (5, 5)}


async def test_a_pool_grows_and_shrinks_to_what_is_taken_and_no_further(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=10)
    await reserve(tenant.anonymous, event_id, type_id, 4)
    [pool] = await pools(tenant, event_id)

    small = refusal(await do(tenant.owner, "updatePool", POOL, poolId=pool["id"], capacity=3))
    kept = await pools(tenant, event_id)
    least = await done(tenant.owner, "updatePool", POOL, poolId=pool["id"], capacity=4, name="Full")
    none_left = await left(tenant.anonymous, event_id)
    await done(tenant.owner, "updatePool", POOL, poolId=pool["id"], capacity=20)

    assert (small["__typename"], small["held"], small["sold"]) == ("PoolTooSmall", 4, 0)
    assert kept == [pool]
    assert least["pool"] == pool | {"capacity": 4, "name": "Full"}
    assert none_left == [0]
    assert await left(tenant.anonymous, event_id) == [16]


async def test_odd_pools_are_refused_each_fault_at_its_place(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)

    payload = await do(tenant.owner, "createPool", POOL, eventId=event_id, name=" ", capacity=0)
    huge = await do(tenant.owner, "createPool", POOL, eventId=event_id, name="a\nb", capacity=10_000_001)

    places = [[".".join(each["path"]) for each in refusal(answer)["faults"]] for answer in (payload, huge)]
    assert places == [["input.name", "input.capacity"]] * 2
    assert await pools(tenant, event_id) == []


async def test_the_same_key_makes_one_pool(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    wish = {"eventId": event_id, "name": "Floor", "capacity": 5, "idempotencyKey": "k1"}

    made = [(await done(tenant.owner, "createPool", POOL, **wish))["pool"] for _ in range(2)]
    other = refusal(await do(tenant.owner, "createPool", POOL, **wish | {"capacity": 6}))

    assert made[0] == made[1]
    assert other["__typename"] == "IdempotencyKeyReused"
    assert await pools(tenant, event_id) == [made[0]]


async def test_a_pool_on_which_something_draws_stays_and_an_idle_one_goes(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    [own] = await pools(tenant, event_id)
    idle = (await done(tenant.owner, "createPool", POOL, eventId=event_id, name="Idle", capacity=1))["pool"]["id"]

    used = refusal(await do(tenant.owner, "deletePool", "poolId", poolId=own["id"]))
    await done(tenant.owner, "deletePool", "poolId", poolId=idle)
    again = refusal(await do(tenant.owner, "deletePool", "poolId", poolId=idle))

    assert (used["__typename"], used["ticketTypeIds"]) == ("PoolInUse", [type_id])
    assert again["__typename"] == "NotFound"
    assert await pools(tenant, event_id) == [own]


async def test_foreign_pools_are_not_found_and_are_not_drawn_on(tenant: Tenant, other_tenant: Tenant) -> None:
    _, type_id = await put_on_sale(tenant.owner)
    elsewhere, _ = await put_on_sale(other_tenant.owner)
    [foreign] = await pools(other_tenant, elsewhere)

    drawn = refusal(await change(tenant.owner, type_id, 1, poolIds=[foreign["id"]]))
    resized = refusal(await do(tenant.owner, "updatePool", POOL, poolId=foreign["id"], capacity=1))

    assert (drawn["__typename"], drawn["poolIds"]) == ("PoolUnknown", [foreign["id"]])
    assert resized["__typename"] == "NotFound"
    assert await pools(other_tenant, elsewhere) == [foreign]


async def test_how_many_seats_there_are_and_what_sells_them_is_said_by_the_plan_alone(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    event = (await tenant.owner.ask(POOLS, id=event_id))["event"]
    [type_id, *_] = [each["id"] for each in event["ticketTypes"]]
    counted = event["pools"]
    own = (await done(tenant.owner, "createPool", POOL, eventId=event_id, name="Mine", capacity=5))["pool"]

    resized = [refusal(await do(tenant.owner, "updatePool", POOL, poolId=each["id"], capacity=each["capacity"] + 1)) for each in counted]
    moved = refusal(await change(tenant.owner, type_id, 2, poolIds=[own["id"]]))
    renamed = await done(tenant.owner, "updatePool", POOL, poolId=counted[0]["id"], name="Best seats")

    assert {each["__typename"] for each in (*resized, moved)} == {"PoolCountsSeats"}
    assert renamed["pool"] == counted[0] | {"name": "Best seats"}
    assert sorted(each["capacity"] for each in await pools(tenant, event_id)) == sorted(each["capacity"] for each in (*counted, own))
