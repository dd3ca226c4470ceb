"""Envelopes: every secret under a key of its own (AES-256-GCM), and that key wrapped by one of the installation's.

The bytes, which docs/security.md draws: version, length of the key's id, id, nonce, wrapped data key, nonce, ciphertext.
"""

import os
from base64 import b64decode
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.vault import Unsealable

VERSION = 1
KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
# What the two layers authenticate begins differently, so that neither can be taken for the other.
OF_A_KEY, OF_A_SECRET = b"ticketbase vault key\0", b"ticketbase vault secret\0"


class VaultKeyInvalid(ValueError):
    """A key of the vault is not what it should be."""


class _Envelope(NamedTuple):
    """A sealed secret taken apart; `header` says version and key, `secret` is what rewrapping leaves alone."""

    header: bytes
    key_id: str
    wrapped: bytes
    secret: bytes


class EnvelopeVault:
    """Implements `domain.vault.Vault` with these keys of 32 bytes by their ids: the first seals, all of them open."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise VaultKeyInvalid("the vault has no key")
        for key_id, key in keys.items():
            if len(key) != KEY_BYTES:
                raise VaultKeyInvalid(f"the vault's key {key_id!r} has {len(key)} bytes, not {KEY_BYTES}")
            if not 0 < len(key_id.encode()) < 256:
                raise VaultKeyInvalid("the id of a key of the vault is empty or too long")
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.sealing_key_id = next(iter(keys))

    def seal(self, plain: bytes, *, bound_to: str) -> bytes:
        """See `Vault.seal`."""
        if not bound_to:
            raise ValueError("a secret is bound to a place: tell which")
        data_key, nonce = AESGCM.generate_key(bit_length=8 * KEY_BYTES), os.urandom(NONCE_BYTES)
        ciphertext = AESGCM(data_key).encrypt(nonce, plain, OF_A_SECRET + bound_to.encode())
        return self._wrap(data_key) + nonce + ciphertext

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """See `Vault.open`."""
        envelope = _take_apart(sealed)
        data_key = AESGCM(self._unwrap(envelope))
        nonce, ciphertext = envelope.secret[:NONCE_BYTES], envelope.secret[NONCE_BYTES:]
        try:
            return data_key.decrypt(nonce, ciphertext, OF_A_SECRET + bound_to.encode())
        except InvalidTag:
            raise Unsealable("the secret was changed, or sealed for another place") from None

    def needs_rewrap(self, sealed: bytes) -> bool:
        """See `Vault.needs_rewrap`."""
        return _take_apart(sealed).key_id != self.sealing_key_id

    def rewrap(self, sealed: bytes) -> bytes:
        """See `Vault.rewrap`."""
        envelope = _take_apart(sealed)
        return self._wrap(self._unwrap(envelope)) + envelope.secret

    def _wrap(self, data_key: bytes) -> bytes:
        key_id = self.sealing_key_id.encode()
        header, nonce = bytes((VERSION, len(key_id))) + key_id, os.urandom(NONCE_BYTES)
        return header + nonce + self._keys[self.sealing_key_id].encrypt(nonce, data_key, OF_A_KEY + header)

    def _unwrap(self, envelope: _Envelope) -> bytes:
        key = self._keys.get(envelope.key_id)
        if key is None:
            raise Unsealable(f"the key {envelope.key_id!r} is not among those of the vault")
        try:
            return key.decrypt(envelope.wrapped[:NONCE_BYTES], envelope.wrapped[NONCE_BYTES:], OF_A_KEY + envelope.header)
        except InvalidTag:
            raise Unsealable(f"its data key was changed, or the key {envelope.key_id!r} is another than the one that wrapped it") from None


def read_vault_key(text: str) -> bytes:
    """The 32 bytes in the base64 text; raises VaultKeyInvalid, which does not repeat it."""
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        raise VaultKeyInvalid("is not base64") from None
    if len(key) != KEY_BYTES:
        raise VaultKeyInvalid(f"has {len(key)} bytes, not {KEY_BYTES}")
    return key


def _take_apart(sealed: bytes) -> _Envelope:
    if not sealed or sealed[0] != VERSION:
        raise Unsealable("it was not sealed by this vault, or by a newer version of it")
    start = 2 + (sealed[1] if len(sealed) > 1 else 0)
    end = start + WRAPPED_BYTES
    if start == 2 or len(sealed) < end + NONCE_BYTES + TAG_BYTES:
        raise Unsealable("it is cut off")
    try:
        key_id = sealed[2:start].decode("ascii")
    except UnicodeDecodeError:
        raise Unsealable("its key has no readable name") from None
    return _Envelope(sealed[:start], key_id, sealed[start:end], sealed[end:])
