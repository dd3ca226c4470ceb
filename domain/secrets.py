"""Secrets that a client carries: only their digest is kept, so that who reads the database cannot use what he finds."""

import hashlib


def digest(secret: str) -> bytes:
    """The SHA-256 of an opaque secret of 256 bits, 32 bytes. Such a secret needs no salt: nobody can guess it."""
    return hashlib.sha256(secret.encode()).digest()
