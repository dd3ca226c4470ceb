"""Access tokens: what is issued is read again; everything else is turned away with a reason."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import cast
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from adapters.crypto.tokens import SignedTokens, SigningKeyInvalid, read_signing_key
from domain.refusals import Refused
from domain.tokens import KEY_UNKNOWN, Claims, TokenInvalid

PERSON, HOUSE = UUID(int=1), UUID(int=2)
KEY = Ed25519PrivateKey.generate()
TOKENS = SignedTokens(KEY, issuer="ticketbase", audience="ticketbase")


def _claims(seconds: int = 60) -> Claims:
    return Claims(PERSON, HOUSE, 3, int(time.time()) + seconds)


def _signed(key: Ed25519PrivateKey = KEY, algorithm: str = "EdDSA", kid: str = TOKENS.key_id, typ: str = "at+jwt", **claims: object) -> str:
    body = {
        "iss": "ticketbase",
        "aud": "ticketbase",
        "sub": str(PERSON),
        "org": str(HOUSE),
        "pv": 1,
        "iat": int(time.time()),
        "exp": int(time.time()) + 60,
    } | claims
    return jwt.encode(
        {name: value for name, value in body.items() if value is not None}, key, algorithm=algorithm, headers={"typ": typ, "kid": kid}
    )


def _public_pem() -> bytes:
    return KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _unsigned() -> str:
    header = urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt","kid":"%s"}' % TOKENS.key_id.encode()).rstrip(b"=").decode()
    return f"{header}.{_signed().split('.')[1]}."


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "expired": (lambda: TOKENS.issue(_claims(-1)), "it has expired"),
    "another key": (lambda: _signed(Ed25519PrivateKey.generate()), "its signature does not match"),
    "unknown key id": (lambda: _signed(kid="other"), "its key is not known"),
    "another audience": (lambda: _signed(aud="plugin-host"), "it is meant for another audience"),
    "several audiences": (lambda: _signed(aud=["ticketbase", "other"]), "it is meant for another audience"),
    "another issuer": (lambda: _signed(iss="somebody"), "it was issued by another issuer"),
    "another type of token": (lambda: _signed(typ="JWT"), "it is not an access token"),
    "from the future": (lambda: _signed(iat=int(time.time()) + 600), "it is not valid yet"),
    "no signature at all": (_unsigned, "its algorithm is not accepted"),
    "expiry as text": (lambda: _signed(exp=str(int(time.time()) + 60)), "a claim has the wrong type"),
    "version as text": (lambda: _signed(pv="1"), "a claim has the wrong type"),
    "subject that is no id": (lambda: _signed(sub="root"), "a claim has the wrong form"),
    "no organization": (lambda: _signed(org=None), "it is malformed"),
    "no expiry": (lambda: _signed(exp=None), "it is malformed"),
    "garbage": (lambda: "a.b.c", "it is malformed"),
    "far too long": (lambda: "a" * 5_000, "it is too long"),
}


def test_what_is_issued_is_read_again() -> None:
    claims = _claims()

    read = TOKENS.read(TOKENS.issue(claims))

    assert read == claims


@pytest.mark.parametrize("case", REFUSED)
def test_a_token_that_is_not_ours_is_turned_away_with_the_reason(case: str) -> None:
    make, reason = REFUSED[case]

    with pytest.raises(Refused) as no:
        TOKENS.read(make())

    assert no.value.refusal == TokenInvalid(reason)


def test_the_public_key_cannot_be_used_as_a_secret() -> None:
    header = urlsafe_b64encode(b'{"alg":"HS256","typ":"at+jwt","kid":"%s"}' % TOKENS.key_id.encode()).rstrip(b"=")
    message = header + b"." + _signed().split(".")[1].encode()
    forged = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(message, _public_pem())

    with pytest.raises(Refused) as no:
        TOKENS.read(f"{message.decode()}.{urlsafe_b64encode(forged).rstrip(b'=').decode()}")

    assert no.value.refusal == TokenInvalid("its algorithm is not accepted")


def test_the_key_set_verifies_what_was_issued() -> None:
    [key] = cast("list[dict[str, str]]", TOKENS.key_set()["keys"])

    body = jwt.decode(TOKENS.issue(_claims()), jwt.PyJWK(key).key, algorithms=["EdDSA"], audience="ticketbase")

    assert body["sub"] == str(PERSON)
    assert "d" not in key


@pytest.mark.parametrize("pem", ["", "nonsense", "rsa"])
def test_a_signing_key_must_be_ed25519(pem: str) -> None:
    if pem == "rsa":
        pem = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    with pytest.raises(SigningKeyInvalid, match="openssl genpkey -algorithm ed25519"):
        read_signing_key(pem)


def test_a_token_that_was_good_is_refused_from_the_moment_it_expires() -> None:
    claims = _claims()
    moment = [float(claims.expires_at) - 1]
    tokens = SignedTokens(KEY, issuer="ticketbase", audience="ticketbase", now=lambda: moment[0])
    token = tokens.issue(claims)

    before = [tokens.read(token), tokens.read(token)]
    moment[0] += 1
    with pytest.raises(Refused) as refused:
        tokens.read(token)

    assert before == [claims, claims]
    assert refused.value.refusal == TokenInvalid("it has expired")


def test_a_good_token_lends_nothing_to_one_that_differs_in_its_signature() -> None:
    token = TOKENS.issue(_claims())
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")

    assert TOKENS.read(token) == TOKENS.read(token)

    with pytest.raises(Refused) as refused:
        TOKENS.read(forged)
    assert refused.value.refusal == TokenInvalid("its signature does not match")


def _ring(*keys: Ed25519PrivateKey) -> SignedTokens:
    return SignedTokens(*keys, issuer="ticketbase", audience="ticketbase")


def test_the_first_of_several_keys_signs_and_all_are_published() -> None:
    other = Ed25519PrivateKey.generate()
    ring = _ring(other, KEY)

    assert ring.read(TOKENS.issue(claims := _claims())) == claims
    assert jwt.get_unverified_header(ring.issue(claims))["kid"] == ring.key_id == _ring(other).key_id
    assert [each["kid"] for each in cast("list[dict[str, str]]", ring.key_set()["keys"])] == [ring.key_id, TOKENS.key_id]


def test_a_key_that_is_held_no_more_is_not_known_any_more() -> None:
    ring = _ring(KEY)
    token = ring.issue(claims := _claims())
    assert ring.read(token) == claims

    ring.hold([Ed25519PrivateKey.generate().private_bytes_raw()])

    with pytest.raises(Refused) as no:
        ring.read(token)
    assert no.value.refusal == KEY_UNKNOWN


def test_a_token_that_names_one_key_and_is_signed_by_another_is_turned_away() -> None:
    other = Ed25519PrivateKey.generate()

    with pytest.raises(Refused) as no:
        _ring(KEY, other).read(_signed(other))

    assert no.value.refusal == TokenInvalid("its signature does not match")


def test_the_successor_of_a_refresh_token_is_found_before_and_after_the_keys_change() -> None:
    following = Ed25519PrivateKey.generate()
    before, after = _ring(KEY, following).successors("token"), _ring(following, Ed25519PrivateKey.generate(), KEY).successors("token")

    assert before[0] == TOKENS.successors("token")[0]
    assert before[0] in after
    assert after[0] in before
    assert after[0] != before[0]
