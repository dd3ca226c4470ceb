"""Opens the tills of organizations where nobody asks: for the worker, which looks after money that nobody waits for."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from adapters.crypto.identifiers import new_id, new_token
from adapters.postgres.holds_writer import BatchedHolds
from adapters.postgres.work import writing
from domain.addresses import Addresses
from gateway.database import Pools
from gateway.house import lasting_of
from gateway.payments import open_payments
from gateway.settings import Settings
from gateway.vault_keys import vault_of
from resolvers.order_settling import Desk
from resolvers.till import Till

TillOf = Callable[[UUID], Till]


@asynccontextmanager
async def open_tills(settings: Settings, pools: Pools) -> AsyncIterator[TillOf]:
    """The till of any organization, as long as the block lasts."""
    vault, addresses = vault_of(settings.vault_keys), Addresses(settings.web_address)
    holds = BatchedHolds(pools.app, new_id, lasting=lasting_of(settings))

    async with open_payments(settings) as providers:

        def till_of(organization_id: UUID) -> Till:
            work = partial(writing, pools.app, organization_id, None, new_id, vault)
            return Till(work, Desk(organization_id, new_id, new_token, addresses), providers, vault, holds)

        try:
            yield till_of
        finally:
            await holds.close()
