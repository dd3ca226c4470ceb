"""News: what happened, told to the rest of the platform through the outbox after the work that made it is kept."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

Fact = str | int | bool | None | list["Fact"] | dict[str, "Fact"]
"""What a payload is made of: plain JSON; money in minor units, times in RFC 3339, ids as text."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened: its type (`hold:placed`), the version of its payload's schema, its subject (`event:<uuid>`) and facts."""

    type: str
    subject: str
    payload: Mapping[str, Fact]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """Whose news are told one after another: those of one subject of one tenant."""

    organization_id: UUID
    subject: str


@dataclass(frozen=True, slots=True)
class Published:
    """News on the bus: delivered at least once, in order per subject; consumers deduplicate by `id`.

    `groups` are the durable groups for which they were kept when they left the outbox.
    """

    id: UUID
    organization_id: UUID
    news: News
    occurred_at: datetime
    correlation_id: str | None
    groups: tuple[str, ...] = ()

    @property
    def line(self) -> Line:
        """Where they stand in line."""
        return Line(self.organization_id, self.news.subject)


class Outbox(Protocol):
    """Where news wait that were written in the same transaction as what they tell of."""

    def oldest(self, at_most: int) -> AbstractAsyncContextManager[Sequence[Published]]:
        """The oldest news, gone from the outbox when the block ends well; none while somebody else is at it.

        With the same end they are kept for every durable group that wants them.
        """


class Bus(Protocol):
    """Carries news to everybody who wants to know."""

    async def publish(self, news: Sequence[Published]) -> None:
        """Send all of them on, in order, or none; when it raises they may have arrived all the same."""

    async def call(self, news: Sequence[Published]) -> None:
        """Call the durable groups of these news, which wait for them in the backlog; when it raises they find them by themselves."""


class Deliveries(Protocol):
    """A group's news inside the transaction that does what they ask for."""

    async def take(self, group: str, news_id: UUID) -> Published | None:
        """Take them off the backlog, with whatever else this work does or not at all.

        None when they are in other hands, done, given up or not due.
        """


def stock_moved(kind: str, event_id: UUID, sequence: int, payload: Mapping[str, Fact]) -> News:
    """News of a movement of an event's stock; consumers that show availability read `eventId` and `sequence` of any such payload."""
    return News(kind, f"event:{event_id}", {"eventId": str(event_id), "sequence": sequence, **payload})
