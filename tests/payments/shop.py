"""What the tests of payments do again and again: order, begin to pay, pay with the double, let notices come, and look at the money."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from gateway.database import Pools
from gateway.money_rounds import in_flight_at, look_after_money
from gateway.tills import TillOf
from gateway.worker import expire_unpaid
from tests.api.conftest import Client, Tenant
from tests.orders.shop import guest, held, on_sale, ordered
from tests.payments.double import Double
from tests.ticket_types.desk import do, done

PAYMENT = "id status method amount { amountMinor currency } captured { amountMinor } refunded { amountMinor } disputed failure"
STARTED = f"payment {{ {PAYMENT} }} publishableKey clientSecret redirectUrl"
REFUND = "id status amount { amountMinor } reason failure paymentId"
MONEY = f"""
query ($by: OrderBy!) {{
  order(by: $by) {{
    status paymentState version paid {{ amountMinor }} refunded {{ amountMinor }} total {{ amountMinor }}
    lines {{ id cancelledAt refunded {{ amountMinor }} }}
    payments {{ {PAYMENT} }}
    refunds {{ {REFUND} }}
    transactions {{ kind amount {{ amountMinor }} }}
  }}
}}
"""


@dataclass(frozen=True)
class Shop:
    """An organization that sells, and the account that its money comes to."""

    tenant: Tenant
    double: Double
    pools: Pools
    till_of: TillOf
    address: str

    async def order(self, quantity: int = 1, capacity: int = 50, **changes: Any) -> "Bought":
        """A guest's order of tickets at 25.50 EUR each, waiting for its payment."""
        event_id, type_id = await on_sale(self.tenant, capacity, **changes)
        return await self.order_of(event_id, type_id, quantity)

    async def order_of(self, event_id: str, type_id: str, quantity: int = 1) -> "Bought":
        """Another guest's."""
        client = guest(self.tenant)
        await held(client, event_id, type_id, quantity)
        order = await ordered(client, 2_550 * quantity)
        return Bought(self, client, order["id"], event_id, type_id)

    async def rounds(self, count: int = 1) -> None:
        """What the worker does."""
        for _ in range(count):
            await look_after_money(self.pools, self.till_of)

    async def expire(self) -> None:
        """What the worker does with orders whose time is over."""
        await expire_unpaid(self.pools, in_flight_at(self.till_of))

    async def pay(self, intent_id: str, method: str = "pm_card_visa") -> None:
        """What the person does on her page."""
        await self.double.client.v1.payment_intents.confirm_async(intent_id, {"payment_method": method})

    async def deliver_all(self, *kinds: str) -> list[int | None]:
        """Deliver every event, the oldest first, and see to them all."""
        statuses = [await self.double.deliver(event["id"]) for event in await self.double.events(*kinds)]
        await self.rounds()
        return statuses


@dataclass(frozen=True)
class Bought:
    """An order, and whose it is."""

    shop: Shop
    client: Client
    id: str
    event_id: str
    type_id: str

    async def start(self, **wish: Any) -> dict[str, Any]:
        """The whole payload of `startPayment`."""
        return await do(self.client, "startPayment", STARTED, orderId=self.id, **wish)

    async def started(self, **wish: Any) -> dict[str, Any]:
        """The payload of a payment that was begun; `intent` is what Stripe calls it."""
        payload = await done(self.client, "startPayment", STARTED, orderId=self.id, **wish)
        secret = payload["clientSecret"]
        return {**payload, "intent": secret.rpartition("_secret")[0] if secret else None}

    async def paid(self, method: str = "pm_card_visa") -> str:
        """Pay all of it and let the notices come; the intent."""
        intent = (await self.started())["intent"]
        await self.shop.pay(intent, method)
        await self.shop.deliver_all("payment_intent.succeeded")
        return str(intent)

    async def money(self) -> Any:
        """The order with all its money."""
        return (await self.shop.tenant.owner.ask(MONEY, by={"id": self.id}))["order"]

    async def state(self) -> tuple[str, str, int, int]:
        """Status, payment state, what was paid, what went back."""
        seen = await self.money()
        return seen["status"], seen["paymentState"], seen["paid"]["amountMinor"], seen["refunded"]["amountMinor"]

    async def becomes(self, *state: object) -> None:
        """Wait until this is its state: the gateway looks at notices after it has answered them."""
        patience = time.monotonic() + 10
        while (seen := await self.state()) != state and time.monotonic() < patience:
            await asyncio.sleep(0.05)
        assert seen == state

    async def refund(self, **wish: Any) -> dict[str, Any]:
        """The whole payload of `refundOrder`."""
        return await do(self.shop.tenant.owner, "refundOrder", f"refunds {{ {REFUND} }}", orderId=self.id, **wish)


async def connected(tenant: Tenant, double: Double) -> None:
    """Let the organization's money come to this account."""
    keys = double.account
    await done(
        tenant.owner,
        "setPaymentSettings",
        "settings { version }",
        publishableKey=keys.publishable_key,
        secretKey=keys.secret_key,
        webhookSecret=keys.webhook_secret,
    )
