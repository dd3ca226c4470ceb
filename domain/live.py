"""Live streams: what is being watched, and the beats that follow each movement."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.availability import Availability


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched: the stock of one event of one organization."""

    organization_id: UUID
    event_id: UUID


class Beats(Protocol):
    """The stream of whole availabilities of one topic; a listener that is slow finds only the latest."""

    @property
    def latest(self) -> Availability:
        """The newest whole availability known."""

    def __aiter__(self) -> AsyncIterator[Availability]:
        """The newest whole availability at once, then each newer one, never an older one; at most one in 100 ms.

        Ends when the event is deleted.
        """


class Live(Protocol):
    """Tells listeners when stock moved, on whichever process it moved."""

    def listening(self, topic: Topic) -> AbstractAsyncContextManager[Beats]:
        """Listen first, then read the snapshot, so that nothing is missed; refused with NotFound without such an event."""
