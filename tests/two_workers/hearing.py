"""A durable group in a process of its own, slow on purpose, whose part it is to tell on what it hears."""

import asyncio
import os
import sys
from contextlib import suppress

from redis.exceptions import RedisError

from adapters.crypto.identifiers import new_id
from adapters.postgres.deliveries import PostgresBacklog
from adapters.postgres.work import writing
from adapters.valkey.client import connect
from adapters.valkey.groups import ValkeySubscriptions
from domain.bus import Group, Waiting
from domain.news import News, Published
from domain.work import Work
from gateway.consuming import Consumer, name_here
from gateway.database import Pools, open_pools
from gateway.settings import read_settings
from resolvers.delivering import Desk


async def tell_on(work: Work, published: Published) -> None:
    """Tell on, and be slow between that and the end of the work."""
    work.announce(News("gossip:heard", published.news.subject, published.news.payload))
    await asyncio.sleep(0.01)


def _desk(pools: Pools, name: str) -> Desk:
    def open_work(waiting: Waiting) -> object:
        return writing(pools.app, waiting.line.organization_id, waiting.correlation_id, new_id)

    return Desk(name, PostgresBacklog(pools.system), open_work, tell_on, lambda: 0.5)  # type: ignore[arg-type]


async def hear(name: str) -> None:
    """Do the group's part for ever."""
    settings = read_settings(os.environ)
    async with open_pools(settings) as pools:
        group = Group(name, frozenset({"gossip:told"}))
        subscription = ValkeySubscriptions(connect(settings.redis_url.reveal())).subscription(name, name_here())
        consumer = Consumer(group, _desk(pools, name), subscription, asyncio.Event())
        print("hearing", flush=True)  # noqa: T201 - whoever started it waits for this
        while True:
            with suppress(RedisError, OSError):
                await consumer.listen()
            with suppress(RedisError, OSError):
                await consumer.look()


if __name__ == "__main__":
    asyncio.run(hear(sys.argv[1]))
