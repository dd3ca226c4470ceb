"""The names of ticket keys, and the published half of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.tickets.codec import show_bytes
from domain.tickets.values import TicketKey
from domain.vault import binding


def place_of(organization_id: UUID, key_id: str) -> str:
    """What the secret half of a key is bound to in the vault."""
    return binding(str(organization_id), "ticket key", key_id, 1)


def key_set(keys: Sequence[TicketKey]) -> Mapping[str, object]:
    """The public halves as a JWK set (RFC 7517, RFC 8037)."""
    return {"keys": [_jwk(each) for each in keys]}


def _jwk(key: TicketKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.id, "x": show_bytes(key.public)}
