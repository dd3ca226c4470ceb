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
class Published:
    """News on the bus: delivered at least once, in order per subject; consumers deduplicate by `id`."""

    id: UUID
    organization_id: UUID
    news: News
    occurred_at: datetime
    correlation_id: str | None


class Outbox(Protocol):
    """Where news wait that were written in the same transaction as what they tell of."""

    def oldest(self, at_most: int) -> AbstractAsyncContextManager[Sequence[Published]]:
        """The oldest news, gone from the outbox when the block ends well; none while somebody else is at it."""


class Bus(Protocol):
    """Carries news to everybody who wants to know."""

    async def publish(self, news: Sequence[Published]) -> None:
        """Send all of them on, in order, or none; when it raises they may have arrived all the same."""


def stock_moved(kind: str, event_id: UUID, sequence: int, payload: Mapping[str, Fact]) -> News:
    """News of a movement of an event's stock; consumers that show availability read `eventId` and `sequence` of any such payload."""
    return News(kind, f"event:{event_id}", {"eventId": str(event_id), "sequence": sequence, **payload})
