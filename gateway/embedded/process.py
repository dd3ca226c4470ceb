"""Runs a program as a child that cannot outlive us, keeps what it prints in a file, and ends it in good order."""

import asyncio
import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from gateway.embedded import launch
from gateway.embedded.faults import DISK_FULL, CannotStart, disk_full, unusable
from gateway.embedded.ownership import Owner

POLL_SECONDS = 0.05
LONGEST_LOG_BYTES = 32 * 1024 * 1024
TAIL_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class Program:
    """What is run, and how.

    Its log is the owner's; it runs `as_owner` or as whoever we are. `folder` is where it works, `files` are open files of
    ours that it is handed, `must_reach` other programs it needs, `dies_by` what the kernel ends it with when we die.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str]
    owner: Owner
    as_owner: bool = False
    folder: Path | None = None
    dies_by: signal.Signals = signal.SIGKILL
    files: tuple[int, ...] = ()
    must_reach: tuple[str, ...] = ()


class Process:
    """A started program. Start it from the main thread: the kernel takes the end of the starting thread for our death."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.started_at = monotonic()
        self._over = False
        try:
            with _open_log(program) as log:
                self._log_start = log.tell()
                self._popen = subprocess.Popen(
                    _launch_command(program),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=dict(program.environment),
                    cwd=program.folder,
                    pass_fds=program.files,
                    # Ctrl-C reaches the whole group of the terminal; ours shall be ended in order, by us.
                    start_new_session=True,
                    umask=0o077 if program.folder else -1,
                )
        except OSError as error:
            raise unusable(program.log.parent, error) from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs, negative for a signal."""
        return self._popen.poll()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.exit_code is None

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return monotonic() - self.started_at

    async def ended(self) -> int:
        """Its exit code, once it has one."""
        while (code := self.exit_code) is None:  # noqa: ASYNC110 - unlike asyncio's own child watchers this outlives an event loop
            await asyncio.sleep(POLL_SECONDS)
        return code

    async def stop(self, how: signal.Signals = signal.SIGTERM, *, grace: float) -> None:
        """Ask it to end, and end it and all that it started when it takes longer than `grace` seconds."""
        try:
            if self.alive:
                self._popen.send_signal(how)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ended(), grace)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it and all that it started in its session at once, as a crash would."""
        if self._over:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        self._over = True

    def printed(self) -> str:
        """The end of what it printed since it was started."""
        try:
            with self.program.log.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(min(self._log_start, size), size - TAIL_BYTES))
                return log.read().decode(errors="replace")
        except OSError:
            return ""

    async def ready(self, probe: Callable[[], Awaitable[bool]], *, within: float) -> bool:
        """Ask until the probe says yes; False when the program ended first or `within` seconds are over."""
        while self.alive and self.age < within:
            if await probe():
                return True
            await asyncio.sleep(POLL_SECONDS)
        return False

    def failure(self, title: str) -> CannotStart:
        """What to tell of a program that ended or did not get ready, as far as any program can tell."""
        printed, where = self.printed(), self.program.folder or self.program.log.parent
        last = printed.strip().rpartition("\n")[2]
        if DISK_FULL in printed:
            return disk_full(where)
        if self.exit_code == launch.CANNOT_REACH:
            return CannotStart(
                f"{title} may not run as root, and {last}: move the installation and the data to where every user may enter, "
                "or start TicketBase as a plain user."
            )
        if self.exit_code == launch.CANNOT_RUN:
            again = "pip install --force-reinstall 'ticketbase[embedded]'"
            return CannotStart(f"{title} cannot be run ({last}): install it again with `{again}`.")
        happened = f"was not ready after {self.age:.0f} s" if self.alive else f"ended {describe_end(self.exit_code or 0)}"
        saying = f" saying “{last}”" if last else ""
        return CannotStart(f"{title} {happened}{saying}: see {self.program.log}.")


async def run_to_end(program: Program, *, within: float) -> Process:
    """Run a program that ends by itself; it is ended after `within` seconds."""
    process = Process(program)
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(process.ended(), within)
    finally:
        process.kill()
    return process


@asynccontextmanager
async def locked_folder(folder: Path, owner: Owner, title: str, *, within: float = 10) -> AsyncIterator[int]:
    """A lock on the folder, as an open file to hand to the program. Waits `within` seconds for a program that is just ending.

    The kernel ends the lock with the last process that has the file open, so that it tells the truth after any crash.
    """
    try:
        descriptor = os.open(folder / "in-use", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unusable(folder, error) from error
    try:
        owner.keep(descriptor)
        deadline = monotonic() + within
        while not _locked(descriptor):
            if monotonic() > deadline:
                raise CannotStart(f"{title} still runs on {folder}: stop what uses it, or name another directory with --data.")
            await asyncio.sleep(POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def describe_end(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"with exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"


def plain_environment(**more: str) -> dict[str, str]:
    """What a service's program sees: nothing of ours, so that no PGPORT or AWS_PROFILE of the person changes it."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC", **more}


def _launch_command(program: Program) -> list[str]:
    order: dict[str, object] = {
        "parent": os.getpid(),
        "signal": int(program.dies_by),
        "uid": None,
        "gid": None,
        "programs": [program.command[0], *program.must_reach],
        "directories": [str(program.folder)] if program.folder else [],
    }
    if program.as_owner and program.owner.switched:
        order |= {"uid": program.owner.uid, "gid": program.owner.gid}
    return [sys.executable, "-I", "-S", launch.__file__, json.dumps(order), *program.command]


def _open_log(program: Program) -> BinaryIO:
    """The program's log, open for appending; begun anew when it has grown long."""
    descriptor = os.open(program.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    program.owner.keep(descriptor)
    log = os.fdopen(descriptor, "ab")
    if log.seek(0, os.SEEK_END) > LONGEST_LOG_BYTES:
        log.truncate(0)
        log.seek(0)
    return log
