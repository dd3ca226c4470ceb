"""What the store of ticket types and their pools must offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.paging import Page, Slice
from domain.ticket_types.values import Pool, TicketType


@dataclass(frozen=True, slots=True)
class TicketTypeFilter:
    """Which ticket types: of these events, or of all when none are named; `staff` see drafts and hidden ones too."""

    staff: bool
    event_ids: Sequence[UUID] | None = None


class TicketTypes(Protocol):
    """The store of ticket types and their pools. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[TicketType | None]:
        """The ticket types by id, in the order asked."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[TicketType]]:
        """For each event its ticket types by position."""

    async def for_change(self, event_id: UUID) -> tuple[list[TicketType], list[Pool]]:
        """The event's ticket types by position and its pools by name; to be asked after the event is locked."""

    async def page(self, where: TicketTypeFilter, page: Page) -> Slice[TicketType]:
        """One window of the ticket types by id, the oldest first; `page.edge` holds the id."""

    async def count(self, where: TicketTypeFilter, at_most: int) -> int:
        """How many match, counted up to `at_most`."""

    async def taken(self, ticket_type: TicketType) -> int:
        """How many tickets of the type live holds have; exact until the work ends when its event is locked."""

    async def pools(self, ids: Sequence[UUID]) -> list[Pool | None]:
        """The pools by id, in the order asked."""

    async def pools_of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Pool]]:
        """For each event its pools by name."""

    async def keep_new(self, ticket_type: TicketType, new_pools: Sequence[Pool]) -> None:
        """Write a new ticket type, its pools first; bumps the event's inventory sequence."""

    async def keep(self, ticket_type: TicketType) -> None:
        """Write a changed ticket type (its version one higher) and what it draws on; a movement of its event's stock.

        Refused with VersionConflict or NotFound.
        """

    async def remove(self, ticket_type: TicketType, pool_ids: Sequence[UUID]) -> None:
        """Delete a ticket type and these pools; a movement of its event's stock."""

    async def keep_pools(self, event_id: UUID, pools: Sequence[Pool]) -> None:
        """Write pools, new or changed in name and capacity (never below what is held and sold); a movement of the event's stock."""

    async def remove_pool(self, event_id: UUID, pool_id: UUID) -> None:
        """Delete a pool on which nothing draws; a movement of the event's stock."""
