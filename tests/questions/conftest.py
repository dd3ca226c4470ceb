"""A gateway to ask, organizations to ask for, and a recount after every test."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.api.conftest import Tenant, api_settings, gateway, house, http, other_tenant, tenant
from tests.audits import breaches_of

__all__ = ["api_settings", "gateway", "house", "http", "other_tenant", "tenant"]


@pytest_asyncio.fixture(autouse=True)
async def _all_adds_up(owner: Any, tenant: Tenant) -> AsyncIterator[None]:
    yield
    assert await breaches_of(owner, tenant.organization.id) == []
