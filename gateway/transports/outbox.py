"""What one socket has yet to send: replies in their order, and of each live stream only its newest state.

One message is on its way at a time. While a slow client keeps it waiting nothing piles up behind it: a live stream is a mark that there is
something to take, and what is taken is rendered when its turn has come; whoever reads the client's messages waits for `room`.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson

from gateway.transports.cohorts import End, Subscriber

REPLIES_AT_MOST = 32

Send = Callable[[str], Awaitable[None]]
SendClose = Callable[[int, str], Awaitable[None]]


@dataclass(slots=True)
class _Stream:
    """A live stream of this socket: the beginning of its messages, with its id, is written once."""

    id: str
    subscriber: Subscriber
    before: str


class Outbox:
    """The sending side of a socket; `run` sends until `close` was called or the client is gone."""

    __slots__ = ("_closing", "_emptied", "_forget", "_ready", "_replies", "_send", "_send_close", "_stirred", "_streams")

    def __init__(self, send: Send, send_close: SendClose, forget: Callable[[str], None]) -> None:
        self._send = send
        self._send_close = send_close
        self._forget = forget
        self._replies: deque[str] = deque()
        self._streams: dict[str, _Stream] = {}
        self._ready: dict[str, None] = {}
        self._closing: tuple[int, str] | None = None
        self._stirred = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()

    @property
    def is_closing(self) -> bool:
        """Whether nothing more is accepted."""
        return self._closing is not None

    def say(self, text: str) -> None:
        """Send this after everything said before."""
        if self._closing is None:
            self._replies.append(text)
            self._emptied.clear()
            self._stirred.set()

    async def said(self) -> None:
        """Wait until everything said so far was handed to the network."""
        await self._emptied.wait()

    async def room(self) -> None:
        """Wait while too much that was said is still here."""
        if len(self._replies) > REPLIES_AT_MOST:
            await self._emptied.wait()

    def follow(self, id: str, subscriber: Subscriber) -> None:
        """Send what this subscriber takes, whenever it was stirred."""
        self._streams[id] = _Stream(id, subscriber, f'{{"id":{quoted(id)},"type":"next","payload":')
        self.stir(id)

    def stir(self, id: str) -> None:
        """There may be something to take for this stream."""
        if self._closing is None:
            self._ready[id] = None
            self._stirred.set()

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
            self._stirred.set()

    async def run(self) -> None:
        """Send until closed; raises OSError when the client is gone."""
        try:
            while self._closing is None or self._replies or self._ready:
                await self._stirred.wait()
                self._stirred.clear()
                await self._send_what_waits()
            await self._send_close(*self._closing)
        finally:
            self._replies.clear()
            self._emptied.set()

    async def _send_what_waits(self) -> None:
        while self._replies or self._ready:
            if self._replies:
                await self._send(self._replies.popleft())
                if not self._replies:
                    self._emptied.set()
            else:
                first = next(iter(self._ready))
                del self._ready[first]
                if stream := self._streams.get(first):
                    await self._tell(stream)

    async def _tell(self, stream: _Stream) -> None:
        taken = await stream.subscriber.take()
        if taken is None or self._streams.get(stream.id) is not stream:
            return
        if not isinstance(taken, End):
            await self._send(f"{stream.before}{taken.text}}}")
            return
        self.unfollow(stream.id)
        self._forget(stream.id)
        await self._send(complete(stream.id) if taken.errors is None else refused(stream.id, taken.errors))


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
