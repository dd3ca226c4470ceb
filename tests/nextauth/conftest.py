"""The real libraries, one process for each module of tests, and a gateway that Auth.js is connected to."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.database import Pools
from gateway.settings import Settings
from tests.api.conftest import api_settings, gateway, house, http, other_tenant, tenant
from tests.identity.conftest import ada, post_box
from tests.nextauth.connected import Connected, connected_to
from tests.nextauth.front_ends import V5
from tests.nextauth.libraries import Libraries

__all__ = ["ada", "api_settings", "gateway", "house", "http", "other_tenant", "post_box", "tenant"]


@pytest.fixture(scope="module")
def libraries() -> Iterator[Libraries]:
    with Libraries() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(api_settings: Settings, app_pool: Any, system_pool: Any) -> AsyncIterator[Connected]:
    """A gateway and a front end with Auth.js over plain http."""
    async with connected_to(V5, api_settings, Pools(app_pool, system_pool)) as connected:
        yield connected
