"""Brings the whole tree of processes up, watches over it, and takes it down in reverse order."""

import asyncio
import signal
import socket
from time import monotonic

from gateway.demo import PASSWORD
from gateway.embedded.files import write_whole
from gateway.embedded.mailbox import MailAddresses
from gateway.embedded.service import Addresses, Service
from gateway.supervisor.console import Console, size_of
from gateway.supervisor.crew import Crew
from gateway.supervisor.directory import DataDirectory, claim
from gateway.supervisor.door import open_door, port_of
from gateway.supervisor.members import Member, keep
from gateway.supervisor.plan import Plan
from gateway.supervisor.services import own_settings, services_of
from gateway.supervisor.steps import Steps
from gateway.supervisor.welcome import Welcome, environment_text

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def supervise(plan: Plan, console: Console) -> None:
    """Bring TicketBase up, and return when a signal has taken it down.

    Call it from the main thread. Raises CannotStart, with a sentence for the person, when something cannot be brought
    up or keeps dying; by then nothing of it runs any more.
    """
    with open_door(plan.host, plan.port) as door, claim(plan.data) as directory:
        tree = Tree(plan, directory, door, console)
        running = asyncio.create_task(tree.run())
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, tree.stop, running)
        try:
            await running
        except asyncio.CancelledError:
            console.say(f"TicketBase has stopped; its data stay in {directory.path}.")
        except BaseExceptionGroup as group:
            raise _first(group) from None
        finally:
            for number in STOP_SIGNALS:
                loop.remove_signal_handler(number)


class Tree:
    """The processes of one TicketBase: services first, then the steps that end by themselves, then worker and gateway."""

    def __init__(self, plan: Plan, directory: DataDirectory, door: socket.socket, console: Console) -> None:
        """Nothing is started yet."""
        self._plan, self._directory, self._door, self._console = plan, directory, door, console
        self._members: list[Member] = []
        self._began = monotonic()
        self._stopping = False

    async def run(self) -> None:
        """Bring everything up and watch over it until cancelled; nothing is left running, whatever happens."""
        services = services_of(self._plan, self._directory, port_of(self._door))
        self._members += services
        try:
            addresses = await self._start(services)
            brought = own_settings(self._plan, self._directory, port_of(self._door))
            for each in addresses:
                brought |= each.environment()
            environment = {**self._plan.environment, **brought, "PYTHONUNBUFFERED": "1"}
            steps = Steps(self._plan, self._directory, environment, self._console)
            await steps.prepare()
            await self._run_crew(services, steps, self._welcome(addresses, brought))
        finally:
            await asyncio.gather(*(service.stop() for service in services))

    def stop(self, running: asyncio.Task[None]) -> None:
        """Stop in good order; asked a second time, at once."""
        if self._stopping:
            for member in self._members:
                member.kill()
            return
        self._stopping = True
        self._console.say("TicketBase is stopping; once more stops it at once.")
        running.cancel()

    async def _start(self, services: list[Service]) -> list[Addresses]:
        """Start all services at the same time, each saying how long it took."""

        async def start(service: Service) -> Addresses:
            began = monotonic()
            address = await service.start()
            self._console.say(f"{service.title} is ready in {monotonic() - began:.1f} s")
            return address

        async with asyncio.TaskGroup() as starts:
            started = [starts.create_task(start(service)) for service in services]
        return [each.result() for each in started]

    async def _run_crew(self, services: list[Service], steps: Steps, welcome: Welcome) -> None:
        crew = Crew(self._plan, self._directory, steps.environment, self._door, self._console)
        self._members += crew.members
        positions = [(member, size_of(member.log)) for member in self._members]
        try:
            await crew.start()
            async with asyncio.TaskGroup() as watches:
                for service in services:
                    watches.create_task(keep(service, self._plan.patience, self._console))
                watches.create_task(crew.renew() if self._plan.reload else crew.watch())
                for member, position in positions:
                    watches.create_task(self._console.follow(member.name, member.log, position, member.notable))
                await crew.ready()
                token = await steps.demo_token()
                self._console.say(welcome.text(seconds=monotonic() - self._began, token=token))
        finally:
            await crew.stop()

    def _welcome(self, addresses: list[Addresses], brought: dict[str, str]) -> Welcome:
        file = write_whole(self._directory.path / "environment", environment_text(brought), self._directory.owner)
        return Welcome(
            host=self._plan.host,
            port=port_of(self._door),
            data=self._directory.path,
            environment_file=file,
            mails=next((each.page for each in addresses if isinstance(each, MailAddresses)), None),
            organization=brought.get("TICKETBASE_DEFAULT_ORGANIZATION"),
            password=PASSWORD if {**self._plan.environment, **brought}["TICKETBASE_MODE"] == "development" else None,
        )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first: the rest was cancelled on its account."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
