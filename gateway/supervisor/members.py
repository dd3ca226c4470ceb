"""The processes of TicketBase itself, and the watch that starts whatever dies again until patience ends."""

import asyncio
import re
from pathlib import Path
from typing import Protocol

from gateway.embedded.faults import CannotStart
from gateway.embedded.process import POLL_SECONDS, Process, Program, describe_end
from gateway.embedded.service import EVERY_LINE
from gateway.supervisor.console import Console
from gateway.supervisor.plan import Patience


class Member(Protocol):
    """Something that runs and may die: an embedded service or a process of TicketBase."""

    log: Path

    @property
    def name(self) -> str:
        """A short name, as it stands before its lines on the console."""

    @property
    def title(self) -> str:
        """What it is called in a sentence."""

    @property
    def notable(self) -> re.Pattern[str]:
        """The lines of its log that a person at the console should see."""

    @property
    def process(self) -> Process | None:
        """What runs, or ran last."""

    async def start(self) -> object:
        """Start it, or start it again. Raises CannotStart."""

    async def stop(self) -> None:
        """Stop it in good order."""

    def kill(self) -> None:
        """End it at once."""


class Command:
    """A process of TicketBase itself, started by one of its own commands."""

    notable = EVERY_LINE

    def __init__(self, title: str, program: Program, *, grace: float) -> None:
        """`grace` is how long it may take to end, in seconds."""
        self.title, self.name, self.log = title, program.name, program.log
        self._program, self._grace = program, grace
        self.process: Process | None = None

    async def start(self) -> None:
        """Start it; whether it is ready shows at the gateway's door."""
        self.process = Process(self._program)

    async def stop(self) -> None:
        """Let it finish what it is at."""
        if self.process is not None:
            await self.process.stop(grace=self._grace)

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()


async def keep(member: Member, patience: Patience, console: Console) -> None:
    """Start it again whenever it dies, for ever. Raises CannotStart when it keeps dying."""
    deaths, trouble = 0, None
    while True:
        lived = await _until_dead(member)
        if lived > patience.healthy_after:
            deaths = 0
        deaths += 1
        if deaths > patience.attempts:
            raise trouble or _hopeless(member, deaths)
        pause = patience.pause(deaths)
        console.say(f"{member.title} died ({_end(member)}); it is started again in {pause:g} s.")
        await asyncio.sleep(pause)
        try:
            await member.start()
        except CannotStart as error:
            trouble = error
        else:
            trouble = None
            console.say(f"{member.title} runs again.")


async def _until_dead(member: Member) -> float:
    """How long it lived, in seconds, once it has died."""
    while member.process is not None and member.process.alive:  # noqa: ASYNC110 - a process sets no event when it dies
        await asyncio.sleep(POLL_SECONDS)
    return 0 if member.process is None else member.process.age


def _end(member: Member) -> str:
    return "never started" if member.process is None else describe_end(member.process.exit_code or 0)


def _hopeless(member: Member, deaths: int) -> CannotStart:
    last = "" if member.process is None else member.process.printed().strip().rpartition("\n")[2]
    saying = f", saying “{last}”" if last else ""
    return CannotStart(f"{member.title} died {deaths} times in a row, at last {_end(member)}{saying}: see {member.log}.")
