"""What authenticators compute: codes of six digits that change every thirty seconds."""

import hmac
from collections.abc import Sequence
from datetime import datetime

import pyotp

from domain.two_factor import DIGITS, STEP_SECONDS

ISSUER = "TicketBase"
SECRET_LETTERS = 32
"""Letters of base 32, five bits each: the 160 bits that RFC 4226, §4 R6 recommends."""
TOLERANCE = (0, -1, 1)
"""Steps by which the clock of a device may be wrong, the likeliest first."""


class PyotpPasswords:
    """Implements `domain.two_factor.OneTimePasswords`."""

    def new_secret(self) -> str:
        """See `OneTimePasswords.new_secret`."""
        return pyotp.random_base32(SECRET_LETTERS)

    def steps_of(self, secret: str, code: str, at: datetime) -> Sequence[int]:
        """See `OneTimePasswords.steps_of`; every step is compared, and in constant time."""
        now, generator = int(at.timestamp()) // STEP_SECONDS, _generator(secret)
        return [now + off for off in TOLERANCE if hmac.compare_digest(generator.generate_otp(now + off).encode(), code.encode())]

    def uri(self, secret: str, account: str) -> str:
        """See `OneTimePasswords.uri`."""
        return _generator(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def _generator(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
