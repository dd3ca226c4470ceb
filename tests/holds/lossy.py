"""A stretch of network between a writer and PostgreSQL that breaks at the worst moment: at a commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit, urlunsplit

COMMIT = b"COMMIT\x00"


class Loss(Enum):
    """What gets lost."""

    THE_COMMIT = "the commit never reaches PostgreSQL"
    ITS_ANSWER = "PostgreSQL commits, and its answer gets lost"


class LossyLine:
    """Passes everything on; the next so many commits break their connection."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._losses: list[Loss] = []
        self._open: set[asyncio.Task[None]] = set()
        self.lost = 0

    def lose(self, *losses: Loss) -> None:
        """Break at the next commits, in this way."""
        self._losses += losses

    @asynccontextmanager
    async def address(self) -> AsyncIterator[str]:
        """Where PostgreSQL is found behind this line."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        try:
            port = server.sockets[0].getsockname()[1]
            login = self._target.netloc.rpartition("@")[0]
            yield urlunsplit(self._target._replace(netloc=f"{login}@127.0.0.1:{port}"))
        finally:
            server.close()
            for line in tuple(self._open):
                line.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.create_task(self._pass(reader, writer))
        self._open.add(line)
        line.add_done_callback(self._open.discard)

    async def _pass(self, asked: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        answered, server = await asyncio.open_connection(self._target.hostname, self._target.port)
        answering = asyncio.create_task(_copy(answered, client))
        try:
            while chunk := await asked.read(65536):
                loss = self._losses.pop(0) if COMMIT in chunk and self._losses else None
                self.lost += loss is not None
                if loss is Loss.THE_COMMIT:
                    break
                if loss is Loss.ITS_ANSWER:
                    answering.cancel()
                    await asyncio.wait([answering])
                server.write(chunk)
                if loss is Loss.ITS_ANSWER:
                    await answered.read(1)
                    break
        finally:
            answering.cancel()
            for writer in (client, server):
                writer.close()
            for writer in (client, server):
                with suppress(ConnectionError):
                    await writer.wait_closed()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
    writer.close()
