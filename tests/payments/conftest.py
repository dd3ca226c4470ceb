"""A strict double of Stripe on the loopback interface, a gateway that it can reach, and organizations whose accounts are with it."""

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.app import Gateway
from gateway.embedded.postgres import DatabaseAddresses
from gateway.embedded.valkey import ValkeyAddress
from gateway.house import House
from gateway.settings import Settings
from gateway.tills import open_tills
from tests.api import conftest as api
from tests.api.conftest import Tenant, gateway, house, http, other_tenant, tenant
from tests.audits import breaches_of
from tests.payments.double import Double, open_account, running_double
from tests.payments.shop import Shop, connected
from tests.transports.serving import serving

__all__ = ["gateway", "house", "http", "other_tenant", "tenant"]


@pytest.fixture(scope="session")
def double_address() -> Iterator[str]:
    """Where the double is, for the whole run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running_double(port) as address:
        yield address


@pytest.fixture(scope="session")
def api_settings(database: DatabaseAddresses, valkey: ValkeyAddress, double_address: str) -> Settings:
    """The gateway of the API's tests, for which Stripe is the double."""
    settings = api.settings_on(database, valkey)
    return replace(settings, payments=replace(settings.payments, stripe_base=double_address))


@pytest_asyncio.fixture
async def double(double_address: str) -> AsyncIterator[Double]:
    """The double, with an account of this test's own; no events are delivered before the test says so."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        yield await _opened(double_address, client)


async def _opened(address: str, client: httpx.AsyncClient, endpoint: str = "") -> Double:
    double = await open_account(address, client, endpoint)
    await double.control("conduct", {"keep_back": True})
    return double


@pytest_asyncio.fixture
async def shop(
    double_address: str, api_settings: Settings, house: House, gateway: Gateway, tenant: Tenant, owner: Any
) -> AsyncIterator[Shop]:
    """An organization that sells, its account with the double, and the worker's rounds; its gateway answers on a socket.

    After each test its books are in balance.
    """
    async with (
        serving(gateway.app) as address,
        httpx.AsyncClient(trust_env=False, timeout=10) as client,
        open_tills(api_settings, house.pools) as till_of,
    ):
        double = await _opened(double_address, client, f"{address}/webhooks/stripe/{tenant.organization.slug}")
        await connected(tenant, double)
        yield Shop(tenant, double, house.pools, till_of, address)
        assert await breaches_of(owner, tenant.organization.id) == []
