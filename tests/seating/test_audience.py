"""Who watches an event over a network is told its end when he may not see it any more, and nothing of it afterwards."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from domain.identity import Role
from gateway.app import Gateway
from tests.api.box_office import PUBLISH_EVENT
from tests.api.conftest import Client, Tenant
from tests.api.programme import done
from tests.live.conftest import redis, relayed
from tests.seating.halls import BLOCK, seated_event
from tests.seating.live_maps import MAP, TRANSPORTS, MapClient, watching
from tests.transports.serving import serving

__all__ = ["redis", "relayed"]

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("relayed")]

TICKETS = "subscription ($event: ID!) { ticketAvailability(eventId: $event) { sequence ticketTypes { available } } }"
SOON = 1.0


@pytest_asyncio.fixture
async def address(gateway: Gateway) -> AsyncIterator[str]:
    """Where the gateway is on the network."""
    async with serving(gateway.app) as address:
        yield address


async def end(client: MapClient) -> bool:
    """Whether it is told the end soon."""
    async with asyncio.timeout(SOON):
        return await client.ends()


async def take_back(owner: Client, event_id: str) -> None:
    await done(owner, "unpublishEvent", eventId=event_id, expectedVersion=3)


async def code(address: str, client: Client, query: str, event_id: str) -> str:
    """With what a new watcher is refused."""
    async with watching("websocket", address, client.headers, query, event=event_id) as watcher:
        return str((await watcher.next()).answer["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("query", [TICKETS, MAP], ids=["tickets", "seats"])
async def test_the_public_is_told_the_end_when_an_event_is_taken_back_and_the_staff_watches_on(
    tenant: Tenant, address: str, query: str, transport: str
) -> None:
    event_id, _ = await seated_event(tenant.owner)

    async with (
        watching(transport, address, tenant.anonymous.headers, query, event=event_id) as anonymous,
        watching(transport, address, tenant.member(Role.USER).headers, query, event=event_id) as visitor,
        watching(transport, address, tenant.member(Role.ANALYST).headers, query, event=event_id) as staff,
    ):
        for each in (anonymous, visitor, staff):
            assert "errors" not in (await each.next()).answer
        await take_back(tenant.owner, event_id)

        assert all(await asyncio.gather(end(anonymous), end(visitor)))
        assert "errors" not in (await staff.next()).answer
        await tenant.owner.ask(BLOCK, input={"eventId": event_id, "labels": ["Stalls A-2"], "reason": "camera"})
        assert "errors" not in (await staff.next()).answer
    assert await code(address, tenant.anonymous, query, event_id) == "NOT_FOUND"


@pytest.mark.parametrize("query", [TICKETS, MAP], ids=["tickets", "seats"])
async def test_the_public_is_told_the_end_when_an_event_is_archived(tenant: Tenant, address: str, query: str) -> None:
    event_id, _ = await seated_event(tenant.owner)

    async with watching("websocket", address, tenant.anonymous.headers, query, event=event_id) as client:
        await client.next()
        await done(tenant.owner, "cancelEvent", eventId=event_id, expectedVersion=3, reason=[{"locale": "en", "text": "Ill."}])
        if query is TICKETS:
            await client.next()
        await done(tenant.owner, "archiveEvent", eventId=event_id, expectedVersion=4)

        assert await end(client)
    assert await code(address, tenant.anonymous, query, event_id) == "NOT_FOUND"


@pytest.mark.parametrize("query", [TICKETS, MAP], ids=["tickets", "seats"])
async def test_an_event_that_is_published_again_can_be_watched_again(tenant: Tenant, address: str, query: str) -> None:
    event_id, _ = await seated_event(tenant.owner)
    async with watching("websocket", address, tenant.anonymous.headers, query, event=event_id) as before:
        await before.next()
        await take_back(tenant.owner, event_id)
        assert await end(before)

        assert (await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id}))["publishEvent"]["errors"] == []

        async with watching("websocket", address, tenant.anonymous.headers, query, event=event_id) as after:
            assert "errors" not in (await after.next()).answer
