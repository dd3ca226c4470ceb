"""Counts what the box office does, without it noticing."""

from domain.holds import Hold, HoldAsk, Holds, Lasting
from domain.refusals import Refused
from gateway.metrics import HOLDS


class MeasuredHolds:
    """Passes asks on to the holds behind it and counts their outcomes."""

    def __init__(self, holds: Holds) -> None:
        self._holds = holds

    @property
    def lasting(self) -> Lasting:
        """See `Holds.lasting`."""
        return self._holds.lasting

    async def place(self, ask: HoldAsk) -> Hold:
        """See `Holds.place`."""
        try:
            hold = await self._holds.place(ask)
        except Refused as no:
            HOLDS.labels(no.refusal.typename).inc()
            raise
        HOLDS.labels("placed").inc()
        return hold
