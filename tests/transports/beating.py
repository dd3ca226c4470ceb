"""A small live stock in memory under the contract of `domain.live`: what tests move, listeners hear at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from domain.availability import Availability, Mark, TypeAvailability
from domain.live import Topic
from domain.refusals import NotFound, Refused
from domain.ticket_types import SalesStatus

TENANT = UUID(int=1)
EVENT = UUID(int=7)
BALCONY, STALLS = UUID(int=71), UUID(int=72)


class MemoryBeats:
    """What one listener hears; one that is slow finds only the latest."""

    def __init__(self, latest: Availability) -> None:
        self._latest = latest
        self._told: Mark | None = None
        self._moved = asyncio.Event()
        self._moved.set()
        self._over = False

    @property
    def latest(self) -> Availability:
        """The newest whole availability."""
        return self._latest

    async def __aiter__(self) -> AsyncIterator[Availability]:
        """The current availability, then each newer one."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            if self._over:
                return
            if self._told != self._latest.mark:
                self._told = self._latest.mark
                yield self._latest

    def hear(self, latest: Availability) -> None:
        """Stock moved."""
        self._latest = latest
        self._moved.set()

    def end(self) -> None:
        """There will be no more."""
        self._over = True
        self._moved.set()


@dataclass(eq=False)
class MemoryLive:
    """The stock of one event of one tenant, its balcony and its stalls, and everybody who listens to it."""

    topic: Topic = field(default_factory=lambda: Topic(TENANT, EVENT))
    listeners: set[MemoryBeats] = field(default_factory=set)
    opened: int = 0

    def __post_init__(self) -> None:
        self.now = datetime(2030, 5, 1, 12, tzinfo=UTC)
        self.sequence = 1
        self.left = {
            BALCONY: TypeAvailability(BALCONY, 10, SalesStatus.ON_SALE, 1),
            STALLS: TypeAvailability(STALLS, 20, SalesStatus.ON_SALE, 1),
        }

    @property
    def latest(self) -> Availability:
        """The whole stock."""
        return Availability(EVENT, Mark(self.sequence, self.now), tuple(self.left.values()))

    def move(self, ticket_type: UUID, available: int) -> None:
        """So many can be had from now on."""
        self.sequence += 1
        self.left[ticket_type] = TypeAvailability(ticket_type, available, SalesStatus.ON_SALE, self.sequence)
        for each in self.listeners:
            each.hear(self.latest)

    @asynccontextmanager
    async def listening(self, topic: Topic) -> AsyncIterator[MemoryBeats]:
        """See `domain.live.Live`."""
        if topic != self.topic:
            raise Refused(NotFound("event", ("eventId",)))
        beats = MemoryBeats(self.latest)
        self.listeners.add(beats)
        self.opened += 1
        try:
            yield beats
        finally:
            self.listeners.discard(beats)
