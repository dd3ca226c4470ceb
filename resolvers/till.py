"""The till: what deeds on money need besides a work, also where nobody asks for them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from domain.holds import Holds
from domain.payments import (
    Credentials,
    Payment,
    PaymentMethodUnknown,
    PaymentProvider,
    PaymentProviders,
    PaymentSettings,
    place_of_key,
)
from domain.refusals import Refused
from domain.vault import Vault
from domain.work import Work

from resolvers.context import Context
from resolvers.order_settling import Desk, desk_of


@dataclass(frozen=True, slots=True)
class Till:
    """One organization's: works of it, its desk, and the ways to providers, keys and stock."""

    work: Callable[[], AbstractAsyncContextManager[Work]]
    desk: Desk
    providers: PaymentProviders
    vault: Vault
    holds: Holds


def till_of(ctx: Context) -> Till:
    """The till of a deed that the viewer asks for."""
    return Till(ctx.work, desk_of(ctx), ctx.outside.payments, ctx.outside.vault, ctx.holds)


def opened(till: Till, provider: str, settings: PaymentSettings | None) -> PaymentProvider:
    """The organization's account, else the installation's; refused with PaymentMethodUnknown where there is neither."""
    account = open_or_none(till, provider, settings)
    if account is None:
        raise Refused(PaymentMethodUnknown(provider, ()))
    return account


def open_or_none(till: Till, provider: str, settings: PaymentSettings | None) -> PaymentProvider | None:
    """The same, None where there is neither."""
    keys = _keys(till, settings) if settings and settings.provider == provider else None
    return till.providers.get(provider, keys)


async def account_of(till: Till, provider: str) -> PaymentProvider:
    """The same, in a work of its own that only reads."""
    async with till.work() as work:
        settings = await work.payments.settings()
    return opened(till, provider, settings)


async def account_for(till: Till, payment: Payment) -> PaymentProvider:
    """The account that a payment is with."""
    return await account_of(till, payment.provider)


def _keys(till: Till, settings: PaymentSettings) -> Credentials | None:
    if settings.secret_key_sealed is None or settings.webhook_secret_sealed is None:
        return None
    tenant = till.desk.organization_id
    secret_key = till.vault.open(settings.secret_key_sealed, bound_to=place_of_key(tenant, "secret_key"))
    webhook_secret = till.vault.open(settings.webhook_secret_sealed, bound_to=place_of_key(tenant, "webhook_secret"))
    return Credentials(settings.publishable_key, secret_key.decode(), webhook_secret.decode())
