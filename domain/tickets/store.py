"""What the stores of tickets and of their keys must offer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.paging import Page, Slice
from domain.tickets.values import Revocations, Ticket, TicketFilter, TicketKey


class Tickets(Protocol):
    """The store of tickets. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Ticket | None]:
        """The tickets by id, in the order asked."""

    async def by_codes(self, codes: Sequence[str]) -> list[Ticket | None]:
        """The tickets that have these short codes now, in the order asked."""

    async def of_lines(self, line_ids: Sequence[UUID]) -> list[Ticket | None]:
        """For each line of an order its ticket."""

    async def page(self, where: TicketFilter, page: Page) -> Slice[Ticket]:
        """One window of the tickets that match, the newest first; the edge holds the id."""

    async def count(self, where: TicketFilter, at_most: int) -> int:
        """How many match, counted up to `at_most`."""

    async def of_holders(self, holders: Sequence[str], page: Page) -> Slice[Ticket]:
        """One window of what these holders have, voided ones too, the newest first; the edge holds the id."""

    async def count_of_holders(self, holders: Sequence[str], at_most: int) -> int:
        """How many these holders have, counted up to `at_most`."""

    async def admitting(self, event_ids: Sequence[UUID], holders: Sequence[str]) -> frozenset[UUID]:
        """To which of these events one of the holders has a ticket that is VALID."""

    async def revocations(self, event_id: UUID) -> Revocations:
        """Which codes of the event's tickets are revoked."""

    async def issue(self, tickets: Sequence[Ticket]) -> frozenset[UUID]:
        """Write new tickets, and announce `ticket:issued` for each; the ids of those written.

        One whose order line has a ticket already, or whose short code is taken, is left out.
        """

    async def for_change(self, ticket_id: UUID) -> Ticket | None:
        """The ticket, locked until the work ends; nothing else may be locked after it."""

    async def keep(self, ticket: Ticket) -> bool:
        """Write a changed ticket; False, and nothing written, where its short code is another's."""

    async def void(self, line_ids: Sequence[UUID]) -> int:
        """Void the tickets of these lines, and announce `ticket:voided` for each that was not yet; how many these were."""

    async def good_until(self, event_id: UUID, until: datetime | None) -> None:
        """Let the codes of the event's tickets be good until then; those shown before keep their old bound."""


class TicketKeys(Protocol):
    """The store of the keys that sign codes."""

    async def get_many(self, ids: Sequence[str]) -> list[TicketKey | None]:
        """The keys by id, in the order asked."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[TicketKey]]:
        """For each event its keys, the one that signs first."""

    async def current(self, event_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """For each of these events the id of the key that signs; one is made where there is none."""

    async def rotate(self, event_id: UUID) -> None:
        """Make a new key that signs from now on; retired ones of which no ticket is left are forgotten."""
