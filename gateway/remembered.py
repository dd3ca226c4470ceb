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
        self._forgotten = 0

    async def get(self, key: Hashable) -> Value:
        """The answer for this key, as it was a few seconds ago at most."""
        known = self._kept.get(key)
        if known and known[0] > time.monotonic():
            self._kept.move_to_end(key)
            return known[1]
        before = self._forgotten
        value = await self._look_up(key)
        if before != self._forgotten:  # what was just looked up may be what was to be forgotten
            return value
        self._kept[key] = (time.monotonic() + self._seconds, value)
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT_AT_MOST:
            self._kept.popitem(last=False)
        return value

    def knows(self, key: Hashable) -> bool:
        """Whether the answer for this key is remembered, so that nobody has to be asked for it."""
        known = self._kept.get(key)
        return known is not None and known[0] > time.monotonic()

    def forget(self, key: Hashable) -> None:
        """Look it up anew when it is asked for next."""
        self._forgotten += 1
        self._kept.pop(key, None)

    def forget_where(self, stale: Callable[[Value], bool]) -> None:
        """Look up anew whatever has such an answer."""
        self._forgotten += 1
        for key in [key for key, (_, value) in self._kept.items() if stale(value)]:
            del self._kept[key]
