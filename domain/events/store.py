"""What the store of events must offer."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from domain.events.finding import EventFilter, EventOrder
from domain.events.values import Event
from domain.paging import Page, Slice


class Events(Protocol):
    """The store of events. Reads may return rows that read like an `Event`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Event | None]:
        """The events by id, in the order asked, None where there is none."""

    async def by_slugs(self, slugs: Sequence[str]) -> list[Event | None]:
        """The events by slug, in the order asked."""

    async def page(self, where: EventFilter, order: Sequence[EventOrder], page: Page, locales: Sequence[str] = ()) -> Slice[Event]:
        """One window of the events that match; `page.edge` and the slice's `edges` hold the sort values in order, then the id.

        Titles are sorted in the first of the `locales` that each has; prices in the currency asked for, else in the organization's own.
        """

    async def count(self, where: EventFilter, at_most: int) -> int:
        """How many match, counted up to `at_most`."""

    async def for_change(self, event_id: UUID) -> Event:
        """The event, locked until the work ends; refused with NotFound.

        Whoever may change only what he made is refused with NotAllowed for events of others.
        """

    async def for_copy(self, event_id: UUID) -> Event:
        """The event, locked until the work ends, to be read only; refused with NotFound."""

    async def keep(self, event: Event) -> None:
        """Write the event, new (version 1) or changed; refused with EventSlugTaken."""

    async def delete(self, event_id: UUID) -> None:
        """Remove the event with its ticket types and pools; refused with EventHasOrders, or NotFound."""

    async def stock(self, event_id: UUID) -> tuple[int, int, int]:
        """How many ticket types it has, and how many tickets are held and sold."""
