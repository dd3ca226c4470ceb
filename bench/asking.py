"""Asks the same query at an even pace, however slow the answers are, and remembers how long each took."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx


async def ask_for(client: httpx.AsyncClient, request: Mapping[str, Any], seconds: float, a_second: float) -> list[float]:
    """The seconds each answer took, counted from when it was due to be asked."""
    took: list[float] = []

    async def ask(due: float) -> None:
        answer = (await client.post("/graphql", json=request)).json()
        took.append(time.monotonic() - due)
        if "errors" in answer:
            raise RuntimeError(f"the query failed: {answer}")

    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for number in range(int(seconds * a_second)):
            due = began + number / a_second
            await asyncio.sleep(max(due - time.monotonic(), 0))
            tasks.create_task(ask(due))
    return took


@asynccontextmanager
async def asking_client(url: str, organization: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with connections that stay open."""
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
    async with httpx.AsyncClient(
        base_url=url, headers={"X-Organization": organization}, limits=limits, timeout=30, trust_env=False
    ) as client:
        yield client
