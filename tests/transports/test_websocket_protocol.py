"""What a client may not say on the GraphQL WebSocket, and what it hears then: a close with its code, or an error under its id."""

import asyncio
import json
from typing import Any

import pytest
from websockets.typing import Subprotocol

from gateway.transports.connection import SocketTerms
from tests.transports.sockets import Socket, greeted, socket
from tests.transports.watching import VARIABLES, WATCH, opened

pytestmark = pytest.mark.asyncio

INIT = {"type": "connection_init"}
PONG = {"type": "pong"}
SLOW = {"id": "1", "type": "subscribe", "payload": {"query": "{ slow }"}}


def subscribe(payload: object, id: object = "1") -> dict[str, object]:
    return {"id": id, "type": "subscribe", "payload": payload}


async def say_all(client: Socket, said: list[Any]) -> None:
    for each in said:
        await client.say(each)


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        (["nonsense"], 4400, "A message must be valid JSON"),
        ([""], 4400, "A message must be valid JSON"),
        (["[" * 5_000], 4400, "A message must be valid JSON"),
        (["[]"], 4400, "A message must be a JSON object"),
        (["null"], 4400, "A message must be a JSON object"),
        (['"connection_init"'], 4400, "A message must be a JSON object"),
        ([b"{}"], 4400, "A message must be text"),
        ([{}], 4400, "A message needs a type"),
        ([{"type": None}], 4400, "A message needs a type"),
        ([{"type": ["ping"]}], 4400, "A message needs a type"),
        ([{"type": "connection_ack"}], 4400, "Unknown message type 'connection_ack'"),
        ([{"type": "start", "id": "1"}], 4400, "Unknown message type 'start'"),
        ([{"type": "é" * 200}], 4400, f"Unknown message type '{'é' * 40}'"),
        ([{"type": "connection_init", "payload": "token"}], 4400, "The payload of connection_init must be an object"),
        ([{"type": "connection_init", "payload": ["token"]}], 4400, "The payload of connection_init must be an object"),
        ([{"type": "connection_init", "payload": False}], 4400, "The payload of connection_init must be an object"),
        ([{"type": "ping", "payload": 7}], 4400, "The payload of ping must be an object"),
        ([{"type": "pong", "payload": 7}], 4400, "The payload of pong must be an object"),
        ([INIT, INIT], 4429, "Too many initialisation requests"),
        ([subscribe({"query": "{ hello }"})], 4401, "Unauthorized"),
        ([INIT, subscribe({"query": "{ hello }"}, id=None)], 4400, "subscribe needs an id: a text that is not empty"),
        ([INIT, subscribe({"query": "{ hello }"}, id=1)], 4400, "subscribe needs an id: a text that is not empty"),
        ([INIT, subscribe({"query": "{ hello }"}, id="")], 4400, "subscribe needs an id: a text that is not empty"),
        ([INIT, subscribe({"query": "{ hello }"}, id="x" * 257)], 4400, "An id may have 256 characters"),
        ([INIT, subscribe(None)], 4400, "The payload of subscribe must be an object"),
        ([INIT, subscribe("{ hello }")], 4400, "The payload of subscribe must be an object"),
        ([INIT, {"type": "complete"}], 4400, "complete needs an id: a text that is not empty"),
        ([INIT, SLOW, SLOW], 4409, "Subscriber for 1 already exists"),
        ([{"type": "connection_init", "payload": {"authorization": "Bearer stranger"}}], 4401, "Sign in first: send a valid access token."),
        (
            [{"type": "connection_init", "payload": {"authorization": "Bearer nobody"}}],
            4403,
            "This needs the permission holds:place; ask an owner of the organization for it.",
        ),
        ([{"type": "connection_init", "payload": {"authorization": "Bearer broken"}}], 4500, "Internal server error"),
        ([{"type": "ping", "payload": {"long": "x" * 102_400}}], 1009, "A message may have 102400 bytes"),
        ([{"type": "ping", "payload": {"long": "é" * 60_000}}], 1009, "A message may have 102400 bytes"),
    ],
)
async def test_what_is_not_of_the_protocol_closes_the_socket(said: list[Any], code: int, reason: str) -> None:
    async with opened() as (_, address), socket(address) as client:
        if isinstance(said[-1], dict) and "é" in str(said[-1].get("payload")):
            said = [json.dumps(said[-1], ensure_ascii=False)]

        await say_all(client, said)

        assert await client.closed() == (code, reason)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ([INIT], {"type": "connection_ack"}),
        ([{"type": "connection_init", "payload": None}], {"type": "connection_ack"}),
        ([{"type": "connection_init", "payload": {}}], {"type": "connection_ack"}),
        ([{"type": "connection_init", "further": 1}], {"type": "connection_ack"}),
        ([{"type": "ping"}], PONG),
        ([{"type": "ping", "payload": None}], PONG),
        ([{"type": "ping", "payload": {}}], {"type": "pong", "payload": {}}),
        ([{"type": "ping", "payload": {"é": [1, {"b": None}]}}], {"type": "pong", "payload": {"é": [1, {"b": None}]}}),
        ([PONG, {"type": "pong", "payload": {"a": 1}}, {"type": "ping"}], PONG),
        ([{"type": "complete", "id": "unknown"}, {"type": "ping"}], PONG),
    ],
)
async def test_what_is_of_the_protocol_is_answered(said: list[Any], heard: object) -> None:
    async with opened() as (_, address), socket(address) as client:
        await say_all(client, said)

        assert await client.hear() == heard


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{ hello"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ unknown }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { hello }", "operationName": "B"}, "BAD_USER_INPUT"),
        ({"query": "query A { hello } query B { hello }"}, "BAD_USER_INPUT"),
        ({"query": "query ($name: String!) { hello(name: $name) }"}, "BAD_USER_INPUT"),
        ({"query": "subscription { count }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { never }"}, "UNAUTHENTICATED"),
        ({}, "BAD_USER_INPUT"),
        ({"query": 7}, "BAD_USER_INPUT"),
        ({"query": None}, "BAD_USER_INPUT"),
        ({"query": ["{ hello }"]}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "variables": "none"}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "variables": [1]}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "extensions": 1}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "operationName": 1}, "BAD_USER_INPUT"),
        ({"query": "{" + " hello" * 600 + "}"}, "OPERATION_TOO_COMPLEX"),
    ],
)
async def test_what_is_wrong_inside_a_request_is_told_under_its_id_and_leaves_the_other_streams_alone(payload: object, code: str) -> None:
    async with greeted() as (gateway, client):
        await client.watch()
        await client.frame()

        await client.say(subscribe(payload))
        heard = await client.hear()

        assert (heard["id"], heard["type"]) == ("1", "error")
        assert [each["extensions"]["code"] for each in heard["payload"]][:1] == [code]
        assert all(each["extensions"]["requestId"] for each in heard["payload"])
        gateway.live.move(next(iter(gateway.live.left)), 3)
        assert (await client.frame())["sequence"] == 2


