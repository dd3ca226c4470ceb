"""Closes and opens what a session says, with the secrets shared with the front end: encrypted as the libraries do, or signed."""

import json
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from collections.abc import Mapping
from hashlib import sha512
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.foreign_sessions import ForeignSessionInvalid, SessionMode, SessionTerms
from domain.refusals import Refused

LONGEST = 32_768
"""Letters of a sealed session; eight full cookies, which is more than browsers send to one site."""
_LONGEST_HEADER = 512
_UNFIT = (JoseError, ValueError, RecursionError)


class Seal(Protocol):
    """One way of sealing; which one is agreed beforehand, never told by the token."""

    def fits(self, token: str) -> bool:
        """Whether the token has the outside of one sealed this way."""

    def close(self, content: bytes) -> str:
        """The sealed content."""

    def open(self, token: str) -> bytes:
        """The content; refused with ForeignSessionInvalid."""


def seal_of(terms: SessionTerms) -> Seal:
    """The way of sealing that was agreed."""
    if not terms.secrets:
        raise ValueError("sessions need a secret")
    if terms.mode is SessionMode.HS256:
        return SignedSeal(terms.secrets)
    if terms.mode is SessionMode.V4_JWE:
        return EncryptedSeal("A256GCM", [derive_key(each, "", "NextAuth.js Generated Encryption Key", 32) for each in terms.secrets])
    salt = terms.session_style.name
    keys = [derive_key(each, salt, f"Auth.js Generated Encryption Key ({salt})", 64) for each in terms.secrets]
    return EncryptedSeal("A256CBC-HS512", keys, names_its_key=True)


class EncryptedSeal:
    """A JWE encrypted directly with a derived key; `names_its_key` puts the key's thumbprint into the header, as Auth.js does."""

    def __init__(self, encryption: str, keys: list[bytes], *, names_its_key: bool = False) -> None:
        self._fixed = {"alg": "dir", "enc": encryption}
        self._allowed = list(self._fixed.values())
        self._keys = {thumbprint(each): OctKey.import_key(each) for each in keys}
        self._named = {"kid": thumbprint(keys[0])} if names_its_key else {}
        self._key = OctKey.import_key(keys[0])

    def fits(self, token: str) -> bool:
        """A JWE has five segments."""
        return token.count(".") == 4

    def close(self, content: bytes) -> str:
        """The content encrypted with the first key."""
        return jwe.encrypt_compact(self._fixed | self._named, content, self._key, algorithms=self._allowed)

    def open(self, token: str) -> bytes:
        """The content, by the key that the header names, or by whichever fits where it names none."""
        header = check_header(token, self._fixed)
        if token.split(".")[1:2] != [""]:
            raise Refused(ForeignSessionInvalid("it is malformed"))
        keys = self._keys.values() if "kid" not in header else [key for name, key in self._keys.items() if name == header["kid"]]
        for key in keys:
            try:
                return jwe.decrypt_compact(token, key, algorithms=self._allowed).plaintext or b""
            except _UNFIT:
                continue
        raise Refused(ForeignSessionInvalid("it cannot be opened with the shared secret"))


class SignedSeal:
    """A JWS signed with HMAC-SHA256 by the secret as it is written, as a front end's own `encode` makes it."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        if any(len(each.encode()) < 32 for each in secrets):
            raise ValueError("a secret that signs must have at least 32 bytes (RFC 7518, 3.2)")
        self._keys = [OctKey.import_key(each.encode()) for each in secrets]

    def fits(self, token: str) -> bool:
        """A JWS has three segments, as access tokens have; its header tells them apart."""
        try:
            return token.count(".") == 2 and check_header(token, {"alg": "HS256"}) is not None
        except Refused:
            return False

    def close(self, content: bytes) -> str:
        """The content signed with the first secret."""
        return jws.serialize_compact({"alg": "HS256", "typ": "JWT"}, content, self._keys[0], algorithms=["HS256"])

    def open(self, token: str) -> bytes:
        """The content, if one of the secrets has signed it and it claims to be nothing else than a JWT."""
        header = check_header(token, {"alg": "HS256"})
        if str(header.get("typ", "JWT")).upper() != "JWT":
            raise Refused(ForeignSessionInvalid("it is no session"))
        for key in self._keys:
            try:
                return jws.deserialize_compact(token, key, algorithms=["HS256"]).payload
            except _UNFIT:
                continue
        raise Refused(ForeignSessionInvalid("it cannot be opened with the shared secret"))


def check_header(token: str, fixed: Mapping[str, str]) -> Mapping[str, object]:
    """The header of a token that is sealed as agreed; compression and extensions are refused before anything is decrypted."""
    if len(token) > LONGEST:
        raise Refused(ForeignSessionInvalid("it is too long"))
    header = _read_header(token.partition(".")[0])
    if any(header.get(name) != value for name, value in fixed.items()):
        raise Refused(ForeignSessionInvalid("its algorithm is not accepted"))
    if "zip" in header:
        raise Refused(ForeignSessionInvalid("it is compressed"))
    if "crit" in header:
        raise Refused(ForeignSessionInvalid("it uses an extension"))
    return header


def derive_key(secret: str, salt: str, purpose: str, size: int) -> bytes:
    """A key of `size` bytes by HKDF with SHA-256 (RFC 5869)."""
    return HKDF(SHA256(), size, salt.encode(), purpose.encode()).derive(secret.encode())


def thumbprint(key: bytes) -> str:
    """The name of a symmetric key: its thumbprint by RFC 7638, with SHA-512."""
    written = json.dumps({"k": _base64(key), "kty": "oct"}, separators=(",", ":"))
    return _base64(sha512(written.encode()).digest())


def _base64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _read_header(segment: str) -> Mapping[str, object]:
    if len(segment) > _LONGEST_HEADER:
        raise Refused(ForeignSessionInvalid("it is malformed"))
    try:
        header = json.loads(a2b_base64(segment.replace("-", "+").replace("_", "/") + "=" * (-len(segment) % 4)))
    except _UNFIT:
        raise Refused(ForeignSessionInvalid("it is malformed")) from None
    if not isinstance(header, dict):
        raise Refused(ForeignSessionInvalid("it is malformed"))
    return header
