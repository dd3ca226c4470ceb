"""Many live subscribers in one process: plain sockets, as little work as possible, the time at which each message came.

`bench.fanout` writes commands to the standard input, one JSON object per line, and reads answers the same way. `{"connect": n}` is answered
when n more subscribers have their first frame; `{"report": sequence, "since": seconds, "patience": seconds}` when everybody has seen that
sequence, or the patience is over. Times are `time.monotonic()`, which all processes of a machine share.
"""

import asyncio
import json
import re
import struct
import sys
import time
from contextlib import suppress
from typing import Any, cast

import uvloop

HANDSHAKE = (
    "GET /graphql HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nX-Organization: {organization}\r\n\r\n"
)
SEQUENCE = re.compile(rb'"sequence":\s*(\d+)')
PING, PONG = 0x89, 0x8A
OPENING_AT_ONCE = 50


def frame(message: bytes) -> bytes:
    """A text frame of a client; the mask is zero, so the text stays as it is."""
    length = len(message)
    head = struct.pack("!BB", 0x81, 0x80 | length) if length < 126 else struct.pack("!BBH", 0x81, 0xFE, length)
    return head + b"\0\0\0\0" + message


class Crowd:
    """All subscribers of this process, and when each sequence reached how many."""

    def __init__(self, organization: str, query: str, variables: dict[str, Any]) -> None:
        self.organization = organization
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": query, "variables": variables}}
        self.greeting = frame(b'{"type":"connection_init"}') + frame(json.dumps(subscribe).encode())
        self.seen: dict[int, list[float]] = {}
        self.snapshots = 0
        self.messages = 0
        self.lost = 0
        self.subscribed = 0
        self.newest = 0
        self.awaited = 0
        self.complete = asyncio.Event()
        self.members: list[Member] = []

    def note(self, message: bytes, came_at: float) -> None:
        """One `next`."""
        self.messages += 1
        self.snapshots += b'"snapshot":true' in message or b'"snapshot": true' in message
        if found := SEQUENCE.search(message):
            self.newest = int(found[1])
            seen = self.seen.setdefault(self.newest, [])
            seen.append(came_at)
            if self.newest == self.awaited and len(seen) == self.subscribed:
                self.complete.set()


class Member(asyncio.Protocol):
    """One subscriber."""

    def __init__(self, crowd: Crowd, host: str, port: int) -> None:
        self.crowd = crowd
        self.read = b""
        self.shaken = False
        self.first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.handshake = HANDSHAKE.format(host=host, port=port, organization=crowd.organization).encode()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.handshake)

    def data_received(self, data: bytes) -> None:
        came_at = time.monotonic()
        self.read += data
        if not self.shaken:
            head, end, rest = self.read.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.first.set_exception(RuntimeError(head.decode()))
                return
            self.shaken, self.read = True, rest
            self.transport.write(self.crowd.greeting)
        while (kind := self.read[:1]) and (message := self.take()) is not None:
            if kind[0] == PING:
                self.transport.write(bytes((PONG, 0x80 | len(message))) + b"\0\0\0\0" + message)
            else:
                self.hear(message, came_at)

    def take(self) -> bytes | None:
        """The next whole frame's content."""
        read = self.read
        if len(read) < 2:
            return None
        length, start = read[1], 2
        if length == 126:
            length, start = int.from_bytes(read[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(read[2:10], "big"), 10
        if len(read) < start + length:
            return None
        self.read = read[start + length :]
        return read[start : start + length]

    def hear(self, message: bytes, came_at: float) -> None:
        if b'"next"' in message:
            self.crowd.note(message, came_at)
            if not self.first.done():
                self.crowd.subscribed += 1
                self.first.set_result(None)
        elif b'"ping"' in message:
            self.transport.write(frame(b'{"type":"pong"}'))
        elif b'"error"' in message and not self.first.done():
            self.first.set_exception(RuntimeError(message.decode(errors="replace")))

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.lost += 1
        if not self.first.done():
            self.first.set_exception(exc or ConnectionResetError("closed before the first frame"))


async def connect(crowd: Crowd, host: str, port: int, count: int) -> dict[str, Any]:
    """Let so many more subscribe; each is waited for until it has its first frame."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def one() -> None:
        async with gate:
            _, member = await loop.create_connection(lambda: Member(crowd, host, port), host, port)
            crowd.members.append(member)
            await member.first

    await asyncio.gather(*(one() for _ in range(count)))
    return {"subscribed": crowd.subscribed, "sequence": crowd.newest}


async def report(crowd: Crowd, sequence: int, since: float, patience: float) -> dict[str, Any]:
    """How long after `since` (monotonic seconds) this sequence, or a later one, reached the members."""
    crowd.awaited = sequence
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while len(crowd.seen.get(sequence, ())) < crowd.subscribed:
                crowd.complete.clear()
                await crowd.complete.wait()
    times = sorted(each - since for each in crowd.seen.get(sequence, ()))
    answer = {"times": times, "messages": crowd.messages, "snapshots": crowd.snapshots, "lost": crowd.lost}
    crowd.seen.clear()
    return answer


async def main(host: str, port: int, organization: str, query: str, variables: str) -> None:
    """Obey the commands on standard input until it ends."""
    crowd = Crowd(organization, query, json.loads(variables))
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        command = json.loads(line)
        if "connect" in command:
            answer = await connect(crowd, host, port, command["connect"])
        else:
            answer = await report(crowd, command["report"], command["since"], command["patience"])
        print(json.dumps(answer), flush=True)
    for member in crowd.members:
        member.transport.abort()


if __name__ == "__main__":
    _, host, port, organization, query, variables = sys.argv
    uvloop.run(main(host, int(port), organization, query, variables))
