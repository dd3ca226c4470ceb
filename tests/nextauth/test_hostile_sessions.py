"""Whatever is sent as a session is read or refused with a reason; nothing of it is repeated, nothing else happens."""

import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OctKey

from adapters.nextauth.seals import LONGEST, derive_key, seal_of, thumbprint
from domain.foreign_sessions import ForeignSessionInvalid, SessionMode
from domain.refusals import ErrorCode, Refused
from tests.nextauth.front_ends import ENCRYPTED, EVERY, SECRET, SIGNED, V4, V5, FrontEnd, front_end, person, refusal_of

NOW = int(time.time())
CLAIMS: dict[str, object] = {"sub": "p-1", "exp": NOW + 3_600, "iat": NOW}
UNOPENED = "it cannot be opened with the shared secret"
ALGORITHM = "its algorithm is not accepted"
WRONG_TYPE = "a claim has the wrong type"
every = pytest.mark.parametrize("front", EVERY, ids=lambda front: front.name)
encrypted = pytest.mark.parametrize("front", ENCRYPTED, ids=lambda front: front.name)


def sealed(front: FrontEnd, content: object) -> str:
    """The content under the right secret; text and bytes as they are, other things as JSON."""
    written = content if isinstance(content, str | bytes) else json.dumps(content)
    return seal_of(front.terms).close(written.encode() if isinstance(written, str) else written)


def segment(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def signed(header: dict[str, object], claims: dict[str, object] = CLAIMS, *, hash_name: str = "sha256", secret: str = SECRET) -> str:
    """A signature made by hand, so that the header may say anything."""
    content = f"{segment(header)}.{segment(claims)}"
    return f"{content}.{urlsafe_b64encode(digest(secret.encode(), content.encode(), hash_name)).rstrip(b'=').decode()}"


def encrypted_under(key: bytes, header: dict[str, object]) -> str:
    """A JWE with a header of any kind, encrypted with the right key."""
    return jwe.encrypt_compact(
        header, json.dumps(CLAIMS), OctKey.import_key(key), algorithms=["dir", "A256GCM", "A128CBC-HS256", "A256CBC-HS512", "DEF"]
    )


@every
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"sub": None}, "it names nobody"),
        ({"sub": ""}, "it names nobody"),
        ({"sub": 17}, WRONG_TYPE),
        ({"sub": "p\x001"}, WRONG_TYPE),
        ({"sub": "p\ud800"}, WRONG_TYPE),
        ({"exp": None}, WRONG_TYPE),
        ({"exp": str(NOW + 3_600)}, WRONG_TYPE),
        ({"exp": True}, WRONG_TYPE),
        ({"exp": [NOW + 3_600]}, WRONG_TYPE),
        ({"exp": 10**400}, WRONG_TYPE),
        ({"exp": -1}, WRONG_TYPE),
        ({"exp": 0}, "it has expired"),
        ({"exp": NOW - 3_600}, "it has expired"),
        ({"exp": NOW + 3_600.5}, None),
        ({"nbf": NOW + 600}, "it is not valid yet"),
        ({"nbf": NOW + 5}, None),
        ({"nbf": str(NOW)}, WRONG_TYPE),
        ({"iat": "now"}, WRONG_TYPE),
        ({"email": ["ada@shop.example"]}, WRONG_TYPE),
        ({"email_verified": "true"}, WRONG_TYPE),
        ({"emailVerified": 1}, WRONG_TYPE),
        ({"tenantId": {"id": "demo"}}, WRONG_TYPE),
        ({"role": ["owner"]}, WRONG_TYPE),
        ({"permissions": "events:create"}, WRONG_TYPE),
        ({"permissions": [["events:create"]]}, WRONG_TYPE),
        ({"permissions": {"events:create": True}}, WRONG_TYPE),
        ({"permissions": ["x"] * 1_001}, WRONG_TYPE),
    ],
)
def test_claims_of_the_wrong_form_are_refused(front: FrontEnd, changes: dict[str, object], refused: str | None) -> None:
    assert refusal_of(front.sessions(NOW), sealed(front, {**CLAIMS, **changes})) == refused


@every
def test_a_session_without_an_end_or_without_a_name_is_refused(front: FrontEnd) -> None:
    assert refusal_of(front.sessions(NOW), sealed(front, {"sub": "p-1"})) == "it does not say when it ends"
    assert refusal_of(front.sessions(NOW), sealed(front, {"exp": NOW + 60})) == "it names nobody"


