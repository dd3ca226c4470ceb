"""Calls to durable groups: a Valkey stream for each group, shared by its consumers, quick and free to lose everything."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError

from domain.bus import Call
from domain.news import Line, Published

KEPT_AT_LEAST = 100_000
"""Calls of a group that nobody answers, before the oldest are forgotten; its consumers find those lines in the backlog."""
GONE_AFTER = 3_600.0
"""Seconds of silence after which a consumer that has nothing unanswered is forgotten."""

Entry = tuple[bytes, dict[bytes, bytes] | None]


def call_groups(pipeline: Pipeline, news: Iterable[Published]) -> None:
    """Put a call for each group and line into the pipeline."""
    calls = dict.fromkeys((group, each.line) for each in news for group in each.groups)
    for group, line in calls:
        fields: dict[Any, Any] = {"organization": str(line.organization_id), "subject": line.subject}
        pipeline.xadd(_stream(group), fields, maxlen=KEPT_AT_LEAST, approximate=True)


class ValkeySubscriptions:
    """Implements `Subscriptions`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def subscription(self, group: str, consumer: str) -> "ValkeySubscription":
        """Nothing is asked of Valkey before the first call is heard, so that it may be away meanwhile."""
        return ValkeySubscription(self._redis, group, consumer)


class ValkeySubscription:
    """Implements `Subscription`. After Valkey has lost the group it is made anew."""

    def __init__(self, redis: Redis, group: str, consumer: str) -> None:
        self._redis, self._stream, self._group, self._consumer = redis, _stream(group), group, consumer

    async def hear(self, at_most: int, wait: float) -> Sequence[Call]:
        """Up to so many that nobody has heard yet."""
        milliseconds = max(1, int(wait * 1000))
        try:
            reply: Any = await self._read(at_most, milliseconds)
        except ResponseError as refused:
            await self._make_group(refused)
            reply = await self._read(at_most, milliseconds)
        return _calls(entry for _, entries in reply for entry in entries)

    async def take_over(self, at_most: int, silent_for: float) -> Sequence[Call]:
        """Up to so many; consumers that left nothing behind are forgotten."""
        try:
            _, entries, *_ = await self._redis.xautoclaim(
                self._stream, self._group, self._consumer, min_idle_time=int(silent_for * 1000), count=at_most
            )
            await self._forget_the_gone()
        except ResponseError as refused:
            await self._make_group(refused)
            return []
        return _calls(entries)

    async def answered(self, calls: Sequence[Call]) -> None:
        """Gone from the stream, which is therefore as long as what is still to do."""
        if marks := [call.mark for call in calls]:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.xack(self._stream, self._group, *marks)
                pipeline.xdel(self._stream, *marks)
                await pipeline.execute()

    async def _read(self, at_most: int, milliseconds: int) -> Any:
        return await self._redis.xreadgroup(self._group, self._consumer, {self._stream: ">"}, count=at_most, block=milliseconds)

    async def _make_group(self, refused: ResponseError) -> None:
        if not str(refused).startswith("NOGROUP"):
            raise refused
        try:
            await self._redis.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except ResponseError as made:
            if not str(made).startswith("BUSYGROUP"):
                raise

    async def _forget_the_gone(self) -> None:
        consumers: Any = await self._redis.xinfo_consumers(self._stream, self._group)
        for each in consumers:
            if each["pending"] == 0 and each["idle"] > GONE_AFTER * 1000:
                await self._redis.xgroup_delconsumer(self._stream, self._group, each["name"])


def _stream(group: str) -> str:
    return f"ticketbase:group:{group}"


def _calls(entries: Iterable[Entry]) -> list[Call]:
    """Entries as calls; what was trimmed away while somebody had it is none."""
    return [
        Call(mark.decode(), Line(UUID(fields[b"organization"].decode()), fields[b"subject"].decode())) for mark, fields in entries if fields
    ]
