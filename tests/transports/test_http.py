"""GraphQL over HTTP: media types, status codes, headers, and who may ask what how."""

import asyncio
import math
from typing import Any

import httpx
import pytest

from gateway.settings import Limits
from gateway.transports.exchange import LINGER_BYTES
from gateway.transports.negotiation import GRAPHQL_JSON, JSON
from tests.transports.serving import serving
from tests.transports.toy import Toy

pytestmark = pytest.mark.asyncio(loop_scope="session")

URL = "http://toy/graphql"


async def ask(method: str, toy: Toy | None = None, *, draft: bool = False, **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport((toy or Toy()).over_http(draft=draft))
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.request(method, URL, **more)


async def post(query: str, accept: str = GRAPHQL_JSON, toy: Toy | None = None, *, draft: bool = False, **headers: str) -> httpx.Response:
    sent = {"Accept": accept, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await ask("POST", toy, draft=draft, json={"query": query}, headers=sent)


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON])
async def test_an_answer_comes_in_the_form_that_was_asked_for(accept: str) -> None:
    response = await post("{ hello }", accept)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.content == b'{"data":{"hello":"Hello, you"}}'
    assert response.headers["content-length"] == str(len(response.content))


OUTCOMES = {
    "{ hello refused }": (200, 200, 294, True),
    "{ null }": (200, 200, 294, True),
    "{": (200, 400, 400, False),
    "{ nothing }": (200, 400, 422, False),
    "query A { hello } query B { hello }": (200, 400, 422, False),
    "query Q($n: String!) { hello(name: $n) }": (200, 400, 422, False),
    "{ " + "hello " * 21 + "}": (200, 400, 422, False),
    "subscription { beats { work } }": (406, 406, 406, False),
}


@pytest.mark.parametrize("query", OUTCOMES)
async def test_the_status_code_follows_the_media_type_and_data_is_there_when_something_ran(query: str) -> None:
    as_json, as_graphql, as_draft, ran = OUTCOMES[query]

    responses = [await post(query, JSON), await post(query), await post(query, draft=True)]

    assert [each.status_code for each in responses] == [as_json, as_graphql, as_draft]
    for response in responses:
        assert ("data" in response.json()) is ran
        assert response.json()["errors"][0]["extensions"]["requestId"] == response.headers["x-request-id"]


async def test_the_draft_codes_leave_application_json_and_whole_answers_alone() -> None:
    assert (await post("{ nothing }", JSON, draft=True)).status_code == 200
    assert (await post("{ hello }", draft=True)).status_code == 200


async def test_a_query_may_come_by_get() -> None:
    parameters = {"query": "query Q($n: String) { hello(name: $n) }", "variables": '{"n": "Ada"}', "operationName": "Q"}

    response = await ask("GET", params=parameters)

    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "Hello, Ada"}}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON])
async def test_a_mutation_may_not_come_by_get_and_nothing_happens(accept: str) -> None:
    toy = Toy()

    response = await ask("GET", toy, params={"query": 'mutation { note(word: "x") { work } }'}, headers={"Accept": accept})

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert "POST" in response.json()["errors"][0]["message"]
    assert toy.diary.calls == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "QUERY"])
async def test_other_methods_are_not_understood(method: str) -> None:
    response = await ask(method, json={"query": "{ hello }"})

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"[]", b'[{"query":"{ hello }"}]', b'{"qeury":"{ hello }"}', b'{"query":"{ hello }","variables":[7]}']
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON])
async def test_what_is_no_request_is_a_bad_one(content: bytes, accept: str) -> None:
    response = await ask("POST", content=content, headers={"Accept": accept, "Content-Type": JSON})

    assert response.status_code == 400
    assert list(response.json()) == ["errors"]
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_a_body_that_any_form_could_send_is_not_accepted(content_type: str | None) -> None:
    toy = Toy()
    headers = {"Content-Type": content_type} if content_type else {}

    response = await ask("POST", toy, content=b'{"query":"mutation { note { work } }"}', headers=headers)

    assert response.status_code == 415
    assert response.headers["accept-post"] == JSON
    assert "application/json" in response.json()["errors"][0]["message"]
    assert toy.diary.calls == []


async def test_a_client_that_accepts_nothing_we_speak_is_told_what_we_do() -> None:
    response = await post("{ hello }", "text/html")

    assert response.status_code == 406
    assert GRAPHQL_JSON in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("headers", "read"),
    [([], 103), ([(b"content-length", b"102401")], 0), ([(b"content-length", b"1000000000000")], 0)],
    ids=["unannounced", "one byte too many", "very many"],
)
async def test_a_body_that_is_too_large_is_refused_as_soon_as_that_is_clear(headers: list[tuple[bytes, bytes]], read: int) -> None:
    answered, reads = await send_endlessly(headers)

    assert answered[0]["status"] == 413
    assert reads == [read, read]
    assert b"102400 bytes" in answered[1]["body"]


