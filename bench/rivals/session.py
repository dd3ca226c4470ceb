"""What the resolvers of one operation of the vanilla rival share: a session, loaders, the caller."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.rivals.models import EventModel, OrderLineModel, PoolModel, TicketModel, TicketTypeModel, VenueModel


class Reads:
    """One session of an operation, opened by its first statement; statements wait for each other, since a session serves one at a time."""

    def __init__(self, sessions: Callable[[], AsyncSession], organization_id: UUID) -> None:
        self._sessions = sessions
        self._organization_id = organization_id
        self._session: AsyncSession | None = None
        self._turn = asyncio.Lock()

    async def all(self, statement: Any) -> Sequence[Any]:
        """The rows that the statement selects."""
        async with self._turn:
            if self._session is None:
                self._session = self._sessions()
                await self._session.execute(text(f"SET LOCAL app.organization_id = '{self._organization_id}'"))
            return (await self._session.execute(statement)).all()

    async def close(self) -> None:
        """Give the connection back."""
        if self._session is not None:
            await self._session.close()


class Context:
    """One operation's."""

    def __init__(self, reads: Reads, person_id: str, locales: Sequence[str]) -> None:
        self.reads = reads
        self.person_id = person_id
        self.locales = locales
        self.events = DataLoader(self._one(EventModel))
        self.venues = DataLoader(self._one(VenueModel))
        self.types = DataLoader(self._one(TicketTypeModel))
        self.types_of_events = DataLoader(self._many(TicketTypeModel, TicketTypeModel.position, TicketTypeModel.id))
        self.pools = DataLoader(self._many(PoolModel, PoolModel.name, PoolModel.id))
        self.lines_of_orders = DataLoader(self._many(OrderLineModel, OrderLineModel.position, by="order_id"))
        self.tickets_of_lines = DataLoader(self._one(TicketModel, by="order_line_id"))

    def _one(self, model: type[Any], by: str = "id") -> Callable[[list[UUID]], Awaitable[list[Any]]]:
        async def load(keys: list[UUID]) -> list[Any]:
            rows = await self.reads.all(select(model).where(getattr(model, by).in_(keys)))
            found = {getattr(row[0], by): row[0] for row in rows}
            return [found.get(key) for key in keys]

        return load

    def _many(self, model: type[Any], *order: Any, by: str = "event_id") -> Callable[[list[UUID]], Awaitable[list[Any]]]:
        async def load(keys: list[UUID]) -> list[Any]:
            groups: dict[UUID, list[Any]] = {key: [] for key in keys}
            for (row,) in await self.reads.all(select(model).where(getattr(model, by).in_(keys)).order_by(*order)):
                groups[getattr(row, by)].append(row)
            return [groups[key] for key in keys]

        return load
