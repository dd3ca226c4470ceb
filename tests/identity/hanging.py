"""A server that takes every connection and never says a word, as one does whose process was stopped or whose machine is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def never_answering() -> AsyncIterator[str]:
    """Its address, as that of a Valkey."""
    writers: list[asyncio.StreamWriter] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for each in writers:
            each.close()
        server.close()
        await server.wait_closed()
