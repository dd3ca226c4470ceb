"""The double on a socket of its own, and its controls as tests use them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import stripe
import uvicorn

from adapters.stripe.accounts import PooledHttp
from gateway.embedded.stripe_double.accounts import Account
from gateway.embedded.stripe_double.app import stripe_double


@dataclass(frozen=True)
class Double:
    """A running double and one account of it."""

    address: str
    http: httpx.AsyncClient
    account: Account = field(repr=False)

    @property
    def client(self) -> stripe.StripeClient:
        """The official library, with the secret key."""
        return self.client_with(self.account.secret_key)

    def client_with(self, key: str, retries: int = 0) -> stripe.StripeClient:
        """The official library, with this key."""
        bases: Any = {"api": self.address}
        return stripe.StripeClient(key, base_addresses=bases, http_client=PooledHttp(self.http, 5), max_network_retries=retries)

    async def control(self, path: str, body: object | None = None) -> Any:
        """Use a control; what it answers."""
        headers = {"Authorization": f"Bearer {self.account.secret_key}"}
        url = f"{self.address}/_control/{path}"
        answer = await (self.http.get(url, headers=headers) if body is None else self.http.post(url, json=body, headers=headers))
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def events(self, *kinds: str) -> list[dict[str, Any]]:
        """What happened in this account, the oldest first."""
        return [event for event in await self.control("events") if not kinds or event["type"] in kinds]

    async def deliver(self, event_id: str, corruption: str = "") -> int | None:
        """Deliver an event once more; the status it was answered with."""
        answer = await self.control(f"events/{event_id}/deliver?corruption={corruption}", {})
        status: int | None = answer["status"]
        return status


def new_account(endpoint: str = "") -> Account:
    """An account that no other test has."""
    name = uuid4().hex
    return Account(f"sk_test_{name}", f"pk_test_{name}", f"whsec_{name}", endpoint)


async def open_account(address: str, http: httpx.AsyncClient, endpoint: str = "") -> Double:
    """The double with an account of this test's own."""
    account = new_account(endpoint)
    keys = {"secret_key": account.secret_key, "publishable_key": account.publishable_key, "webhook_secret": account.webhook_secret}
    answer = await http.post(f"{address}/_control/accounts", json={**keys, "endpoint": endpoint})
    assert answer.status_code == 201
    return Double(address, http, account)


@contextmanager
def serving(application: Any, port: int) -> Iterator[str]:
    """An application on a real socket, in a thread of its own."""
    settings = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="error", access_log=False, timeout_keep_alive=75)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    patience = time.monotonic() + 20
    while not server.started and time.monotonic() < patience:
        time.sleep(0.01)
    assert server.started
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def running_double(port: int) -> Iterator[str]:
    """The double; its address."""
    with serving(stripe_double(f"http://127.0.0.1:{port}"), port) as address:
        yield address
