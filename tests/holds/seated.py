"""An event whose seats are on sale, without a gateway: the plan is kept and assigned as the deeds do it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.crypto.identifiers import new_id
from domain.holds import (
    BestAvailable,
    HoldAsk,
    HoldBestAvailable,
    HoldLine,
    HoldSeats,
    HoldTickets,
    SeatChoice,
    ask_for_best,
    ask_for_seats,
    ask_of,
)
from domain.organizations import Organization
from domain.seat_assignments import AssignSeatingPlan, Here, SoldBy, assign
from domain.seating import plans
from domain.seating.plans import ImportSeatingPlan
from domain.seats import SeatStatus
from domain.ticket_types import TicketType
from tests.conftest import WorkOf
from tests.samples import a_pool, a_ticket_type, an_event


@dataclass(frozen=True, slots=True)
class SeatSale:
    """A published event with a plan, and one ticket type for each of its price categories."""

    organization: Organization
    event_id: UUID
    types: dict[str, TicketType]
    work_of: WorkOf

    def seats(self, *labels: str, buyer: str | None = None, key: str | None = None) -> HoldAsk:
        """An ask for these seats."""
        wish = HoldSeats(self.event_id, tuple(SeatChoice(label) for label in labels), key)
        return ask_for_seats(wish, self.organization.id, buyer or f"person:{new_id()}", new_id())

    def best(self, name: str, quantity: int, buyer: str | None = None, **wish: Any) -> HoldAsk:
        """An ask for the best seats that this price category's type sells."""
        lines = (HoldLine(self.types[name].id, quantity),)
        best = HoldBestAvailable(self.event_id, lines, BestAvailable(**wish))
        return ask_for_best(best, self.organization.id, buyer or f"person:{new_id()}", new_id())

    def tickets(self, category: str, quantity: int, buyer: str | None = None) -> HoldAsk:
        """An ask for tickets by their number."""
        wish = HoldTickets(self.event_id, (HoldLine(self.types[category].id, quantity),))
        return ask_of(wish, self.organization.id, buyer or f"person:{new_id()}", new_id())

    async def states(self, *labels: str) -> list[SeatStatus | None]:
        """What these seats are now."""
        async with self.work_of(self.organization) as work:
            found = await work.seats.labelled(self.event_id, labels)
        return [each.status if each else None for each in found]


async def open_seats(work_of: WorkOf, organization: Organization, document: dict[str, Any]) -> SeatSale:
    """Put an event with this plan on sale."""
    event = an_event()
    drawn = plans.draw(ImportSeatingPlan(document, name=f"Hall {event.id}"))
    names = [each.name for each in drawn.geometry.categories]
    spare = {name: a_pool(event.id, 1, name=name) for name in names}
    types = {name: a_ticket_type(event.id, spare[name], position=at) for at, name in enumerate(names)}
    async with work_of(organization) as work:
        await work.events.keep(event)
        for name in names:
            await work.ticket_types.keep_new(types[name], [spare[name]])
        plan = await work.seating_plans.named(plans.new_plan(new_id(), ImportSeatingPlan(document), drawn, work.now))
        version = await work.seating_plans.keep(plans.with_new_version(plan, work.now), drawn, new_id())
        here = Here(list(types.values()), list(spare.values()), [], [])
        sold = tuple(SoldBy(name, (types[name].id,)) for name in names)
        await work.seats.assign(assign(AssignSeatingPlan(event.id, version.id, sold), drawn.geometry, here, new_id))
    return SeatSale(organization, event.id, types, work_of)


async def reseat(sale: SeatSale, document: dict[str, Any]) -> None:
    """Give the event another plan."""
    drawn = plans.draw(ImportSeatingPlan(document, name=f"Other {sale.event_id}"))
    async with sale.work_of(sale.organization) as work:
        plan = await work.seating_plans.named(plans.new_plan(new_id(), ImportSeatingPlan(document), drawn, work.now))
        version = await work.seating_plans.keep(plans.with_new_version(plan, work.now), drawn, new_id())
        await work.events.for_change(sale.event_id)
        [types] = await work.ticket_types.of_events([sale.event_id])
        [pools] = await work.ticket_types.pools_of_events([sale.event_id])
        [categories] = await work.seats.categories_of_events([sale.event_id])
        here = Here(types, pools, categories, await work.seats.taken(sale.event_id))
        sold = tuple(SoldBy(name, (each.id,)) for name, each in sale.types.items())
        await work.seats.assign(assign(AssignSeatingPlan(sale.event_id, version.id, sold), drawn.geometry, here, new_id))
