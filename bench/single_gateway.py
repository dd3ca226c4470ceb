"""The rival of the gateway with batched holds: `ticketbase serve` that places each hold in a transaction of its own."""

from typing import Any

from adapters.postgres.holds_writer import BatchedHolds
from bench.single_holds import SingleHolds
from domain.holds import Hold, HoldAsk
from gateway import house
from gateway.cli import main


class Unbatched(BatchedHolds):
    """Asks nobody to wait for others."""

    def __init__(self, pool: Any, new_id: Any, **options: Any) -> None:
        super().__init__(pool, new_id, **options)
        self._single = SingleHolds(pool, new_id)

    async def place(self, ask: HoldAsk) -> Hold:
        """See `Holds.place`."""
        return await self._single.place(ask)


if __name__ == "__main__":
    house.BatchedHolds = Unbatched  # type: ignore[misc]
    main(prog_name="ticketbase")
