"""A front end's sessions are accepted once its secret is shared, in the way its variables say."""

import pytest

from domain.foreign_sessions import SessionMode, SessionVersion
from domain.refusals import Refused
from gateway.environment import Secret
from gateway.nextauth import foreign_sessions
from gateway.nextauth_settings import NextAuthTerms
from tests.gateway.test_settings import NEEDED, faults_of, settings_of

OLD, NEW, NEWEST = "o" * 32, "n" * 32, "w" * 32


def terms_of(**changes: str) -> NextAuthTerms | None:
    return settings_of(**changes).identity.nextauth


def test_without_a_secret_no_front_end_is_believed() -> None:
    assert terms_of() is None
    assert terms_of(NEXTAUTH_URL="https://shop.example") is None
    assert foreign_sessions(None) is None


@pytest.mark.parametrize(
    ("changes", "mode", "version"),
    [
        ({"NEXTAUTH_SECRET": OLD}, "v4-jwe", 4),
        ({"AUTH_SECRET": OLD}, "v5-jwe", 5),
        ({"AUTH_SECRET_1": OLD}, "v5-jwe", 5),
        ({"NEXTAUTH_SECRET": OLD, "AUTH_SECRET": OLD}, "v4-jwe", 4),
        ({"AUTH_SECRET": OLD, "NEXTAUTH_MODE": "v4-jwe"}, "v4-jwe", 4),
        ({"NEXTAUTH_SECRET": OLD, "NEXTAUTH_MODE": "V5-JWE"}, "v5-jwe", 5),
        ({"NEXTAUTH_SECRET": OLD, "NEXTAUTH_MODE": "hs256"}, "hs256", 4),
        ({"NEXTAUTH_SECRET": OLD, "NEXTAUTH_MODE": "hs256", "NEXTAUTH_VERSION": "5"}, "hs256", 5),
    ],
)
def test_the_mode_is_the_one_set_or_the_one_that_the_secret_is_named_for(changes: dict[str, str], mode: str, version: int) -> None:
    terms = terms_of(**changes)

    assert terms == NextAuthTerms(SessionMode(mode), (Secret(OLD),), is_secure=True, version=SessionVersion(version))


def test_secrets_of_a_rotation_stand_as_auth_js_sorts_them() -> None:
    terms = terms_of(AUTH_SECRET=OLD, AUTH_SECRET_1=NEW, AUTH_SECRET_3=NEWEST)

    assert terms is not None
    assert terms.reveal().secrets == (NEWEST, NEW, OLD)


@pytest.mark.parametrize(
    ("changes", "is_secure"),
    [
        ({}, True),
        ({"TICKETBASE_MODE": "development"}, False),
        ({"NEXTAUTH_URL": "http://localhost:3000"}, False),
        ({"AUTH_URL": "https://shop.example/auth", "TICKETBASE_MODE": "development"}, True),
    ],
)
def test_cookies_are_secure_where_the_front_end_is_reached_by_https(changes: dict[str, str], is_secure: bool) -> None:
    terms = terms_of(NEXTAUTH_SECRET=OLD, **changes)

    assert terms is not None
    assert terms.is_secure is is_secure


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"AUTH_SECRET": "open-sesame"}, {"AUTH_SECRET": "has 11 bytes"}),
        ({"AUTH_SECRET_2": "open-sesame", "NEXTAUTH_MODE": "hs256"}, {"AUTH_SECRET_2": "has 11 bytes"}),
        ({"NEXTAUTH_SECRET": OLD, "AUTH_SECRET": NEW}, {"AUTH_SECRET": "says something else than NEXTAUTH_SECRET"}),
        ({"NEXTAUTH_SECRET": OLD, "NEXTAUTH_MODE": "v6"}, {"NEXTAUTH_MODE": "is 'v6'"}),
        ({"NEXTAUTH_MODE": "v5-jwe"}, {"NEXTAUTH_MODE": "is set, and no secret is"}),
        ({"NEXTAUTH_SECRET": OLD, "NEXTAUTH_VERSION": "6"}, {"NEXTAUTH_VERSION": "is '6'"}),
        ({"NEXTAUTH_SECRET": OLD, "NEXTAUTH_VERSION": "5"}, {"NEXTAUTH_VERSION": "is 5, but NEXTAUTH_MODE is v4-jwe"}),
        ({"NEXTAUTH_SECRET": OLD, "NEXTAUTH_URL": "shop.example"}, {"NEXTAUTH_URL": "does not begin with http:// or https://"}),
    ],
)
def test_each_mistake_is_named_at_its_variable(changes: dict[str, str], expected: dict[str, str]) -> None:
    assert faults_of(NEEDED | changes) == expected


def test_the_settings_make_a_reader_of_sessions() -> None:
    sessions = foreign_sessions(terms_of(AUTH_SECRET=OLD, AUTH_URL="https://shop.example"))

    assert sessions is not None
    assert sessions.terms.session_style.name == "__Secure-authjs.session-token"
    with pytest.raises(Refused):
        sessions.read("nothing")
