"""Watches an event's availability over each of the three transports, as a client on a network does."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.two_workers.platform import PATIENCE, Gateway

WATCH = """
subscription ($event: ID!, $from: String) {
  ticketAvailability(eventId: $event, resumeFrom: $from) { sequence resumeToken snapshot ticketTypes { ticketTypeId available } }
}
"""
TRANSPORTS = ("graphql-transport-ws", "graphql-sse", "multipart")
PROTOCOL = "graphql-transport-ws"
ACCEPTED = {"graphql-sse": "text/event-stream", "multipart": 'multipart/mixed;subscriptionSpec="1.0", application/json'}


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: when it arrived (the loop's seconds) and what it said."""

    at: float
    sequence: int
    resume_token: str
    snapshot: bool
    left: dict[str, int]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a stream ended: by the protocol's own word, by a close of the socket or an error with this code, or cut without a word."""

    how: str
    code: int | str | None = None


Payloads = AsyncGenerator[dict[str, Any] | Ending, None]


class Watcher:
    """A client that keeps what it was sent. `left` is what it would show: each type's newest number."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.left: dict[str, int] = {}
        self.ending: Ending | None = None
        self._stirred = asyncio.Condition()

    @property
    def token(self) -> str:
        """Where it would resume."""
        return self.frames[-1].resume_token

    async def until(self, true: Callable[[], object], what: str) -> None:
        """Wait for a message that makes it true; fail with `what` and all that was sent when the time is over."""
        try:
            async with asyncio.timeout(PATIENCE), self._stirred:
                await self._stirred.wait_for(true)
        except TimeoutError:
            raise AssertionError(f"{what}; ended: {self.ending}, sent: {self.frames}") from None

    async def begun(self) -> "Watcher":
        """Wait for the first message."""
        await self.until(lambda: self.frames or self.ending, "no first message came")
        assert self.ending is None, self.ending
        return self

    async def shows(self, left: dict[str, int]) -> None:
        """Wait until it shows these numbers."""
        await self.until(lambda: self.left | left == self.left, f"never showed {left}")

    async def shows_at_most(self, type_id: str, left: int) -> None:
        """Wait until no more than so many tickets of the type are shown."""
        await self.until(lambda: self.left[type_id] <= left, f"never showed at most {left}")

    async def ends(self) -> Ending:
        """Wait for the end."""
        await self.until(lambda: self.ending, "the stream goes on")
        assert self.ending is not None
        return self.ending

    async def follow(self, payloads: Payloads) -> None:
        """Take everything in until the stream ends."""
        async with aclosing(payloads):
            async for payload in payloads:
                async with self._stirred:
                    self._take(payload)
                    self._stirred.notify_all()

    def _take(self, payload: dict[str, Any] | Ending) -> None:
        if isinstance(payload, Ending):
            self.ending = self.ending or payload
            return
        if "errors" in payload:
            self.ending = Ending("refused", payload["errors"][0]["extensions"]["code"])
            return
        told = payload["data"]["ticketAvailability"]
        left = {each["ticketTypeId"]: each["available"] for each in told["ticketTypes"]}
        self.left |= left
        self.frames.append(Frame(time.monotonic(), told["sequence"], told["resumeToken"], told["snapshot"], left))


@asynccontextmanager
async def watching(
    transport: str, gateway: Gateway, slug: str, event_id: str, resume_from: str | None = None, **headers: str
) -> AsyncIterator[Watcher]:
    """A client that watches, and has been sent its first message."""
    variables = {"event": event_id, "from": resume_from}
    watcher = Watcher()
    feed = _socket(gateway, slug, variables, headers) if transport == PROTOCOL else _response(transport, gateway, slug, variables, headers)
    task = asyncio.create_task(watcher.follow(feed))
    try:
        yield await watcher.begun()
    finally:
        task.cancel()
        [end] = await asyncio.gather(task, return_exceptions=True)
        if isinstance(end, Exception):
            raise end


async def _socket(gateway: Gateway, slug: str, variables: dict[str, Any], headers: dict[str, str]) -> Payloads:
    protocols = [Subprotocol(PROTOCOL)]
    async with connect(
        f"ws://{gateway.host}/graphql", subprotocols=protocols, proxy=None, compression=None, additional_headers=headers
    ) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": {"organization": slug}}))
        assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": WATCH, "variables": variables}}))
        try:
            async for text in connection:
                message = json.loads(text)
                if message["type"] == "next":
                    yield message["payload"]
                elif message["type"] == "ping":
                    await connection.send('{"type":"pong"}')
                else:
                    yield Ending(message["type"])
        except ConnectionClosed:
            pass
        yield Ending("closed", connection.close_code)


async def _response(transport: str, gateway: Gateway, slug: str, variables: dict[str, Any], more: dict[str, str]) -> Payloads:
    """The same over HTTP, where the answer to the request is the stream."""
    headers = {"accept": ACCEPTED[transport], "x-organization": slug, **more}
    asked = {"query": WATCH, "variables": variables}
    pieces = _events if transport == "graphql-sse" else _parts
    async with (
        httpx.AsyncClient(base_url=gateway.url, trust_env=False, timeout=httpx.Timeout(PATIENCE, read=None)) as client,
        client.stream("POST", "/graphql", json=asked, headers=headers) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith(ACCEPTED[transport].partition(";")[0])
        try:
            async with aclosing(pieces(response)) as payloads:
                async for payload in payloads:
                    yield payload
        except httpx.TransportError:
            pass
        yield Ending("cut")


async def _events(response: httpx.Response) -> Payloads:
    """The data of each event `next`, and the event `complete`."""
    kind = ""
    async for line in response.aiter_lines():
        field, _, value = line.partition(":")
        if field == "event":
            kind = value.strip()
        elif field == "data":
            yield json.loads(value) if kind == "next" else Ending(kind)


async def _parts(response: httpx.Response) -> Payloads:
    """The payload of each part that has one, and the closing boundary."""
    buffer = b""
    async for piece in response.aiter_bytes():
        buffer += piece
        while b"\r\n---" in buffer:
            part, _, buffer = buffer.partition(b"\r\n---")
            body = json.loads(part.partition(b"\r\n\r\n")[2])
            if "payload" in body:
                yield body["payload"]
        if buffer.startswith(b"--\r\n"):
            yield Ending("complete")
