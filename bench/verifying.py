"""How long it takes to verify an access token: by us, and as PyJWT and joserfc do it with the published key set."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt as jose
from joserfc.jwk import KeySet

from adapters.crypto.identifiers import new_id
from adapters.crypto.tokens import SignedTokens
from domain.tokens import Claims

ISSUER = AUDIENCE = "ticketbase"
TOKENS, TURNS, LASTS = 500, 15, 3_600
SEEN, NEW = "TicketBase, a token met before", "TicketBase, a token never met"
Verify = Callable[[str], object]
CLAIMS = jose.JWTClaimsRegistry(
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    exp={"essential": True},
    iat={"essential": True},
    sub={"essential": True},
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What one way costs for each token, in microseconds: the median of its turns."""

    way: str
    us_per_token: float


def verifications() -> Sequence[Verified]:
    """Each way verifies the same tokens, turn by turn; all hold three keys, as the ring does, and find the right one by its `kid`."""
    keys = [Ed25519PrivateKey.generate() for _ in range(3)]
    issuer = _tokens(keys)
    tokens = [issuer.issue(Claims(new_id(), new_id(), 1, int(time.time()) + LASTS, new_id())) for _ in range(TOKENS)]
    published = json.dumps(issuer.key_set())
    ways: Mapping[str, Verify] = {
        SEEN: issuer.read,
        "joserfc, keys kept": partial(_by_joserfc, KeySet.import_key_set(json.loads(published))),
        "joserfc, key set read each time": lambda token: _by_joserfc(KeySet.import_key_set(json.loads(published)), token),
        "PyJWT, keys kept": partial(_by_pyjwt, jwt.PyJWKSet.from_json(published)),
        "PyJWT, key set read each time": lambda token: _by_pyjwt(jwt.PyJWKSet.from_json(published), token),
    }
    for verify in ways.values():
        _timed(verify, tokens)
    turns: dict[str, list[float]] = {NEW: [], **{way: [] for way in ways}}
    for _ in range(TURNS):
        turns[NEW].append(_timed(_tokens(keys).read, tokens))
        for way, verify in ways.items():
            turns[way].append(_timed(verify, tokens))
    return [Verified(way, round(median(each), 2)) for way, each in turns.items()]


def _timed(verify: Verify, tokens: Sequence[str]) -> float:
    began = perf_counter()
    for each in tokens:
        verify(each)
    return (perf_counter() - began) / len(tokens) * 1_000_000


def _tokens(keys: Sequence[Ed25519PrivateKey]) -> SignedTokens:
    return SignedTokens(*keys, issuer=ISSUER, audience=AUDIENCE)


def _by_pyjwt(keys: jwt.PyJWKSet, token: str) -> object:
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER, options={"require": ["exp", "iat", "sub"]})


def _by_joserfc(keys: KeySet, token: str) -> object:
    read = jose.decode(token, keys, algorithms=["EdDSA"])
    CLAIMS.validate(read.claims)
    return read.claims
