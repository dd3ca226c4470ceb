"""The rival of the batched holds: one transaction for each hold."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from adapters.postgres.halls import Halls
from adapters.postgres.holds_batch import House, settle
from domain.holds import Hold, HoldAsk, Lasting
from domain.refusals import Refused


class SingleHolds:
    """Implements `Holds` with the same statements, locks and rules, so that what is compared is batching alone."""

    def __init__(self, pool: Any, new_id: Callable[[], UUID]) -> None:
        self._house = House(pool, new_id, Lasting(), Halls(pool))

    @property
    def lasting(self) -> Lasting:
        """See `Holds.lasting`."""
        return self._house.lasting

    async def place(self, ask: HoldAsk) -> Hold:
        """See `Holds.place`."""
        [answer] = await settle(self._house, [ask])
        if isinstance(answer, Hold):
            return answer
        raise Refused(answer)
