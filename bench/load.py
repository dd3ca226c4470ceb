"""A crowd of HTTP clients that each ask again as soon as they are answered; on bare sockets, since it shares a core with the database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlsplit


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
