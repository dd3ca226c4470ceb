"""An order's time ends while its payment comes, within 50 milliseconds of one another: it is paid, or the money goes back, never both."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import stripe

from adapters.crypto.identifiers import new_id
from adapters.postgres.work import writing
from domain.refusals import Refused
from gateway.money_rounds import in_flight_at
from resolvers.order_ending import expire
from schema import ids
from tests.orders.shop import guest, nothing_in_flight
from tests.payments.shop import Bought, Shop

WITHIN = 0.05
"""Seconds before or after one another."""
LEAD = 0.3
STEP = 0.015
LONGEST_SHIFT = 1.0
AGE = "UPDATE orders SET expires_at = app_now() + make_interval(secs => $2) WHERE id = $1 RETURNING expires_at"
ENDS = frozenset({("CONFIRMED", "PAID", 2_550, 0), ("EXPIRED", "NOT_REQUIRED", 0, 0), ("EXPIRED", "REFUNDED", 2_550, 2_550)})
HOLD = "mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { errors { __typename } } }"


@dataclass
class Races:
    """How they ended, and those that ended as none may.

    `shift` is how many seconds later than the end the money must start to arrive with the other one: it follows how the races end, so that
    they stay close however slow the machine is.
    """

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    shift: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def lean(self, kind: int, *, paid: bool) -> None:
        """The one that lost gets a little more time."""
        self.shift[kind] = min(max(self.shift[kind] + (STEP if paid else -STEP), -LEAD + WITHIN), LONGEST_SHIFT)


async def races(shop: Shop, superuser: Any, count: int, seed: int, tell: Callable[[str], None]) -> Races:
    """So many races, a few at a time. In every other one the provider cannot be asked, and somebody else wants the ticket."""
    chance, found, places, lock = random.Random(seed), Races(), asyncio.Semaphore(4), asyncio.Lock()

    async def one(number: int, by: float) -> None:
        async with places:
            bought = await shop.order(capacity=1, slug=f"race-{seed}-{number}-{new_id()}")
            intent = (await bought.started())["intent"]
            async with lock:
                await superuser.fetchval(AGE, _uuid(bought.id), LEAD)
            race, shifted = (_race_unheard if number % 2 else _race_asked), by + found.shift[number % 2]
            await race(shop, bought, intent, shifted)
            await _judge(shop, bought, intent, number, by, found)
            if sum(found.ends.values()) % 50 == 0:
                tell(f"{sum(found.ends.values())} races: {dict(found.ends)}")

    await asyncio.gather(*(one(number, chance.uniform(-WITHIN, WITHIN)) for number in range(count)))
    return found


async def _race_asked(shop: Shop, bought: Bought, intent: str, by: float) -> None:
    """The card is charged around the end; the worker asks the provider, which gives the payment up unless it is made."""

    async def pay() -> None:
        await asyncio.sleep(LEAD + by)
        try:
            await _pay(shop, intent)
        except stripe.InvalidRequestError:
            return  # it was given up before
        await _tell(shop, intent)

    async def end() -> None:
        await asyncio.sleep(LEAD)
        await _expire(shop, bought, in_flight_at(shop.till_of)(shop.tenant.organization.id))

    await asyncio.gather(pay(), end())


async def _race_unheard(shop: Shop, bought: Bought, intent: str, by: float) -> None:
    """The card is charged in time, word of it comes around the end, and whoever ends orders cannot ask; a rival waits for the ticket."""
    await _pay(shop, intent)

    async def word() -> None:
        await asyncio.sleep(LEAD + by)
        await _tell(shop, intent)

    async def end() -> None:
        await asyncio.sleep(LEAD)
        await _expire(shop, bought, nothing_in_flight)

    async def rival() -> None:
        await asyncio.sleep(LEAD)
        client = guest(shop.tenant)
        wish = {"eventId": bought.event_id, "lines": [{"ticketTypeId": bought.type_id, "quantity": 1}]}
        await client.answer(HOLD, input=wish)

    await asyncio.gather(word(), rival(), end())


async def _tell(shop: Shop, intent: str) -> None:
    for event in await shop.double.events("payment_intent.succeeded"):
        if event["data"]["object"]["id"] == intent:
            await shop.double.deliver(event["id"])


async def _expire(shop: Shop, bought: Bought, in_flight: Any) -> None:
    """What the worker does when the time is over."""
    tenant = shop.tenant.organization.id
    try:
        await expire(lambda: writing(shop.pools.app, tenant, None, new_id), _uuid(bought.id), new_id, in_flight)
    except Refused:
        return


async def _judge(shop: Shop, bought: Bought, intent: str, number: int, by: float, found: Races) -> None:
    """Wait until it has come to an end, which the provider's books must say too."""
    for _ in range(100):
        state, charged, went_back = await bought.state(), *await _books(shop, intent)
        if state in ENDS and state[2:] == (charged, went_back):
            break
        await asyncio.sleep(0.05)
        if state[0] == "PENDING":
            await _expire(shop, bought, in_flight_at(shop.till_of)(shop.tenant.organization.id))
    found.lean(number % 2, paid=state[0] == "CONFIRMED")
    found.ends[" ".join(map(str, state))] += 1
    if state not in ENDS or state[2:] != (charged, went_back):
        found.faults.append(f"race {number}, {by * 1000:+.1f} ms: {state}, charged {charged}, given back {went_back}")


def _client(shop: Shop) -> stripe.StripeClient:
    """Stripe's own, which repeats what the network lost."""
    return shop.double.client_with(shop.double.account.secret_key, retries=5)


async def _pay(shop: Shop, intent: str) -> None:
    await _client(shop).v1.payment_intents.confirm_async(intent, {"payment_method": "pm_card_visa"})


async def _books(shop: Shop, intent: str) -> tuple[int, int]:
    """What the provider charged and gave back."""
    there = await _client(shop).v1.payment_intents.retrieve_async(intent)
    back = [event["data"]["object"] for event in await shop.double.events("refund.created")]
    return int(there.amount_received or 0), sum(each["amount"] for each in back if each["payment_intent"] == intent)


def _uuid(global_id: str) -> Any:
    return ids.expect(global_id, "Order", ())
