"""Buyers who hold one ticket after the other while a test breaks things."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.api.box_office import hold
from tests.two_workers.platform import PATIENCE, Tenant


class Sale:
    """What buyers at both gateways were given so far: the ids of their holds, one ticket each."""

    def __init__(self, tenant: Tenant, event_id: str, type_id: str) -> None:
        self.holds: list[str] = []
        self._tenant, self._event_id, self._type_id = tenant, event_id, type_id
        self._stirred = asyncio.Condition()

    @property
    def placed(self) -> int:
        """How many holds were acknowledged."""
        return len(self.holds)

    async def more(self, holds: int) -> None:
        """Wait until so many more were placed."""
        enough = self.placed + holds
        await self._until(lambda: self.placed >= enough, f"only {self.placed} of {enough} holds were placed")

    async def hold_until(self, over: asyncio.Event, gateway: int) -> None:
        """Hold one ticket after the other; the test fails when one is not granted."""
        while not over.is_set():
            payload = await hold(self._tenant.buyer(gateway), self._event_id, self._type_id)
            assert payload["errors"] == []
            async with self._stirred:
                self.holds.append(payload["hold"]["id"])
                self._stirred.notify_all()

    async def _until(self, true: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE), self._stirred:
                await self._stirred.wait_for(true)
        except TimeoutError:
            raise AssertionError(what) from None


@asynccontextmanager
async def selling(tenant: Tenant, event_id: str, type_id: str) -> AsyncIterator[Sale]:
    """Two buyers at each gateway, until the block ends; what they began then is finished and counted."""
    sale, over = Sale(tenant, event_id, type_id), asyncio.Event()
    async with asyncio.TaskGroup() as buyers:
        for gateway in (0, 1, 0, 1):
            buyers.create_task(sale.hold_until(over, gateway))
        try:
            yield sale
        finally:
            over.set()
