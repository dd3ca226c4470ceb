"""The providers of an installation: Stripe, and money that people record by hand."""

from collections.abc import Sequence

from adapters.manual_payments import ManualPayments
from adapters.stripe.accounts import STRIPE, StripeAccounts
from domain.payments.provider import Credentials, PaymentProvider
from domain.payments.values import MANUAL

METHODS = {"card": STRIPE, "checkout": STRIPE}
"""What buyers can choose, the preferred one first."""


class Providers:
    """Implements `PaymentProviders`; `own` are the keys of the installation, for organizations that have none."""

    def __init__(self, stripe: StripeAccounts, own: Credentials | None) -> None:
        self._stripe, self._own = stripe, own

    @property
    def methods(self) -> Sequence[str]:
        """See `PaymentProviders`."""
        return tuple(METHODS)

    def provider_of(self, method: str) -> str | None:
        """See `PaymentProviders`."""
        return METHODS.get(method)

    def get(self, provider: str, credentials: Credentials | None) -> PaymentProvider | None:
        """See `PaymentProviders`."""
        if provider == MANUAL:
            return ManualPayments()
        keys = credentials or self._own
        return self._stripe.open(keys) if keys and provider == STRIPE else None
