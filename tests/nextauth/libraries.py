"""Asks the real next-auth 4 and @auth/core: one Node process, one line of JSON for each question."""

import json
import subprocess
from types import TracebackType
from typing import IO, Self

from tests.node import CLIENTS, NODE


class Libraries:
    """A running `tests/js/nextauth.mjs`; ends with its `with` block."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([NODE, "nextauth.mjs"], cwd=CLIENTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what: str, **asked: object) -> object:
        """What the library answers; None for JavaScript's null and undefined. Raises LibraryRefused with its message."""
        into, out = self._pipes()
        into.write(json.dumps({"ask": what, **asked}) + "\n")
        into.flush()
        said = json.loads(out.readline())
        if "fault" in said:
            raise LibraryRefused(said["fault"])
        return said["answer"]

    def text(self, what: str, **asked: object) -> str:
        """The same, where the answer is a text."""
        answer = self.ask(what, **asked)
        assert isinstance(answer, str)
        return answer

    def fields(self, what: str, **asked: object) -> dict[str, object]:
        """The same, where the answer is an object."""
        answer = self.ask(what, **asked)
        assert isinstance(answer, dict)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        into, out = self._pipes()
        into.close()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            out.close()

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin
        assert self._process.stdout
        return self._process.stdin, self._process.stdout


class LibraryRefused(Exception):
    """The library threw."""
