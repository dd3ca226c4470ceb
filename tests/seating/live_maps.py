"""Clients of live seat maps on a network: over the WebSocket and as server-sent events, and how large what they are sent is."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

MAP = """
subscription Map($event: ID!, $sections: [Int!], $from: String) {
  seatAvailability(eventId: $event, sectionIds: $sections, resumeFrom: $from) {
    sequence resumeToken snapshot planHash sections { section firstSeat seats statuses }
  }
}
"""
TRANSPORTS = ("websocket", "server-sent events")
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: its bytes on the wire, and what is in it."""

    size: int
    answer: dict[str, Any]

    @property
    def map(self) -> dict[str, Any]:
        """The frame; the test fails when there is none."""
        assert "errors" not in self.answer, self.answer
        frame: dict[str, Any] = self.answer["data"]["seatAvailability"]
        return frame

    @property
    def drawn(self) -> tuple[bool, list[tuple[int, list[int] | None, str]]]:
        """Whether it is a snapshot, and of each section its seats and statuses."""
        return self.map["snapshot"], [(each["section"], each["seats"], each["statuses"]) for each in self.map["sections"]]


class MapClient:
    """A client that is sent messages."""

    def __init__(self, messages: AsyncIterator[Sent]) -> None:
        self._messages = messages

    async def next(self) -> Sent:
        """The next one."""
        async with asyncio.timeout(PATIENCE):
            return await anext(self._messages)

    async def ends(self) -> bool:
        """Whether the stream ends, with no message before."""
        try:
            await self.next()
        except StopAsyncIteration:
            return True
        return False

    async def until(self, sequence: int) -> list[Sent]:
        """All messages until this sequence is reached."""
        heard = [await self.next()]
        while heard[-1].map["sequence"] < sequence:
            heard.append(await self.next())
        return heard


@asynccontextmanager
async def watching(transport: str, address: str, headers: dict[str, str], query: str = MAP, **variables: Any) -> AsyncIterator[MapClient]:
    """A client that asked for a map."""
    asked = {"query": query, "variables": variables}
    if transport == "websocket":
        url = f"{address.replace('http', 'ws')}/graphql"
        async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None, compression=None) as connection:
            await connection.send(json.dumps({"type": "connection_init", "payload": _said(headers)}))
            assert json.loads(await connection.recv()) == {"type": "connection_ack"}
            await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
            yield MapClient(_over_socket(connection))
    else:
        async with (
            httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE) as client,
            client.stream("POST", "/graphql", json=asked, headers={**headers, "accept": "text/event-stream"}) as response,
        ):
            yield MapClient(_as_events(response))


def _said(headers: dict[str, str]) -> dict[str, str]:
    return {{"x-organization": "organization", "x-cart": "cart"}.get(name, name): value for name, value in headers.items()}


async def _over_socket(connection: ClientConnection) -> AsyncIterator[Sent]:
    async for text in connection:
        message = json.loads(text)
        if message["type"] == "next":
            yield Sent(len(text), message["payload"])
        elif message["type"] == "error":
            yield Sent(len(text), {"errors": message["payload"]})
        elif message["type"] == "complete":
            return


async def _as_events(response: httpx.Response) -> AsyncIterator[Sent]:
    """Each event as it comes, its name and id counted in."""
    event = ""
    async for line in response.aiter_lines():
        if line:
            event += f"{line}\n"
            continue
        data = [each.removeprefix("data:") for each in event.splitlines() if each.startswith("data:")]
        if data and data[0].strip():
            yield Sent(len(event.encode()) + 1, json.loads(data[0]))
        event = ""
