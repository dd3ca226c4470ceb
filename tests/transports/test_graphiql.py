"""GraphiQL works from our own files, under a policy that lets nothing else in, and with the tabs it was given."""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute

from gateway.transports.cohorts import Cohorts
from gateway.transports.connection import SocketHouse, SocketTerms
from gateway.transports.graphiql import FILES, SCRIPTS, STYLES, GraphiQLAssets, GraphiQLPage, Tab
from gateway.transports.operations import Operations
from gateway.transports.websocket import GraphQLWebSocket
from resolvers.context import Context
from tests.node import chromium, node
from tests.transports.serving import serving
from tests.transports.toy import TOKENS, Toy

pytestmark = pytest.mark.asyncio(loop_scope="session")

TABS = (
    Tab("query Greet($name: String!) { hello(name: $name) }", {"name": "</script><b>Ada"}, {"Authorization": "Bearer buyer"}),
    Tab("subscription Count { count(to: 3) }", headers={"Authorization": "Bearer buyer", "X-Organization": "demo"}),
)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Site:
    """The toy with a page, its files, and a WebSocket; notes what sockets are opened with."""

    def __init__(self, tabs: Sequence[Tab] = TABS) -> None:
        self.toy = Toy()
        self.inits: list[object] = []
        assets = GraphiQLAssets()
        operations = Operations(self.toy.pipeline, lambda: str(uuid4()))
        house = SocketHouse(operations, Cohorts(), self._greet, SocketTerms(), time.time)
        self.app = Starlette(
            routes=[
                WebSocketRoute("/graphql", GraphQLWebSocket(house, lambda _origin: False)),
                Route("/graphql", self.toy.over_http(page=GraphiQLPage(lambda _request: tabs, assets))),
                Mount("/assets/graphiql", assets),
            ]
        )

    async def _greet(self, _connection: object, init: object) -> Context:
        self.inits.append(init)
        return self.toy.context(TOKENS["Bearer buyer"])

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A GET without a socket."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app)) as client:
            return await client.get(f"http://toy{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_the_files_are_those_of_the_packages_and_have_their_licences() -> None:
    readme = (FILES / "README.md").read_text()
    noted = dict(re.findall(r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$", readme, re.MULTILINE))

    assert noted == {name: sha256((FILES / name).read_bytes()).hexdigest() for name in noted}
    assert set(noted) == {*SCRIPTS, *STYLES} - {"page.js", "page.css"}
    assert {each.name for each in FILES.glob("LICENSE-*")} >= {"LICENSE-graphiql", "LICENSE-react", "LICENSE-graphql-ws"}


async def test_a_browser_is_shown_the_page_and_a_program_is_not() -> None:
    site = Site()

    page = await site.get("/graphql", **BROWSER)
    answer = await site.get("/graphql?query={hello}", Accept="*/*")

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert answer.json() == {"data": {"hello": "Hello, you"}}


async def test_without_a_page_a_browser_gets_an_answer_in_json() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Toy().over_http())) as client:
        response = await client.get("http://toy/graphql", headers=BROWSER)

    assert response.status_code == 400
    assert "`query`" in response.json()["errors"][0]["message"]


async def test_the_page_has_data_but_no_code_of_its_own_and_names_no_other_host() -> None:
    page = await Site().get("/graphql", **BROWSER)

    policy = page.headers["content-security-policy"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
    data = [body for attributes, body in scripts if "application/json" in attributes]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert [body for attributes, body in scripts if "src=" in attributes] == [""] * len(SCRIPTS)
    assert json.loads(data[0])["tabs"][0]["variables"] == '{\n  "name": "</script><b>Ada"\n}'
    assert "https://" not in page.text
    assert " on" not in re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)


async def test_the_tabs_are_made_anew_each_time_so_that_a_token_is_fresh() -> None:
    tabs = [Tab("{ hello }", headers={"Authorization": "Bearer first"})]
    site = Site(tabs)

    first = await site.get("/graphql", **BROWSER)
    tabs[0] = Tab("{ hello }", headers={"Authorization": "Bearer second"})
    second = await site.get("/graphql", **BROWSER)

    assert "Bearer first" in first.text
    assert "Bearer second" in second.text
    assert "Bearer" not in repr(tabs[0])


async def test_every_file_the_page_names_is_served_for_good_with_its_type() -> None:
    site = Site()
    page = await site.get("/graphql", **BROWSER)

    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        plain = await site.get(path, Accept_Encoding="identity")
        zipped = await site.get(path, Accept_Encoding="gzip")

        assert plain.status_code == 200
        assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert plain.headers["content-type"] == ("text/css; charset=utf-8" if path.endswith(".css") else "text/javascript; charset=utf-8")
        assert plain.headers["x-content-type-options"] == "nosniff"
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.content == plain.content


@pytest.mark.parametrize(
    "path", ["/assets/graphiql/", "/assets/graphiql/README.md", "/assets/graphiql/../http.py", "/assets/graphiql/page.js"]
)
async def test_nothing_else_is_served(path: str) -> None:
    assert (await Site().get(path)).status_code == 404


async def test_in_a_browser_the_page_asks_and_listens_without_a_complaint() -> None:
    browser = chromium()
    site = Site()

    async with serving(site.app) as base:
        seen = json.loads(await node("graphiql.mjs", browser, f"{base}/graphql", "Hello", '"count": 3'))
        await asyncio.sleep(0)

    assert seen["tabs"] == len(TABS)
    assert "Hello, </script><b>Ada" in seen["result"]
    assert '"count": 3' in seen["stream"]
    assert '"linked": "Query"' in seen["linked"]
    assert seen["complaints"] == []
    assert seen["violations"] == []
    assert seen["foreign"] == []
    assert not any("Bearer" in each for each in seen["stored"])
    assert site.inits == [{"authorization": "Bearer buyer", "organization": "demo"}]
