"""Runs `up` as a process of its own and watches what becomes of it and of everything it starts."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

SCRIPT = Path(__file__).with_name("bring_up.py")
# Every service is one of somebody else's: only worker and gateway are started.
NO_SERVICES = {
    "DATABASE_URL": "postgresql://app:x@127.0.0.1:9/db",
    "DATABASE_OWNER_URL": "postgresql://owner:x@127.0.0.1:9/db",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "S3_ENDPOINT": "http://127.0.0.1:9",
    "SMTP_URL": "smtp://127.0.0.1:9",
}
QUICK = {"first_pause": 0.1, "longest_pause": 0.2, "attempts": 3, "ready_within": 10}


def wait_until(true: Callable[[], object], within: float, what: str) -> None:
    """Look again and again; fail with `what` when the time is over."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


class Up:
    """One `up`; everything it says is in `output`."""

    def __init__(
        self,
        data: Path,
        console: Path,
        environment: Mapping[str, str],
        *,
        python: str = sys.executable,
        script: Path = SCRIPT,
        flags: tuple[str, ...] = (),
        uid: int | None = None,
        **options: Any,
    ) -> None:
        self.data, self.console = data, console
        self.workers: int = options.setdefault("workers", 2)
        asked = {"data": str(data), "port": 0, **options}
        with console.open("wb") as out:
            self.process = subprocess.Popen(
                [python, "-P", *flags, str(script), json.dumps(asked)],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={"PATH": "/usr/bin:/bin", **environment},
                start_new_session=True,
                user=uid,
                group=uid,
                extra_groups=None if uid is None else [],
                cwd="/",
            )

    @property
    def output(self) -> str:
        """What it said so far."""
        return self.console.read_text(errors="replace")

    @property
    def last_words(self) -> str:
        """Its last line."""
        return self.output.strip().rpartition("\n")[2]

    @property
    def address(self) -> str:
        """Where its gateway answers."""
        found = re.search(r"GraphiQL +(http://\S+)/graphql", self.output)
        assert found, self.output
        return found[1]

    def ready(self, within: float = 30) -> "Up":
        """Wait for its welcome."""
        self.says("Ctrl-C stops everything", within)
        return self

    def says(self, text: str, within: float = 10) -> None:
        """Wait until it has said this."""
        wait_until(lambda: text in self.output or self.process.poll() is not None, within, f"never said {text!r}:\n{self.output}")
        assert text in self.output, self.output

    def ends(self, within: float = 30) -> int:
        """Wait for its end; its exit code."""
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"goes on and on:\n{self.output}") from None

    def family(self) -> list[psutil.Process]:
        """Everything it started, and what that started."""
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def child(self, word: str) -> psutil.Process:
        """The one process of its own children with this word in its command."""
        (found,) = [each for each in self.children() if word in " ".join(each.cmdline())]
        return found

    def children(self) -> list[psutil.Process]:
        """What it started itself and still runs."""
        return [each for each in psutil.Process(self.process.pid).children() if _runs(each)]

    def asks(self) -> dict[str, object]:
        """What its gateway answers."""
        with httpx.Client(trust_env=False) as client:
            answer: dict[str, object] = client.get(self.address).json()
        return answer

    def every_gateway_answers(self) -> set[object]:
        """Ask until as many processes have answered as there are; their numbers."""
        answered: set[object] = set()

        def all_have_answered() -> bool:
            answered.add(self.asks()["pid"])
            return len(answered) == self.workers

        wait_until(all_have_answered, 10, "one of them never answers")
        return answered

    def environment(self) -> dict[str, str]:
        """What it gives to the processes of TicketBase."""
        environment = self.asks()["environment"]
        assert isinstance(environment, dict)
        return environment

    def end_by(self, number: signal.Signals) -> int:
        """Send it a signal and wait for its end."""
        self.process.send_signal(number)
        return self.ends()


@contextlib.contextmanager
def running(data: Path, console: Path, environment: Mapping[str, str] | None = None, **options: Any) -> Iterator[Up]:
    """An `up` that is gone at the end, with all that belongs to it."""
    up = Up(data, console, environment or {}, **options)
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.process.terminate()
            try:
                up.process.wait(20)
            except subprocess.TimeoutExpired:
                up.process.kill()
                up.process.wait()


def gone(processes: list[psutil.Process]) -> bool:
    """Whether none of them runs; one that nobody has buried yet counts as gone."""
    return not [each for each in processes if _runs(each)]


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def is_root() -> bool:
    """Whether the tests run as root, who alone can be several users."""
    return os.geteuid() == 0
