"""The rival of the fan-out benchmark: the same schema, database and live stream behind Strawberry's own WebSocket handler.

It executes every subscription for every subscriber. Tenant, authorization, server and socket options are those of the product.
"""

import asyncio
import os
import sys
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from gateway.house import House, open_house
from gateway.settings import read_settings
from schema.root import build_schema


class Strawberry(GraphQL[Any, Any]):
    """Strawberry's ASGI application with the product's contexts."""

    def __init__(self, house: House) -> None:
        super().__init__(build_schema(), subscription_protocols=("graphql-transport-ws",))
        self._contexts = house.contexts

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        """The context of a connection."""
        return await self._contexts.of(request)


async def _ready(_request: Request) -> Response:
    return Response()


async def serve(port: int) -> None:
    """Serve until terminated."""
    async with open_house(read_settings(os.environ)) as house:
        app = Starlette(routes=[Route("/readyz", _ready), Mount("/", Strawberry(house))])
        options: dict[str, Any] = {"ws": "websockets-sansio", "ws_per_message_deflate": False, "access_log": False, "lifespan": "off"}
        await uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", **options)).serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))
