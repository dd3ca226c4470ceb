"""Who may see an order sees each of its changes as it happens; nobody else sees anything."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.app import Gateway
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.live.conftest import redis, relayed
from tests.orders.shop import changed, check_out, expire_orders, guest, held, nothing_in_flight, on_sale, ordered
from tests.seating.live_maps import TRANSPORTS, watching
from tests.transports.serving import serving

__all__ = ["redis", "relayed"]

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("relayed")]

WATCH = """
subscription ($order: ID!, $secret: String) {
  orderUpdated(orderId: $order, secret: $secret) { sequence snapshot order { id status notes lines { attendeeName } } }
}
"""


@pytest_asyncio.fixture
async def address(gateway: Gateway) -> AsyncIterator[str]:
    """Where the gateway is on the network."""
    async with serving(gateway.app) as address:
        yield address


def shown(sent: Any) -> Any:
    """The update in a message."""
    assert "errors" not in sent.answer, sent.answer
    return sent.answer["data"]["orderUpdated"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_order_is_shown_at_once_and_after_each_change(tenant: Tenant, address: str, clock: Clock, transport: str) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    order = await ordered(ada, 2550)

    async with watching(transport, address, ada.headers, WATCH, order=order["id"]) as client:
        first = shown(await client.next())
        grace = [{"lineId": order["lines"][0]["id"], "name": "Grace"}]
        await changed(ada, "updateAttendees", orderId=order["id"], expectedVersion=1, attendees=grace)
        second = shown(await client.next())
        await clock.advance(minutes=16)
        await expire_orders(tenant.house.pools, nothing_in_flight)
        third = shown(await client.next())

    assert (first["sequence"], first["snapshot"], first["order"]["status"], first["order"]["notes"]) == (1, True, "PENDING", None)
    assert (second["sequence"], second["snapshot"], second["order"]["lines"]) == (2, False, [{"attendeeName": "Grace"}])
    assert (third["sequence"], third["order"]["status"]) == (3, "EXPIRED")


async def test_a_guest_watches_with_her_secret_and_strangers_watch_nothing(tenant: Tenant, other_tenant: Tenant, address: str) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    payload = await check_out(ada, 2550)
    order_id, secret = payload["order"]["id"], payload["secret"]

    async with watching(TRANSPORTS[0], address, guest(tenant).headers, WATCH, order=order_id, secret=secret) as client:
        assert shown(await client.next())["order"]["id"] == order_id
    for headers, variables in (
        (guest(tenant).headers, {}),
        (guest(tenant).headers, {"secret": "wrong"}),
        (other_tenant.owner.headers, {}),
        (guest(other_tenant).headers, {"secret": secret}),
    ):
        async with watching(TRANSPORTS[1], address, headers, WATCH, order=order_id, **variables) as client:
            refused = await client.next()
        assert [each["extensions"]["code"] for each in refused.answer["errors"]] == ["NOT_FOUND"]
