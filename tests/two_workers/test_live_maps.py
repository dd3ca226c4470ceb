"""Seats that move at one gateway move in the maps that the other one shows."""

import asyncio

import pytest

from tests.seating.halls import BLOCK, UNBLOCK, seated_event
from tests.seating.live_maps import TRANSPORTS, watching
from tests.two_workers.platform import Platform, Tenant

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quiet")]

A, B = 0, 1
STALLS = ("Stalls A-1", "Stalls A-2", "Stalls B-1", "Stalls B-2")


async def block(tenant: Tenant, gateway: int, event_id: str, *labels: str) -> None:
    """Take seats off sale at this gateway."""
    wish = {"eventId": event_id, "labels": labels, "reason": "camera"}
    assert (await tenant.owner(gateway).ask(BLOCK, input=wish))["blockSeats"]["errors"] == []


async def unblock(tenant: Tenant, gateway: int, event_id: str, *labels: str) -> None:
    """Put them on sale again."""
    assert (await tenant.owner(gateway).ask(UNBLOCK, input={"eventId": event_id, "labels": labels}))["unblockSeats"]["errors"] == []


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_seat_blocked_at_one_gateway_is_blocked_in_the_map_of_the_other(platform: Platform, tenant: Tenant, transport: str) -> None:
    event_id, _ = await seated_event(tenant.owner())
    headers = tenant.buyer().headers

    async with watching(transport, platform.gateways[B].url, headers, event=event_id, sections=[0]) as client:
        first = await client.next()
        await block(tenant, A, event_id, STALLS[2], "Balcony A-1")
        blocked = await client.next()
    await unblock(tenant, A, event_id, STALLS[2])
    token = blocked.map["resumeToken"]
    async with watching(transport, platform.gateways[A].url, headers, event=event_id, sections=[0], **{"from": token}) as client:
        resumed = await client.next()

    assert first.drawn == (True, [(0, None, "0000")])
    assert blocked.drawn == (False, [(0, [2], "3")])
    assert resumed.drawn == (False, [(0, [2], "0")])
    assert [each.map["sequence"] - first.map["sequence"] for each in (blocked, resumed)] == [1, 2]


async def test_after_a_storm_at_both_gateways_both_maps_are_exact(platform: Platform, tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner())
    headers = tenant.buyer().headers

    async def storm(gateway: int, labels: tuple[str, ...]) -> None:
        for _ in range(8):
            for label in labels:
                await block(tenant, gateway, event_id, label)
            await unblock(tenant, gateway, event_id, *labels)
        await block(tenant, gateway, event_id, labels[0])

    maps = {}
    async with (
        watching("websocket", platform.gateways[A].url, headers, event=event_id) as here,
        watching("server-sent events", platform.gateways[B].url, headers, event=event_id) as there,
    ):
        first = (await here.next()).map["sequence"]
        await there.next()
        await asyncio.gather(storm(A, STALLS[:2]), storm(B, STALLS[2:]))
        for name, client in (("here", here), ("there", there)):
            maps[name] = await client.until(first + 2 * (8 * 3 + 1))

    for heard in maps.values():
        seats: dict[int, str] = {}
        for each in heard:
            assert each.map["snapshot"] is False
            for section in each.map["sections"]:
                seats |= dict(zip(section["seats"], section["statuses"], strict=True))
        assert seats == {0: "3", 1: "0", 2: "3", 3: "0"}
        assert len(heard) < 50
