"""Tells accounts what happened: signed events, sent in good order, or in as bad an order as a test or a drill asks for."""

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import Any

import httpx

from gateway.embedded.stripe_double.accounts import Account, Object

Post = Callable[[Account, str, Object], None]
"""Tell the account that this happened to this object."""

API_VERSION = "2026-10-28.endive"
# Seconds between the tries of an event that nobody took; Stripe goes on for three days.
TRIES_AFTER = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
CORRUPTIONS = ("body", "signature", "secret", "time", "future")


@dataclass(slots=True)
class Conduct:
    """How events travel: kept back until asked for, or sent `copies` times after `delay` seconds and up to `shuffle` more.

    Every `drop_each`-th is lost (and tried again by the schedule unless `retries` is off), every `corrupt_each`-th arrives corrupted first.
    """

    keep_back: bool = False
    copies: int = 1
    delay: float = 0
    shuffle: float = 0
    drop_each: int = 0
    corrupt_each: int = 0
    retries: bool = True
    seed: int = 0


@dataclass(slots=True)
class Delivery:
    """One try: which event, and what the endpoint answered (None when it was not reached or the try was lost on the way)."""

    event: str
    status: int | None
    corruption: str = ""


@dataclass(slots=True)
class Deliverer:
    """Sends events; `delivered` is the record of all tries. One client and the loop's tasks, ended by `close`."""

    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(trust_env=False, timeout=10))
    conduct: Conduct = field(default_factory=Conduct)
    delivered: list[Delivery] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a disorder that can be repeated
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    count: int = 0

    def change(self, asked: Object) -> None:
        """Conduct yourself so from now on. Raises ValueError for words that are not known."""
        named = {each.name: type(getattr(Conduct(), each.name)) for each in fields(Conduct)}
        if unknown := asked.keys() - named.keys():
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        self.conduct = Conduct(**{name: named[name](value) for name, value in asked.items()})
        self.chance = random.Random(self.conduct.seed)  # noqa: S311 - a disorder that can be repeated
        self.count = 0

    def post(self, account: Account, kind: str, object: Object) -> None:
        """Note that this happened, as it is at this moment, and send word of it."""
        event = account.keep("evt", "event", {"type": kind, "api_version": API_VERSION, "pending_webhooks": int(bool(account.endpoint))})
        event |= {"data": {"object": deepcopy(shown(object))}, "request": {"id": None, "idempotency_key": None}}
        account.events.append(event)
        if account.endpoint and not self.conduct.keep_back:
            self.count += 1
            for _ in range(max(self.conduct.copies, 1)):
                self._begin(self._send_by_conduct(account, event, self.count))

    async def deliver(self, account: Account, event: Object, corruption: str = "") -> Delivery:
        """Send one event now, once."""
        body = json.dumps(shown(event), indent=2).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"}
        secret, moment = account.webhook_secret, int(time.time())
        secret = "whsec_of_somebody_else" if corruption == "secret" else secret
        moment += {"time": -3_600, "future": 3_600}.get(corruption, 0)
        headers["Stripe-Signature"] = "t=1,v1=00" if corruption == "signature" else signature(secret, body, moment)
        if corruption == "body":
            body = body.replace(b'"amount": ', b'"amount": 1', 1) + b" "
        try:
            answer = await self.client.post(endpoint_of(account, event), content=body, headers=headers)
            status: int | None = answer.status_code
        except httpx.TransportError:
            status = None
        delivery = Delivery(event["id"], status, corruption)
        self.delivered.append(delivery)
        return delivery

    async def close(self) -> None:
        """Let nothing go on."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.client.aclose()

    def _begin(self, sending: Any) -> None:
        task = asyncio.get_running_loop().create_task(sending)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _send_by_conduct(self, account: Account, event: Object, number: int) -> None:
        conduct = self.conduct
        await asyncio.sleep(conduct.delay + self.chance.uniform(0, conduct.shuffle))
        if conduct.corrupt_each and number % conduct.corrupt_each == 0:
            await self.deliver(account, event, self.chance.choice(CORRUPTIONS))
        lost = bool(conduct.drop_each) and number % conduct.drop_each == 0
        if lost:
            self.delivered.append(Delivery(event["id"], None, "dropped"))
        for wait in (*(() if lost else (0.0,)), *(TRIES_AFTER if conduct.retries else ())):
            await asyncio.sleep(wait)
            if ((await self.deliver(account, event)).status or 500) < 300:
                event["pending_webhooks"] = 0
                return


def signature(secret: str, body: bytes, moment: int) -> str:
    """The `Stripe-Signature` of a body: HMAC-SHA256 over the time in seconds, a dot and the raw bytes."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def shown(object: Object) -> Object:
    """An object as it is told: without what only the double knows of it."""
    return {name: value for name, value in object.items() if not name.startswith("_")}


def endpoint_of(account: Account, event: Object) -> str:
    """Where the event goes: what it is about, or the payment behind that, tells whose it is."""
    about = event["data"]["object"]
    behind = account.objects.get(str(about.get("payment_intent")), {})
    named = [thing.get("metadata", {}).get("organization") for thing in (about, behind)]
    return account.endpoint.replace("{organization}", next(filter(None, named), "none"))
