"""A REST request becomes the variables of its stored operation, and whatever is wrong with it is named with its place."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.settings import Limits
from tests.rest.shop import REQUEST_ID, Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

JSON = {"content-type": "application/json"}


def fault(detail: str, **place: str) -> dict[str, Any]:
    """One entry of a problem's `errors` that has no type of its own."""
    return {"type": "/problems/bad-user-input", "code": "BAD_USER_INPUT", "detail": detail, **place}


async def test_texts_of_the_query_string_become_numbers_truths_enums_and_lists() -> None:
    answer = await Shop().ask("GET", "/api/things?first=-2&heavy=false&weight=1.5e1&color=RED&color=BLUE")

    assert answer.status_code == 200
    assert answer.json() == {"items": [{"id": "1", "name": "-2 False 15.0 ['RED', 'BLUE']", "version": 3}]}


async def test_what_is_not_said_is_not_there() -> None:
    answer = await Shop().ask("GET", "/api/things")

    assert answer.json()["items"][0]["name"] == "None None None []"


async def test_every_fault_of_a_query_string_is_named_at_once() -> None:
    path = "/api/things?first=ten&heavy=yes&weight=NaN&color=RED&color=GREEN&colour=RED&first=1&heavy=no"

    problem = (await Shop().ask("GET", path)).json()

    assert problem == {
        "type": "/problems/bad-user-input",
        "title": "The request breaks a rule",
        "status": 400,
        "detail": (
            "colour: is no query parameter of this path; known are first, heavy, weight, color; "
            "first: is given 2 times, it has one value; heavy: is given 2 times, it has one value; "
            "weight: must be a number; color: must be one of RED, BLUE"
        ),
        "instance": REQUEST_ID,
        "code": "BAD_USER_INPUT",
        "errors": [
            fault("is no query parameter of this path; known are first, heavy, weight, color", parameter="colour"),
            fault("is given 2 times, it has one value", parameter="first"),
            fault("is given 2 times, it has one value", parameter="heavy"),
            fault("must be a number", parameter="weight"),
            fault("must be one of RED, BLUE", parameter="color"),
        ],
    }


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=", "must be a whole number within 32 bits"),
        ("first=1.0", "must be a whole number within 32 bits"),
        ("first=0x10", "must be a whole number within 32 bits"),
        ("first=2147483648", "must be a whole number within 32 bits"),
        ("first=99999999999999999999", "must be a whole number within 32 bits"),
        ("heavy=True", "must be true or false"),
        ("weight=1e999", "must be a number"),
        ("color=red", "must be one of RED, BLUE"),
    ],
)
async def test_a_text_that_means_no_value_is_refused(query: str, said: str) -> None:
    problem = (await Shop().ask("GET", f"/api/things?{query}")).json()

    assert problem["errors"] == [fault(said, parameter=query.partition("=")[0])]


async def test_a_path_without_query_parameters_says_so() -> None:
    problem = (await Shop().ask("GET", "/api/things/best?first=1")).json()

    assert problem["errors"] == [fault("is no query parameter of this path; there are none here", parameter="first")]


async def test_one_path_takes_an_id_or_a_name_and_literal_steps_go_before() -> None:
    shop = Shop()

    by_id = await shop.ask("GET", "/api/things/RXZlbnQ6AaH85shnf12UTgwfFv7plA")
    by_name = await shop.ask("GET", "/api/things/rubber%20d%C3%BCck")
    best = await shop.ask("GET", "/api/things/best")

    assert by_id.json() == {"id": "RXZlbnQ6AaH85shnf12UTgwfFv7plA", "name": "id", "version": 3}
    assert by_name.json() == {"id": "rubber dück", "name": "name", "version": 3}
    assert best.json() == "name"


async def test_a_body_becomes_the_input() -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", json={"name": "duck", "parts": [{"weight": 1, "colors": ["RED"]}]})

    assert answer.status_code == 201
    assert answer.json() == {"id": "a/b", "name": "duck", "version": 1}
    assert shop.deeds == ["added duck None"]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [fault("is required", pointer="#/name")]),
        ({"name": None}, [fault("must not be null", pointer="#/name")]),
        ({"name": 7}, [fault("must be text", pointer="#/name")]),
        ({"name": "duck", "nam/e~": 1}, [fault("is not known; known are name, parts, idempotencyKey", pointer="#/nam~1e~0")]),
        ({"name": "duck", "parts": {}}, [fault("must be a list", pointer="#/parts")]),
        ({"name": "duck", "parts": [7]}, [fault("must be an object", pointer="#/parts/0")]),
        (
            {"name": "duck", "parts": [{"weight": 1}, {"weight": "1", "colors": ["RED", "red"]}]},
            [fault("must be a number", pointer="#/parts/1/weight"), fault("must be one of RED, BLUE", pointer="#/parts/1/colors/1")],
        ),
    ],
)
async def test_every_fault_of_a_body_is_named_with_its_pointer_and_nothing_is_done(body: object, faults: list[object]) -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"] == faults
    assert shop.deeds == []


async def test_a_body_that_is_no_json_says_where() -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", content=b'{"name":\n "duck",}', headers=JSON)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/body-malformed",
        "title": "The body is not JSON",
        "status": 400,
        "detail": "The body is not JSON: trailing comma is not allowed: line 2 column 8 (char 16).",
        "instance": REQUEST_ID,
        "code": "BAD_USER_INPUT",
    }
    assert shop.deeds == []


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"duck"'])
async def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    answer = await Shop().ask("POST", "/api/things", content=body, headers=JSON)

    assert answer.status_code == 400
    assert answer.json()["errors"] == [fault("The body must be a JSON object", pointer="#")]


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
)
async def test_a_body_of_another_media_type_is_not_read(headers: dict[str, str]) -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", content=b'{"name": "duck"}', headers=headers)

    assert answer.status_code == 415
    assert answer.headers["accept"] == "application/json"
    assert answer.json()["type"] == "/problems/media-type-unsupported"
    assert shop.deeds == []


