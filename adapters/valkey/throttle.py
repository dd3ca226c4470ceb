"""Counts tries in Valkey, for all processes together; while Valkey is away each process counts for itself."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.refusals import Refused
from domain.throttling import Allowance, AttemptsUncounted, TooManyAttempts

PREFIX = "ticketbase:tries:"
KEPT_AT_MOST = 10_000
"""Names that a process counts while Valkey is away; the oldest is forgotten."""

# All are counted or none: who is over one limit must not use up another. A window begins with its first try.
TAKE = """
for at, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * at - 1]) then return 0 end
end
for at, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[2 * at]) end
end
return 1
"""
GIVE_BACK = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
"""

log = structlog.get_logger("ticketbase.throttle")


class ValkeyThrottle:
    """Implements `Throttle`."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._take = redis.register_script(TAKE)
        self._give_back = redis.register_script(GIVE_BACK)
        self._own = _OwnCounts(clock)

    async def take(self, allowances: Sequence[Allowance]) -> bool:
        """See `Throttle.take`."""
        try:
            return await self._counted(allowances)
        except (RedisError, OSError) as fault:
            log.warning("tries_counted_alone", fault=type(fault).__name__)
            return self._own.take(allowances)

    async def take_surely(self, allowances: Sequence[Allowance]) -> None:
        """See `Throttle.take_surely`."""
        try:
            allowed = await self._counted(allowances)
        except (RedisError, OSError) as fault:
            log.warning("tries_not_counted", fault=type(fault).__name__)
            raise Refused(AttemptsUncounted()) from fault
        if not allowed:
            raise Refused(TooManyAttempts())

    async def _counted(self, allowances: Sequence[Allowance]) -> bool:
        limits = [number for each in allowances for number in (each.most, each.seconds)]
        return bool(await self._take(keys=[PREFIX + each.name for each in allowances], args=limits))

    async def give_back(self, allowances: Sequence[Allowance]) -> None:
        """See `Throttle.give_back`."""
        try:
            await self._give_back(keys=[PREFIX + each.name for each in allowances])
        except (RedisError, OSError):
            self._own.give_back(allowances)


class _OwnCounts:
    """The tries of one process: how many, and until when they count."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def take(self, allowances: Sequence[Allowance]) -> bool:
        now = self._clock()
        known = [self._known(each, now) for each in allowances]
        if any(count >= each.most for each, (count, _) in zip(allowances, known, strict=True)):
            return False
        for each, (count, until) in zip(allowances, known, strict=True):
            self._counts[each.name] = count + 1, until
        while len(self._counts) > KEPT_AT_MOST:
            self._counts.popitem(last=False)
        return True

    def give_back(self, allowances: Sequence[Allowance]) -> None:
        now = self._clock()
        for each in allowances:
            count, until = self._known(each, now)
            self._counts[each.name] = max(count - 1, 0), until

    def _known(self, each: Allowance, now: float) -> tuple[int, float]:
        count, until = self._counts.get(each.name, (0, 0.0))
        return (count, until) if until > now else (0, now + each.seconds)
