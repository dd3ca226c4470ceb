"""One HTTP request and its answer: the headers every answer carries, its bytes, and the client who may hang up meanwhile."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from gateway.graphql.answers import Denied
from gateway.graphql.prepared import Prepared
from gateway.transports.protection import JSON_POLICY, SECURITY_HEADERS, VARY
from resolvers.context import Context

T = TypeVar("T")

REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/=-]{0,127}")
# Most operations end sooner; those cost no task that waits for the client to hang up.
PATIENCE_SECONDS = 0.05
# So much and so long a client may go on sending after the answer that closes his connection. A connection closed while bytes are on
# their way is reset, and a client who sends before he reads would lose the answer with it.
LINGER_BYTES = 16 * 1024 * 1024
LINGER_SECONDS = 2.0
CLOSING = {"Connection": "close"}
"""For answers to requests that were not read to their end."""


_ALWAYS: dict[bytes, bytes] = {
    name.lower().encode(): value.encode()
    for name, value in {"Vary": VARY, **SECURITY_HEADERS, "Content-Security-Policy": JSON_POLICY}.items()
}


class Asked(Request):
    """A request whose headers lie in a dictionary, by their names in small letters; of one that was sent twice the first counts."""

    # Plain attributes instead of Starlette's properties, which are asked for a dozen times; of its headers all that is used.
    headers: Mapping[str, str] = {}  # type: ignore[assignment]
    method: str = ""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self.method = scope["method"]
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}


class TooLarge(Exception):
    """The body has more bytes than it may; reading it stopped there."""


class TooSlow(Exception):
    """The body was not there in time."""


@dataclass(slots=True)
class Exchange:
    """A request under its id, and the way back to who sent it."""

    request: Request
    receive: Receive
    send: Send
    request_id: str
    _all_read: bool = field(default=False, init=False)

    async def start(self, status: int, content_type: str, headers: Mapping[str, str], *, length: int | None = None) -> None:
        """Begin the answer: status and headers, those that every answer carries included. A stream has no length."""
        sent = _ALWAYS | {b"content-type": content_type.encode("latin-1"), b"x-request-id": self.request_id.encode("latin-1")}
        sent.update((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())
        if length is not None:
            sent[b"content-length"] = b"%d" % length
        await self.send({"type": "http.response.start", "status": status, "headers": list(sent.items())})

    async def respond(self, status: int, content_type: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole answer."""
        await self.start(status, content_type, headers or {}, length=len(body))
        await self.end(body, headers or {})

    async def end(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Send the body of an answer that was started with these headers; one that closes the connection lets the client finish first."""
        if headers.get("Connection") == "close":
            await self.send({"type": "http.response.body", "body": body, "more_body": True})
            await self._linger()
            body = b""
        await self.send({"type": "http.response.body", "body": body})

    async def read_body(self, most: int, seconds: float) -> bytes:
        """The body, read piece by piece. Raises TooLarge as soon as it is clear that it has more than `most` bytes, or TooSlow."""
        announced = self.request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > most:
            raise TooLarge
        read = bytearray()
        try:
            async with asyncio.timeout(seconds):
                while not self._all_read:
                    read += await self._next_piece()
                    if len(read) > most:
                        raise TooLarge
        except TimeoutError as late:
            raise TooSlow from late
        return bytes(read)

    async def _next_piece(self) -> bytes:
        """Raises ClientDisconnect when the client is gone."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        self._all_read = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    async def _linger(self) -> None:
        """Take what the client still sends and forget it: until it is all there or he hangs up, but not for ever."""
        left = LINGER_BYTES
        with suppress(ClientDisconnect, TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while left > 0 and not self._all_read:
                    left -= len(await self._next_piece())

    async def unless_gone(self, running: Awaitable[T]) -> T | None:
        """What is awaited; None, and it is cancelled, when the client hangs up before. The body must have been read."""
        loop = asyncio.get_running_loop()
        watching: list[asyncio.Task[None]] = []
        try:
            async with asyncio.timeout(None) as limit:
                timer = loop.call_later(PATIENCE_SECONDS, lambda: watching.append(loop.create_task(self._watch(limit))))
                try:
                    return await running
                finally:
                    timer.cancel()
                    for task in watching:
                        task.cancel()
        except TimeoutError:
            if limit.expired():
                return None
            raise

    async def _watch(self, limit: asyncio.Timeout) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        limit.reschedule(asyncio.get_running_loop().time())


class StreamTransport(Protocol):
    """A way to carry a stream of answers over HTTP, chosen by the Accept header."""

    media_type: str
    """What is offered: `text/event-stream`, `multipart/mixed`."""

    async def serve(self, exchange: Exchange, prepared: Prepared | Denied, context: Context) -> None:
        """Answer to the end of the stream, or until the client is gone. Queries and mutations are a stream of one."""


def choose_request_id(request: Request, new_id: Callable[[], object]) -> str:
    """The caller's X-Request-Id when it looks like one, so that its logs and ours can be matched; else one of ours."""
    sent = request.headers.get("x-request-id", "")
    return sent if REQUEST_ID.fullmatch(sent) else str(new_id())


Streams = Sequence[StreamTransport]
