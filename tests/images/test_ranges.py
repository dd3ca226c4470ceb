"""A part of an image is sent to who asks for it, and the whole to who asks for anything odd."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.ranges import NotSatisfiable, part_asked
from tests.images import files
from tests.images.studio import Studio

ETAG = '"abc"'


@pytest_asyncio.fixture
async def variant(studio: Studio) -> dict[str, Any]:
    """The smallest file of an image."""
    image: dict[str, Any] = (await studio.shown(files.file()))["variants"][0]
    return image


@pytest.mark.asyncio
async def test_the_parts_of_a_file_make_the_file(studio: Studio, variant: dict[str, Any]) -> None:
    whole = await studio.fetch(variant["url"])
    size = len(whole.content)

    head, rest, tail = [await studio.fetch(variant["url"], range=f"bytes={part}") for part in ("0-99", "100-", "-10")]

    assert [each.status_code for each in (head, rest, tail)] == [206] * 3
    assert head.content + rest.content == whole.content
    assert tail.content == whole.content[-10:]
    assert [each.headers["content-range"] for each in (head, rest, tail)] == [
        f"bytes 0-99/{size}",
        f"bytes 100-{size - 1}/{size}",
        f"bytes {size - 10}-{size - 1}/{size}",
    ]
    assert head.headers["content-length"] == "100"
    told = ("etag", "cache-control", "content-type", "accept-ranges", "content-security-policy", "x-content-type-options")
    assert [head.headers[name] for name in told] == [whole.headers[name] for name in told]
    assert whole.headers["accept-ranges"] == "bytes"


@pytest.mark.asyncio
async def test_a_part_beyond_the_end_is_refused_and_the_size_is_told(studio: Studio, variant: dict[str, Any]) -> None:
    size = variant["byteSize"]

    answers = [await studio.fetch(variant["url"], range=f"bytes={part}") for part in (f"{size}-", f"{size}-{size + 5}", "-0")]

    assert [(each.status_code, each.headers["content-range"]) for each in answers] == [(416, f"bytes */{size}")] * 3
    assert {each.headers["content-type"] for each in answers} == {"application/problem+json"}
    assert {each.json()["type"] for each in answers} == {"/problems/range-not-satisfiable"}
    assert "immutable" not in answers[0].headers["cache-control"]


@pytest.mark.asyncio
async def test_a_part_counts_only_while_the_file_is_the_one_that_was_meant(studio: Studio, variant: dict[str, Any]) -> None:
    etag = (await studio.fetch(variant["url"])).headers["etag"]

    async def part(if_range: str) -> httpx.Response:
        return await studio.fetch(variant["url"], range="bytes=0-9", if_range=if_range)

    same, other, weak, dated = [await part(each) for each in (etag, '"x"', f"W/{etag}", "Wed, 21 Oct 2037 07:28:00 GMT")]
    beyond = await studio.fetch(variant["url"], range="bytes=99999999-", if_range='"x"')
    known = await studio.fetch(variant["url"], range="bytes=0-9", if_none_match=etag)

    assert [len(each.content) for each in (same, other, weak, dated, beyond)] == [10, *[variant["byteSize"]] * 4]
    assert [each.status_code for each in (same, other, weak, dated, beyond, known)] == [206, 200, 200, 200, 200, 304]


@pytest.mark.asyncio
async def test_a_head_has_no_parts_and_a_missing_file_has_none(studio: Studio, variant: dict[str, Any]) -> None:
    head = await studio.tenant.http.head(variant["url"], headers={"range": "bytes=0-9"})
    missing = await studio.fetch(variant["url"][:-20] + "0" * 15 + ".webp", range="bytes=0-9")

    assert (head.status_code, head.headers["content-length"]) == (200, str(variant["byteSize"]))
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=9-", range(9, 10)),
        ("bytes=2-500", range(2, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-999", range(10)),
        ("BYTES=1-2", range(1, 3)),
        ("  bytes=1-2 ", range(1, 3)),
        ("bytes=3-2", None),
        ("bytes=0-1,3-4", None),
        ("bytes=0-0," * 1000, None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=+1-2", None),
        ("bytes=1 - 2", None),
        ("bytes=²-³", None),
        ("seconds=1-2", None),
        ("bytes=" + "9" * 50 + "-", None),
        ("", None),
    ],
)
def test_which_part_is_asked_for(asked: str, part: range | None) -> None:
    assert part_asked("GET", {"range": asked}, ETAG, 10) == part


@pytest.mark.parametrize(("asked", "length"), [("bytes=10-", 10), ("bytes=10-11", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_what_is_not_there_cannot_be_sent(asked: str, length: int) -> None:
    with pytest.raises(NotSatisfiable):
        part_asked("GET", {"range": asked}, ETAG, length)
