"""Tells the person at the console what happens, and repeats there what every process writes into its log."""

import asyncio
import os
import re
from pathlib import Path
from typing import TextIO

from gateway.embedded.process import LONGEST_LOG_BYTES

LOOK_SECONDS = 0.15
PIECE_BYTES = 256 * 1024


class Console:
    """The place where lines appear. When nobody listens any more, nothing is said, and TicketBase goes on."""

    def __init__(self, out: TextIO) -> None:
        self._out: TextIO | None = out

    @property
    def is_silent(self) -> bool:
        """Whether nobody listens any more."""
        return self._out is None

    def say(self, text: str = "") -> None:
        """One line or several."""
        if self._out is None:
            return
        try:
            print(text, file=self._out, flush=True)
        except (OSError, ValueError):
            self._out = None

    async def follow(self, name: str, log: Path, position: int, notable: re.Pattern[str]) -> None:
        """Repeat, for ever and under its name, each notable line that is added to a log from a position on."""
        reader = LogReader(log, position)
        while True:
            for line in reader.new_lines():
                if notable.match(line):
                    self.say(f"{name:<11}| {line}")
            await asyncio.sleep(LOOK_SECONDS)


class LogReader:
    """Reads on in a log that others write, and begins it anew when it has grown long."""

    def __init__(self, log: Path, position: int) -> None:
        self._log, self._position = log, position
        self._rest = b""

    def new_lines(self) -> list[str]:
        """The lines that were finished since the last time."""
        try:
            with self._log.open("rb") as log:
                # Its writers append, so that they go on at the beginning when we cut it.
                if self._position > log.seek(0, os.SEEK_END):
                    self._position = 0
                log.seek(self._position)
                added = log.read(PIECE_BYTES)
            self._position += len(added)
            if self._position > LONGEST_LOG_BYTES and len(added) < PIECE_BYTES:
                os.truncate(self._log, 0)
                self._position = 0
        except OSError:
            return []
        *lines, self._rest = (self._rest + added).split(b"\n")
        return [line.decode(errors="replace").rstrip() for line in lines]


def size_of(log: Path) -> int:
    """How long a log is by now."""
    try:
        return log.stat().st_size
    except OSError:
        return 0
