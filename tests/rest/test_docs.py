"""The page that describes the REST API works from our own files, under a policy that lets nothing else in."""

import json
import re
from hashlib import sha256

import pytest

from gateway.rest.docs import FILES, SCRIPTS, STYLES
from tests.node import chromium, node
from tests.rest.shop import Shop
from tests.transports.serving import serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_files_are_those_of_the_package_and_have_their_licences() -> None:
    readme = (FILES / "README.md").read_text()
    noted = dict(re.findall(r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$", readme, re.MULTILINE))

    assert noted == {name: sha256((FILES / name).read_bytes()).hexdigest() for name in noted}
    assert set(noted) == {*SCRIPTS, *STYLES} - {"page.js", "page.css"}
    assert {each.name for each in FILES.glob("*SE-*")} == {"LICENSE-swagger-ui"}
    assert "Apache License" in (FILES / "LICENSE-swagger-ui").read_text()


async def test_the_page_has_no_code_of_its_own_and_names_no_other_host() -> None:
    page = await Shop().ask("GET", "/docs")

    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page.text) == [""] * len(SCRIPTS)
    assert "style=" not in page.text
    assert "//" not in page.text


async def test_every_file_the_page_names_is_served_for_good_with_its_type() -> None:
    shop = Shop()
    page = await shop.ask("GET", "/docs")
    paths = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)

    assert len(paths) == len(SCRIPTS) + len(STYLES)
    for path in paths:
        plain = await shop.ask("GET", path, headers={"accept-encoding": "identity"})
        zipped = await shop.ask("GET", path, headers={"accept-encoding": "gzip"})
        assert plain.status_code == 200
        assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert plain.headers["content-type"] == ("text/css; charset=utf-8" if path.endswith(".css") else "text/javascript; charset=utf-8")
        assert plain.headers["x-content-type-options"] == "nosniff"
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.content == plain.content


async def test_the_document_is_served_fresh() -> None:
    answer = await Shop().ask("GET", "/openapi.json")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.json()["openapi"] == "3.1.0"


async def test_every_kind_of_problem_describes_itself_at_its_address() -> None:
    shop = Shop()

    conflict = await shop.ask("GET", "/problems/version-conflict")
    version = await shop.ask("GET", "/problems/version-required")

    assert conflict.json() == {
        "type": "/problems/version-conflict",
        "title": "It was changed since the caller read it",
        "status": 409,
        "code": "CONFLICT",
        "facts": {"currentVersion": "The version now."},
    }
    assert (version.json()["status"], version.json()["code"]) == (428, "BAD_USER_INPUT")


async def test_in_a_browser_the_page_shows_and_asks_without_a_complaint() -> None:
    browser = chromium()

    async with serving(Shop().app) as base:
        seen = json.loads(await node("docs.mjs", browser, f"{base}/docs", "things"))

    assert "TicketBase" in seen["title"]
    assert seen["operations"] == 11
    assert seen["status"] == "200"
    assert '"items"' in seen["body"]
    assert seen["complaints"] == []
    assert seen["violations"] == []
    assert seen["foreign"] == []
