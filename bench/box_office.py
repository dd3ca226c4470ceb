"""A box office to be measured: two gateways behind one door, the worker, a double of Stripe, and buyers who go the whole way."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson
import psutil

from adapters.crypto.identifiers import new_id, new_token
from bench.load import Caller
from bench.stage import OTHER_CORES, HotEvent, Stage, pin, start, worker
from gateway.embedded.payments import StripeAddresses, StripeDouble
from gateway.embedded.process import Process
from schema import ids

GATEWAYS = 2
PRICE, JSON = 2_500, "application/json"
STEPS = ("hold", "check out", "begin to pay", "pay until the ticket is there")
LOOK_AFTER, LOOK_EACH = 0.02, 0.02
"""Seconds until a buyer looks whether the order is confirmed, as its page does after the card was taken, and between two looks."""
MOST_LOOKS = 1_000
HOLD = """mutation Hold($input: HoldTicketsInput!) {
  holdTickets(input: $input) { hold { id } errors { ... on UserError { code message } } } }"""
CHECK_OUT = """mutation CheckOut($input: CheckOutCartInput!) {
  checkOutCart(input: $input) { order { id } errors { ... on UserError { code message } } } }"""
START = """mutation Start($input: StartPaymentInput!) {
  startPayment(input: $input) { clientSecret publishableKey errors { ... on UserError { code message } } } }"""
LOOK = "query Look($id: ID!) { order(by: {id: $id}) { status lines { ticket { code qrCode { text } } } } }"


@dataclass(frozen=True, slots=True)
class Office:
    """Where buyers go, and the processes that serve them."""

    url: str
    stripe: StripeAddresses
    processes: Sequence[psutil.Process]

    def cpu_seconds(self) -> float:
        """What the gateways used so far, user and system."""
        times = [each.cpu_times() for each in self.processes]
        return float(sum(each.user + each.system for each in times))


@dataclass(slots=True)
class Bought:
    """What the crowd lived through: seconds of each step of each order, and of the whole; and what was refused."""

    whole: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=lambda: {each: [] for each in STEPS})
    faults: list[str] = field(default_factory=list)


@asynccontextmanager
async def open_office(stage: Stage, name: str, command: Sequence[str]) -> AsyncIterator[Office]:
    """Two of these gateways, free to run on any core, and all that they need; gone with the block."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen(1_024)
    port = door.getsockname()[1]
    double = StripeDouble(stage.folder / f"stripe-{name}", gateway_port=port)
    processes: list[Process] = []
    try:
        stripe = await double.start()
        if double.process:
            pin(double.process.pid, OTHER_CORES)
        words = (*command, "serve", "--fd", str(door.fileno()))
        variables = dict(stripe.environment())
        processes += [start(stage, f"{name}-{number}", words, variables, files=(door.fileno(),)) for number in range(GATEWAYS)]
        url = f"http://127.0.0.1:{port}"
        await _ready(url, processes[0])
        async with worker(stage, **variables):
            yield Office(url, stripe, [psutil.Process(each.pid) for each in processes])
    finally:
        await asyncio.gather(*(each.stop(grace=10) for each in processes))
        await double.stop()
        door.close()


async def buy(office: Office, stage: Stage, hot: HotEvent, clients: int, seconds: float) -> Bought:
    """So many buyers, each of whom buys one ticket after the other for so long; who has begun comes to the end."""
    seen = Bought()
    until = perf_counter() + seconds

    async def go() -> None:
        shop, stripe = Caller(office.url), Caller(office.stripe.base)
        try:
            while perf_counter() < until and not seen.faults:
                await _one(shop, stripe, stage, hot, seen)
        except (OSError, EOFError, TypeError, KeyError, ValueError) as fault:
            seen.faults.append(repr(fault))
        finally:
            shop.close()
            stripe.close()

    await asyncio.gather(*(go() for _ in range(clients)))
    return seen


async def _one(shop: Caller, stripe: Caller, stage: Stage, hot: HotEvent, seen: Bought) -> None:
    """One buyer's way, from the hold to the code of the ticket."""
    headers = {"X_Organization": stage.organization.slug, "X_Cart": new_token(), "Content_Type": JSON, "Accept": JSON}
    times = [perf_counter()]

    async def ask(document: str, **variables: Any) -> Any:
        answer = orjson.loads(await shop.post("/graphql", orjson.dumps({"query": document, "variables": variables}), **headers))
        (payload,) = answer["data"].values()
        if "errors" in answer or payload.get("errors"):
            raise ValueError(orjson.dumps(answer).decode())
        return payload

    line = {"ticketTypeId": ids.show("TicketType", hot.ticket_type_id), "quantity": 1}
    hold = await ask(HOLD, input={"eventId": ids.show("Event", hot.event_id), "lines": [line], "idempotencyKey": f"key-{new_id()}"})
    times.append(perf_counter())
    wish = {"holdIds": [hold["hold"]["id"]], "email": "ada@buyer.example", "name": "Ada", "idempotencyKey": f"key-{new_id()}"}
    expected = {"amountMinor": PRICE, "currency": "EUR"}
    order_id = (await ask(CHECK_OUT, input={**wish, "expectedTotal": expected}))["order"]["id"]
    times.append(perf_counter())
    begun = await ask(START, input={"orderId": order_id, "idempotencyKey": f"key-{new_id()}"})
    times.append(perf_counter())
    await _pay(stripe, begun["clientSecret"], begun["publishableKey"])
    await _confirmed(lambda: ask(LOOK, id=order_id))
    times.append(perf_counter())
    seen.whole.append(times[-1] - times[0])
    for step, began, ended in zip(STEPS, times, times[1:], strict=False):
        seen.steps[step].append(ended - began)


async def _pay(stripe: Caller, secret: str, key: str) -> None:
    """As the page does, with Stripe's own card for tests."""
    form = urlencode({"client_secret": secret, "payment_method": "pm_card_visa"}).encode()
    path = f"/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm"
    answer = await stripe.post(path, form, Authorization=f"Bearer {key}", Content_Type="application/x-www-form-urlencoded")
    if orjson.loads(answer).get("status") != "succeeded":
        raise ValueError(answer.decode())


async def _confirmed(look: Any) -> None:
    await asyncio.sleep(LOOK_AFTER)
    for _ in range(MOST_LOOKS):
        order = await look()
        if order["status"] == "CONFIRMED" and all(each["ticket"]["qrCode"]["text"] for each in order["lines"]):
            return
        await asyncio.sleep(LOOK_EACH)
    raise ValueError("an order that was paid was never confirmed")


async def _ready(url: str, process: Process) -> None:
    """One of them answers; the others began at the same time, and a round that warms up follows."""
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:

        async def answers() -> bool:
            try:
                return (await client.get(f"{url}/readyz")).is_success
            except httpx.TransportError:
                return False

        if not await process.ready(answers, within=90):
            raise RuntimeError(f"the gateways did not get ready: {process.program.log.read_text(errors='replace')[-2_000:]}")
