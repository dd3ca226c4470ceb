"""GraphQL over WebSocket: whom the door lets in, and how everybody is sent home when the house closes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from gateway.transports import messages
from gateway.transports.connection import Connection, SocketHouse
from gateway.transports.messages import PROTOCOL

CLOSED_FOR_NOW = "The server restarts; connect again"
CLOSED_AT_ONCE = 64


class GraphQLWebSocket:
    """The ASGI application of the subprotocol graphql-transport-ws.

    `allows_origin` is asked for the Origin a browser sends: cookies would let any page speak in the visitor's name. Clients that send no
    Origin are no browsers, and pages of the very host they call are its own.
    """

    def __init__(self, house: SocketHouse, allows_origin: Callable[[str], bool]) -> None:
        self._house = house
        self._allows_origin = allows_origin
        self._open: set[Connection] = set()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._draining = False

    def __len__(self) -> int:
        return len(self._open)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket."""
        await receive()  # websocket.connect
        http = HTTPConnection(scope)
        if not self._is_welcome(http):
            await send({"type": "websocket.close", "code": messages.FORBIDDEN, "reason": "Origin not allowed"})
            return
        if PROTOCOL not in scope.get("subprotocols", ()):
            await send({"type": "websocket.accept"})
            reason = f"Subprotocol not acceptable: ask for {PROTOCOL}"
            await send({"type": "websocket.close", "code": messages.SUBPROTOCOL_NOT_ACCEPTABLE, "reason": reason})
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        if self._draining:
            await send({"type": "websocket.close", "code": messages.SERVICE_RESTART, "reason": CLOSED_FOR_NOW})
            return
        await self._serve(Connection(self._house, http, receive, send))

    async def drain(self, seconds: float) -> None:
        """Send everybody home with 1012, after what waits for them; returns when all are gone, or when the time is over."""
        self._draining = True
        for count, each in enumerate(tuple(self._open), start=1):
            each.close(messages.SERVICE_RESTART, CLOSED_FOR_NOW, finish=True)
            if count % CLOSED_AT_ONCE == 0:
                await asyncio.sleep(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._emptied.wait()

    async def _serve(self, connection: Connection) -> None:
        self._open.add(connection)
        self._emptied.clear()
        try:
            await connection.converse()
        finally:
            self._open.discard(connection)
            if not self._open:
                self._emptied.set()

    def _is_welcome(self, http: HTTPConnection) -> bool:
        origin = http.headers.get("origin")
        if origin is None or self._allows_origin(origin):
            return True
        host = http.headers.get("host", "").lower()
        return host != "" and origin.partition("://")[2].lower() == host