@every
@pytest.mark.parametrize(
    "content",
    ["", "null", "[]", '"p-1"', "{", b"\xff\xfe", "[" * 9_000, '{"sub": "p-1", "exp": ' + "9" * 5_000 + "}"],
    ids=["nothing", "null", "a list", "a text", "half", "no text", "deep", "a long number"],
)
def test_what_is_no_object_is_refused(front: FrontEnd, content: str | bytes) -> None:
    assert refusal_of(front.sessions(NOW), sealed(front, content)) == "it is malformed"


@every
@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_an_end_that_is_no_number_of_json_is_refused(front: FrontEnd, number: str) -> None:
    """The trap: a comparison with NaN is never true, so such a session would not expire."""
    assert refusal_of(front.sessions(NOW), sealed(front, f'{{"sub": "p-1", "exp": {number}}}')) == WRONG_TYPE


@every
@pytest.mark.parametrize(
    "token", ["", ".", "....", "a.b.c", "é.é.é.é.é", "\x00", "Bearer x", "." * 200, segment([]) + "..x.y.z", "A" * 600]
)
def test_what_is_no_session_at_all_is_refused(front: FrontEnd, token: str) -> None:
    assert refusal_of(front.sessions(NOW), token) == "it is malformed"


@every
def test_a_session_that_is_too_long_is_refused_before_it_is_opened(front: FrontEnd) -> None:
    fits = sealed(front, {**CLAIMS, "picture": "x" * 20_000})
    larger = sealed(front, {**CLAIMS, "picture": "x" * 30_000})

    assert len(fits) < LONGEST < len(larger)
    assert refusal_of(front.sessions(NOW), fits) is None
    assert refusal_of(front.sessions(NOW), larger) == "it is too long"


@every
def test_a_session_changed_in_any_segment_is_refused(front: FrontEnd) -> None:
    """Every segment is bound by the seal; the empty one of the key must stay empty."""
    token = front.sessions(NOW).issue(person(NOW + 3_600))
    segments = token.split(".")

    for at, one in enumerate(segments):
        middle = len(one) // 2
        other = f"{one[:middle]}{'B' if one[middle : middle + 1] == 'A' else 'A'}{one[middle + 1 :]}"
        changed = ".".join([*segments[:at], other, *segments[at + 1 :]])
        assert refusal_of(front.sessions(NOW), changed) in {UNOPENED, "it is malformed", ALGORITHM}
    for cut in range(len(segments)):
        assert refusal_of(front.sessions(NOW), ".".join(segments[:cut])) in {UNOPENED, "it is malformed"}
    assert refusal_of(front.sessions(NOW), f"{token}.") in {UNOPENED, "it is malformed"}
    assert refusal_of(front.sessions(NOW), token) is None


@encrypted
@pytest.mark.parametrize("left", [0, 1, 4, 8, 12, 15])
def test_a_shortened_proof_of_integrity_is_refused(front: FrontEnd, left: int) -> None:
    """The trap: a GCM tag of four bytes is found by trying."""
    head, _, tag = front.sessions(NOW).issue(person(NOW + 3_600)).rpartition(".")

    assert refusal_of(front.sessions(NOW), f"{head}.{tag[: left * 4 // 3]}") == UNOPENED


@pytest.mark.parametrize(
    "name", ["none", "None", "NONE", "nOnE", "HS384", "HS512", "RS256", "ES256", "EdDSA", "dir", "", None, 5, ["HS256"]]
)
@every
def test_an_algorithm_that_was_not_agreed_is_refused(front: FrontEnd, name: object) -> None:
    header = {"alg": name, "typ": "JWT"}
    by_name = {"HS384": "sha384", "HS512": "sha512"}.get(str(name), "sha256")
    unsigned = f"{segment(header)}.{segment(CLAIMS)}."

    assert refusal_of(front.sessions(NOW), signed(header, hash_name=by_name)) == ALGORITHM
    assert refusal_of(front.sessions(NOW), unsigned) == ALGORITHM


