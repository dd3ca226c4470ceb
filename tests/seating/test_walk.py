"""The operations that the README shows of an arena lead from a plan to a sale that is watched live, as they are written there."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.app import Gateway
from gateway.seating.theatre import make_theatre
from tests.api.conftest import Tenant
from tests.live.conftest import redis, relayed
from tests.seating.halls import import_plan
from tests.seating.live_maps import watching
from tests.transports.serving import serving

__all__ = ["redis", "relayed"]

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("relayed")]

PAGE = Path(__file__).parents[2] / "README.md"
SEATS = 240


@pytest_asyncio.fixture
async def address(gateway: Gateway) -> AsyncIterator[str]:
    """Where the gateway is on the network."""
    async with serving(gateway.app) as address:
        yield address


def shown() -> dict[str, str]:
    """The operations of the page by name."""
    blocks = re.findall(r"```graphql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    operations = [each for block in blocks for each in re.split(r"\n\n(?=query|mutation|subscription)", block)]
    return {operation.split(maxsplit=1)[1].split("(")[0].split()[0]: operation for operation in operations}


async def put_on_sale(tenant: Tenant, operations: dict[str, str]) -> tuple[str, str]:
    """The ids of the event and of what sells the first category, after every step of the page."""
    await import_plan(tenant.owner, make_theatre(SEATS))
    [plan] = (await tenant.owner.ask(operations["Plans"]))["seatingPlans"]["nodes"]
    event_id = (await done(tenant, operations["Event"]))["event"]["id"]
    names = [category["name"] for category in plan["newest"]["categories"]]
    types = [(await done(tenant, operations["Type"], event=event_id, name=name, price="4000"))["ticketType"]["id"] for name in names]
    categories = [{"category": name, "ticketTypeIds": [type_id]} for name, type_id in zip(names, types, strict=True)]
    await done(tenant, operations["Seats"], event=event_id, plan=plan["newest"]["id"], categories=categories)
    assert (await done(tenant, operations["OnSale"], event=event_id))["event"] == {"status": "PUBLISHED"}
    return event_id, types[0]


async def done(tenant: Tenant, operation: str, **variables: Any) -> dict[str, Any]:
    [payload] = (await tenant.owner.ask(operation, **variables)).values()
    assert payload["errors"] == []
    found: dict[str, Any] = payload
    return found


async def test_a_plan_is_put_on_sale_and_watched_by_what_the_page_shows(tenant: Tenant, address: str) -> None:
    operations = shown()
    event_id, type_id = await put_on_sale(tenant, operations)

    async with watching("websocket", address, tenant.anonymous.headers, operations["WatchSeats"], event=event_id) as tab:
        first = await tab.next()
        held = (await tenant.anonymous.ask(operations["Best"], event=event_id, type=type_id))["holdBestAvailable"]
        second = await tab.next()

    seats = [seat["number"] for line in held["hold"]["lines"] for seat in line["seats"]]
    assert held["errors"] == []
    assert "".join(statuses for _, _, statuses in first.drawn[1]) == "0" * SEATS
    assert second.drawn == (False, [(0, seats, "1111")])
