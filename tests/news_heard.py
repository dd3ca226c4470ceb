"""Looks at all news that a test run left in the outbox, on the bus and in backlogs: each fits its published schema, to the letter."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import asyncpg
import orjson
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from redis.asyncio import Redis

from adapters.postgres.rows import teach_types
from adapters.valkey.stream import STREAM
from domain.news_types import NEWS_TYPES
from schema.news import ENVELOPE, news_schemas

OF_TESTS = frozenset({"gossip:told", "gossip:heard", "test:moved"})
LEFT = "SELECT type, version, payload FROM outbox UNION ALL SELECT type, version, payload FROM deliveries"


def complaints(type_: str, version: int, payload: object) -> Iterator[str]:
    """What is wrong with a payload; facts that the schema does not tell of are, too."""
    if type_ in OF_TESTS:
        return
    if type_ not in NEWS_TYPES or (type_, version) not in news_schemas():
        yield f"{type_} {version}: has no schema"
        return
    for error in _validator(type_, version).iter_errors(payload):
        yield f"{type_} {version}: {error.json_path}: {error.message}"


async def complaints_of_database(owner_url: str) -> list[str]:
    """About all that waits in PostgreSQL."""
    connection = await asyncpg.connect(owner_url)
    try:
        await teach_types(connection)
        rows = await connection.fetch(LEFT)
    finally:
        await connection.close()
    return _told_once(each for row in rows for each in complaints(row["type"], row["version"], row["payload"]))


async def complaints_of_stream(redis_url: str) -> list[str]:
    """About all that went over the bus and is still on it."""
    async with Redis.from_url(redis_url) as redis:
        entries: Any = await redis.xrange(STREAM)
    news = [orjson.loads(fields[b"event"]) for _, fields in entries]
    return _told_once(each for event in news for each in _complaints_of_event(event))


def _complaints_of_event(event: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{event['type']}: {error.json_path}: {error.message}" for error in _validator(ENVELOPE, 1).iter_errors(event))
    yield from complaints(event["type"], event["version"], event["payload"])


def _told_once(all_: Iterable[str]) -> list[str]:
    return sorted(set(all_))


@cache
def _validator(type_: str, version: int) -> Draft202012Validator:
    document = news_schemas()[type_, version].document
    return Draft202012Validator(_closed(document), format_checker=FormatChecker())


def _closed(document: object) -> Any:
    """The schema, and nothing besides what it tells of."""
    if isinstance(document, list):
        return [_closed(each) for each in document]
    if not isinstance(document, dict):
        return document
    closed = {name: _closed(each) for name, each in document.items()}
    if "properties" in closed and document.get("type") == "object":
        closed["additionalProperties"] = False
    return closed
