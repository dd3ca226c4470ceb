"""Opens the ways to payment providers that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.payments import Providers
from adapters.stripe.accounts import open_stripe
from gateway.settings import Settings


@asynccontextmanager
async def open_payments(settings: Settings) -> AsyncIterator[Providers]:
    """The providers, their connections closed with the block."""
    async with open_stripe(settings.payments.stripe_base) as stripe:
        yield Providers(stripe, settings.payments.own)
