"""What the machine that sells needs of the test that runs it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from gateway.house import House
from tests.conftest import Clock, WorkOf


@dataclass
class Stage:
    """What the machine's steps need of the test: its loop runs in another thread."""

    loop: asyncio.AbstractEventLoop
    house: House
    work_of: WorkOf
    owner: Any
    clock: Clock
    minutes: float = 0.0

    def wait(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """The answer, from the test's loop."""
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(10)

    def pass_time(self, minutes: float) -> None:
        """Nobody does anything for so long."""
        self.minutes += minutes
        self.wait(self.clock.advance(minutes=self.minutes))


def newest(things: list[Any], which: int) -> Any:
    """The which-th from the end, all around."""
    return things[-1 - which % len(things)]
