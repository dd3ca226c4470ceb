"""The bus: one Valkey stream that carries all news, in order, to every process that reads it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis

from adapters.valkey.groups import call_groups
from domain.live import Topic
from domain.news import Published
from domain.order_watching import OrderTopic

STREAM = "ticketbase:events"
KEPT_AT_LEAST = 100_000
READ_AT_ONCE = 1_000
MOVEMENTS: Mapping[bytes, type[Topic]] = {b"moved": Topic, b"order": OrderTopic}
"""The fields that tell of movements, and of what."""
LONGEST_WAIT = 2.0
"""Seconds that `read_on` waits for something new."""


class StreamBus:
    """Implements `Bus`. Each entry has the field `event`, the news as JSON, and, when stock moved, `moved`: whose and how far.

    News of an order have `order` in the same form. Both spare those who only show availability and orders the JSON of everybody's news.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def publish(self, news: Sequence[Published]) -> None:
        """Append all of them in order, or none; old entries are trimmed."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            for each in news:
                pipeline.xadd(STREAM, _fields(each), maxlen=KEPT_AT_LEAST, approximate=True)
            await pipeline.execute()

    async def call(self, news: Sequence[Published]) -> None:
        """One call for each group and line."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            call_groups(pipeline, news)
            await pipeline.execute()


@dataclass(frozen=True, slots=True)
class Moved:
    """The stock of an event moved, or an order changed; `sequence` is the number of the movement, or the order's version."""

    topic: Topic
    sequence: int


async def newest(redis: Redis) -> bytes:
    """The id of the newest entry: what comes after it is still to be read."""
    entries: Any = await redis.xrevrange(STREAM, count=1)
    position: bytes = entries[0][0] if entries else b"0-0"
    return position


async def read_on(redis: Redis, position: bytes) -> tuple[bytes, list[Moved]]:
    """The movements after `position`, and the position after them; waits up to `LONGEST_WAIT` when there are none."""
    reply: Any = await redis.xread({STREAM: position}, count=READ_AT_ONCE, block=int(LONGEST_WAIT * 1000))
    entries = [entry for _, entries in reply for entry in entries]
    return (entries[-1][0] if entries else position), list(_movements(entries))


def _fields(published: Published) -> dict[Any, Any]:
    news = published.news
    event = {
        "id": str(published.id),
        "type": news.type,
        "version": news.version,
        "tenant": str(published.organization_id),
        "subject": news.subject,
        "time": published.occurred_at.isoformat(),
        "correlationId": published.correlation_id,
        "payload": news.payload,
    }
    fields: dict[Any, Any] = {"event": orjson.dumps(event, default=dict)}
    if "eventId" in news.payload and "sequence" in news.payload:
        fields["moved"] = f"{published.organization_id} {news.payload['eventId']} {news.payload['sequence']}"
    if news.subject.startswith("order:") and "orderId" in news.payload and "version" in news.payload:
        fields["order"] = f"{published.organization_id} {news.payload['orderId']} {news.payload['version']}"
    return fields


def _movements(entries: Sequence[tuple[bytes, dict[bytes, bytes]]]) -> Iterator[Moved]:
    for _, fields in entries:
        # What another version wrote there in another form tells nothing; whoever watches reads everything now and then anyway.
        for name, kind in MOVEMENTS.items():
            with suppress(ValueError):
                organization_id, watched_id, sequence = fields.get(name, b"").decode().split()
                yield Moved(kind(UUID(organization_id), UUID(watched_id)), int(sequence))
