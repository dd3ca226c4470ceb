"""References: which of our things stands for which thing of a system that was imported from."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID


class References(Protocol):
    """The store of references, by source (`pretix:demo/conf`), kind (`event`) and the other system's name for the thing."""

    async def lock(self, source: str) -> None:
        """Wait until no other work of this organization imports from the source, and keep others waiting until this one ends."""

    async def find(self, source: str, kind: str, names: Sequence[str]) -> Mapping[str, UUID]:
        """Our ids for the names that were imported before."""

    async def keep(self, source: str, kind: str, name: str, id: UUID) -> None:
        """Note that our `id` stands for `name`."""
