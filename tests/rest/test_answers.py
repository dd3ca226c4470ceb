"""What a stored operation gave becomes a status, headers and a body; what went wrong becomes a problem that gives nothing away."""

import pytest

from domain.refusals import NotFound, Refused
from gateway.settings import Limits
from tests.rest.shop import REQUEST_ID, Shop
from tests.transports.toy import SECRET

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAULT = {
    "type": "/problems/internal-server-error",
    "title": "A fault on our side",
    "status": 500,
    "detail": "Something went wrong on our side; try again, and tell us the request id if it stays.",
    "instance": REQUEST_ID,
    "code": "INTERNAL_SERVER_ERROR",
}


async def test_one_thing_is_answered_with_its_version_as_etag() -> None:
    answer = await Shop().ask("GET", "/api/things/duck")

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"3"'
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["x-request-id"] == REQUEST_ID
    assert answer.content == b'{"id":"duck","name":"name","version":3}'


async def test_head_answers_the_headers_of_get_without_the_body() -> None:
    shop = Shop()

    get, head = await shop.ask("GET", "/api/things/duck"), await shop.ask("HEAD", "/api/things/duck")

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers


async def test_a_new_thing_tells_where_it_is_in_the_version_that_was_asked() -> None:
    shop = Shop()

    newest = await shop.ask("POST", "/api/things", json={"name": "duck"})
    first = await shop.ask("POST", "/v1/api/things", json={"name": "duck"})

    assert newest.headers["location"] == "/api/things/a%2Fb"
    assert first.headers["location"] == "/v1/api/things/a%2Fb"
    assert newest.json() == first.json()
    assert "etag" not in newest.headers


async def test_what_is_missing_is_not_found_and_what_may_be_null_is_null() -> None:
    shop = Shop()

    missing = await shop.ask("GET", "/api/things/nothing")
    nothing = await shop.ask("GET", "/api/nothing")

    assert missing.status_code == 404
    assert missing.json() == {
        "type": "/problems/not-found",
        "title": "There is no such thing for this viewer",
        "status": 404,
        "detail": "There is no such thing.",
        "instance": REQUEST_ID,
        "code": "NOT_FOUND",
    }
    assert (nothing.status_code, nothing.content) == (200, b"null")


async def test_a_refusal_is_told_with_its_type_its_place_and_its_facts_and_nothing_is_done() -> None:
    shop = Shop()

    answer = await shop.ask("PUT", "/api/things/7", json={"name": "new", "version": 2})

    sentence = "It was changed meanwhile; read it again, the current version is 3."
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "type": "/problems/version-conflict",
        "title": "It was changed since the caller read it",
        "status": 409,
        "detail": sentence,
        "instance": REQUEST_ID,
        "code": "CONFLICT",
        "errors": [
            {"currentVersion": 3, "type": "/problems/version-conflict", "code": "CONFLICT", "detail": sentence, "pointer": "#/version"}
        ],
    }
    assert shop.deeds == []


async def test_a_version_that_came_by_header_is_a_failed_precondition() -> None:
    shop = Shop()

    answer = await shop.ask("PUT", "/api/things/7", json={"name": "new"}, headers={"if-match": '"2"'})

    assert (answer.status_code, answer.json()["status"]) == (412, 412)
    assert answer.json()["errors"][0]["header"] == "If-Match"
    assert shop.deeds == []


async def test_a_refusal_of_what_the_path_names_points_at_the_parameter() -> None:
    answer = await Shop().ask("PUT", "/api/things/nothing", json={"version": 3})

    assert answer.status_code == 404
    assert answer.json()["errors"] == [
        {"type": "/problems/not-found", "code": "NOT_FOUND", "detail": "There is no such thing.", "parameter": "id"}
    ]


async def test_a_refusal_with_several_faults_names_each() -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", json={"name": ""})

    kind = {"type": "/problems/input-invalid", "code": "BAD_USER_INPUT"}
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "/problems/input-invalid",
        "title": "The input breaks rules",
        "status": 400,
        "detail": "name: must not be empty; parts/0/weight: must be positive",
        "instance": REQUEST_ID,
        "code": "BAD_USER_INPUT",
        "errors": [
            {**kind, "detail": "must not be empty", "pointer": "#/name"},
            {**kind, "detail": "must be positive", "pointer": "#/parts/0/weight"},
        ],
    }
    assert shop.deeds == []


async def test_a_refusal_at_the_top_points_at_the_parameter_it_speaks_of() -> None:
    answer = await Shop().ask("GET", "/api/things?first=101")

    problem = answer.json()
    assert (answer.status_code, problem["detail"]) == (400, "first: must be at most 100")
    [error] = problem["errors"]
    assert (error["parameter"], error["detail"]) == ("first", "must be at most 100")


