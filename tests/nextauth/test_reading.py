"""Sessions made by next-auth 4 and Auth.js are read here, each only with the secret, salt and name it was made for."""

import time

import pytest

from domain.foreign_sessions import SessionMode
from tests.nextauth.front_ends import (
    CLAIMS,
    EVERY,
    FOREIGN_SECRET,
    NEWER_SECRET,
    SECRET,
    SECURE_V5,
    SIGNED,
    V4,
    V5,
    FrontEnd,
    front_end,
    person,
    refusal_of,
)
from tests.nextauth.libraries import Libraries

every = pytest.mark.parametrize("front", EVERY, ids=lambda front: front.name)


@every
def test_a_session_of_the_library_says_here_what_it_says_there(libraries: Libraries, front: FrontEnd) -> None:
    token = front.encode(libraries, CLAIMS, maxAge=3_600)
    expires_at = front.decode(libraries, token)["exp"]

    session = front.sessions().read(token)

    assert isinstance(expires_at, int)
    assert abs(expires_at - time.time() - 3_600) < 60
    assert session == person(expires_at)


@every
def test_a_session_as_the_library_makes_it_by_itself_names_no_tenant_and_no_rights(libraries: Libraries, front: FrontEnd) -> None:
    token = front.encode(libraries, {"sub": "p-1", "name": None, "email": "ada@shop.example", "picture": None})

    session = front.sessions().read(token)

    assert (session.subject, session.name, session.email, session.picture) == ("p-1", None, "ada@shop.example", None)
    assert (session.tenant_id, session.role, session.permissions, session.email_verified) == (None, None, None, None)
    assert session.proven_email is None


@pytest.mark.parametrize(
    ("said", "verified"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": False}, False),
        ({"emailVerified": "2026-11-21T16:00:00.000Z"}, True),
        ({"emailVerified": None}, False),
        ({"email_verified": True, "emailVerified": None}, False),
    ],
)
def test_an_address_counts_as_verified_only_where_the_front_end_says_so(
    libraries: Libraries, said: dict[str, object], verified: bool
) -> None:
    session = V5.sessions().read(V5.encode(libraries, {"sub": "p-1", "email": "ada@shop.example", **said}))

    assert session.email_verified is verified
    assert session.proven_email == ("ada@shop.example" if verified else None)


@every
def test_a_session_under_another_secret_is_refused(libraries: Libraries, front: FrontEnd) -> None:
    stranger = front_end(front.terms.mode, front.terms.version.value, FOREIGN_SECRET, secure=front.terms.is_secure)

    token = stranger.encode(libraries, CLAIMS)

    assert refusal_of(front.sessions(), token) == "it cannot be opened with the shared secret"
    assert refusal_of(stranger.sessions(), token) is None


def test_a_session_of_auth_js_belongs_to_the_name_of_its_cookie(libraries: Libraries) -> None:
    """The trap: a salt left out, so that a session made over plain http is good for the https site."""
    plain, secure = V5.encode(libraries, CLAIMS), SECURE_V5.encode(libraries, CLAIMS)

    assert refusal_of(SECURE_V5.sessions(), plain) == "it cannot be opened with the shared secret"
    assert refusal_of(V5.sessions(), secure) == "it cannot be opened with the shared secret"
    assert refusal_of(V5.sessions(), plain) is None
    assert refusal_of(SECURE_V5.sessions(), secure) is None


def test_a_salt_of_another_purpose_does_not_make_a_session_of_next_auth_4(libraries: Libraries) -> None:
    """The trap: the sealed cookies of an OAuth sign-in, which next-auth 4 makes with the same secret, taken for sessions."""
    token = V4.encode(libraries, CLAIMS, salt="next-auth.state")

    assert refusal_of(V4.sessions(), token) == "it cannot be opened with the shared secret"


@pytest.mark.parametrize("reader", [V4, V5, SIGNED], ids=lambda front: front.name)
@pytest.mark.parametrize("maker", [V4, V5, SIGNED], ids=lambda front: front.name)
def test_only_the_agreed_kind_of_session_is_read(libraries: Libraries, reader: FrontEnd, maker: FrontEnd) -> None:
    token = maker.encode(libraries, CLAIMS)

    refused = refusal_of(reader.sessions(), token)

    assert refused == (None if reader is maker else "its algorithm is not accepted")


def test_sessions_outlive_the_rotation_of_their_secret(libraries: Libraries) -> None:
    old = V5.encode(libraries, CLAIMS)
    rotated = front_end(SessionMode.V5_JWE, 5, NEWER_SECRET, SECRET)
    forgotten = front_end(SessionMode.V5_JWE, 5, NEWER_SECRET)
    new = rotated.encode(libraries, CLAIMS)

    assert rotated.sessions().read(old).subject == "p-1"
    assert rotated.sessions().read(new).subject == "p-1"
    assert refusal_of(V5.sessions(), new) == "it cannot be opened with the shared secret"
    assert refusal_of(forgotten.sessions(), old) == "it cannot be opened with the shared secret"


@pytest.mark.parametrize("mode", [SessionMode.V4_JWE, SessionMode.HS256])
def test_several_secrets_open_sessions_that_name_no_key(libraries: Libraries, mode: SessionMode) -> None:
    old = front_end(mode, 4).encode(libraries, CLAIMS)

    session = front_end(mode, 4, NEWER_SECRET, SECRET).sessions().read(old)

    assert session.email == "ada@shop.example"


@every
@pytest.mark.parametrize(("late", "refused"), [(14, None), (15, "it has expired"), (3_600, "it has expired")])
def test_a_session_ends_when_it_says_with_fifteen_seconds_for_the_clocks(
    libraries: Libraries, front: FrontEnd, late: int, refused: str | None
) -> None:
    token = front.encode(libraries, CLAIMS, maxAge=60)
    ends = front.decode(libraries, token)["exp"]
    assert isinstance(ends, int)

    assert refusal_of(front.sessions(ends + late), token) == refused
