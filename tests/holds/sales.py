"""An event on sale, and the crowds that want its tickets."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from adapters.crypto.identifiers import new_id
from domain.availability import Availability
from domain.holds import Hold, HoldAsk, HoldLine, Holds, HoldTickets, ask_of
from domain.organizations import Organization
from domain.refusals import Refusal, Refused
from domain.ticket_types import TicketType
from tests.conftest import WorkOf
from tests.samples import a_pool, a_ticket_type, an_event


@dataclass(frozen=True, slots=True)
class Sale:
    """An event with one pool and one ticket type."""

    organization: Organization
    ticket_type: TicketType
    work_of: WorkOf

    def ask(self, quantity: int = 1, buyer: str | None = None, key: str | None = None) -> HoldAsk:
        """A valid ask, of a buyer of its own where none is named."""
        wish = HoldTickets(self.ticket_type.event_id, (HoldLine(self.ticket_type.id, quantity),), key)
        return ask_of(wish, self.organization.id, buyer or f"person:{new_id()}", new_id())

    async def stock(self) -> Availability:
        """How many can be had."""
        async with self.work_of(self.organization) as work:
            [found] = await work.availability.snapshots([self.ticket_type.event_id])
        assert found is not None
        return found

    async def available(self) -> int:
        """How many tickets can be had."""
        [only] = (await self.stock()).ticket_types
        return only.available

    async def kept(self, *asks: HoldAsk) -> list[Hold | None]:
        """What became of the asks."""
        async with self.work_of(self.organization) as work:
            return await work.holds.get_many([ask.hold_id for ask in asks])


async def open_sale(work_of: WorkOf, organization: Organization, capacity: int = 50, *, facts: Any = None, **terms: Any) -> Sale:
    """Put an event on sale: `facts` of the event, `terms` of the ticket type."""
    event = an_event(**(facts or {}))
    pool = a_pool(event.id, capacity)
    ticket_type = a_ticket_type(event.id, pool, **terms)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(ticket_type, [pool])
    return Sale(organization, ticket_type, work_of)


async def rush(*wishes: tuple[Holds, HoldAsk]) -> list[Hold | Refusal]:
    """Everybody asks at once; each gets the hold or the refusal. Anything else is a bug and is raised."""
    return list(await asyncio.gather(*(_place(holds, ask) for holds, ask in wishes)))


def held(answers: Sequence[Hold | Refusal]) -> list[Hold]:
    """Those who got what they wanted."""
    return [answer for answer in answers if isinstance(answer, Hold)]


def refused(answers: Sequence[Hold | Refusal]) -> list[Refusal]:
    """Those who did not."""
    return [answer for answer in answers if isinstance(answer, Refusal)]


class Blocked:
    """Somebody else has the event's lock."""

    def __init__(self, superuser: Any) -> None:
        self._superuser = superuser

    async def waits(self, *, crowd: int = 1, other_than: int = 0) -> int:
        """Wait until so many connections wait for a lock; the process id of one of them."""
        query = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'ticketbase_app' AND pid <> $1"
        async with asyncio.timeout(10):
            while len(found := await self._superuser.fetch(query, other_than)) < crowd:
                await asyncio.sleep(0.01)
        return int(found[0]["pid"])


@asynccontextmanager
async def blocked(sale: Sale, superuser: Any) -> AsyncIterator[Blocked]:
    """Have the event's lock until the block ends."""
    async with sale.work_of(sale.organization) as work:
        await work.events.for_change(sale.ticket_type.event_id)
        yield Blocked(superuser)


async def _place(holds: Holds, ask: HoldAsk) -> Hold | Refusal:
    try:
        return await holds.place(ask)
    except Refused as no:
        return no.refusal
