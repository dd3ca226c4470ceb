"""The settings of payments: the installation's own account with Stripe, for organizations that have none, and where Stripe is."""

from dataclasses import dataclass

from domain.payments import Credentials
from gateway import variables
from gateway.environment import Environment, Secret


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """How money is taken. `stripe_base` is where Stripe is, None for its own address; `own` the keys of the installation, if it has any."""

    stripe_base: str | None
    own: Credentials | None


NAMES = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET")


def read_payments(source: Environment) -> PaymentTerms:
    """The terms in the environment: all keys of an account, or none."""
    nothing: Secret | None = None
    keys = [source.read(name, variables.secret, nothing) for name in NAMES]
    base = source.read("STRIPE_API_BASE", variables.web_address, None)
    there = [key.reveal() for key in keys if key]
    if there and len(there) < len(NAMES):
        lacking = next(name for name, key in zip(NAMES, keys, strict=True) if not key)
        source.refuse(lacking, "is missing", f"Set {', '.join(NAMES)} together, or none of them.")
    return PaymentTerms(base, Credentials(there[1], there[0], there[2]) if len(there) == len(NAMES) else None)
