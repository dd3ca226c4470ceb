"""The names of ticket keys, and the published half of them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.tickets.values import TicketKey
from domain.vault import binding


def show_bytes(value: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def key_bytes(key_id: str) -> bytes:
    """The eight bytes of a key's id, as codes carry them."""
    return urlsafe_b64decode(key_id + "=" * (-len(key_id) % 4))


def place_of(organization_id: UUID, key_id: str) -> str:
    """What the secret half of a key is bound to in the vault."""
    return binding(str(organization_id), "ticket key", key_id, 1)


def key_set(keys: Sequence[TicketKey]) -> Mapping[str, object]:
    """The public halves as a JWK set (RFC 7517, RFC 8037)."""
    return {"keys": [_jwk(each) for each in keys]}


def _jwk(key: TicketKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.id, "x": show_bytes(key.public)}
