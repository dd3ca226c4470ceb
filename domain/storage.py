"""Object storage: where files lie that are too large for the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from domain.refusals import ErrorCode, Refusal


@dataclass(frozen=True, slots=True)
class Invitation:
    """Lets its bearer upload one object, of exactly the type and size in `headers`, until `expires_at` (UTC)."""

    url: str
    method: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StorageUnreachable(Refusal):
    """The object storage does not answer; nothing was changed."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The object storage does not answer at the moment; try again in a minute."


class Storage(Protocol):
    """One bucket. Keys are paths without a leading slash; all but `invite` may be refused with StorageUnreachable."""

    def invite(self, key: str, content_type: str, byte_size: int) -> Invitation:
        """Let a client upload this object itself; asks nobody."""

    async def read(self, key: str, at_most: int) -> bytes | None:
        """The object's first `at_most` bytes, None when there is no such object."""

    async def keep_new(self, key: str, body: bytes, content_type: str) -> None:
        """Write the object unless there is one with this key."""

    async def discard(self, prefix: str) -> None:
        """Delete every object whose key begins with the prefix."""

    async def discard_older(self, prefix: str, before: datetime) -> int:
        """Delete those under the prefix that were last written before this time; how many they were."""
