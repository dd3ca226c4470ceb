"""Makes the rounds: every two seconds one look at the sessions and the roles of all who have a connection open here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import Protocol, TypeVar
from uuid import UUID

import structlog

from domain.identity import Role
from gateway.transports.presence import Pair, Presence

T = TypeVar("T")

# Seconds. An end is promised to reach every connection within five.
BETWEEN_ROUNDS = 2.0
AT_ONCE = 1_000

log = structlog.get_logger("ticketbase.rounds")

Living = Callable[[Sequence[UUID]], Awaitable[set[UUID]]]


class Standings(Protocol):
    """Knows, each time anew, who is what."""

    async def roles(self, pairs: Sequence[Pair]) -> Mapping[Pair, Role]: ...
    async def platform_admins(self, persons: Sequence[UUID]) -> set[UUID]: ...


class Memory(Protocol):
    """What this process may still remember otherwise."""

    def forget(self, pairs: Collection[Pair]) -> None: ...
    def forget_admins(self, persons: Collection[UUID]) -> None: ...


class Rounds:
    """Looks after all connections of a process; nothing is asked where nobody is signed in.

    `forget_sessions` and `memory` are told what this process may still remember otherwise.
    """

    def __init__(
        self, presence: Presence, living: Living, standings: Standings, forget_sessions: Callable[[Collection[UUID]], None], memory: Memory
    ) -> None:
        self._presence = presence
        self._living = living
        self._standings = standings
        self._forget_sessions = forget_sessions
        self._memory = memory

    @asynccontextmanager
    async def walking(self) -> AsyncIterator[None]:
        """Make the rounds for as long as the block lasts."""
        task = asyncio.create_task(self._walk(), name="rounds")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _walk(self) -> None:
        """While the database is away nobody can end a session either; connections stay until it answers again."""
        while True:
            await asyncio.sleep(BETWEEN_ROUNDS)
            try:
                await self.look()
            except Exception as fault:  # noqa: BLE001 - it is told, and tried again
                log.warning("round_failed", fault=type(fault).__name__)

    async def look(self) -> None:
        """One round."""
        for some in _some(self._presence.sessions):
            if over := set(some) - await self._living(some):
                self._forget_sessions(over)
                self._presence.end(over)
        for persons in _some(self._presence.platform_admins):
            if over := set(persons) - await self._standings.platform_admins(persons):
                self._memory.forget_admins(over)
                self._presence.demote(over)
        for pairs in _some(self._presence.pairs):
            roles = await self._standings.roles(pairs)
            if changed := self._presence.changed(roles) & set(pairs):
                self._memory.forget(changed)
                self._presence.regard(changed, roles)


def _some(all_of_them: Collection[T]) -> list[list[T]]:
    """In portions that a statement takes at once."""
    rest = iter(all_of_them)
    return [portion for _ in range(0, len(all_of_them), AT_ONCE) if (portion := list(islice(rest, AT_ONCE)))]
