"""What all services have in common: a name, a folder, a log, a port that stays the same, and a process that is watched."""

import json
import re
import secrets
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from signal import SIGTERM, Signals
from typing import ClassVar, Protocol

from gateway.embedded.faults import CannotStart, unusable
from gateway.embedded.files import write_whole
from gateway.embedded.ownership import Owner, owner_of
from gateway.embedded.ports import ReservedPort, reserve, reserve_exactly
from gateway.embedded.process import Process, Program, describe_end, locked_folder

EVERY_LINE = re.compile("")


class Addresses(Protocol):
    """Where a started service is found."""

    def environment(self) -> Mapping[str, str]:
        """The variables that tell the rest of TicketBase."""


class Service:
    """A service that is started, watched, killed in drills, started again at the same place, and stopped."""

    name: ClassVar[str]
    title: ClassVar[str]
    notable: ClassVar[re.Pattern[str]] = EVERY_LINE
    ends_by: ClassVar[Signals] = SIGTERM
    grace: ClassVar[float] = 10
    paired_ports: ClassVar[bool] = False
    # How long to wait, in seconds, for one that is just ending on the same data.
    patience: float = 10

    def __init__(self, folder: Path, *, port: int | None = None, owner: Owner | None = None, log: Path | None = None) -> None:
        """A service whose data live in `folder`; without a port a free one is found and kept for the next start."""
        self.folder = folder.absolute()
        self.owner = owner or owner_of(self.folder)
        self.log = log or self.folder / f"{self.name}.log"
        self.process: Process | None = None
        self._fixed_port = port
        self._ports: dict[str, ReservedPort] = {}

    @abstractmethod
    async def start(self) -> Addresses:
        """Start it and wait until it answers. Raises CannotStart."""

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.alive

    @property
    def end(self) -> str:
        """How it ended, in words."""
        return "" if self.process is None else describe_end(self.process.exit_code or 0)

    async def stop(self) -> None:
        """Stop it in good order; a service that does not run is stopped already."""
        if self.process is not None:
            await self.process.stop(self.ends_by, grace=self.grace)
        for port in self._ports.values():
            port.give_up()
        self._ports.clear()

    def kill(self) -> None:
        """Let it crash; `start` brings it back at the same place with the same data."""
        if self.process is not None:
            self.process.kill()

    @asynccontextmanager
    async def _own_folder(self) -> AsyncIterator[int]:
        """The folder, made or taken over, and locked; the lock is an open file that the program must be given."""
        try:
            self.owner.make_folder(self.folder)
            self.owner.adopt(self.folder)
        except OSError as error:
            raise unusable(self.folder, error) from error
        async with locked_folder(self.folder, self.owner, self.title, within=self.patience) as lock:
            yield lock

    @contextmanager
    def _begun(self, program: Program) -> Iterator[Process]:
        """The started program, which does not stay when the start fails further on."""
        self.process = process = Process(program)
        try:
            yield process
        except BaseException:
            process.kill()
            raise

    def _reserve(self, *uses: str) -> dict[str, int]:
        """A port for each use, the same ones as last time if they can be had."""
        remembered = self._read_kept("ports.json")
        for use in uses:
            if use in self._ports:
                continue
            if self._fixed_port is not None and use == uses[0]:
                self._ports[use] = reserve_exactly(self._fixed_port, self.title)
            else:
                before = remembered.get(use)
                self._ports[use] = reserve(int(before) if before else None, paired=self.paired_ports)
        numbers = {use: self._ports[use].number for use in uses}
        self._keep("ports.json", {use: str(number) for use, number in numbers.items()})
        return numbers

    def _passwords(self, *users: str) -> dict[str, str]:
        """A password for each user, made up once and kept for the owner's eyes only."""
        kept = self._read_kept("passwords.json")
        if missing := {user: secrets.token_urlsafe(24) for user in users if user not in kept}:
            kept |= missing
            self._keep("passwords.json", kept)
        return {user: kept[user] for user in users}

    def _read_kept(self, name: str) -> dict[str, str]:
        path = self.folder / name
        try:
            kept = json.loads(path.read_text())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise unusable(path, error) from error
        except ValueError:
            kept = None
        if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
            raise CannotStart(f"{path} is damaged: restore it from a backup, or remove it and a new one is made.")
        return kept

    def _keep(self, name: str, values: Mapping[str, str]) -> None:
        write_whole(self.folder / name, json.dumps(values), self.owner)
