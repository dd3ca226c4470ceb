"""Serves the gateway until told to stop, then finishes what is running and leaves nobody hanging."""

import gc
import socket
import time
from contextlib import AsyncExitStack

import structlog
import uvicorn

from gateway.app import Gateway, build_gateway
from gateway.house import open_house
from gateway.settings import Settings
from gateway.supervisor.door import inherited_door, open_door
from gateway.transports.doorstep import Doorstep

# Longer than a proxy in front keeps an idle connection (Traefik: 90), since the one who closes first must not be the one who is asked:
# a request that meets the closing is lost.
KEEP_ALIVE_SECONDS = 100

log = structlog.get_logger("ticketbase.serving")


class Server(uvicorn.Server):
    """A server that, when told to stop, first says it is not ready and sends watchers to another replica."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway, drain_seconds: float) -> None:
        super().__init__(config)
        self._gateway = gateway
        self._drain_seconds = drain_seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close streams with a word of where to resume, wait for running requests, close."""
        self._gateway.health.draining = True
        log.info("gateway_drained")
        began = time.monotonic()
        self._gateway.streams.drain()
        await self._gateway.sockets.drain(self._drain_seconds)
        self.config.timeout_graceful_shutdown = round(max(0, self._drain_seconds - (time.monotonic() - began)))
        await super().shutdown(sockets)
        # Uvicorn would raise them once more, and the process would die of them before the house is closed.
        self._captured_signals.clear()


async def serve_until_told(settings: Settings, fd: int | None = None) -> None:
    """Serve on the inherited socket `fd`, else on the settings' host and port. Raises DatabaseRefused or CannotStart before it begins."""
    async with AsyncExitStack() as stack:
        # A port that is taken is told before anything else is opened.
        door = stack.enter_context(open_door(settings.host, settings.port) if fd is None else inherited_door(fd))
        house = await stack.enter_async_context(open_house(settings))
        gateway = await build_gateway(house)
        _spare_the_collector()
        config = uvicorn.Config(
            gateway.app,
            lifespan="off",
            http=Doorstep,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=settings.limits.body_bytes,
            # Dead clients are found by the pings of graphql-transport-ws; a second kind would cost ten thousand timers more.
            ws_ping_interval=None,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=settings.drain_seconds,
        )
        if fd is None:
            log.info("gateway_opened", host=settings.host, port=settings.port)
        await Server(config, gateway, settings.drain_seconds).serve([door])


def _spare_the_collector() -> None:
    """What was built at the start (schema, modules) stays for ever; looking through it again and again would cost a third of a request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 20)
