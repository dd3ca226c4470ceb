"""Shows GraphiQL, the page on which developers try queries: from files of ours, under a policy that lets nothing else in.

The page is HTML with data and no code; its tabs, which may carry a demo token, come from whoever wires it. The files are immutable: their
addresses carry a hash of their content.
"""

import gzip
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.transports.exchange import Exchange
from gateway.transports.protection import SECURITY_HEADERS

FILES = Path(__file__).parent / "assets" / "graphiql"
SCRIPTS = ("react.production.min.js", "react-dom.production.min.js", "graphql-ws.min.js", "graphiql.min.js", "page.js")
STYLES = ("graphiql.min.css", "page.css")
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
FOREVER = "public, max-age=31536000, immutable"
# GraphiQL writes style attributes, and its style sheet carries its fonts.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src data:; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the page: a query, its variables, and the headers it is sent with (`Authorization`, `X-Organization`, `X-Cart`)."""

    query: str
    variables: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Asset:
    """One file of the page as it travels."""

    name: str
    content: bytes = field(repr=False)

    @cached_property
    def address(self) -> str:
        """The last part of its URL: a hash of the content, and the name."""
        return f"{sha256(self.content).hexdigest()[:12]}-{self.name}"

    @cached_property
    def compressed(self) -> bytes:
        """The content for who accepts gzip; made when first asked for."""
        return gzip.compress(self.content, mtime=0)


class GraphiQLAssets:
    """The ASGI application that serves the files of the page; mount it at `path`."""

    def __init__(self, path: str = "/assets/graphiql") -> None:
        self._path = path.rstrip("/")
        self._assets = {name: Asset(name, (FILES / name).read_bytes()) for name in (*SCRIPTS, *STYLES)}
        self._by_address = {each.address: each for each in self._assets.values()}

    def url(self, name: str) -> str:
        """Where the file of this name is served."""
        return f"{self._path}/{self._assets[name].address}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file, wherever it is mounted: its address says which."""
        request = Request(scope, receive)
        asset = self._by_address.get(request.url.path.rpartition("/")[2])
        if asset is None or request.method not in ("GET", "HEAD"):
            await _send(send, 404, b"There is no such file.\n", {"Content-Type": "text/plain; charset=utf-8"})
            return
        zipped = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Content-Type": TYPES[Path(asset.name).suffix], "Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        if zipped:
            headers["Content-Encoding"] = "gzip"
        body = asset.compressed if zipped else asset.content
        await _send(send, 200, body, headers, with_body=request.method == "GET")


class GraphiQLPage:
    """The page. `make_tabs` is asked each time it is shown, and told to whom, so that a token in the tabs is fresh and in good hands."""

    def __init__(self, make_tabs: Callable[[Request], Sequence[Tab]], assets: GraphiQLAssets, title: str = "TicketBase") -> None:
        self._make_tabs = make_tabs
        self._assets = assets
        self._title = title

    async def show(self, exchange: Exchange) -> None:
        """Answer with the page. Nobody keeps it: its tabs may carry a token."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        page = self._render(exchange.request).encode()
        await exchange.respond(200, "text/html; charset=utf-8", page, headers)

    def _render(self, request: Request) -> str:
        written = {"endpoint": request.url.path, "tabs": [_write_tab(each) for each in self._make_tabs(request)]}
        # Data in a script element ends at the first `</script`; without `<` there is none.
        data = orjson.dumps(written).decode().replace("<", "\\u003c")
        styles = "".join(f'<link rel="stylesheet" href="{self._assets.url(name)}">' for name in STYLES)
        scripts = "".join(f'<script src="{self._assets.url(name)}"></script>' for name in SCRIPTS)
        title = html.escape(self._title)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · GraphiQL</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{styles}</head>'
            f'<body><div id="graphiql">Loading GraphiQL …</div><script type="application/json" id="graphiql-data">{data}</script>'
            f"{scripts}</body></html>"
        )


def _write_tab(tab: Tab) -> Mapping[str, str]:
    written = {"query": tab.query}
    if tab.variables:
        written["variables"] = orjson.dumps(tab.variables, option=orjson.OPT_INDENT_2).decode()
    if tab.headers:
        written["headers"] = orjson.dumps(tab.headers, option=orjson.OPT_INDENT_2).decode()
    return written


async def _send(send: Send, status: int, body: bytes, headers: Mapping[str, str], *, with_body: bool = True) -> None:
    sent = {**SECURITY_HEADERS, "Content-Length": str(len(body)), **headers}
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body if with_body else b""})
