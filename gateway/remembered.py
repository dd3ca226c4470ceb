"""Remembers the answers of a look-up for a few seconds."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")

KEPT_SECONDS = 5.0
KEPT_AT_MOST = 10_000


class Remembered(Generic[Value]):
    """Answers of a look-up, each kept for a few seconds, the least used forgotten first."""

    def __init__(self, look_up: Callable[..., Awaitable[Value]], seconds: float = KEPT_SECONDS) -> None:
        self._look_up = look_up
        self._seconds = seconds
        self._kept: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()

    async def get(self, key: Hashable) -> Value:
        """The answer for this key, as it was a few seconds ago at most."""
        known = self._kept.get(key)
        if known and known[0] > time.monotonic():
            self._kept.move_to_end(key)
            return known[1]
        value = await self._look_up(key)
        self._kept[key] = (time.monotonic() + self._seconds, value)
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT_AT_MOST:
            self._kept.popitem(last=False)
        return value

    def forget(self, key: Hashable) -> None:
        """Look it up anew when it is asked for next."""
        self._kept.pop(key, None)
