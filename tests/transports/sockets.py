"""A client of the GraphQL WebSocket for tests: says what it is told, hears with patience of two seconds."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.transports.watching import VARIABLES, WATCH, Gateway, opened


class Socket:
    """A client that speaks JSON and waits for two seconds at most."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> Any:
        async with asyncio.timeout(2):
            return json.loads(await self.connection.recv())

    async def greet(self, **payload: object) -> None:
        await self.say({"type": "connection_init", "payload": payload})
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str, query: str, **more: object) -> None:
        await self.say({"id": id, "type": "subscribe", "payload": {"query": query, **more}})

    async def watch(self, id: str = "w", **variables: object) -> None:
        await self.subscribe(id, WATCH, variables={**VARIABLES, **variables})

    async def frame(self) -> Any:
        heard = await self.hear()
        assert heard["type"] == "next", heard
        return heard["payload"]["data"]["ticketAvailability"]

    async def closed(self) -> tuple[int, str]:
        """How the server closed it; what it said before is thrown away."""
        async with asyncio.timeout(3):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        assert self.connection.close_code is not None
        return self.connection.close_code, self.connection.close_reason or ""


@asynccontextmanager
async def socket(address: str, **more: Any) -> AsyncIterator[Socket]:
    """An open socket that has not said anything yet."""
    options: dict[str, Any] = {"subprotocols": [Subprotocol("graphql-transport-ws")], "ping_interval": None, "compression": None, **more}
    async with connect(f"{address.replace('http', 'ws')}/graphql", **options) as connection:
        yield Socket(connection)


@asynccontextmanager
async def greeted(**terms: Any) -> AsyncIterator[tuple[Gateway, Socket]]:
    """A gateway and a socket that may begin operations."""
    async with opened(**terms) as (gateway, address), socket(address) as client:
        await client.greet()
        yield gateway, client