def test_a_signature_by_hand_is_read_where_signatures_were_agreed_and_only_there() -> None:
    """The trap: a hostile token that would have been refused for another reason."""
    token = signed({"alg": "HS256"})

    assert refusal_of(SIGNED.sessions(NOW), token) is None
    assert [refusal_of(front.sessions(NOW), token) for front in ENCRYPTED] == [ALGORITHM] * 4
    assert refusal_of(SIGNED.sessions(NOW), token.rpartition(".")[0] + ".") == UNOPENED
    assert refusal_of(SIGNED.sessions(NOW), signed({"alg": "HS256"}, secret="")) == UNOPENED


def test_a_token_for_another_purpose_signed_with_the_same_secret_is_refused() -> None:
    assert refusal_of(SIGNED.sessions(NOW), signed({"alg": "HS256", "typ": "at+jwt"})) == "it is no session"
    assert refusal_of(SIGNED.sessions(NOW), signed({"alg": "HS256", "typ": "jwt"})) is None


def test_a_signature_with_the_key_that_encrypts_is_refused() -> None:
    """The trap: one key for both kinds, so that whoever holds one can make the other."""
    key = derive_key(SECRET, "", "NextAuth.js Generated Encryption Key", 32)
    content = f"{segment({'alg': 'HS256'})}.{segment(CLAIMS)}"
    token = f"{content}.{urlsafe_b64encode(digest(key, content.encode(), 'sha256')).rstrip(b'=').decode()}"

    assert refusal_of(SIGNED.sessions(NOW), token) == UNOPENED
    assert refusal_of(V4.sessions(NOW), token) == ALGORITHM


@pytest.mark.parametrize(
    ("header", "refused"),
    [
        ({"alg": "dir", "enc": "A256GCM"}, None),
        ({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}, "it is compressed"),
        ({"alg": "dir", "enc": "A128CBC-HS256"}, ALGORITHM),
    ],
)
def test_an_encryption_that_was_not_agreed_is_refused_under_the_right_key(header: dict[str, object], refused: str | None) -> None:
    """Auth.js itself opens A256GCM beside its own; here each mode has one. Compression could make 32 kB into megabytes."""
    key = derive_key(SECRET, "", "NextAuth.js Generated Encryption Key", 32)

    assert refusal_of(V4.sessions(NOW), encrypted_under(key, header)) == refused


@pytest.mark.parametrize("addition", [{"crit": ["exp"], "exp": 1}, {"crit": []}, {"crit": ["b64"], "b64": False}])
def test_an_extension_that_must_be_understood_is_refused(addition: dict[str, object]) -> None:
    assert refusal_of(SIGNED.sessions(NOW), signed({"alg": "HS256", **addition})) == "it uses an extension"


@pytest.mark.parametrize(
    ("named", "refused"), [({}, None), ({"kid": "0"}, UNOPENED), ({"kid": ""}, UNOPENED), ({"kid": thumbprint(b"x" * 64)}, UNOPENED)]
)
def test_a_session_that_names_a_key_is_opened_by_no_other(named: dict[str, object], refused: str | None) -> None:
    """Without a name whichever fits opens it."""
    key = derive_key(SECRET, "authjs.session-token", "Auth.js Generated Encryption Key (authjs.session-token)", 64)

    assert refusal_of(V5.sessions(NOW), encrypted_under(key, {"alg": "dir", "enc": "A256CBC-HS512", **named})) == refused


@pytest.mark.parametrize("kid", [7, None, ["x"], {"x": 1}])
def test_a_key_that_is_named_by_no_text_opens_nothing(kid: object) -> None:
    _, *rest = sealed(V5, CLAIMS).split(".")

    assert refusal_of(V5.sessions(NOW), ".".join([segment({"alg": "dir", "enc": "A256CBC-HS512", "kid": kid}), *rest])) == UNOPENED


@encrypted
def test_a_key_that_is_sent_along_is_refused(front: FrontEnd) -> None:
    """Its place must be empty where the key is agreed (RFC 7516, 5.2)."""
    head, _, *rest = sealed(front, CLAIMS).split(".")

    assert refusal_of(front.sessions(NOW), ".".join([head, "AAAA", *rest])) == "it is malformed"


@pytest.mark.parametrize("secrets", [(), ("short",), ("x" * 32, "x" * 31)])
def test_secrets_that_can_be_guessed_are_refused_at_the_start(secrets: tuple[str, ...]) -> None:
    terms = front_end(SessionMode.HS256, 4, *secrets).terms
    with pytest.raises(ValueError, match="secret"):
        seal_of(terms if secrets else type(terms)(terms.mode, (), terms.is_secure, terms.version))


