"""A gateway that is handed its door by the supervisor answers over it as over one of its own: at once, and knowing who asks."""

import asyncio
import os
import socket
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvloop

from gateway.embedded.ownership import Owner
from gateway.embedded.process import Process, Program, plain_environment
from gateway.supervisor.door import inherited_door, open_door, port_of
from gateway.supervisor.plan import TICKETBASE
from tests.two_workers.platform import PATIENCE, Platform

ASKED = 31
LONGEST = 0.03
"""Seconds; a caller's delayed acknowledgement takes 40 ms, an answer about one."""


class Noting(asyncio.Protocol):
    """Notes what each connection is like."""

    def __init__(self, noted: "asyncio.Queue[tuple[bool, Any]]") -> None:
        self._noted = noted

    def connection_made(self, transport: Any) -> None:
        made: socket.socket = transport.get_extra_info("socket")
        self._noted.put_nowait((bool(made.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)), transport.get_extra_info("peername")))
        transport.close()


async def noted_of(door: socket.socket) -> tuple[bool, Any]:
    """Whether a connection through this door sends at once, and from where it comes."""
    noted: asyncio.Queue[tuple[bool, Any]] = asyncio.Queue()
    server = await asyncio.get_running_loop().create_server(lambda: Noting(noted), sock=door)
    with socket.create_connection(("127.0.0.1", port_of(door))):
        seen = await asyncio.wait_for(noted.get(), 5)
    server.close()
    return seen


def test_connections_through_an_inherited_door_send_at_once_and_have_an_address() -> None:
    with open_door("127.0.0.1", 0) as door, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sends_at_once, peer = runner.run(noted_of(inherited_door(door.fileno())))

        assert (sends_at_once, peer[0]) == (True, "127.0.0.1")
        assert port_of(door) > 0


@pytest.mark.asyncio
@pytest.mark.usefixtures("quiet")
async def test_an_answer_through_an_inherited_door_does_not_wait_for_an_acknowledgement(platform: Platform, tmp_path: Path) -> None:
    with open_door("127.0.0.1", 0) as door:
        words, owner = (*TICKETBASE, "serve", "--fd", str(door.fileno())), Owner(os.geteuid(), os.getegid(), switched=False)
        environment = plain_environment(**platform.environment)
        process = Process(Program("inherited", words, tmp_path / "log", environment, owner, folder=tmp_path, files=(door.fileno(),)))
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port_of(door)}", trust_env=False, timeout=PATIENCE) as client:
                await client.get("/readyz")
                took = [await _seconds(client) for _ in range(ASKED)]
        finally:
            process.kill()

    assert statistics.median(took) < LONGEST, took


async def _seconds(client: httpx.AsyncClient) -> float:
    began = time.perf_counter()
    assert (await client.get("/livez")).status_code == 200
    return time.perf_counter() - began
