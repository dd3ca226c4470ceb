"""The processes of TicketBase itself, worker and gateway, watched and, for a developer, renewed when a source changes."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from pathlib import Path

import httpx
from watchfiles import DefaultFilter, awatch

import gateway
from gateway.embedded.faults import CannotStart
from gateway.embedded.process import Program
from gateway.supervisor.console import Console
from gateway.supervisor.directory import DataDirectory
from gateway.supervisor.door import port_of
from gateway.supervisor.members import Command, keep
from gateway.supervisor.plan import Plan

SOURCES = Path(gateway.__file__).parent.parent
ROOMS = ("domain", "resolvers", "schema", "adapters", "gateway", "plugin_host", "migrations")
# Beyond what it grants its requests to end, before a process is ended by force.
MARGIN_SECONDS = 3


class Crew:
    """One worker and the gateway's processes, which share one open door."""

    def __init__(self, plan: Plan, directory: DataDirectory, environment: Mapping[str, str], door: socket.socket, console: Console) -> None:
        """Nothing is started yet."""
        self._plan, self._console, self._door = plan, console, door
        logs, grace = directory.folder("logs"), plan.drain_seconds + MARGIN_SECONDS
        # So that any process behind the door tells the figures of all.
        environment = {"PROMETHEUS_MULTIPROC_DIR": str(directory.emptied("metrics")), **environment}

        def command(name: str, title: str, words: tuple[str, ...], *files: int) -> Command:
            return Command(title, Program(name, words, logs / f"{name}.log", environment, directory.owner, files=files), grace=grace)

        file = door.fileno()
        self.worker = command("worker", "The worker", plan.commands.worker)
        self.gateways = [
            command(f"gateway-{number}", f"Gateway {number}", (*plan.commands.serve, "--fd", str(file)), file)
            for number in range(1, plan.workers + 1)
        ]

    @property
    def members(self) -> list[Command]:
        """All of them, in the order of their start."""
        return [self.worker, *self.gateways]

    async def start(self) -> None:
        """Start them all; they get ready at the same time."""
        for member in self.members:
            await member.start()

    async def stop(self) -> None:
        """The gateway first, because what it still answers may need the worker."""
        await asyncio.gather(*(each.stop() for each in self.gateways))
        await self.worker.stop()

    async def watch(self) -> None:
        """Start again what dies, for ever, and follow the logs. Raises CannotStart when something keeps dying."""
        async with asyncio.TaskGroup() as tasks:
            for member in self.members:
                tasks.create_task(keep(member, self._plan.patience, self._console))

    async def renew(self) -> None:
        """Watch, and start everything anew whenever a source has changed."""
        async with aclosing(_changes()) as changes:
            while True:
                watching = asyncio.create_task(self.watch())
                changed = asyncio.create_task(_next(changes))
                try:
                    await asyncio.wait((watching, changed), return_when=asyncio.FIRST_COMPLETED)
                    if watching.done():
                        watching.result()
                    self._console.say(f"{changed.result()} changed: worker and gateway are started anew.")
                finally:
                    await _end(watching, changed)
                await self.stop()
                await self.start()

    async def ready(self) -> None:
        """Return when the gateway says that it is ready. Raises CannotStart when it does not within a minute."""
        address = f"http://{self._knock()}:{port_of(self._door)}/readyz"
        said = "nothing"
        with suppress(TimeoutError):
            async with asyncio.timeout(self._plan.patience.ready_within), httpx.AsyncClient(trust_env=False, timeout=5) as client:
                while True:
                    try:
                        answer = await client.get(address)
                    except httpx.TransportError as error:
                        said = type(error).__name__
                    else:
                        if answer.is_success:
                            return
                        said = answer.text.strip()[:500]
                    await asyncio.sleep(0.05)
        raise CannotStart(f"The gateway was not ready within {self._plan.patience.ready_within:g} s; {address} says “{said}”.")

    def _knock(self) -> str:
        """An address of this machine at which the door answers."""
        host: str = self._door.getsockname()[0]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
        return f"[{host}]" if ":" in host else host


async def _changes() -> AsyncGenerator[str, None]:
    rooms = [SOURCES / room for room in ROOMS if (SOURCES / room).is_dir()]
    async for changes in awatch(*rooms, watch_filter=DefaultFilter()):
        yield str(Path(min(path for _, path in changes)).relative_to(SOURCES))


async def _next(changes: AsyncGenerator[str, None]) -> str:
    return await anext(changes)


async def _end(*tasks: "asyncio.Task[None] | asyncio.Task[str]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
