"""A shop on services of its own, for drills that need no process to be killed."""

import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

from adapters.postgres.rows import teach_types
from gateway.app import build_gateway
from gateway.database import open_pools
from gateway.embedded.postgres import PostgreSQL
from gateway.embedded.valkey import Valkey
from gateway.environment import Secret
from gateway.house import furnish
from gateway.migrating import migrate
from gateway.settings import Settings
from gateway.tills import open_tills
from tests.api.conftest import make_tenant, settings_on
from tests.audits import breaches_of
from tests.payments.double import open_account, running_double
from tests.payments.shop import Shop, connected
from tests.transports.serving import serving


@asynccontextmanager
async def open_shop() -> AsyncIterator[tuple[Shop, Any]]:
    """The shop, whose notices wait until they are delivered; and a connection of who may do anything."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgresql, valkey = PostgreSQL(folder / "postgresql"), Valkey(folder / "valkey")
        stack.push_async_callback(postgresql.stop)
        stack.push_async_callback(valkey.stop)
        addresses, cache = await postgresql.start(), await valkey.start()
        await migrate(Secret(addresses.owner))
        port = _free_port()
        double_address = stack.enter_context(running_double(port))
        settings = settings_on(addresses, cache)
        settings = replace(settings, payments=replace(settings.payments, stripe_base=double_address))
        superuser = await asyncpg.connect(urlunsplit(urlsplit(addresses.superuser)._replace(path=urlsplit(addresses.owner).path)))
        stack.push_async_callback(superuser.close)
        await teach_types(superuser)
        yield await _shop(stack, settings, double_address), superuser


async def _shop(stack: AsyncExitStack, settings: Settings, double_address: str) -> Shop:
    pools = await stack.enter_async_context(open_pools(settings))
    house = await stack.enter_async_context(furnish(settings, pools))
    gateway = await build_gateway(house)
    inside = httpx.AsyncClient(transport=httpx.ASGITransport(app=gateway.app), base_url="http://127.0.0.1")
    tenant = await make_tenant(house, await stack.enter_async_context(inside))
    address = await stack.enter_async_context(serving(gateway.app))
    http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=20))
    double = await open_account(double_address, http, f"{address}/webhooks/stripe/{tenant.organization.slug}")
    await double.control("conduct", {"keep_back": True})
    await connected(tenant, double)
    till_of = await stack.enter_async_context(open_tills(settings, pools))
    return Shop(tenant, double, pools, till_of, address)


async def breaches(shop: Shop, owner: Any) -> list[str]:
    """What does not add up afterwards."""
    return [f"{each.invariant}: {dict(each.facts)}" for each in await breaches_of(owner, shop.tenant.organization.id)]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
