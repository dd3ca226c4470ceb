"""The official JavaScript clients of both protocols see what ours see."""

import json
from typing import Any

import pytest

from gateway.transports.connection import SocketTerms
from tests.node import node
from tests.transports.watching import VARIABLES, WATCH, opened

pytestmark = pytest.mark.asyncio


def assert_live(frames: list[dict[str, Any]]) -> None:
    snapshot, first, second = frames
    assert (snapshot["snapshot"], snapshot["ticketTypes"][0]["available"]) == (True, 10)
    assert [(each["snapshot"], each["ticketTypes"]) for each in (first, second)] == [
        (False, [{"ticketTypeId": 71, "available": 8}]),
        (False, [{"ticketTypeId": 71, "available": 7}]),
    ]


async def test_the_client_of_graphql_ws_is_served() -> None:
    async with opened(terms=SocketTerms(ping_seconds=0.2)) as (_, address):
        seen = json.loads(await node("graphql-ws.mjs", address, WATCH, json.dumps(VARIABLES)))

    assert_live(seen["frames"])
    assert (seen["resumed"]["snapshot"], seen["resumed"]["ticketTypes"]) == (False, [{"ticketTypeId": 71, "available": 7}])
    assert seen["query"] == seen["afterwards"] == [{"data": {"hello": "Hello, you"}}]
    assert [each["data"]["count"] for each in seen["counted"]] == [1, 2, 3]
    assert (seen["syntax"], seen["unknown"]) == (["GRAPHQL_PARSE_FAILED"], ["BAD_USER_INPUT"])
    assert seen["pings"] >= 1
    assert seen["refused"] == [4401, "Sign in first: send a valid access token."]
    assert [code for code, _ in seen["closes"]] == [1000, 4401]


async def test_the_client_of_graphql_sse_is_served() -> None:
    async with opened() as (_, address):
        seen = json.loads(await node("graphql-sse.mjs", address, WATCH, json.dumps(VARIABLES)))

    assert_live(seen["frames"])
    assert seen["query"] == [{"data": {"hello": "Hello, you"}}]
    assert [each["data"]["count"] for each in seen["counted"]] == [1, 2, 3]
    assert seen["invalid"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert "401" in seen["refused"]
