"""What one socket has yet to send: replies in their order, and of each live stream only its newest state.

One message is on its way at a time. While a slow client keeps it waiting nothing piles up behind it: a live stream is a mark that there is
something to take, and what is taken is rendered when its turn has come; whoever reads the client's messages waits for `room`.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.transports.cohorts import End, Message, Subscriber

REPLIES_AT_MOST = 32

Event = MutableMapping[str, Any]
"""What an ASGI application is told and tells."""


@dataclass(slots=True)
class _Stream:
    """A live stream of this socket: the beginning of its messages, with its id, is written once."""

    id: str
    subscriber: Subscriber
    before: str


class Outbox:
    """The sending side of a socket; `run` sends until `close` was called or the client is gone."""

    __slots__ = ("_closing", "_emptied", "_forget", "_ready", "_replies", "_send", "_streams", "_waiting")

    def __init__(self, send: Callable[[Event], Awaitable[None]], forget: Callable[[str], None]) -> None:
        self._send = send
        self._forget = forget
        # A list and an event made when needed: a deque alone would cost each of ten thousand idle sockets 760 bytes.
        self._replies: list[str] = []
        self._streams: dict[str, _Stream] = {}
        self._ready: dict[str, None] = {}
        self._closing: tuple[int, str] | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._emptied: asyncio.Event | None = None

    @property
    def is_closing(self) -> bool:
        """Whether nothing more is accepted."""
        return self._closing is not None

    def say(self, text: str) -> None:
        """Send this after everything said before."""
        if self._closing is None:
            self._replies.append(text)
            self._go_on()

    async def said(self) -> None:
        """Wait until what was just said is on its way; for ever when the socket closes, since nobody hears what is said then."""
        if self._closing is not None:
            await asyncio.get_running_loop().create_future()
        if self._replies:
            self._emptied = self._emptied or asyncio.Event()
            self._emptied.clear()
            await self._emptied.wait()

    async def room(self) -> None:
        """Wait while too much that was said is still here."""
        if self._closing is None and len(self._replies) > REPLIES_AT_MOST:
            await self.said()

    def follow(self, id: str, subscriber: Subscriber) -> None:
        """Send what this subscriber takes, whenever it was stirred."""
        self._streams[id] = _Stream(id, subscriber, f'{{"id":{quoted(id)},"type":"next","payload":')
        self.stir(id)

    def stir(self, id: str) -> None:
        """There may be something to take for this stream."""
        if self._closing is None:
            self._ready[id] = None
            self._go_on()

    def unfollow(self, id: str) -> None:
        """Send nothing more of this stream."""
        self._streams.pop(id, None)
        self._ready.pop(id, None)

    def close(self, code: int, reason: str, *, finish: bool = False) -> None:
        """Close the socket, after what is waiting when `finish` is asked for, else at once. The first close counts."""
        if self._closing is None:
            self._closing = (code, reason)
            if not finish:
                self._replies.clear()
                self._ready.clear()
                self._streams.clear()
            self._go_on()

    async def run(self) -> None:
        """Send until closed; raises OSError when the client is gone."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                text = self._pick()
                if text is not None:
                    await self._send({"type": "websocket.send", "text": text})
                elif self._closing is not None:
                    break
                else:
                    # A bare future, a third of what an Event costs: ten thousand are stirred at once.
                    self._waiting = loop.create_future()
                    await self._waiting
            code, reason = self._closing
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        finally:
            self._replies.clear()
            if self._emptied:
                self._emptied.set()

    def _go_on(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _pick(self) -> str | None:
        """What is to be sent next: replies first, then the newest of each stream that was stirred."""
        if self._replies:
            return self._replies.pop(0)
        if self._emptied:
            self._emptied.set()
        while self._ready:
            first = next(iter(self._ready))
            del self._ready[first]
            if (stream := self._streams.get(first)) and (taken := stream.subscriber.take()):
                return self._tell(stream, taken)
        return None

    def _tell(self, stream: _Stream, taken: Message | End) -> str:
        if isinstance(taken, Message):
            return f"{stream.before}{taken.text}}}"
        self.unfollow(stream.id)
        self._forget(stream.id)
        return complete(stream.id) if taken.errors is None else refused(stream.id, taken.errors)


def quoted(text: str) -> str:
    """The text as JSON."""
    return orjson.dumps(text).decode()


def answered(id: str, payload: bytes) -> str:
    """`next`: one response of an operation."""
    return f'{{"id":{quoted(id)},"type":"next","payload":{payload.decode()}}}'


def refused(id: str, errors: bytes) -> str:
    """`error`: the operation did not run, or ended by these errors."""
    return f'{{"id":{quoted(id)},"type":"error","payload":{errors.decode()}}}'


def complete(id: str) -> str:
    """`complete`: nothing more comes of this operation."""
    return f'{{"id":{quoted(id)},"type":"complete"}}'


def pong(payload: bytes | None) -> str:
    """`pong`, which gives back what the ping carried."""
    return '{"type":"pong"}' if payload is None else f'{{"type":"pong","payload":{payload.decode()}}}'
