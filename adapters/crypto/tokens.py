"""Access tokens as JWTs signed with Ed25519 (RFC 9068 `at+jwt`), and the key set that lets others verify them."""

import hmac
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from domain.refusals import Refused
from domain.tokens import KEY_UNKNOWN, Claims, TokenInvalid

_TYPE = "at+jwt"
_ALGORITHM = "EdDSA"
_REQUIRED = ["iss", "aud", "sub", "org", "pv", "exp", "iat"]
_LONGEST = 4_096
_REMEMBERED_AT_MOST = 10_000
_REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "it has expired",
    jwt.InvalidSignatureError: "its signature does not match",
    jwt.InvalidAudienceError: "it is meant for another audience",
    jwt.InvalidIssuerError: "it was issued by another issuer",
    jwt.ImmatureSignatureError: "it is not valid yet",
    jwt.InvalidIssuedAtError: "it was issued in the future",
    jwt.InvalidAlgorithmError: "its algorithm is not accepted",
}


class SigningKeyInvalid(ValueError):
    """The signing key is not an Ed25519 private key in PEM form."""


def read_signing_key(pem: str) -> Ed25519PrivateKey:
    """The private key in the PEM text; raises SigningKeyInvalid."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as broken:
        raise SigningKeyInvalid("the signing key is not a PEM private key; make one with `openssl genpkey -algorithm ed25519`") from broken
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyInvalid("the signing key must be Ed25519; make one with `openssl genpkey -algorithm ed25519`")
    return key


def new_signing_key() -> tuple[str, bytes]:
    """A new key: its id and its 32 bytes."""
    return named(Ed25519PrivateKey.generate())


def named(key: Ed25519PrivateKey) -> tuple[str, bytes]:
    """The id of a key, which is taken from it, and its 32 bytes."""
    return _pair(key).id, key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


@dataclass(frozen=True, slots=True)
class _Pair:
    """A key pair, and the key derived from it that tells which refresh token follows another."""

    id: str
    private: Ed25519PrivateKey = field(repr=False)
    public: Ed25519PublicKey
    succession: bytes = field(repr=False)

    def follow(self, refresh: str) -> str:
        return urlsafe_b64encode(hmac.digest(self.succession, refresh.encode(), "sha256")).rstrip(b"=").decode()

    def show(self) -> Mapping[str, object]:
        return {**OKPAlgorithm.to_jwk(self.public, as_dict=True), "kid": self.id, "use": "sig", "alg": _ALGORITHM}


def _pair(key: Ed25519PrivateKey) -> _Pair:
    secret, public = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()), key.public_key()
    succession = HKDF(SHA256(), 32, salt=None, info=b"ticketbase refresh tokens").derive(secret)
    return _Pair(sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16], key, public, succession)


class SignedTokens:
    """Issues tokens with the first of its keys and reads those of all; implements `domain.tokens.Tokens`."""

    def __init__(self, *keys: Ed25519PrivateKey, issuer: str, audience: str, now: Callable[[], float] = time.time) -> None:
        self._issuer = issuer
        self._audience = audience
        self._now = now
        self._verified: OrderedDict[bytes, Claims] = OrderedDict()
        self._pairs: Mapping[str, _Pair] = {}
        self._first: _Pair
        self._hold([_pair(each) for each in keys])

    def hold(self, secrets: Sequence[bytes]) -> None:
        """From now on sign with the first of these keys of 32 bytes and read tokens of all of them, and of no other."""
        known = {pair.private.private_bytes_raw(): pair for pair in self._pairs.values()}
        self._hold([known.get(each) or _pair(Ed25519PrivateKey.from_private_bytes(each)) for each in secrets])

    def _hold(self, pairs: Sequence[_Pair]) -> None:
        if not pairs:
            raise SigningKeyInvalid("there is no signing key")
        self._pairs, self._first = {each.id: each for each in pairs}, pairs[0]
        self._verified.clear()

    @property
    def key_id(self) -> str:
        """The name of the key that signs."""
        return self._first.id

    def issue(self, claims: Claims) -> str:
        """The signed token for these claims."""
        body = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.person_id),
            "org": str(claims.organization_id),
            "pv": claims.permissions_version,
            "iat": int(time.time()),
            "exp": claims.expires_at,
            **({"sid": str(claims.session_id)} if claims.session_id else {}),
        }
        first = self._first
        return jwt.encode(body, first.private, algorithm=_ALGORITHM, headers={"typ": _TYPE, "kid": first.id})

    def read(self, token: str) -> Claims:
        """What the token says; refused with TokenInvalid.

        A token once found good is good until it expires: its hash is remembered, which costs a thirtieth of verifying the signature again.
        """
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        claims = self._verified.get(digest) or self._remember(digest, self._verify(token))
        if claims.expires_at <= self._now():
            del self._verified[digest]
            raise Refused(TokenInvalid(_REASONS[jwt.ExpiredSignatureError]))
        return claims

    def _remember(self, digest: bytes, claims: Claims) -> Claims:
        """Keep what a good token says, and forget the one that was verified first when there are too many."""
        self._verified[digest] = claims
        if len(self._verified) > _REMEMBERED_AT_MOST:
            self._verified.popitem(last=False)
        return claims

    def _verify(self, token: str) -> Claims:
        try:
            body = jwt.decode(
                token,
                self._key_of(token),
                algorithms=[_ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options={"require": _REQUIRED, "strict_aud": True},
            )
            return _claims(body)
        except jwt.PyJWTError as broken:
            raise Refused(TokenInvalid(_REASONS.get(type(broken), "it is malformed"))) from broken

    def key_set(self) -> Mapping[str, object]:
        """The public keys as a JWK set (RFC 7517)."""
        return {"keys": [each.show() for each in self._pairs.values()]}

    def successors(self, refresh: str) -> Sequence[str]:
        """The one refresh token that follows this one, and those that followed it before the keys changed or will follow it after."""
        return [each.follow(refresh) for each in self._pairs.values()]

    def _key_of(self, token: str) -> Ed25519PublicKey:
        if len(token) > _LONGEST:
            raise Refused(TokenInvalid("it is too long"))
        header = jwt.get_unverified_header(token)
        if header.get("typ") != _TYPE:
            raise Refused(TokenInvalid("it is not an access token"))
        pair = self._pairs.get(str(header.get("kid")))
        if pair is None:
            raise Refused(KEY_UNKNOWN)
        return pair.public


def _claims(body: Mapping[str, object]) -> Claims:
    expires, version = body["exp"], body["pv"]
    # PyJWT accepts an `exp` that is text; RFC 7519 wants a number.
    if not isinstance(expires, int) or isinstance(expires, bool) or not isinstance(version, int) or isinstance(version, bool):
        raise Refused(TokenInvalid("a claim has the wrong type"))
    try:
        session_id = UUID(str(body["sid"])) if "sid" in body else None
        return Claims(UUID(str(body["sub"])), UUID(str(body["org"])), version, expires, session_id)
    except ValueError as broken:
        raise Refused(TokenInvalid("a claim has the wrong form")) from broken
