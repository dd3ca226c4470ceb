"""New identifiers and secrets: UUIDv7 for things, 256 bits of chance for secrets."""

import secrets
import time
from uuid import UUID

_RANDOM_BITS = 62


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): milliseconds since 1970, 12 bits of their fraction, 62 random bits; so ids of one process rise."""
    millis, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=millis << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(_RANDOM_BITS))


def new_token() -> str:
    """An opaque secret of 256 bits, 43 characters of base64url."""
    return secrets.token_urlsafe(32)
