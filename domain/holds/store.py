"""What the stores of holds must offer."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from domain.holds.asking import HoldAsk
from domain.holds.values import Hold


class Holds(Protocol):
    """Places holds; asks for one event that arrive while a batch commits become the next batch."""

    async def place(self, ask: HoldAsk) -> Hold:
        """Or refused: TicketsSoldOut, SalesClosed, TooManyTickets, TicketTypeUnknown, IdempotencyKeyReused, NotFound, TooBusy."""


class HoldBook(Protocol):
    """The store of holds inside a unit of work."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Hold | None]:
        """The holds by id, in the order asked."""

    async def of_buyer(self, buyer: str, at_most: int) -> Sequence[Hold]:
        """The buyer's active holds, newest first."""

    async def for_change(self, hold_id: UUID) -> Hold | None:
        """The hold, after locking its event's inventory and then the hold itself, as every change of stock does."""

    async def give_back(self, holds: Sequence[Hold]) -> int:
        """End the active ones of these holds of ONE event with the status they now carry and return their stock; how many were ended.

        Announces `hold:released` for each. A hold that is no longer active is left alone, so stock is given back exactly once.
        """

    async def expired(self, event_id: UUID, at_most: int) -> Sequence[Hold]:
        """Active holds of the event whose time is over, locked in the common order."""
