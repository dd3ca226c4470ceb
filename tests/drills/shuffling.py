"""The provider's notices of a payment in every order: however they come, the order is paid once and the dispute is over."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from tests.payments.shop import Bought, Shop

KINDS = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "charge.dispute.created",
    "charge.dispute.closed",
    "payment_intent.created",
)
LEDGER = [("CAPTURE", 2_550)]


@dataclass
class Shuffles:
    """How many orders of how many notices were tried, and those that ended otherwise than all."""

    tried: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


async def shuffles(shop: Shop, most: int, tell: Callable[[str], None], of_length: Sequence[int] = ()) -> Shuffles:
    """Every order of every so many of the notices, up to `most`; each for an order of its own, the last notice twice."""
    found = Shuffles()
    lengths = of_length or range(1, most + 1)
    event_id = type_id = ""
    for kinds in (each for length in lengths for each in permutations(KINDS[:most], length)):
        if not sum(found.tried.values()) % 40:
            tell(f"{sum(found.tried.values())} orders of notices, {len(found.faults)} of them ended otherwise")
        bought = await (shop.order_of(event_id, type_id) if event_id else shop.order(capacity=5_000))
        event_id, type_id = bought.event_id, bought.type_id
        events = await _happened(shop, bought)
        for kind in (*kinds, kinds[-1]):
            await shop.double.deliver(events[kind])
        await _judge(shop, bought, kinds, found)
    return found


async def _happened(shop: Shop, bought: Bought) -> dict[str, str]:
    """A card that is declined, another that pays and is disputed, and the dispute won; the events by their kinds."""
    intent = (await bought.started())["intent"]
    before = {event["id"] for event in await shop.double.events()}
    known = {event["type"]: event["id"] for event in await shop.double.events("payment_intent.created")}
    try:
        await shop.pay(intent, "pm_card_chargeDeclined")
    except Exception as fault:
        if type(fault).__name__ != "CardError":
            raise
    await shop.pay(intent, "pm_card_createDispute")
    [dispute] = [event for event in await shop.double.events("charge.dispute.created") if event["id"] not in before]
    await shop.double.control(f"disputes/{dispute['data']['object']['id']}/close", {"outcome": "won"})
    return known | {event["type"]: event["id"] for event in await shop.double.events() if event["id"] not in before}


async def _judge(shop: Shop, bought: Bought, kinds: Sequence[str], found: Shuffles) -> None:
    """Notices of the payment are enough to know that it is paid; the worker asks where there was none."""
    if any(kind.startswith("payment_intent") for kind in kinds):
        await bought.becomes("CONFIRMED", "PAID", 2_550, 0)
    money: Any = await bought.money()
    entries = [(each["kind"], each["amount"]["amountMinor"]) for each in money["transactions"]]
    heard = any(kind.startswith("payment_intent") for kind in kinds)
    found.tried[len(kinds)] += 1
    if entries != (LEDGER if heard else []) or any(each["disputed"] for each in money["payments"]):
        found.faults.append(f"{' '.join(kinds)}: {money['status']} {entries} {money['payments']}")
