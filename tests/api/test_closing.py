"""A house that closes keeps no connection, however many reads were on their way a moment ago."""

from typing import Any

import pytest

from domain.identity import Viewer
from gateway.database import Pools, open_pool
from gateway.embedded.postgres import DatabaseAddresses
from gateway.house import furnish
from gateway.settings import Settings
from tests.adapters.postgres.test_reading import in_use
from tests.api.conftest import Tenant

pytestmark = pytest.mark.asyncio


async def test_connections_kept_for_the_next_read_end_with_the_house(
    tenant: Tenant, api_settings: Settings, database: DatabaseAddresses, system_pool: Any
) -> None:
    async with open_pool(database.app, 2) as pool:
        async with furnish(api_settings, Pools(pool, system_pool), follow=False) as house:
            context = house.contexts.for_viewer(Viewer(tenant.organization.id))
            async with house.contexts.fresh(context) as fresh, fresh.reading() as reading:
                await reading.events.get_many([])
            kept = in_use(pool)

        assert (kept, in_use(pool)) == (1, 0)
