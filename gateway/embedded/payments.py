"""The double of Stripe as a service: what TicketBase charges goes there, and no money moves."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import httpx

import gateway
from gateway.embedded.ownership import Owner
from gateway.embedded.process import Program, plain_environment
from gateway.embedded.service import Service

SOURCES = Path(gateway.__file__).parent.parent


@dataclass(frozen=True, slots=True)
class StripeAddresses:
    """Where the double is, and the keys of its account."""

    base: str
    secret_key: str
    publishable_key: str
    webhook_secret: str

    def environment(self) -> Mapping[str, str]:
        """The four variables of Stripe."""
        return {
            "STRIPE_API_BASE": self.base,
            "STRIPE_SECRET_KEY": self.secret_key,
            "STRIPE_PUBLISHABLE_KEY": self.publishable_key,
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
        }


class StripeDouble(Service):
    """The double. Its folder holds its port, its keys and its log; what was paid is in memory and goes with it."""

    name: ClassVar[str] = "stripe"
    title: ClassVar[str] = "The double of Stripe"
    grace: ClassVar[float] = 3

    def __init__(self, folder: Path, *, gateway_port: int, owner: Owner | None = None, log: Path | None = None) -> None:
        """Its notices go to the gateway on this port, to the organization that the payment is of."""
        super().__init__(folder, owner=owner, log=log)
        self._endpoint = f"http://127.0.0.1:{gateway_port}/webhooks/stripe/{{organization}}"

    async def start(self) -> StripeAddresses:
        """Start it and wait until it answers."""
        async with self._own_folder() as lock:
            port = self._reserve("api")["api"]
            keys = self._passwords("sk_test", "pk_test", "whsec")
            secret_key, publishable_key, webhook_secret = (f"{name}_{key.replace('-', 'x')}" for name, key in keys.items())
            addresses = StripeAddresses(f"http://127.0.0.1:{port}", secret_key, publishable_key, webhook_secret)
            command = (sys.executable, "-P", "-m", "gateway.embedded.stripe_double", str(port))
            told = {**addresses.environment(), "STRIPE_WEBHOOK_URL": self._endpoint}
            environment = plain_environment(HOME=os.devnull, PYTHONPATH=str(SOURCES), **told)
            # As the mail catcher: Python that a plain user may be unable to read, so it stays who we are.
            run = Program(self.name, command, self.log, environment, self.owner, folder=self.folder, files=(lock,))
            async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
                with self._begun(run) as process:
                    if not await process.ready(lambda: _answers(client, addresses.base), within=30):
                        raise process.failure(self.title)
        return addresses


async def _answers(client: httpx.AsyncClient, base: str) -> bool:
    """Whoever refuses a request without a key is there."""
    try:
        return (await client.get(f"{base}/v1/events")).status_code == httpx.codes.UNAUTHORIZED
    except httpx.TransportError:
        return False
