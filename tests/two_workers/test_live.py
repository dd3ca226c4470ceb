"""What happens at one gateway is seen at the other: at once, exactly, and without more messages than anybody can read."""

import asyncio
import time

import pytest

from tests.api.box_office import PUBLISH_EVENT, RELEASE_HOLD, create_event, create_ticket_type, hold, left, put_on_sale
from tests.api.programme import done
from tests.conftest import Clock
from tests.two_workers.platform import Platform, Tenant
from tests.two_workers.watching import TRANSPORTS, Ending, watching

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quiet")]

A, B = 0, 1
BEAT = 0.1
over_each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


async def put_two_on_sale(tenant: Tenant) -> tuple[str, str, str]:
    """The ids of a published event and of its two ticket types, of which there are 20 and 30."""
    owner = tenant.owner()
    event_id = await create_event(owner)
    stalls, balcony = await create_ticket_type(owner, event_id, 20), await create_ticket_type(owner, event_id, 30)
    assert (await owner.ask(PUBLISH_EVENT, input={"eventId": event_id}))["publishEvent"]["errors"] == []
    return event_id, stalls, balcony


@over_each_transport
async def test_a_hold_on_one_gateway_is_seen_on_the_other(platform: Platform, tenant: Tenant, transport: str) -> None:
    event_id, stalls, balcony = await put_two_on_sale(tenant)

    async with watching(transport, platform.gateways[B], tenant.slug, event_id) as watcher:
        placed = await hold(tenant.buyer(A), event_id, stalls, 3)
        await watcher.shows({stalls: 17})
        await tenant.buyer(A, x_cart=placed["cart"]).ask(RELEASE_HOLD, input={"holdId": placed["hold"]["id"]})
        await watcher.shows({stalls: 20})

    first, held, released = watcher.frames
    assert (first.snapshot, first.left) == (True, {stalls: 20, balcony: 30})
    assert (held.snapshot, held.left) == (False, {stalls: 17})
    assert (released.snapshot, released.left) == (False, {stalls: 20})
    assert (held.sequence, released.sequence) == (first.sequence + 1, first.sequence + 2)


@over_each_transport
async def test_who_resumes_on_the_other_gateway_gets_only_what_moved(platform: Platform, tenant: Tenant, transport: str) -> None:
    event_id, stalls, balcony = await put_two_on_sale(tenant)
    async with watching(transport, platform.gateways[A], tenant.slug, event_id) as before:
        pass
    await hold(tenant.buyer(A), event_id, balcony, 4)

    async with watching(transport, platform.gateways[B], tenant.slug, event_id, resume_from=before.token) as after:
        await hold(tenant.buyer(A), event_id, stalls, 1)
        await after.shows({stalls: 19})

    missed, moved = after.frames
    assert (missed.snapshot, missed.left, missed.sequence) == (False, {balcony: 26}, before.frames[-1].sequence + 1)
    assert (moved.snapshot, moved.left) == (False, {stalls: 19})


@over_each_transport
async def test_the_public_is_told_the_end_on_the_other_gateway_when_an_event_is_taken_back(
    platform: Platform, tenant: Tenant, transport: str
) -> None:
    event_id, _ = await put_on_sale(tenant.owner())

    async with watching(transport, platform.gateways[B], tenant.slug, event_id) as watcher:
        await done(tenant.owner(A), "unpublishEvent", eventId=event_id, expectedVersion=2)
        ended = await watcher.ends()

    assert (ended, len(watcher.frames)) == (Ending("complete"), 1)


async def test_a_browser_that_connects_again_resumes_by_the_id_of_the_last_event_it_saw(platform: Platform, tenant: Tenant) -> None:
    event_id, _, balcony = await put_two_on_sale(tenant)
    async with watching("graphql-sse", platform.gateways[A], tenant.slug, event_id) as before:
        pass
    await hold(tenant.buyer(B), event_id, balcony, 4)

    seen = {"last-event-id": before.token}
    async with watching("graphql-sse", platform.gateways[B], tenant.slug, event_id, **seen) as after:
        pass

    assert [(each.snapshot, each.left) for each in after.frames] == [(False, {balcony: 26})]


async def test_who_missed_nothing_resumes_with_a_message_that_says_so(platform: Platform, tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner())
    async with watching("graphql-transport-ws", platform.gateways[A], tenant.slug, event_id) as before:
        pass

    async with watching("graphql-transport-ws", platform.gateways[B], tenant.slug, event_id, resume_from=before.token) as after:
        pass

    assert [(each.snapshot, each.left, each.sequence) for each in after.frames] == [(False, {}, before.frames[-1].sequence)]


@over_each_transport
async def test_a_burst_becomes_few_messages_and_the_last_is_exact(platform: Platform, tenant: Tenant, transport: str) -> None:
    event_id, type_id = await put_on_sale(tenant.owner(), capacity=500)

    async with watching(transport, platform.gateways[B], tenant.slug, event_id) as watcher:
        placed = sum(await asyncio.gather(*(hold_for(1.0, tenant, gateway, event_id, type_id) for gateway in (A, B, A, B))))
        await watcher.shows({type_id: 500 - placed})

    first, *beats = watcher.frames
    numbers = [each.left[type_id] for each in watcher.frames]
    assert [each.sequence for each in watcher.frames] == sorted({each.sequence for each in watcher.frames})
    assert numbers == sorted(numbers, reverse=True)
    assert placed > 2 * len(beats) > 10
    assert len(beats) <= (beats[-1].at - first.at) / BEAT + 1
    assert await left(tenant.buyer(A), event_id) == [500 - placed]


async def hold_for(seconds: float, tenant: Tenant, gateway: int, event_id: str, type_id: str) -> int:
    """Hold one ticket after the other for so long; how many were held."""
    placed, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        placed += (await hold(tenant.buyer(gateway), event_id, type_id))["hold"] is not None
    return placed


async def test_tickets_whose_time_is_over_come_back_by_themselves(platform: Platform, tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await put_on_sale(tenant.owner())

    async with watching("graphql-transport-ws", platform.gateways[B], tenant.slug, event_id) as watcher:
        placed = await hold(tenant.buyer(A), event_id, type_id, 3)
        await watcher.shows({type_id: 47})
        await clock.advance(minutes=15)
        await watcher.shows({type_id: 50})

    assert [(each.snapshot, each.left) for each in watcher.frames[1:]] == [(False, {type_id: 47}), (False, {type_id: 50})]
    assert await tenant.buyer(B, x_cart=placed["cart"]).ask("{ holds { id } }") == {"holds": []}
