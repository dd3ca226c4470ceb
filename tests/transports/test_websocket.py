"""The GraphQL WebSocket: operations of every kind, live availability, and what happens when either side ends it."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from gateway.transports.connection import SocketTerms
from tests.transports.beating import BALCONY, STALLS
from tests.transports.sockets import greeted, socket
from tests.transports.watching import VARIABLES, opened

pytestmark = pytest.mark.asyncio
FILLED = "subscription ($event: ID!) { ticketAvailability(eventId: $event) { sequence filler(bytes: 20000) } }"
ORIGIN = Origin("https://app.example")


async def test_a_query_is_answered_once_and_completed() -> None:
    async with greeted() as (_, client):
        await client.subscribe("1", "query ($name: String!) { hello(name: $name) }", variables={"name": "Ada"})

        assert await client.hear() == {"id": "1", "type": "next", "payload": {"data": {"hello": "Hello, Ada"}}}
        assert await client.hear() == {"id": "1", "type": "complete"}


async def test_a_mutation_runs_and_an_id_can_be_used_again() -> None:
    async with greeted() as (gateway, client):
        for word in "ab":
            await client.subscribe("1", f'mutation {{ note(word: "{word}") {{ work }} }}')
            assert (await client.hear())["type"] == "next"
            assert (await client.hear())["type"] == "complete"

        assert gateway.toy.diary.calls == ["a", "b"]


async def test_an_ordinary_subscription_streams_to_its_end() -> None:
    async with greeted() as (gateway, client):
        await client.subscribe("1", "subscription { count(to: 3) }")

        heard = [await client.hear() for _ in range(4)]

        assert [each["payload"]["data"]["count"] for each in heard[:3]] == [1, 2, 3]
        assert heard[3] == {"id": "1", "type": "complete"}
        assert gateway.toy.diary.calls == ["closed"]


async def test_every_event_of_a_subscription_is_resolved_with_fresh_work() -> None:
    async with greeted() as (_, client):
        await client.subscribe("1", "subscription { beats { work later } }")

        works = [(await client.hear())["payload"]["data"]["beats"]["later"] for _ in range(2)]

        assert works[0] != works[1]


async def test_the_newest_stock_is_streamed_as_a_snapshot_and_what_moves() -> None:
    async with greeted() as (gateway, client):
        await client.watch()
        snapshot = await client.frame()
        gateway.live.move(BALCONY, 9)
        moved = await client.frame()

        assert (snapshot["sequence"], snapshot["snapshot"], len(snapshot["ticketTypes"])) == (1, True, 2)
        assert (moved["sequence"], moved["snapshot"]) == (2, False)
        assert moved["ticketTypes"] == [{"ticketTypeId": 71, "available": 9}]


async def test_who_resumes_gets_only_what_moved_and_shares_the_cohort() -> None:
    async with opened() as (gateway, address), socket(address) as first, socket(address) as second:
        await first.greet()
        await first.watch()
        token = (await first.frame())["resumeToken"]
        gateway.live.move(STALLS, 19)
        await first.frame()

        await second.greet()
        await second.watch(resume=token)
        resumed = await second.frame()

        assert (resumed["snapshot"], resumed["ticketTypes"]) == (False, [{"ticketTypeId": 72, "available": 19}])
        assert (len(gateway.cohorts), gateway.cohorts.subscribers) == (1, 2)


async def test_two_hundred_sockets_cost_one_rendering_of_each_beat() -> None:
    async with opened() as (gateway, address), AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(socket(address)) for _ in range(200)]
        for each in sockets:
            await each.greet()
            await each.watch()
        for each in sockets:
            await each.frame()
        before = gateway.rendered

        gateway.live.move(BALCONY, 9)
        sequences = {(await each.frame())["sequence"] for each in sockets}

        assert sequences == {2}
        assert gateway.rendered - before == 1
        assert len(gateway.live.listeners) == 1


async def test_viewers_of_other_roles_and_languages_are_other_cohorts() -> None:
    async with opened() as (gateway, address), socket(address) as anonymous, socket(address) as owner:
        await anonymous.greet()
        await owner.greet(authorization="Bearer owner")

        for each in (anonymous, owner):
            await each.watch()
            await each.frame()

        assert len(gateway.cohorts) == 2


async def test_nothing_of_one_viewer_gets_into_what_his_cohort_is_sent() -> None:
    query = "subscription ($event: ID!) { ticketAvailability(eventId: $event) { ticketTypes { viewer } } }"
    async with opened() as (_, address), socket(address) as client:
        await client.greet(authorization="Bearer buyer")
        await client.subscribe("1", query, variables=VARIABLES)

        seen = (await client.frame())["ticketTypes"][0]["viewer"]

        assert "person_id=None" in seen
        assert "role=<Role.USER" in seen


async def test_complete_ends_one_stream_and_leaves_the_others() -> None:
    async with greeted() as (gateway, client):
        for name in "ab":
            await client.watch(name)
            await client.frame()
        await client.say({"id": "a", "type": "complete"})
        await client.subscribe("q", "{ hello }")
        await client.hear()
        await client.hear()

        gateway.live.move(BALCONY, 9)

        assert (await client.hear())["id"] == "b"
        assert gateway.cohorts.subscribers == 1


async def test_complete_cancels_what_runs() -> None:
    async with greeted() as (gateway, client):
        await client.subscribe("1", "{ slow }")
        await asyncio.wait_for(gateway.toy.diary.waiting.wait(), 2)

        await client.say({"id": "1", "type": "complete"})

        await asyncio.wait_for(gateway.toy.diary.cancelled.wait(), 2)


async def test_a_stream_of_ones_own_is_not_read_ahead_of_the_client() -> None:
    async with greeted() as (gateway, client):
        await client.subscribe("1", "subscription { forever }")
        await client.hear()
        await client.say({"id": "1", "type": "complete"})
        await client.say({"type": "ping", "payload": {"last": True}})
        async with asyncio.timeout(5):
            heard = await client.hear()
            while heard["type"] != "pong":
                heard = await client.hear()

        assert gateway.toy.diary.calls[-1] == "closed"


async def test_hanging_up_ends_everything_the_socket_ran() -> None:
    async with opened() as (gateway, address):
        async with socket(address) as client:
            await client.greet()
            await client.watch("w")
            await client.frame()
            await client.subscribe("slow", "{ slow }")
            await client.subscribe("own", "subscription { forever }")
            await asyncio.wait_for(gateway.toy.diary.waiting.wait(), 2)

        await gateway.settled()

        assert gateway.toy.diary.cancelled.is_set()
        assert gateway.toy.diary.calls[-1] == "closed"


async def test_a_broken_line_ends_everything_too() -> None:
    async with opened() as (gateway, address), socket(address) as client:
        await client.greet()
        await client.watch()
        await client.frame()

        client.connection.transport.abort()

        await gateway.settled()


async def test_lines_that_break_while_everybody_is_sent_something_leave_no_trace() -> None:
    faults: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    async with opened() as (gateway, address), AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(socket(address)) for _ in range(50)]
        for each in clients:
            await each.greet()
            await each.subscribe("1", FILLED, variables=VARIABLES)
            await each.frame()
        loop.set_exception_handler(lambda _, fault: faults.append(fault))

        for number, each in enumerate(clients):
            gateway.live.move(BALCONY, number)
            await asyncio.sleep(0)
            each.connection.transport.abort()
        await gateway.settled()

        loop.set_exception_handler(None)
        assert faults == []


async def test_an_error_while_rendering_is_masked_and_ends_the_stream() -> None:
    query = "subscription ($event: ID!) { ticketAvailability(eventId: $event) { breaksAt(sequence: 2) } }"
    async with greeted() as (gateway, client):
        await client.subscribe("1", query, variables=VARIABLES)
        await client.frame()

        gateway.live.move(BALCONY, 9)
        heard = await client.hear()

        assert (heard["id"], heard["type"]) == ("1", "error")
        assert [each["extensions"]["code"] for each in heard["payload"]] == ["INTERNAL_SERVER_ERROR"]
        assert "hunter2" not in json.dumps(heard)


async def test_what_cannot_be_watched_is_refused_under_its_id() -> None:
    async with greeted() as (gateway, client):
        await client.watch(resume="nonsense")
        heard = await client.hear()

        assert (heard["id"], heard["type"]) == ("w", "error")
        assert heard["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert len(gateway.cohorts) == 0


async def test_a_stream_that_fails_in_the_middle_tells_it_masked() -> None:
    async with greeted() as (_, client):
        await client.subscribe("1", "subscription { breaks }")

        first, second = await client.hear(), await client.hear()

        assert first["type"] == "next"
        assert (second["type"], second["payload"][0]["extensions"]["code"]) == ("error", "INTERNAL_SERVER_ERROR")
        assert "hunter2" not in json.dumps(second)


async def test_a_silent_client_is_pinged_and_taken_for_dead_when_it_does_not_answer() -> None:
    async with greeted(terms=SocketTerms(ping_seconds=0.1)) as (_, client):
        pinged = await client.hear()

        code, _ = await client.closed()

        assert pinged == {"type": "ping"}
        assert code == 4499


async def test_a_client_that_answers_pings_stays() -> None:
    async with greeted(terms=SocketTerms(ping_seconds=0.1)) as (_, client):
        for _ in range(4):
            assert await client.hear() == {"type": "ping"}
            await client.say({"type": "pong"})

        await client.subscribe("1", "{ hello }")
        heard = await client.hear()

        assert heard["type"] in ("next", "ping")


async def test_the_socket_is_closed_when_the_token_expires() -> None:
    async with opened() as (_, address), socket(address) as client:
        await client.greet(authorization="Bearer short")
        await client.watch()
        await client.frame()

        assert await client.closed() == (4401, "token expired")


async def test_draining_sends_what_is_waiting_and_then_everybody_home() -> None:
    async with greeted() as (gateway, client):
        await client.watch()
        await client.frame()
        gateway.live.move(BALCONY, 9)
        await asyncio.sleep(0.05)

        draining = asyncio.create_task(gateway.sockets.drain(2))
        last = await client.frame()

        assert (last["sequence"], last["resumeToken"]) == (2, gateway.live.latest.resume_token)
        assert await client.closed() == (1012, "The server restarts; connect again")
        await draining


async def test_while_draining_nobody_new_is_served() -> None:
    async with opened() as (gateway, address):
        await gateway.sockets.drain(1)

        async with socket(address) as client:
            assert (await client.closed())[0] == 1012


@pytest.mark.parametrize("origin", [None, ORIGIN, "self"])
async def test_pages_that_may_and_programs_are_let_in(origin: Origin | None) -> None:
    async with opened() as (_, address), socket(address, origin=Origin(address) if origin == "self" else origin) as client:
        await client.greet()


@pytest.mark.parametrize("origin", ["https://evil.example", "https://app.example.evil.example", "null"])
async def test_pages_of_other_sites_are_turned_away_before_the_handshake(origin: str) -> None:
    async with opened() as (gateway, address):
        with pytest.raises(InvalidStatus) as turned:
            async with socket(address, origin=Origin(origin)):
                pass

        assert turned.value.response.status_code == 403
        assert gateway.greeted == []


async def test_credentials_and_headers_both_reach_the_context() -> None:
    async with opened() as (gateway, address), socket(address, additional_headers={"Cookie": "session=1"}) as client:
        await client.greet(authorization="Bearer buyer", organization="demo", cart="c")

        [(connection, payload)] = gateway.greeted
        assert connection.headers["cookie"] == "session=1"
        assert payload == {"authorization": "Bearer buyer", "organization": "demo", "cart": "c"}