async def test_a_body_that_is_too_large_is_not_read_to_its_end() -> None:
    shop = Shop(limits=Limits(body_bytes=100))

    answer = await shop.ask("POST", "/api/things", json={"name": "d" * 100})

    assert answer.status_code == 413
    assert answer.json()["detail"] == "The body may have 100 bytes at most; send less."
    assert shop.deeds == []


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    shop = Shop(body_seconds=0.05)

    async def hesitating() -> AsyncIterator[bytes]:
        yield b'{"name": '
        await asyncio.sleep(5)

    answer = await shop.ask("POST", "/api/things", content=hesitating(), headers=JSON)

    assert (answer.status_code, answer.json()["type"]) == (408, "/problems/body-too-slow")
    assert answer.json()["detail"] == "The body was not there within 0.05 seconds; send it again."
    assert shop.deeds == []


async def test_more_items_than_one_list_may_have_are_refused_with_the_limit() -> None:
    shop = Shop()

    answer = await shop.ask("POST", "/api/things", json={"name": "duck", "parts": [{"weight": 1}] * 101})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "OPERATION_TOO_COMPLEX")
    [error] = problem["errors"]
    assert (error["limit"], error["used"], error["allowed"]) == ("listItems", 101, 100)
    assert error["pointer"] == "#/parts"
    assert "$" not in problem["detail"] + error["detail"]
    assert shop.deeds == []


async def test_the_idempotency_key_comes_by_header_or_body() -> None:
    shop = Shop()

    await shop.ask("POST", "/api/things", json={"name": "duck"}, headers={"idempotency-key": "k1"})
    await shop.ask("POST", "/api/things", json={"name": "duck", "idempotencyKey": "k2"})
    await shop.ask("POST", "/api/things", json={"name": "duck", "idempotencyKey": "k3"}, headers={"idempotency-key": "k3"})
    torn = await shop.ask("POST", "/api/things", json={"name": "duck", "idempotencyKey": "k4"}, headers={"idempotency-key": "k5"})

    assert shop.deeds == ["added duck k1", "added duck k2", "added duck k3"]
    assert torn.status_code == 400
    assert torn.json()["errors"] == [fault("says something else than the Idempotency-Key of the request", pointer="#/idempotencyKey")]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"expectedVersion": 3}, {}),
        ({"version": 3}, {}),
        ({}, {"if-match": '"3"'}),
        ({"version": 3, "id": "7"}, {"if-match": ' "3" '}),
    ],
)
async def test_the_version_comes_by_header_or_body(body: dict[str, object], headers: dict[str, str]) -> None:
    shop = Shop()

    answer = await shop.ask("PUT", "/api/things/7", json=body | {"name": "new"}, headers=headers)

    assert answer.status_code == 200
    assert answer.json() == {"id": "7", "name": "new", "version": 4}
    assert shop.deeds == ["changed 7"]


async def test_a_change_without_a_version_is_refused() -> None:
    shop = Shop()

    put = await shop.ask("PUT", "/api/things/7", json={"name": "new"})
    delete = await shop.ask("DELETE", "/api/things/7")

    assert (put.status_code, delete.status_code) == (428, 428)
    assert put.json()["detail"] == 'Send the version you read: If-Match with the ETag, such as "3", or expectedVersion in the body.'
    assert delete.json()["detail"] == 'Send the version you read: If-Match with the ETag, such as "3".'
    assert shop.deeds == []


@pytest.mark.parametrize("tag", ["*", "3", 'W/"3"', '"3", "4"', '"three"', '"-3"', ""])
async def test_an_if_match_that_is_not_one_version_is_refused(tag: str) -> None:
    shop = Shop()

    answer = await shop.ask("PUT", "/api/things/7", json={"name": "new"}, headers={"if-match": tag})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [fault('must be the one ETag that was read, such as "3"', header="If-Match")]
    assert answer.json()["detail"] == 'If-Match: must be the one ETag that was read, such as "3"'
    assert shop.deeds == []


async def test_a_version_that_is_given_twice_is_not_called_missing_too() -> None:
    shop = Shop()

    answer = await shop.ask("DELETE", "/api/things/7?version=1&version=2")

    assert (answer.status_code, answer.json()["errors"]) == (400, [fault("is given 2 times, it has one value", parameter="version")])
    assert shop.deeds == []


async def test_what_the_path_says_a_body_must_not_say_otherwise() -> None:
    shop = Shop()

    answer = await shop.ask("PUT", "/api/things/7", json={"id": "8", "version": 3})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [fault("says something else than the id of the request", pointer="#/id")]
    assert shop.deeds == []


async def test_a_delete_takes_its_version_by_header_or_parameter() -> None:
    shop = Shop()

    by_header = await shop.ask("DELETE", "/api/things/7", headers={"if-match": '"3"'})
    by_parameter = await shop.ask("DELETE", "/api/things/8?version=3")

    assert (by_header.status_code, by_header.content) == (204, b"")
    assert by_parameter.status_code == 204
    assert "content-length" not in by_header.headers
    assert shop.deeds == ["changed 7", "changed 8"]
