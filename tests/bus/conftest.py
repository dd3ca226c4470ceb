"""Groups of these tests' own, what they are told, and what they do about it: telling on what they heard."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.crypto.identifiers import new_id
from adapters.postgres.deliveries import PostgresBacklog, PostgresDeadNews
from adapters.postgres.outbox import PostgresOutbox
from adapters.postgres.work import writing
from adapters.valkey.client import connect
from adapters.valkey.stream import StreamBus
from domain.bus import Group, Waiting
from domain.news import Line, News, Published
from domain.organizations import Organization
from domain.work import Work
from gateway.embedded.valkey import ValkeyAddress
from resolvers.delivering import Delivered, Desk, deliver_next
from resolvers.relaying import relay
from tests.api.conftest import api_settings, gateway, house, http
from tests.conftest import WorkOf

__all__ = ["api_settings", "gateway", "house", "http"]

TOLD, HEARD = "gossip:told", "gossip:heard"
EFFECTS = "SELECT subject, (payload->>'number')::int AS number FROM outbox WHERE organization_id = $1 AND type = $2 ORDER BY position"


def gossip(number: int, subject: str = "town:hall") -> News:
    return News(TOLD, subject, {"number": number})


@dataclass
class Parish:
    """A group, its tenant, and a handler that tells on what it hears, unless the number is one that it stumbles at."""

    group: Group
    organization: Organization
    backlog: PostgresBacklog
    dead: PostgresDeadNews
    app_pool: Any
    outbox: PostgresOutbox
    bus: StreamBus
    work_of: WorkOf
    owner: Any
    stumbles_at: set[int] = field(default_factory=set)
    met: list[int] = field(default_factory=list)
    patience: Callable[[], Any] | None = None

    @property
    def desk(self) -> Desk:
        return Desk(self.group.name, self.backlog, self._open, self.tell_on, lambda: 0.0)

    def _open(self, waiting: Waiting) -> Any:
        return writing(self.app_pool, waiting.line.organization_id, waiting.correlation_id, new_id)

    async def tell_on(self, work: Work, published: Published) -> None:
        number = published.news.payload["number"]
        assert isinstance(number, int)
        self.met.append(number)
        work.announce(News(HEARD, published.news.subject, {"number": number}))
        if self.patience:
            await self.patience()
        if number in self.stumbles_at:
            raise ZeroDivisionError("about somebody@town.example")

    async def told(self, *news: News) -> None:
        """Announce all in one work, and let them leave the outbox."""
        async with self.work_of(self.organization) as work:
            for each in news:
                work.announce(each)
        await self.relayed()

    async def relayed(self) -> None:
        while await relay(self.outbox, self.bus, 1_000):
            pass

    def line(self, subject: str = "town:hall") -> Line:
        return Line(self.organization.id, subject)

    async def next(self, subject: str = "town:hall") -> Delivered | None:
        return await deliver_next(self.desk, self.line(subject))

    async def all_of(self, subject: str = "town:hall") -> list[str]:
        """Deliver the line until there is nothing, or nothing goes; what became of each."""
        outcomes = []
        while delivered := await self.next(subject):
            outcomes.append(delivered.outcome.value)
            if not delivered.goes_on:
                break
        return outcomes

    async def effects(self) -> list[tuple[str, int]]:
        """What its handler has told on, and that was kept."""
        rows = await self.owner.fetch(EFFECTS, self.organization.id, HEARD)
        return [(row["subject"], row["number"]) for row in rows]

    async def numbers(self) -> list[int]:
        return [number for _, number in await self.effects()]

    async def waiting(self) -> list[tuple[int, int, str | None]]:
        """Numbers, tries and faults of what it has still to do."""
        rows = await self.owner.fetch(
            "SELECT payload, tries, fault FROM deliveries WHERE group_name = $1 AND died_at IS NULL ORDER BY position", self.group.name
        )
        return [(row["payload"]["number"], row["tries"], row["fault"]) for row in rows]


MakeParish = Callable[..., Any]


@pytest_asyncio.fixture
async def redis(valkey: ValkeyAddress) -> AsyncIterator[Redis]:
    """A client of the Valkey that everybody shares."""
    client = connect(valkey.url)
    yield client
    await client.aclose()


@pytest.fixture
def bus(redis: Redis) -> StreamBus:
    return StreamBus(redis)


@pytest_asyncio.fixture
async def backlog(system_pool: Any) -> PostgresBacklog:
    return PostgresBacklog(system_pool)


@pytest_asyncio.fixture
async def make_parish(
    app_pool: Any, system_pool: Any, backlog: PostgresBacklog, bus: StreamBus, work_of: WorkOf, organization: Organization, owner: Any
) -> AsyncIterator[MakeParish]:
    """Makes groups that have joined, and are dropped after the test."""
    joined: list[Group] = []
    outbox = PostgresOutbox(system_pool)
    while await relay(outbox, bus, 1_000):
        pass

    async def make(types: Sequence[str] = (TOLD,)) -> Parish:
        group = Group(f"parish-{new_id()}", frozenset(types))
        await backlog.join(group)
        joined.append(group)
        return Parish(group, organization, backlog, PostgresDeadNews(system_pool), app_pool, outbox, bus, work_of, owner)

    yield make
    for each in joined:
        await backlog.leave(each.name)


@pytest_asyncio.fixture
async def parish(make_parish: MakeParish) -> Parish:
    """One group that has joined."""
    made: Parish = await make_parish()
    return made


async def _never(_seconds: float = 0) -> None:
    await asyncio.Event().wait()


never = partial(_never)
"""The patience of who never comes to an end."""
