"""Signs the codes of tickets with Ed25519 (RFC 8032), and makes the keys for it."""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from domain.tickets.codec import KEY_ID_BYTES


class Ed25519Signer:
    """Implements `domain.tickets.TicketSigner`."""

    def sign(self, secret: bytes, message: bytes) -> bytes:
        """See `TicketSigner.sign`."""
        return Ed25519PrivateKey.from_private_bytes(secret).sign(message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """See `TicketSigner.verify`."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def new_ticket_key() -> tuple[bytes, bytes]:
    """A new key: its public and its secret half, 32 bytes each."""
    key = Ed25519PrivateKey.generate()
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def key_id_of(public: bytes) -> bytes:
    """The name of a key: the first eight bytes of the SHA-256 of its public half, so that nobody can give two keys one name by mistake."""
    return sha256(public).digest()[:KEY_ID_BYTES]