async def test_every_fault_of_a_refusal_at_the_top_is_told_by_itself() -> None:
    problem = (await Shop().ask("GET", "/api/things?first=101&weight=-1")).json()

    assert problem["detail"] == "first: must be at most 100; weight: must be zero at least"
    assert [(each["parameter"], each["detail"]) for each in problem["errors"]] == [
        ("first", "must be at most 100"),
        ("weight", "must be zero at least"),
    ]
    assert {frozenset(each) for each in problem["errors"]} == {frozenset({"type", "code", "detail", "parameter"})}


async def test_a_caller_who_must_sign_in_is_told_how() -> None:
    shop = Shop()

    by_deed = await shop.ask("POST", "/api/things", json={"name": "secret"})
    by_token = await shop.ask("GET", "/api/things", headers={"authorization": "Bearer forged"})

    for answer in (by_deed, by_token):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "UNAUTHENTICATED"
    assert shop.deeds == []


async def test_a_context_that_is_refused_or_fails_is_a_problem_too() -> None:
    refused = await Shop(fault=Refused(NotFound("organization", ("X-Organization",)))).ask("GET", "/api/things")
    failed = await Shop(fault=ValueError(SECRET)).ask("GET", "/api/things")

    assert refused.status_code == 404
    assert refused.json()["detail"] == "There is no such organization."
    assert (failed.status_code, failed.json()) == (500, FAULT)


async def test_a_fault_is_told_without_a_word_of_it() -> None:
    shop = Shop()

    hole, odd = await shop.ask("GET", "/api/rumour"), await shop.ask("GET", "/api/odd")

    assert (hole.status_code, hole.json()) == (500, FAULT)
    assert (odd.status_code, odd.json()) == (500, FAULT)


async def test_a_change_that_was_made_is_a_success_even_where_its_result_has_a_hole() -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/known-things", json={"name": "duck"})

    assert answer.status_code == 200
    assert answer.json() == {"thing": {"name": "duck", "rumour": None}, "receipt": "paid"}
    assert shop.deeds == ["added duck None"]


async def test_what_takes_too_long_is_stopped() -> None:
    answer = await Shop(limits=Limits(deadline_seconds=0.05)).ask("GET", "/api/slow")

    assert answer.status_code == 504
    assert answer.json()["type"] == "/problems/timeout"
    assert answer.json()["detail"] == "The operation was stopped after 0.05 seconds; ask for less, or try again."


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing/here", "/v1/api/things/1/2", "/api/Things", "/api/things/"])
async def test_an_unknown_path_is_a_problem(path: str) -> None:
    answer = await Shop().ask("GET", path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == f"There is nothing at {path}; /openapi.json lists what there is."


async def test_a_method_that_a_path_does_not_know_is_refused_with_those_it_knows() -> None:
    shop = Shop()

    answer = await shop.ask("PATCH", "/api/things/7", json={"name": "new", "version": 3})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    assert answer.json()["type"] == "/problems/method-not-allowed"
    assert shop.deeds == []


async def test_options_tells_the_methods() -> None:
    one, shelf = await Shop().ask("OPTIONS", "/api/things/7"), await Shop().ask("OPTIONS", "/v1/api/things")

    assert (one.status_code, one.content) == (204, b"")
    assert one.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    assert shelf.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("headers", "kept"),
    [({}, "no-cache"), ({"authorization": "Bearer buyer"}, "no-store"), ({"x-cart": "c" * 43}, "no-store")],
)
async def test_only_what_is_public_may_be_kept_by_a_cache(headers: dict[str, str], kept: str) -> None:
    answer = await Shop().ask("GET", "/api/things", headers=headers)

    assert answer.headers["cache-control"] == kept
    assert {"Authorization", "Cookie", "X-Cart", "X-Organization"} <= set(answer.headers["vary"].split(", "))


async def test_every_answer_carries_the_headers_that_keep_it_where_it_belongs() -> None:
    for path in ("/api/things", "/api/none", "/openapi.json"):
        answer = await Shop().ask("GET", path)

        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_the_callers_request_id_is_answered_and_names_the_problem() -> None:
    answer = await Shop().ask("GET", "/api/none", headers={"x-request-id": "box-office:7"})

    assert answer.headers["x-request-id"] == "box-office:7"
    assert answer.json()["instance"] == "box-office%3A7"


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "session=1", "origin": "https://evil.example"},
        {"cookie": "session=1", "sec-fetch-site": "cross-site"},
        {"cookie": "session=1", "sec-fetch-site": "cross-site", "origin": "null"},
    ],
)
async def test_another_sites_page_may_not_use_a_visitors_cookies(headers: dict[str, str]) -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", json={"name": "duck"}, headers=headers)

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"
    assert shop.deeds == []


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "session=1", "origin": "https://app.example", "sec-fetch-site": "cross-site"},
        {"cookie": "session=1", "sec-fetch-site": "same-origin"},
        {"cookie": "session=1"},
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"cookie": "session=1", "origin": "https://evil.example", "authorization": "Bearer buyer"},
    ],
)
async def test_pages_of_ours_programs_and_bearers_of_tokens_may(headers: dict[str, str]) -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", json={"name": "duck"}, headers=headers)

    assert answer.status_code == 201
    assert shop.deeds == ["added duck None"]
