"""The vanilla rival: Strawberry's ASGI application over SQLAlchemy's ORM and aiodataloader (`python -m bench.rivals.vanilla PORT`)."""

import asyncio
import os
import sys
from typing import Any
from uuid import UUID

import jwt
import uvicorn
import uvloop
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from bench.rivals.session import Context, Reads
from bench.rivals.storefront import build_schema

BARE = os.environ.get("BARE") == "1"


class Vanilla(GraphQL[Any, Any]):
    """Strawberry's ASGI application; without BARE it verifies the token and limits documents."""

    def __init__(self) -> None:
        super().__init__(build_schema(limited=not BARE))
        engine = create_async_engine(
            os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
            pool_size=int(os.environ["DATABASE_POOL_SIZE"]),
            isolation_level="REPEATABLE READ",
        )
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._key: Any = load_pem_public_key(os.environ["PUBLIC_KEY"].encode())

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        """Whose request it is."""
        organization, person = os.environ["ORGANIZATION"], os.environ["PERSON"]
        if not BARE:
            token = request.headers["authorization"].removeprefix("Bearer ")
            terms = {"issuer": os.environ["ISSUER"], "audience": os.environ["AUDIENCE"]}
            claims: dict[str, str] = jwt.decode(token, self._key, algorithms=["EdDSA"], **terms)
            organization, person = claims["org"], claims["sub"]
        locales = [each.strip() for each in request.headers.get("accept-language", "en").split(",")]
        return Context(Reads(self._sessions, UUID(organization)), person, locales)


async def _ready(_request: Request) -> Response:
    return Response()


def _app() -> Starlette:
    return Starlette(routes=[Route("/readyz", _ready), Mount("/", Vanilla())])


async def serve(port: int) -> None:
    """Serve until terminated."""
    options: dict[str, Any] = {"access_log": False, "lifespan": "off", "log_level": "warning"}
    await uvicorn.Server(uvicorn.Config(_app(), host="127.0.0.1", port=port, **options)).serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))
