"""Who connects and does not ask in time is shown out, and so is who never comes to the end of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.transports import doorstep
from gateway.transports.doorstep import HEAD_BYTES, Doorstep
from gateway.transports.http import GraphQLOverHTTP, HttpTerms
from tests.transports.serving import serving
from tests.transports.toy import Toy

pytestmark = pytest.mark.asyncio

SOON = 0.2
QUERY = b'{"query": "{ __typename }"}'
POST = b"POST /graphql HTTP/1.1\r\nHost: toy\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(QUERY)
ANSWER = b'{"data":{"__typename":"Query"}}'


@asynccontextmanager
async def at_the_door() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the toy, whose bodies have to come soon."""
    toy = Toy()
    terms = HttpTerms(toy.limits.body_bytes, False, lambda _origin: False, body_seconds=SOON)
    async with serving(GraphQLOverHTTP(toy.pipeline, toy.make_context, terms), http=Doorstep) as address:
        reader, writer = await asyncio.open_connection(*address.removeprefix("http://").split(":"))
        try:
            yield reader, writer
        finally:
            writer.close()
            await writer.wait_closed()


async def answer(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side closes."""
    async with asyncio.timeout(5):
        return await reader.read()


@pytest.mark.parametrize("said", [b"", b"GET /gra", POST[:-2]], ids=["nothing", "half a line", "half a head"])
async def test_who_does_not_come_to_the_end_of_a_head_is_shown_out(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorstep, "HEAD_SECONDS", SOON)

    async with at_the_door() as (reader, writer):
        writer.write(said)

        assert await answer(reader) == b""


async def test_the_second_request_of_a_connection_has_no_longer_than_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorstep, "HEAD_SECONDS", SOON)

    async with at_the_door() as (reader, writer):
        writer.write(POST + QUERY)
        first = await reader.readuntil(ANSWER)
        writer.write(POST[:-2])

        assert first.startswith(b"HTTP/1.1 200")
        assert await answer(reader) == b""


@pytest.mark.parametrize("piece", [b"a", b"a: b\r\n"], ids=["one header", "many headers"])
async def test_a_head_without_end_is_refused(piece: bytes) -> None:
    async with at_the_door() as (reader, writer):
        writer.write(b"GET /graphql HTTP/1.1\r\nHost: toy\r\nX-Long: ")
        writer.write(piece * (HEAD_BYTES // len(piece) + 1))

        assert (await answer(reader)).startswith(b"HTTP/1.1 400")


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async with at_the_door() as (reader, writer):
        writer.write(POST + QUERY[:-2])

        told = await answer(reader)

        assert told.startswith(b"HTTP/1.1 408")
        assert b"The body was not there within 0.2 seconds; send it again." in told


async def test_who_asks_in_time_is_answered_again_and_again() -> None:
    async with at_the_door() as (reader, writer):
        for _ in range(3):
            writer.write(POST[:20])
            await asyncio.sleep(0.01)
            writer.write(POST[20:] + QUERY)

            assert (await reader.readuntil(ANSWER)).startswith(b"HTTP/1.1 200")
