"""Seals with AES-256-GCM under a key that is derived from a secret of the installation."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class DerivedSealing:
    """Implements `domain.letters.Sealing`; `purpose` parts the keys that are derived from one secret.

    Random nonces of 96 bits under one key are safe for some four thousand million seals (NIST SP 800-38D, 8.3).
    """

    def __init__(self, secret: bytes, *, purpose: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"ticketbase {purpose}".encode()).derive(secret)
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, *, bound_to: str) -> bytes:
        """A nonce and what only `open` with the same words reads."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """What was sealed; raises InvalidTag or ValueError for anything else."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
