"""What the stores of holds must offer."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from domain.holds.asking import HoldAsk
from domain.holds.lasting import Lasting
from domain.holds.values import Hold


class Holds(Protocol):
    """Places holds; asks for one event that arrive while a batch commits become the next batch."""

    @property
    def lasting(self) -> Lasting:
        """How long holds last here."""

    async def place(self, ask: HoldAsk) -> Hold:
        """Or refused: TicketsSoldOut, SalesClosed, TooManyTickets, TooFewTickets, TicketTypeUnknown, AccessCodeNeeded,
        AccessCodeNotValid, IdempotencyKeyReused, NotFound, TooBusy.

        For seats also SeatsTaken, SeatsUnknown, SeatsNotSold, NotForTheseSeats, NoAdjacentSeats, InputInvalid;
        SeatsNeeded for tickets of seats without them.
        """


class HoldBook(Protocol):
    """The store of holds inside a unit of work."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Hold | None]:
        """The holds by id, in the order asked."""

    async def of_buyer(self, buyer: str, at_most: int) -> Sequence[Hold]:
        """The buyer's active holds, newest first."""

    async def for_change(self, hold_id: UUID) -> Hold | None:
        """The hold, after locking its event's inventory and then the hold itself, as every change of stock does."""

    async def lock(self, ids: Sequence[UUID]) -> list[Hold | None]:
        """The holds in the order asked, after locking the inventories of their events in the order of their ids, then the holds."""

    async def give_back(self, holds: Sequence[Hold]) -> int:
        """End those of these holds of ONE event that go on, with the status they now carry; return their stock and seats; how many ended.

        Announces `hold:released` for each. Active ones end in any way, converted ones by being revoked; one that ended before is left
        alone, so stock is given back exactly once.
        """

    async def give_back_part(self, before: Hold, after: Hold) -> bool:
        """Make a converted hold as short as it now is, and return what it no longer holds; whether it was still as long as `before`.

        Announces `hold:released` with what went back. A hold only ever becomes shorter, so one that was shortened from `before` already
        is left alone: each part is given back exactly once. What is shortened to nothing is given back as a whole.
        """

    async def expired(self, event_id: UUID, at_most: int) -> Sequence[Hold]:
        """Active holds of the event whose time is over, locked in the common order."""

    async def extend(self, hold: Hold) -> None:
        """Write until when the hold lasts now, for its seats too. Raises RuntimeError unless it is active and was never extended."""

    async def convert(self, holds: Sequence[Hold]) -> int:
        """Let the active ones of these holds of ONE event go on without end; how many these were.

        Their stock stays counted as held, their seats claimed, until they are sold or revoked.
        """

    async def sell(self, holds: Sequence[Hold]) -> int:
        """Sell what the converted ones of these holds of ONE event hold: stock is sold, seats are booked; how many these were.

        Announces `hold:sold` for each. One that was sold before is left alone, so stock is sold exactly once.
        """
