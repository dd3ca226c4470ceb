"""What a deed is handed: who asks, and the doors to the stores, the holds and the live streams."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from uuid import UUID

from domain.holds import Holds
from domain.identity import Viewer
from domain.live import Live
from domain.work import Reading, Work


@dataclass(frozen=True, slots=True)
class Context:
    """Eight doors, no more. Every operation, and all that follows a mutation root, gets a copy with its own `reading` and `loaders`.

    `work()` opens a transaction that writes; `reading()` joins the operation's one read work, where batches queue;
    `new_id()` makes a UUIDv7; `new_token()` an opaque secret of 256 bits; `loaders` belongs to `schema.batched` alone.
    """

    viewer: Viewer
    work: Callable[[], AbstractAsyncContextManager[Work]]
    reading: Callable[[], AbstractAsyncContextManager[Reading]]
    holds: Holds
    live: Live
    new_id: Callable[[], UUID]
    new_token: Callable[[], str]
    loaders: dict[object, object] = field(default_factory=dict)
