"""Thousands of orders while PostgreSQL, gateways and the worker are killed: what was acknowledged is there, once, and all adds up."""

import asyncio
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import stripe

from gateway.embedded.ports import reserve
from gateway.supervisor.plan import TICKETBASE
from schema import ids
from tests.api.box_office import put_on_sale
from tests.conftest import Clock
from tests.payments.double import Double, open_account, running_double
from tests.ticket_types.desk import done
from tests.two_workers.platform import Platform, Tenant

CARELESS = (sys.executable, "-P", str(Path(__file__).with_name("careless.py")))
CHECK_OUT = "mutation ($input: CheckOutCartInput!) { checkOutCart(input: $input) { order { id } errors { __typename } } }"
START = "mutation ($input: StartPaymentInput!) { startPayment(input: $input) { clientSecret errors { __typename } } }"
PRICE = 2_550
LOST = "SELECT count(*) FROM unnest($1::uuid[]) AS told (id) WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = told.id)"
FACTS = """
SELECT count(*) AS orders, count(*) FILTER (WHERE status = 'CONFIRMED') AS confirmed, coalesce(sum(paid_minor), 0)::bigint AS paid,
    (SELECT count(*) FROM tickets t WHERE t.organization_id = $1 AND t.status = 'VALID') AS tickets,
    (SELECT count(*) FROM letters l WHERE l.organization_id = $1 AND l.kind = 'ORDER_CONFIRMED') AS letters,
    (SELECT coalesce(sum(amount_minor), 0)::bigint FROM ledger m WHERE m.organization_id = $1) AS ledger
FROM orders WHERE organization_id = $1
"""
UNPAID = "SELECT count(*) FROM unnest($1::uuid[]) AS told (id) JOIN orders o USING (id) WHERE o.status <> 'CONFIRMED'"
# Nothing is written before its time, so that what was not waited for is lost for certain.
CARELESSLY = ("ALTER SYSTEM SET synchronous_commit = off", "ALTER SYSTEM SET wal_writer_delay = '10s'")


