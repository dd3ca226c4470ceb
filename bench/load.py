"""HTTP clients that ask again once they are answered, or at an even pace; on bare sockets, since they share a core with the database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlsplit

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Crowd:
    """What the crowd lived through: seconds each answer took, and the answers that were not as expected."""

    seconds: list[float] = field(default_factory=list)
    good: int = 0
    bad: list[bytes] = field(default_factory=list)


async def crowd(url: str, clients: int, seconds: float, request: Callable[[], bytes], good: Callable[[bytes], bool]) -> Crowd:
    """So many clients, each on a connection that stays open, ask for so long; answers in flight at the end are awaited and counted."""
    seen = Crowd()
    address = urlsplit(url)
    until = perf_counter() + seconds
    await asyncio.gather(*(_ask(address.hostname or "", address.port or 80, until, request, good, seen) for _ in range(clients)))
    return seen


async def paced(url: str, a_second: float, seconds: float, request: bytes, good: Callable[[bytes], bool]) -> Crowd:
    """The same request at an even pace, however slow the answers are; each took as long as it is since it was due to be asked."""
    seen, address, idle = Crowd(), urlsplit(url), list[_Connection]()
    began = perf_counter()

    async def ask(due: float) -> None:
        reader, writer = idle.pop() if idle else await asyncio.open_connection(address.hostname, address.port)
        writer.write(request)
        body = await _body(reader)
        seen.seconds.append(perf_counter() - due)
        idle.append((reader, writer))
        if good(body):
            seen.good += 1
        else:
            seen.bad.append(body)

    async with asyncio.TaskGroup() as tasks:
        for number in range(int(seconds * a_second)):
            due = began + number / a_second
            await asyncio.sleep(max(due - perf_counter(), 0))
            tasks.create_task(ask(due))
    for _, writer in idle:
        writer.close()
    return seen


class Caller:
    """One who asks one thing after the other, on a connection that stays open until the other side hangs up."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 80
        self._connection: _Connection | None = None

    async def post(self, path: str, body: bytes, **headers: str) -> bytes:
        """The body of what is answered, whatever its status; underscores in names of headers are dashes."""
        if self._connection is None or self._connection[0].at_eof():
            self.close()
            self._connection = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._connection
        named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Length: {len(body)}\r\n{named}\r\n"
        writer.write(head.encode() + body)
        return await _body(reader)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection[1].close()


async def _ask(host: str, port: int, until: float, request: Callable[[], bytes], good: Callable[[bytes], bool], seen: Crowd) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while (began := perf_counter()) < until:
            writer.write(request())
            body = await _body(reader)
            seen.seconds.append(perf_counter() - began)
            if good(body):
                seen.good += 1
            else:
                seen.bad.append(body)
    finally:
        writer.close()


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    return await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
