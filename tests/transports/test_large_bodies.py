"""Who sends a body that is too large over a real socket reads why, also when he sends all of it before he reads anything."""

import asyncio
import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from gateway.transports import exchange
from gateway.transports.doorstep import Doorstep
from tests.rest.shop import Shop
from tests.transports.serving import serving
from tests.transports.toy import Toy

pytestmark = pytest.mark.asyncio

MIB = 1024 * 1024
DOORS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "GraphQL": (lambda: Toy().over_http(), "/graphql", "The body may have 102400 bytes at most; send less."),
    "REST": (lambda: Shop().app, "/api/things", "The body may have 102400 bytes at most; send less."),
}
HEAD = "POST {} HTTP/1.1\r\nHost: toy\r\nContent-Type: application/json\r\n{}\r\n\r\n"


def talk(address: str, head: str, body: bytes, *, waits: bool = False) -> bytes:
    """All that is answered to who sends the whole request first and then reads; one who `waits` lets the server speak before the body."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(head.encode())
        heard = client.recv(65_536) if waits else b""
        client.sendall(body)
        while piece := client.recv(65_536):
            heard += piece
        return heard


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte now and then, for ever."""
    while True:
        writer.write(b" ")
        await asyncio.sleep(0.02)


def chunked(body: bytes, size: int = 65_536) -> bytes:
    """The body as it travels when its length is not announced."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def read(answer: bytes) -> tuple[str, dict[str, str], dict[str, Any]]:
    """The status line, the headers and the JSON of one whole answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert int(headers["content-length"]) == len(body)
    return status, headers, json.loads(body)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("size", [102_401, 10 * MIB])
@pytest.mark.parametrize("way", ["announced", "chunked", "announced and asked for", "chunked and asked for"])
async def test_who_sends_too_much_reads_that_it_was_too_much(door: str, size: int, way: str) -> None:
    make, path, detail = DOORS[door]
    body, framing = b" " * size, f"Content-Length: {size}"
    if way.startswith("chunked"):
        body, framing = chunked(body), "Transfer-Encoding: chunked"
    if way.endswith("asked for"):
        framing += "\r\nExpect: 100-continue"

    async with serving(make(), http=Doorstep) as address:
        answer = await asyncio.to_thread(talk, address, HEAD.format(path, framing), body, waits=way.endswith("asked for"))

    asked, _, rest = answer.partition(b"HTTP/1.1 413")
    status, headers, told = read(b"HTTP/1.1 413" + rest)
    assert asked == (b"HTTP/1.1 100 Continue\r\n\r\n" if way == "chunked and asked for" else b"")
    assert (status, headers["connection"]) == ("HTTP/1.1 413 Request Entity Too Large", "close")
    assert detail in (told["detail"] if door == "REST" else told["errors"][0]["message"])


@pytest.mark.parametrize("door", DOORS)
async def test_who_goes_on_sending_little_by_little_is_shown_out(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LINGER_SECONDS", 0.3)
    make, path, _ = DOORS[door]

    async with serving(make(), http=Doorstep) as address:
        reader, writer = await asyncio.open_connection(*address.removeprefix("http://").split(":"))
        writer.write(HEAD.format(path, "Content-Length: 1000000000").encode())
        dripping = asyncio.create_task(drip(writer))
        began = time.monotonic()
        answer = await reader.readuntil(b"}")
        answered_after = time.monotonic() - began
        with suppress(ConnectionError):
            await reader.read()
        lasted = time.monotonic() - began
        dripping.cancel()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 413")
    assert answered_after < 0.25
    assert 0.3 <= lasted < 3


@pytest.mark.parametrize("door", DOORS)
async def test_far_larger_bodies_are_not_read_to_their_end(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LINGER_BYTES", MIB)
    make, path, _ = DOORS[door]
    size = 200 * MIB

    async with serving(make(), http=Doorstep) as address:
        with pytest.raises(ConnectionError):
            await asyncio.to_thread(talk, address, HEAD.format(path, f"Content-Length: {size}"), bytes(size))


async def test_nobody_waits_for_more_after_a_body_that_was_read_to_its_end() -> None:
    async with serving(Toy().over_http(), http=Doorstep) as address:
        began = time.monotonic()
        answer = await asyncio.to_thread(talk, address, HEAD.format("/graphql", "Transfer-Encoding: chunked"), chunked(bytes(102_401)))
        lasted = time.monotonic() - began

    assert answer.startswith(b"HTTP/1.1 413")
    assert lasted < exchange.LINGER_SECONDS / 2