@dataclass
class Storm:
    """Buyers who ask again under the same key until they are answered; `ordered` and `paid` are what they were told."""

    tenant: Tenant
    double: Double
    event_id: str
    type_id: str
    ordered: dict[str, str] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    async def run(self, orders: int, buyers: int, over: Callable[[], bool] = lambda: False) -> None:
        """So many orders by so many buyers at a time."""
        numbers = iter(range(orders))
        pay = self.double.client_with(self.double.account.secret_key, retries=5)

        async def buy() -> None:
            for number in numbers:
                if over():
                    return
                await self._buy(number, pay)

        await asyncio.gather(*(buy() for _ in range(buyers)))

    async def _buy(self, number: int, pay: stripe.StripeClient) -> None:
        headers = {"x_cart": secrets.token_urlsafe(32), "x_forwarded_for": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
        wish = {
            "email": "ada@example.org",
            "name": "Ada",
            "expectedTotal": {"amountMinor": PRICE, "currency": "EUR"},
            "lines": [{"ticketTypeId": self.type_id, "quantity": 1}],
            "idempotencyKey": f"order-{number}",
        }
        placed = await self._answer(number, "checkOutCart", CHECK_OUT, wish, headers)
        if placed["order"] is None:
            return
        order_id = placed["order"]["id"]
        self.ordered[order_id] = f"order-{number}"
        begin = {"orderId": order_id, "method": "card", "idempotencyKey": f"pay-{number}"}
        begun = await self._answer(number, "startPayment", START, begin, headers)
        if begun["clientSecret"]:
            intent = begun["clientSecret"].rpartition("_secret")[0]
            await self._charge(pay, intent)
            self.paid.add(order_id)

    async def _charge(self, pay: stripe.StripeClient, intent: str) -> None:
        """The card is charged once, however often it takes until that is heard."""
        charge: Any = {"payment_method": "pm_card_visa"}
        while True:
            try:
                await pay.v1.payment_intents.confirm_async(intent, charge, {"idempotency_key": f"charge-{intent}"})
            except stripe.APIConnectionError:
                self.failures["ReadTimeout"] += 1
            else:
                return

    async def _answer(self, number: int, name: str, query: str, wish: dict[str, Any], headers: dict[str, str]) -> Any:
        """The payload, from whichever gateway gives one; a payment of unknown outcome is asked for again."""
        turn = number
        while True:
            try:
                answer = await self.tenant.buyer(turn % 2, **headers).answer(query, input=wish)
            except (httpx.TransportError, ValueError) as fault:
                answer = {"errors": [{"extensions": {"code": type(fault).__name__}}]}
            errors = [each["extensions"]["code"] for each in answer.get("errors", ())]
            refused = [] if errors else [each["__typename"] for each in answer["data"][name]["errors"]]
            if not errors and refused != ["PaymentUnsure"] and refused != ["TooBusy"]:
                self.refused.update(refused)
                return answer["data"][name]
            self.failures.update(errors or refused)
            turn += 1
            await asyncio.sleep(0.1)


@dataclass
class Verdict:
    """What was found after the storm; all that is not as it must be is in `faults`."""

    ordered: int
    paid: int
    lost: int
    kills: dict[str, int]
    unanswered: dict[str, int]
    facts: dict[str, int]
    breaches: list[str]
    seconds: float

    @property
    def faults(self) -> list[str]:
        """In words."""
        found = [f"{self.lost} acknowledged orders are lost"] if self.lost else []
        expected = {"orders": self.ordered, "tickets": self.facts["confirmed"], "letters": self.facts["confirmed"], "confirmed": self.paid}
        found += [f"{self.facts[name]} {name} instead of {number}" for name, number in expected.items() if self.facts[name] != number]
        money = self.paid * PRICE
        found += [f"{name} {self.facts[name]} instead of {money}" for name in ("paid", "ledger") if self.facts[name] != money]
        return found + self.breaches


@asynccontextmanager
async def stormy_platform(folder: Path, program: tuple[str, ...] = TICKETBASE) -> AsyncIterator[tuple[Platform, Storm]]:
    """A platform, the double, and an event with tickets for everybody."""
    port = reserve()
    with running_double(port.number) as address:
        platform = Platform(folder, program, STRIPE_API_BASE=address, TICKETBASE_TRUSTED_PROXIES="127.0.0.1")
        try:
            if program is CARELESS:
                await _be_careless(platform)
            await platform.start()
            tenant = await platform.tenant()
            async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
                double = await open_account(address, http, f"{platform.gateways[1].url}/webhooks/stripe/{tenant.slug}")
                keys = double.account
                secret = {"secretKey": keys.secret_key, "webhookSecret": keys.webhook_secret}
                await done(tenant.owner(), "setPaymentSettings", "settings { version }", publishableKey=keys.publishable_key, **secret)
                yield platform, Storm(tenant, double, *await put_on_sale(tenant.owner(), capacity=100_000))
        finally:
            await platform.stop()
            port.give_up()


async def _be_careless(platform: Platform) -> None:
    addresses = await platform.postgresql.start()
    async with platform.connected(addresses.superuser) as superuser:
        for each in CARELESSLY:
            await superuser.execute(each)
    await platform.postgresql.stop()


async def storm(
    platform: Platform, storm: Storm, orders: int, kills: list[str], buyers: int, tell: Callable[[str], None], patience: float = 180
) -> Verdict:
    """Let it storm, kill one after the other while it does, and look at what is left once all that is paid is confirmed.

    `patience` is how many seconds the worker has for that, who hears late of what got lost on the way.
    """
    began, killed = time.monotonic(), Counter[str]()

    async def kill() -> None:
        for at, victim in enumerate(kills):
            mark = (at + 1) * orders // (len(kills) + 1)
            while len(storm.ordered) < mark and not raining.done():
                await asyncio.sleep(0.02)
            if not raining.done():
                tell(f"{len(storm.ordered)} orders: kill -9 {victim}")
                killed[victim] += 1
                await _kill(platform, victim)

    raining = asyncio.create_task(storm.run(orders, buyers))
    await asyncio.gather(raining, kill())
    return await _judge(platform, storm, killed, began, tell, patience)


async def _kill(platform: Platform, victim: str) -> None:
    if victim == "postgresql":
        platform.postgresql.kill()
        await platform.postgresql.start()
        return
    command = {"gateway-a": platform.gateways[0], "gateway-b": platform.gateways[1], "worker": platform.worker}[victim]
    command.kill()
    await asyncio.sleep(0.2)
    command.start()


async def _judge(
    platform: Platform, storm: Storm, killed: Counter[str], began: float, tell: Callable[[str], None], patience: float
) -> Verdict:
    """Let the worker ask about whatever it heard nothing of, then count."""
    tenant = storm.tenant.organization.id
    told, paid = [_uuid(each) for each in storm.ordered], [_uuid(each) for each in storm.paid]
    async with platform.connected() as owner:
        lost = await owner.fetchval(LOST, told)
        tell(f"{len(told)} orders acknowledged, {lost} of them lost; waiting for {await owner.fetchval(UNPAID, paid)} that are paid")
        clock = Clock(owner)
        await clock.advance(minutes=4)

        deadline = time.monotonic() + patience
        while await owner.fetchval(UNPAID, paid) and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        await clock.advance(minutes=0)
        facts = dict(await owner.fetchrow(FACTS, tenant))
    breaches = [f"{each.invariant}: {dict(each.facts)}" for each in await platform.breaches()]
    seconds = round(time.monotonic() - began, 1)
    return Verdict(len(told), len(paid), lost, dict(killed), dict(storm.failures), facts, breaches, seconds)


def victims(count: int, seed: int) -> list[str]:
    """Whom to kill, one after the other: PostgreSQL every other time."""
    chance = random.Random(seed)
    return ["postgresql" if at % 2 == 0 else chance.choice(["gateway-a", "gateway-b", "worker"]) for at in range(count)]


def _uuid(global_id: str) -> Any:
    return ids.expect(global_id, "Order", ())
