"""What a deed is handed: who asks, and the doors to the stores, the holds and the live streams."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from domain.holds import Holds
from domain.identity import Viewer
from domain.live import Live
from domain.work import Reading, Work


class Reads(Protocol):
    """The operation's one read work: opened by the first batch, given back when idle."""

    def __call__(self) -> AbstractAsyncContextManager[Reading]:
        """Join the read work; batches queue on its one connection."""

    async def give_back(self) -> None:
        """End the snapshot; the next batch opens a fresh one."""


@dataclass(frozen=True, slots=True)
class Context:
    """Eight doors, no more. Every operation, and all that follows a mutation root, gets a copy with its own `reading` and `loaders`.

    `work()` opens a transaction that writes; `reading()` joins the operation's one read work, where batches queue;
    `new_id()` makes a UUIDv7; `new_token()` an opaque secret of 256 bits; `loaders` belongs to `schema.batched` alone.
    """

    viewer: Viewer
    work: Callable[[], AbstractAsyncContextManager[Work]]
    reading: Reads
    holds: Holds
    live: Live
    new_id: Callable[[], UUID]
    new_token: Callable[[], str]
    loaders: dict[object, object] = field(default_factory=dict)

    async def renew(self) -> None:
        """Forget what was read: what follows a mutation root reads afresh."""
        self.loaders.clear()
        await self.reading.give_back()
