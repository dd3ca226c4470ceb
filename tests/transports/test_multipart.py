"""Streams as the parts of one answer, cut as Apollo's clients cut them."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.transports import test_sse
from tests.transports.beating import BALCONY
from tests.transports.sockets import socket
from tests.transports.watching import VARIABLES, WATCH, opened

pytestmark = pytest.mark.asyncio
ACCEPT = {"Accept": 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'}


@dataclass
class Parts:
    """The parts of one response: each is read as soon as the boundary after it is there."""

    response: httpx.Response
    _pieces: AsyncIterator[bytes] = field(init=False)
    _read: bytes = b""

    def __post_init__(self) -> None:
        self._pieces = self.response.aiter_bytes()
        found = re.search(r'boundary="([^"]*)"', self.response.headers["content-type"])
        assert found
        self._boundary = b"\r\n--" + found[1].encode()
        self._read = b"\r\n"

    async def read(self) -> Any:
        """The JSON of the next part; None after the closing boundary."""
        async with asyncio.timeout(2):
            while (end := self._read.find(self._boundary, 1)) < 0 and not self._read.endswith(self._boundary + b"--\r\n"):
                self._read += await anext(self._pieces)
        if end < 0:
            return None
        part, self._read = self._read[len(self._boundary) : end], self._read[end:]
        headers, _, body = part.partition(b"\r\n\r\n")
        assert headers == b"\r\nContent-Type: application/json"
        return json.loads(body)

    async def frame(self) -> Any:
        """The frame in the next part."""
        return (await self.read())["payload"]["data"]["ticketAvailability"]


@asynccontextmanager
async def streaming(address: str, query: str, headers: dict[str, str] | None = None, **more: Any) -> AsyncIterator[Parts]:
    """A response to this operation that is read as it comes."""
    async with (
        httpx.AsyncClient(base_url=address, headers=ACCEPT | (headers or {}), timeout=5) as client,
        client.stream("POST", "/graphql", json={"query": query, **more}) as response,
    ):
        yield Parts(response)


async def test_the_newest_stock_is_streamed_as_parts() -> None:
    async with opened() as (gateway, address), streaming(address, WATCH, variables=VARIABLES) as parts:
        snapshot = await parts.frame()
        gateway.live.move(BALCONY, 9)
        moved = await parts.frame()

        assert parts.response.status_code == 200
        assert parts.response.headers["content-type"] == 'multipart/mixed; boundary="-"; subscriptionSpec="1.0"'
        assert (snapshot["sequence"], snapshot["snapshot"]) == (1, True)
        assert (moved["sequence"], moved["ticketTypes"]) == (2, [{"ticketTypeId": 71, "available": 9}])


async def test_an_ordinary_subscription_ends_with_the_closing_boundary() -> None:
    async with opened() as (_, address), streaming(address, "subscription { count(to: 2) }") as parts:
        assert [await parts.read() for _ in range(3)] == [{"payload": {"data": {"count": 1}}}, {"payload": {"data": {"count": 2}}}, None]


async def test_signs_of_life_are_empty_parts() -> None:
    async with opened(heartbeat_seconds=0.05) as (_, address), streaming(address, WATCH, variables=VARIABLES) as parts:
        await parts.frame()

        assert [await parts.read() for _ in range(2)] == [{}, {}]


async def test_what_cannot_be_streamed_is_told_in_a_part() -> None:
    async with opened() as (_, address), streaming(address, "subscription { never }") as parts:
        told = await parts.read()

        assert told["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await parts.read() is None


async def test_the_stream_ends_when_the_token_expires() -> None:
    async with opened() as (_, address), streaming(address, WATCH, {"Authorization": "Bearer short"}, variables=VARIABLES) as parts:
        await parts.frame()

        assert (await parts.read())["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await parts.read() is None


async def test_parts_events_and_sockets_share_one_rendering() -> None:
    async with opened() as (gateway, address), AsyncExitStack() as stack:
        parts = await stack.enter_async_context(streaming(address, WATCH, variables=VARIABLES))
        events = await stack.enter_async_context(test_sse.streaming(address, WATCH, variables=VARIABLES))
        client = await stack.enter_async_context(socket(address))
        await client.greet()
        await client.watch()
        for each in (parts, events, client):
            await each.frame()
        before = gateway.rendered

        gateway.live.move(BALCONY, 9)

        assert await parts.frame() == await events.frame() == await client.frame()
        assert gateway.rendered - before == 1
        assert (len(gateway.cohorts), gateway.cohorts.subscribers) == (1, 3)


async def test_hanging_up_ends_the_stream_at_once() -> None:
    async with opened() as (gateway, address):
        async with streaming(address, WATCH, variables=VARIABLES) as parts:
            await parts.frame()

        await gateway.settled()


async def test_a_query_is_answered_in_json_where_that_is_accepted_too() -> None:
    async with opened() as (_, address), httpx.AsyncClient(base_url=address, headers=ACCEPT) as client:
        answered = await client.post("/graphql", json={"query": "{ hello }"})

        assert answered.json() == {"data": {"hello": "Hello, you"}}
