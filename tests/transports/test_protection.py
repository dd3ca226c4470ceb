"""Pages of other people cannot speak in a visitor's name: what counts is whether a cookie came along, and from where."""

import httpx
import pytest

from tests.transports.toy import Toy

pytestmark = pytest.mark.asyncio(loop_scope="session")

OURS, OWN, THEIRS = "https://app.example", "http://toy", "https://evil.example"
COOKIE = {"Cookie": "__Host-session=secret"}
NOTE = {"query": 'mutation { note(word: "x") { work } }'}


async def status_by_post(**headers: str) -> tuple[int, list[str]]:
    toy = Toy()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(toy.over_http())) as client:
        response = await client.post("http://toy/graphql", json=NOTE, headers=sent)
    return response.status_code, toy.diary.calls


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "same-origin", "Origin": OWN},
        {"Sec_Fetch_Site": "cross-site", "Origin": OURS},
        {"Sec_Fetch_Site": "same-site", "Origin": OURS},
        {"Origin": OURS},
        {"Origin": OWN},
    ],
)
async def test_our_pages_and_programs_may_use_cookies(headers: dict[str, str]) -> None:
    assert await status_by_post(**COOKIE, **headers) == (200, ["x"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site", "Origin": THEIRS},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://other.toy"},
        {"Sec_Fetch_Site": "cross-site", "Origin": OWN},
        {"Sec_Fetch_Site": "nonsense"},
        {"Origin": THEIRS},
        {"Origin": "null"},
        {"Origin": "http://toy.evil.example"},
        {"Origin": THEIRS, "Authorization": ""},
    ],
)
async def test_other_pages_may_not_and_nothing_happens(headers: dict[str, str]) -> None:
    assert await status_by_post(**COOKIE, **headers) == (403, [])


async def test_who_sends_a_token_or_no_cookie_at_all_is_not_asked_where_from() -> None:
    foreign = {"Sec_Fetch_Site": "cross-site", "Origin": THEIRS}

    assert await status_by_post(**foreign) == (200, ["x"])
    assert await status_by_post(**COOKIE, **foreign, Authorization="Bearer buyer") == (200, ["x"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        (COOKIE, 403),
        ({**COOKIE, "GraphQL-Preflight": ""}, 403),
        ({**COOKIE, "GraphQL-Preflight": "1"}, 200),
        ({**COOKIE, "X-Requested-With": "XMLHttpRequest"}, 200),
        ({**COOKIE, "Authorization": "Bearer buyer"}, 200),
        ({**COOKIE, "GraphQL-Preflight": "1", "Origin": THEIRS}, 403),
    ],
)
async def test_a_get_with_cookies_needs_a_header_that_no_link_can_send(headers: dict[str, str], status: int) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Toy().over_http())) as client:
        response = await client.get("http://toy/graphql", params={"query": "{ hello }"}, headers=headers)

    assert response.status_code == status
    if status == 403:
        assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
