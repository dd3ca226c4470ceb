"""What the tests of orders do again and again: put things on sale, fill a cart, check it out, and look at what there is."""

from typing import Any

from adapters.crypto.identifiers import new_token
from domain.orders import Order
from gateway.database import Pools
from gateway.worker import expire_unpaid
from resolvers.order_ending import InFlight
from tests.api.box_office import create_ticket_type, hold, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.ticket_types.desk import do, done

ORDER = """
id number status paymentState channel email name version expiresAt confirmedAt endedAt
total { amountMinor currency } paid { amountMinor } discount { amountMinor }
lines { id position cancelledAt attendeeName attendeeEmail price { amountMinor } ticketType { id } event { id } seat { label } }
"""
CART = """
query ($promoCodes: [String!], $country: String, $namedPrices: [CartPriceInput!]) {
  cart(promoCodes: $promoCodes, country: $country, namedPrices: $namedPrices) {
    currency expiresAt
    total { amountMinor currency } net { amountMinor } tax { amountMinor } fee { amountMinor } discount { amountMinor }
    fees { kind price { amountMinor } }
    lines { index holdId ticketTypeId listPrice { amountMinor } price { amountMinor } event { id } ticketType { id } seat { label } }
  }
}
"""
POOLS = "query ($id: ID!) { event(by: {id: $id}) { pools { held sold } } }"
ONE = f"query ($by: OrderBy!) {{ order(by: $by) {{ {ORDER} }} }}"


def guest(tenant: Tenant) -> Client:
    """Somebody with a cart of her own."""
    return tenant.anonymous.with_headers(x_cart=new_token())


async def nothing_in_flight(_order: Order) -> bool:
    """For orders that nobody has begun to pay."""
    return False


async def expire_orders(pools: Pools, in_flight: InFlight) -> None:
    """What the worker does, where one answer is good for all organizations."""
    await expire_unpaid(pools, lambda _organization_id: in_flight)


async def on_sale(tenant: Tenant, capacity: int = 50, **changes: Any) -> tuple[str, str]:
    """The ids of a published event and of its ticket type, at 25.50 EUR."""
    return await put_on_sale(tenant.owner, capacity, **changes)


async def free_type(tenant: Tenant, event_id: str, capacity: int = 50) -> str:
    """The id of a ticket type that costs nothing."""
    return await create_ticket_type(tenant.owner, event_id, capacity, price={"amountMinor": 0, "currency": "EUR"})


async def held(client: Client, event_id: str, type_id: str, quantity: int = 1) -> str:
    """The id of a hold that was granted."""
    payload = await hold(client, event_id, type_id, quantity)
    assert payload["errors"] == []
    return str(payload["hold"]["id"])


async def cart(client: Client, **terms: Any) -> Any:
    """The cart."""
    return (await client.ask(CART, **terms))["cart"]


def wish(total: int, **more: Any) -> dict[str, Any]:
    """A valid wish to buy the whole cart."""
    return {"email": "Ada@Example.org", "name": "Ada Lovelace", "expectedTotal": {"amountMinor": total, "currency": "EUR"}} | more


async def check_out(client: Client, total: int, **more: Any) -> dict[str, Any]:
    """The whole payload of `checkOutCart`."""
    return await do(client, "checkOutCart", f"secret order {{ {ORDER} }}", **wish(total, **more))


async def ordered(client: Client, total: int, **more: Any) -> Any:
    """The order of a cart that was checked out."""
    payload = await done(client, "checkOutCart", f"secret order {{ {ORDER} }}", **wish(total, **more))
    return payload["order"]


async def change(client: Client, deed: str, **input: Any) -> dict[str, Any]:
    """The whole payload of a mutation that answers an order."""
    return await do(client, deed, f"order {{ {ORDER} }}", **input)


async def changed(client: Client, deed: str, **input: Any) -> Any:
    """The order after a mutation that was not refused."""
    payload = await change(client, deed, **input)
    assert payload["errors"] == [], payload["errors"]
    return payload["order"]


async def one(client: Client, **by: str) -> Any:
    """The order named, or None."""
    return (await client.ask(ONE, by=by))["order"]


async def stock(tenant: Tenant, event_id: str) -> list[tuple[int, int]]:
    """What each pool of the event counts as held and sold."""
    pools = (await tenant.owner.ask(POOLS, id=event_id))["event"]["pools"]
    return [(each["held"], each["sold"]) for each in pools]
