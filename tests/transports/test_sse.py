"""Streams as server-sent events: what the stream looks like, how it resumes, how it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.transports.beating import BALCONY, STALLS
from tests.transports.watching import VARIABLES, WATCH, opened

pytestmark = pytest.mark.asyncio
ACCEPT = {"Accept": "text/event-stream"}


@dataclass
class Events:
    """The events of one response, one after the other."""

    response: httpx.Response
    _lines: AsyncIterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = self.response.aiter_lines()

    async def read(self) -> dict[str, str]:
        """The next event, or comment, as its fields."""
        event: dict[str, str] = {}
        async with asyncio.timeout(2):
            async for line in self._lines:
                if not line:
                    return event
                name, _, value = line.partition(":")
                event[name] = value.strip()
        return event

    async def next(self) -> Any:
        """The response in the next event `next`; comments are passed over."""
        event = await self.read()
        while event == {"": ""}:
            event = await self.read()
        assert event["event"] == "next", event
        return json.loads(event["data"])

    async def frame(self) -> Any:
        """The frame in the next event."""
        return (await self.next())["data"]["ticketAvailability"]

    async def rest(self) -> list[dict[str, str]]:
        """All events to the end of the stream."""
        events = []
        while event := await self.read():
            if event != {"": ""}:
                events.append(event)
        return events


@asynccontextmanager
async def streaming(
    address: str, query: str, *, get: bool = False, headers: dict[str, str] | None = None, **more: Any
) -> AsyncIterator[Events]:
    """A response to this operation that is read as it comes."""
    sent = {"query": query, **more}
    async with httpx.AsyncClient(base_url=address, headers=ACCEPT | (headers or {}), timeout=5) as client:
        if get:
            parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}
            request = client.stream("GET", "/graphql", params=parameters)
        else:
            request = client.stream("POST", "/graphql", json=sent)
        async with request as response:
            yield Events(response)


@pytest.mark.parametrize("get", [False, True])
async def test_the_newest_stock_is_streamed_as_events(get: bool) -> None:
    async with opened() as (gateway, address), streaming(address, WATCH, get=get, variables=VARIABLES) as events:
        snapshot = await events.frame()
        gateway.live.move(BALCONY, 9)
        moved = await events.frame()

        assert events.response.status_code == 200
        assert events.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert events.response.headers["cache-control"] == "no-store"
        assert (snapshot["sequence"], snapshot["snapshot"]) == (1, True)
        assert (moved["sequence"], moved["ticketTypes"]) == (2, [{"ticketTypeId": 71, "available": 9}])


async def test_the_stream_begins_with_a_comment_so_that_nobody_waits_for_its_headers() -> None:
    async with opened() as (_, address), streaming(address, WATCH, variables=VARIABLES) as events:
        assert await events.read() == {"": ""}


async def test_the_id_of_the_last_event_resumes_the_stream() -> None:
    async with opened() as (gateway, address):
        async with streaming(address, WATCH, variables=VARIABLES) as events:
            await events.read()
            seen = (await events.read())["id"]
        gateway.live.move(STALLS, 19)

        async with streaming(address, WATCH, variables=VARIABLES, headers={"Last-Event-ID": seen}) as events:
            frame = await events.frame()

        assert (frame["snapshot"], frame["ticketTypes"]) == (False, [{"ticketTypeId": 72, "available": 19}])


async def test_an_id_that_makes_no_sense_is_answered_by_a_snapshot() -> None:
    async with opened() as (_, address), streaming(address, WATCH, variables=VARIABLES, headers={"Last-Event-ID": "7"}) as events:
        assert (await events.frame())["snapshot"] is True


async def test_one_rendering_serves_events_of_all_connections() -> None:
    async with opened() as (gateway, address), AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(streaming(address, WATCH, variables=VARIABLES)) for _ in range(2)]
        await one.frame()
        await other.frame()
        before = gateway.rendered

        gateway.live.move(BALCONY, 9)

        assert await one.frame() == await other.frame()
        assert gateway.rendered - before == 1


async def test_an_ordinary_subscription_is_streamed_to_its_end() -> None:
    async with opened() as (_, address), streaming(address, "subscription { count(to: 2) }") as events:
        assert await events.rest() == [
            {"event": "next", "data": '{"data":{"count":1}}'},
            {"event": "next", "data": '{"data":{"count":2}}'},
            {"event": "complete", "data": ""},
        ]


async def test_a_query_is_a_stream_of_one() -> None:
    async with opened() as (_, address), streaming(address, "{ hello }") as events:
        assert await events.rest() == [{"event": "next", "data": '{"data":{"hello":"Hello, you"}}'}, {"event": "complete", "data": ""}]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { count }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { never }", "UNAUTHENTICATED"),
    ],
)
async def test_what_is_wrong_with_the_operation_is_told_by_an_event(query: str, code: str) -> None:
    async with opened() as (_, address), streaming(address, query) as events:
        first, last = await events.rest()

        assert events.response.status_code == 200
        assert json.loads(first["data"])["errors"][0]["extensions"]["code"] == code
        assert "data" not in json.loads(first["data"])
        assert last == {"event": "complete", "data": ""}


async def test_a_stream_that_fails_ends_masked() -> None:
    async with opened() as (_, address), streaming(address, "subscription { breaks }") as events:
        first, second, last = await events.rest()

        assert first["data"] == '{"data":{"breaks":1}}'
        assert json.loads(second["data"])["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert "hunter2" not in second["data"]
        assert last["event"] == "complete"


async def test_signs_of_life_come_while_nothing_moves() -> None:
    async with opened(heartbeat_seconds=0.05) as (gateway, address), streaming(address, WATCH, variables=VARIABLES) as events:
        await events.frame()

        signs = [await events.read() for _ in range(3)]
        gateway.live.move(BALCONY, 9)

        assert signs == [{"": ""}] * 3
        assert (await events.frame())["sequence"] == 2


async def test_the_stream_ends_when_the_token_expires() -> None:
    async with opened() as (_, address):
        async with streaming(address, WATCH, variables=VARIABLES, headers={"Authorization": "Bearer short"}) as events:
            *_, told, last = await events.rest()

        assert json.loads(told["data"])["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert last["event"] == "complete"


async def test_hanging_up_ends_the_stream_at_once() -> None:
    async with opened() as (gateway, address):
        async with streaming(address, WATCH, variables=VARIABLES) as live, streaming(address, "subscription { forever }") as own:
            await live.frame()
            await own.next()

        await gateway.settled()

        async with asyncio.timeout(2):
            while gateway.toy.diary.calls[-1] != "closed":
                await asyncio.sleep(0.01)


async def test_a_mutation_by_get_is_refused_as_ever() -> None:
    async with opened() as (gateway, address):
        async with streaming(address, "mutation { note { work } }", get=True) as events:
            first, _ = await events.rest()

        assert json.loads(first["data"])["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert gateway.toy.diary.calls == []


async def test_draining_cuts_the_stream_without_saying_that_it_was_complete() -> None:
    async with opened() as (gateway, address), streaming(address, WATCH, variables=VARIABLES) as events:
        await events.frame()
        gateway.live.move(BALCONY, 9)
        await asyncio.sleep(0.05)

        gateway.streams.drain()
        rest = await events.rest()

        assert [each["event"] for each in rest] == ["next"]
        assert rest[0]["id"] == gateway.live.latest.resume_token


async def test_while_draining_no_stream_lasts() -> None:
    async with opened() as (gateway, address):
        gateway.streams.drain()

        async with streaming(address, "subscription { forever }") as events:
            rest = await events.rest()

        assert len(gateway.streams) == 0
        assert "complete" not in [each["event"] for each in rest]
