"""Counts tries in Valkey, for all processes together; while Valkey is away each process counts for itself."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.refusals import Refused
from domain.throttling import Allowance, AttemptsUncounted, TooManyAttempts

PREFIX = "ticketbase:tries:"
KEPT_AT_MOST = 10_000
"""Names that a process counts while Valkey is away; the oldest is forgotten."""

ANSWERS_WITHIN = 0.8
"""Seconds. One that hangs is as good as away, and nobody shall wait for it before she is told so."""

# All are counted or none: who is over one limit must not use up another. A window begins with its first try. Answers 0, or the
# milliseconds until the last of those used up opens again.
TAKE = """
local wait = 0
for at, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * at - 1]) then wait = math.max(wait, redis.call('PTTL', key), 1) end
end
if wait > 0 then return wait end
for at, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[2 * at]) end
end
return 0
"""
GIVE_BACK = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
"""

log = structlog.get_logger("ticketbase.throttle")


class ValkeyThrottle:
    """Implements `Throttle`."""

    def __init__(
        self, redis: Redis, clock: Callable[[], float] = time.monotonic, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._take = redis.register_script(TAKE)
        self._give_back = redis.register_script(GIVE_BACK)
        self._own = _OwnCounts(clock)
        self._now = now

    async def take(self, allowances: Sequence[Allowance]) -> datetime | None:
        """See `Throttle.take`."""
        try:
            wait = await self._counted(allowances)
        except (RedisError, OSError) as fault:
            log.warning("tries_counted_alone", fault=type(fault).__name__)
            wait = self._own.take(allowances)
        return self._after(wait) if wait else None

    async def take_surely(self, allowances: Sequence[Allowance]) -> None:
        """See `Throttle.take_surely`."""
        try:
            wait = await self._counted(allowances)
        except (RedisError, OSError) as fault:
            log.warning("tries_not_counted", fault=type(fault).__name__)
            raise Refused(AttemptsUncounted()) from fault
        if wait:
            raise Refused(TooManyAttempts(self._after(wait)))

    async def give_back(self, allowances: Sequence[Allowance]) -> None:
        """See `Throttle.give_back`."""
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                await self._give_back(keys=[PREFIX + each.name for each in allowances])
        except (RedisError, OSError):
            self._own.give_back(allowances)

    async def _counted(self, allowances: Sequence[Allowance]) -> float:
        """Seconds to wait; 0 when the tries were counted. Whoever gives up waiting (TimeoutError is an OSError) drops the connection."""
        limits = [number for each in allowances for number in (each.most, each.seconds)]
        async with asyncio.timeout(ANSWERS_WITHIN):
            return float(await self._take(keys=[PREFIX + each.name for each in allowances], args=limits)) / 1_000

    def _after(self, seconds: float) -> datetime:
        """The whole second from which on one may try again."""
        moment = self._now() + timedelta(seconds=seconds)
        return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


class _OwnCounts:
    """The tries of one process: how many, and until when they count."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def take(self, allowances: Sequence[Allowance]) -> float:
        """Seconds to wait; 0 when the tries were counted."""
        now = self._clock()
        known = [self._known(each, now) for each in allowances]
        if waits := [until - now for each, (count, until) in zip(allowances, known, strict=True) if count >= each.most]:
            return max(waits)
        for each, (count, until) in zip(allowances, known, strict=True):
            self._counts[each.name] = count + 1, until
        while len(self._counts) > KEPT_AT_MOST:
            self._counts.popitem(last=False)
        return 0

    def give_back(self, allowances: Sequence[Allowance]) -> None:
        now = self._clock()
        for each in allowances:
            count, until = self._known(each, now)
            self._counts[each.name] = max(count - 1, 0), until

    def _known(self, each: Allowance, now: float) -> tuple[int, float]:
        count, until = self._counts.get(each.name, (0, 0.0))
        return (count, until) if until > now else (0, now + each.seconds)