def test_neither_a_secret_nor_a_person_is_shown() -> None:
    shown = repr((V4.terms, person(NOW)))

    assert not [each for each in (SECRET, "Ada", "ada@shop.example", "ada.png") if each in shown]


@every
def test_a_refusal_is_typed_and_repeats_nothing(front: FrontEnd) -> None:
    token = sealed(front, {"sub": "p-secret", "email": "ada@shop.example", "exp": "soon"})

    with pytest.raises(Refused) as refused:
        front.sessions(NOW).read(token)

    refusal = refused.value.refusal
    assert isinstance(refusal, ForeignSessionInvalid)
    assert refusal.code is ErrorCode.UNAUTHENTICATED
    assert refusal.message == "The session is not accepted: a claim has the wrong type. Sign in again."
    assert refused.value.__cause__ is None


ODD: list[object] = [
    None,
    True,
    7,
    "",
    "dir",
    "HS256",
    "A256GCM",
    "A256CBC-HS512",
    "none",
    "DEF",
    "JWT",
    [],
    ["exp"],
    [[{}]],
    {},
    {"k": []},
]
HEADERS = st.dictionaries(st.sampled_from(["alg", "enc", "kid", "zip", "crit", "typ", "cty", "b64", "p2c"]), st.sampled_from(ODD))
LETTERS = st.text(alphabet="AQgw-_.=+/é\x00 ", max_size=60)


@settings(deadline=None)
@given(header=HEADERS, fixed=st.sampled_from([{}, {"alg": "HS256"}, {"alg": "dir", "enc": "A256GCM"}]), rest=st.lists(LETTERS, max_size=5))
def test_no_token_at_all_does_anything_but_be_refused(header: dict[str, object], fixed: dict[str, object], rest: list[str]) -> None:
    token = ".".join([segment({**header, **fixed}), *rest])

    assert all(refusal_of(front.sessions(NOW), token) for front in (V4, V5, SIGNED))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_at_all_does_anything_but_be_refused(token: str) -> None:
    assert all(refusal_of(front.sessions(NOW), token) for front in (V4, V5, SIGNED))


CLAIM = st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.text(max_size=4), max_size=3) | st.sampled_from(ODD)
NAMES = st.sampled_from(["sub", "exp", "iat", "nbf", "email", "email_verified", "emailVerified", "name", "tenantId", "role", "permissions"])


@settings(deadline=None)
@given(st.dictionaries(NAMES, CLAIM))
def test_whatever_is_read_can_be_stored(changes: dict[str, object]) -> None:
    """The trap: a zero byte or half a surrogate, which PostgreSQL takes as an error of ours."""
    try:
        session = V4.sessions(NOW).read(sealed(V4, {**CLAIMS, **changes}))
    except Refused:
        return

    texts = [session.subject, session.email, session.name, session.picture, session.tenant_id, session.role]
    assert session.subject
    assert session.expires_at > NOW - 15
    assert not [text for text in texts if text is not None and ("\x00" in text or not text.encode())]


@settings(deadline=None)
@given(cookie=st.text(max_size=700), token=st.text(max_size=80))
def test_no_cookie_vouches_for_a_form_but_one_of_ours(cookie: str, token: str) -> None:
    for front in (V4, V5):
        assert front.sessions(NOW).csrf_token(cookie) is None
        assert front.sessions(NOW).check_csrf(cookie, token) is False


@pytest.mark.parametrize("joint", ["|", "%7C", "%7c"])
def test_a_cookie_vouches_whichever_way_its_bar_is_written(joint: str) -> None:
    proof = sha256(f"token{SECRET}".encode()).hexdigest()

    assert V4.sessions(NOW).csrf_token(f"token{joint}{proof}") == "token"
    assert V4.sessions(NOW).csrf_token(f"token{joint}{proof}|more") is None
    assert V4.sessions(NOW).csrf_token(f"token{joint}{proof[:-1]}") is None
    assert V4.sessions(NOW).csrf_token(f"{joint}{sha256(SECRET.encode()).hexdigest()}") is None
    assert V4.sessions(NOW).csrf_token(f"token{joint}") is None
    assert V4.sessions(NOW).csrf_token(f"\ud800{joint}{proof}") is None
    assert V4.sessions(NOW).check_csrf(None, "") is False
    assert V4.sessions(NOW).check_csrf(f"token{joint}{proof}", "\ud800") is False
