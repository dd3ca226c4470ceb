"""Opens accounts with Stripe, all over one pool of connections."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import stripe

from adapters.stripe.account import StripeAccount
from domain.payments.provider import Credentials

STRIPE = "stripe"
RETRIES = 1
"""Of the library's own, after a connection broke or Stripe was busy; a request that moves money carries its key each time."""


class PooledHttp(stripe.HTTPXClient):
    """The library's own client on a pool of ours: a double on this machine is reached without the proxy of the network."""

    def __init__(self, client: httpx.AsyncClient, seconds: float) -> None:
        super().__init__(timeout=seconds)
        self._client_async = client

    def _get_request_args_kwargs(self, method: str, url: str, headers: Mapping[str, str], post_data: Any) -> tuple[Any, Any]:
        """As the library does it, but by the argument that httpx wants for a body that is encoded already."""
        args, named = super()._get_request_args_kwargs(method, url, headers, post_data)
        named["content"] = named.pop("data") or None
        return args, named


class StripeAccounts:
    """Accounts by their keys; `base` is where Stripe is (None: at its own address)."""

    def __init__(self, http: stripe.HTTPClient, base: str | None) -> None:
        self._http, self._base = http, base

    def open(self, credentials: Credentials) -> StripeAccount:
        """The account of these keys."""
        bases: Any = {"api": self._base} if self._base else {}
        client = stripe.StripeClient(credentials.secret_key, base_addresses=bases, http_client=self._http, max_network_retries=RETRIES)
        return StripeAccount(client, credentials)


@asynccontextmanager
async def open_stripe(base: str | None, *, seconds: float = 4) -> AsyncIterator[StripeAccounts]:
    """The way to Stripe; a request that takes longer than so many seconds is of unknown outcome."""
    # The library counts its requests and would tell Stripe how long they took.
    stripe.enable_telemetry = False
    async with httpx.AsyncClient(trust_env=base is None, timeout=seconds) as client:
        yield StripeAccounts(PooledHttp(client, seconds), base)
