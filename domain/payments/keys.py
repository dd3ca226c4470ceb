"""The keys of an organization's own account with a provider: written, and never shown again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.payments.store import PaymentSettings
from domain.refusals import Faults

_FORMS = {
    "publishable_key": (re.compile(r"pk_(test|live)_\w{8,200}", re.ASCII), "publishableKey", "must begin with pk_test_ or pk_live_"),
    "secret_key": (re.compile(r"(sk|rk)_(test|live)_\w{8,200}", re.ASCII), "secretKey", "must begin with sk_ or rk_ and test_ or live_"),
    "webhook_secret": (re.compile(r"whsec_[\w+/=]{8,200}", re.ASCII), "webhookSecret", "must begin with whsec_"),
}


@dataclass(frozen=True, slots=True)
class PaymentKeys:
    """Keys as they were typed; a secret that is None stays what it was. `expected_version` is 0 where there were none before."""

    provider: str
    publishable_key: str
    secret_key: str | None = field(repr=False)
    webhook_secret: str | None = field(repr=False)
    expected_version: int

    @property
    def secrets(self) -> Mapping[str, str | None]:
        """The two that are sealed, by name."""
        return {"secret_key": self.secret_key, "webhook_secret": self.webhook_secret}


def check_keys(keys: PaymentKeys) -> None:
    """Refuse with InputInvalid what cannot be keys, naming each and repeating none."""
    faults = Faults()
    for name, (form, shown, rule) in _FORMS.items():
        value = getattr(keys, name)
        faults.check(value is None or form.fullmatch(value) is not None, ("input", shown), rule)
    secret = keys.secret_key
    same = secret is None or secret.split("_")[1:2] == keys.publishable_key.split("_")[1:2]
    faults.check(same, ("input", "secretKey"), "must be of the same mode, test or live, as the publishable key")
    faults.refuse()


def changed_settings(before: PaymentSettings | None, keys: PaymentKeys, sealed: Mapping[str, bytes]) -> PaymentSettings:
    """The settings as they are now; refused with InputInvalid where a secret is missing that was never set."""
    secret_key = sealed.get("secret_key", before.secret_key_sealed if before else None)
    webhook_secret = sealed.get("webhook_secret", before.webhook_secret_sealed if before else None)
    faults = Faults()
    faults.check(secret_key is not None, ("input", "secretKey"), "is missing")
    faults.check(webhook_secret is not None, ("input", "webhookSecret"), "is missing")
    faults.refuse()
    return PaymentSettings(keys.provider, keys.publishable_key, secret_key, webhook_secret, before.version + 1 if before else 1)