async def test_extensions_reach_execution() -> None:
    async with greeted() as (_, client):
        await client.subscribe("1", "{ extensions }", extensions={"trace": "abc"})

        assert (await client.hear())["payload"] == {"data": {"extensions": {"trace": "abc"}}}


@pytest.mark.parametrize("protocols", [None, ["graphql-ws"], ["soap", "graphql-ws"]])
async def test_without_the_subprotocol_the_socket_is_closed(protocols: list[str] | None) -> None:
    offered = [Subprotocol(each) for each in protocols] if protocols else None
    async with opened() as (_, address), socket(address, subprotocols=offered) as client:
        assert await client.closed() == (4406, "Subprotocol not acceptable: ask for graphql-transport-ws")


async def test_the_subprotocol_is_chosen_among_others() -> None:
    offered = [Subprotocol("graphql-ws"), Subprotocol("graphql-transport-ws")]
    async with opened() as (_, address), socket(address, subprotocols=offered) as client:
        assert client.connection.subprotocol == "graphql-transport-ws"


async def test_who_does_not_greet_in_time_is_sent_away_and_pings_do_not_help() -> None:
    async with opened(terms=SocketTerms(init_seconds=0.2)) as (_, address), socket(address) as client:
        await client.say({"type": "ping"})

        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_one_operation_too_many_is_refused_and_the_others_run_on() -> None:
    async with greeted(terms=SocketTerms(operations=2)) as (_, client):
        await client.watch("a")
        await client.frame()
        await client.watch("b")
        await client.frame()

        await client.watch("c")
        refused = await client.hear()
        await client.say({"type": "complete", "id": "a"})
        await client.watch("c")

        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("c", "RATE_LIMITED")
        assert (await client.frame())["sequence"] == 1


async def test_nothing_is_answered_after_the_socket_was_told_to_close() -> None:
    async with greeted() as (gateway, client):
        await say_all(client, [{"type": "nonsense"}, subscribe({"query": 'mutation { note(word: "late") { work } }'})])

        assert (await client.closed())[0] == 4400
        await asyncio.sleep(0.05)
        assert gateway.toy.diary.calls == []


async def test_a_stream_that_never_pauses_does_not_stop_the_house_when_its_socket_closes() -> None:
    async with greeted() as (gateway, client):
        await client.subscribe("1", "subscription { forever }")
        await client.hear()
        await client.say("nonsense")

        assert (await client.closed())[0] == 4400
        await gateway.settled()
        assert gateway.toy.diary.calls[-1] == "closed"


async def test_ids_are_given_back_as_they_came() -> None:
    strange = 'a"b\\c\n{}é\u2028'
    async with greeted() as (_, client):
        await client.say(subscribe({"query": WATCH, "variables": VARIABLES}, id=strange))

        assert (await client.hear())["id"] == strange
        await client.say(subscribe({"query": "{"}, id=strange + "2"))
        assert (await client.hear())["id"] == strange + "2"


async def test_a_flood_of_pings_from_who_never_reads_is_not_collected() -> None:
    async with greeted() as (gateway, client):
        client.connection.transport.pause_reading()
        flood = asyncio.create_task(_flood(client))
        await asyncio.sleep(1)

        [connection] = gateway.sockets._open
        assert len(connection._outbox._replies) <= 33
        flood.cancel()
        client.connection.transport.abort()


async def _flood(client: Socket) -> None:
    while True:
        await client.say({"type": "ping", "payload": {"filler": "x" * 50_000}})