async def test_a_refusal_that_keeps_the_connection_does_not_wait_for_the_body() -> None:
    answered = list[Any]()

    async def receive() -> Any:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        answered.append(message)

    headers = [(b"content-type", b"text/plain"), (b"content-length", b"1000")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await Toy().over_http()(scope, receive, send)

    assert [each.get("status") for each in answered] == [415, None]


async def send_endlessly(headers: list[tuple[bytes, bytes]]) -> tuple[list[Any], list[int]]:
    """What a client is answered who sends for ever, and how many pieces of 1,000 bytes were read before its start and its body."""
    read, reads, answered = 0, list[int](), list[Any]()

    async def receive() -> Any:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b" " * 1_000, "more_body": True}

    async def send(message: Any) -> None:
        answered.append(message)
        reads.append(read)

    headers = [(b"content-type", JSON.encode()), *headers]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await Toy().over_http()(scope, receive, send)
    assert answered.pop() == {"type": "http.response.body", "body": b""}
    assert reads.pop() - reads[-1] == math.ceil(LINGER_BYTES / 1_000)
    return answered, reads


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    query = b'{"query":"{ hello }"}'

    response = await ask("POST", content=query + b" " * (102_400 - len(query)), headers={"Content-Type": JSON})

    assert response.status_code == 200


async def test_credentials_that_are_no_good_are_refused_by_status() -> None:
    response = await post("{ hello }", Authorization="Bearer stolen")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "data" not in response.json()


async def test_a_fault_while_finding_out_who_asks_is_masked() -> None:
    toy = Toy()

    async def fail(_request: object) -> Any:
        raise ValueError("hunter2")

    toy.make_context = fail  # type: ignore[method-assign,assignment]
    response = await post("{ hello }", toy=toy)

    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert b"hunter2" not in response.content


@pytest.mark.parametrize("sent", ["abc-123", "0af7651916cd43dd8448eb211c80319c", "a" * 128])
async def test_the_request_id_of_the_caller_is_kept(sent: str) -> None:
    response = await post("{ refused }", X_Request_Id=sent)

    assert response.headers["x-request-id"] == sent
    assert response.json()["errors"][0]["extensions"]["requestId"] == sent


@pytest.mark.parametrize("sent", ["", "a" * 129, "a b", "<script>", "-x", "Ä"])
async def test_a_request_id_that_is_none_is_replaced(sent: str) -> None:
    response = await ask("POST", json={"query": "{ hello }"}, headers={b"X-Request-Id": sent.encode()})

    assert response.headers["x-request-id"] != sent
    assert len(response.headers["x-request-id"]) == 36


async def test_every_answer_stays_where_it_belongs() -> None:
    for response in (await post("{ hello }"), await post("{"), await ask("PUT")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert "Authorization" in response.headers["vary"]


async def test_no_cache_keeps_what_is_somebodys_or_went_wrong() -> None:
    public = await ask("GET", params={"query": "{ hello }"})
    signed_in = await ask("GET", params={"query": "{ hello }"}, headers={"Authorization": "Bearer buyer"})
    wrong = await ask("GET", params={"query": "{ refused }"})
    by_post = await post("{ hello }")

    assert public.headers["cache-control"] == "no-cache"
    assert {each.headers["cache-control"] for each in (signed_in, wrong, by_post)} == {"no-store"}


async def test_a_client_that_hangs_up_cancels_what_it_asked_for() -> None:
    toy = Toy()

    async with serving(toy.over_http()) as base, httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.post(base, json={"query": "{ slow }"}))
        await asyncio.wait_for(toy.diary.waiting.wait(), 5)
        asking.cancel()
        await asyncio.wait_for(toy.diary.cancelled.wait(), 5)

    assert toy.diary.closed == toy.diary.opened == 1


async def test_a_slow_answer_reaches_a_client_that_waits() -> None:
    toy = Toy(Limits(deadline_seconds=0.2))

    async with serving(toy.over_http()) as base, httpx.AsyncClient() as client:
        response = await client.post(base, json={"query": "{ hello slow }"})

    assert response.status_code == 200
    assert response.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_the_newest_status_code_travels_over_a_real_socket_and_a_refused_body_does_not_harm_the_next_request() -> None:
    toy = Toy()

    async with serving(toy.over_http(draft=True)) as base, httpx.AsyncClient() as client:
        partial = await client.post(base, json={"query": "{ hello refused }"}, headers={"Accept": GRAPHQL_JSON})
        large = await client.post(base, content=b" " * 300_000, headers={"Content-Type": JSON})
        after = await client.post(base, json={"query": "{ hello }"})

    assert [partial.status_code, large.status_code, after.status_code] == [294, 413, 200]
