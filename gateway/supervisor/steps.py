"""The steps between services and gateway that end by themselves: migrations, demo data, the demo's access token."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from gateway.embedded.process import Process, Program, run_to_end
from gateway.supervisor.console import Console
from gateway.supervisor.directory import DataDirectory
from gateway.supervisor.plan import Plan

STEP_SECONDS = 600
SHOWN_LINES = 15


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one TicketBase, each a command of its own with these variables."""

    plan: Plan
    directory: DataDirectory
    environment: Mapping[str, str]
    console: Console

    async def prepare(self) -> None:
        """Bring the database to this version, and fill it in a demo. Raises CannotStart when a step fails."""
        if "DATABASE_OWNER_URL" in self.environment:
            await self._take("migrate", "The migrations", self.plan.commands.migrate)
        else:
            self.console.say("DATABASE_OWNER_URL is not set, so the database is taken as it is, without migrations.")
        if self.plan.demo:
            await self._take("seed", "The demo data", self.plan.commands.seed)

    async def demo_token(self) -> str | None:
        """An access token for the owner of the demo's organization; None without a demo, or when none can be made."""
        if not self.plan.demo:
            return None
        process = await self._run("token", self.plan.commands.token)
        printed = process.printed().split()
        # It went through a file on its way here, where it has no business to stay.
        process.program.log.unlink(missing_ok=True)
        return printed[-1] if process.exit_code == 0 and printed else None

    async def _take(self, name: str, title: str, command: tuple[str, ...]) -> None:
        began = monotonic()
        process = await self._run(name, command)
        if process.exit_code != 0:
            for line in process.printed().strip().splitlines()[-SHOWN_LINES:]:
                self.console.say(f"{name:<11}| {line}")
            raise process.failure(title)
        self.console.say(f"{title} are done in {monotonic() - began:.1f} s")

    async def _run(self, name: str, command: tuple[str, ...]) -> Process:
        log = self.directory.folder("logs") / f"{name}.log"
        return await run_to_end(Program(name, command, log, self.environment, self.directory.owner), within=STEP_SECONDS)
