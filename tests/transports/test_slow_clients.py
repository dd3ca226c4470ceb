"""A client that does not read costs the house one message and nobody else anything; when it reads again it gets the newest whole."""

import asyncio
import socket as sockets
from typing import Any

import pytest

from gateway.transports.connection import SocketTerms
from tests.transports.beating import BALCONY
from tests.transports.sockets import Socket, socket
from tests.transports.watching import VARIABLES, Gateway, opened

pytestmark = pytest.mark.asyncio

FILLED = "subscription ($event: ID!) { ticketAvailability(eventId: $event) { sequence snapshot resumeToken filler(bytes: 200000) } }"
MOVES = 80


async def follow(client: Socket) -> dict[str, Any]:
    await client.greet()
    await client.subscribe("1", FILLED, variables=VARIABLES)
    frame: dict[str, Any] = await client.frame()
    return frame


def small() -> sockets.socket:
    """A socket that takes little before it makes the sender wait."""
    made = sockets.socket()
    made.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8_192)
    return made


async def move(gateway: Gateway, quick: Socket) -> None:
    for number in range(MOVES):
        gateway.live.move(BALCONY, number)
        assert (await quick.frame())["sequence"] == gateway.live.sequence


async def test_a_slow_client_gets_the_newest_whole_and_the_quick_one_every_beat() -> None:
    async with opened() as (gateway, address), socket(address) as quick, slow_socket(address) as slow:
        await follow(quick)
        await follow(slow)
        slow.connection.transport.pause_reading()

        await move(gateway, quick)
        slow.connection.transport.resume_reading()
        seen = [await slow.frame()]
        while seen[-1]["sequence"] < gateway.live.sequence:
            seen.append(await slow.frame())

        assert len(seen) < MOVES
        assert (seen[-1]["sequence"], seen[-1]["snapshot"]) == (MOVES + 1, True)
        assert [each["snapshot"] for each in seen[:-1]] == [False] * (len(seen) - 1)
        gateway.live.move(BALCONY, 5)
        assert (await slow.frame())["snapshot"] is False


async def test_what_waits_for_a_slow_client_is_one_mark_and_one_message() -> None:
    async with opened() as (gateway, address), socket(address) as quick, slow_socket(address) as slow:
        await follow(quick)
        await follow(slow)
        slow.connection.transport.pause_reading()

        await move(gateway, quick)

        waiting = [(len(each._outbox._replies), len(each._outbox._ready)) for each in gateway.sockets._open]
        assert sorted(waiting) == [(0, 0), (0, 1)]
        slow.connection.transport.abort()


async def test_a_client_that_never_reads_again_is_dropped_after_its_pings() -> None:
    async with opened(terms=SocketTerms(ping_seconds=0.3)) as (gateway, address), slow_socket(address) as slow:
        await follow(slow)
        slow.connection.transport.pause_reading()
        for number in range(MOVES):
            gateway.live.move(BALCONY, number)
            await asyncio.sleep(0)

        async with asyncio.timeout(10):
            while len(gateway.sockets):
                gateway.live.move(BALCONY, 1)
                await asyncio.sleep(0.05)

        assert gateway.live.listeners == set()
        slow.connection.transport.abort()


def slow_socket(address: str) -> Any:
    """A client on a small socket."""
    host, _, port = address.removeprefix("http://").partition(":")
    made = small()
    made.connect((host, int(port)))
    made.setblocking(False)
    return socket(address, sock=made, close_timeout=0.2)
