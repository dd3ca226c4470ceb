"""The routes of next-auth 4 and Auth.js and ours know each other's sessions and the tokens of each other's forms."""

import time
from urllib.parse import unquote

import pytest

from domain.foreign_sessions import SessionMode
from tests.nextauth.front_ends import ENCRYPTED, NEWER_SECRET, SECRET, SIGNED, V4, V5, FrontEnd, cookies_of, front_end, person
from tests.nextauth.libraries import Libraries

ROTATED = front_end(SessionMode.V5_JWE, 5, NEWER_SECRET, SECRET)
fronts = pytest.mark.parametrize("front", [*ENCRYPTED, ROTATED], ids=["v4", "v4-https", "v5", "v5-https", "v5-rotated"])
NOW = int(time.time())


@fronts
def test_a_form_of_the_library_is_vouched_for_here(libraries: Libraries, front: FrontEnd) -> None:
    answered = front.handle(libraries, "csrf")

    cookie = cookies_of(answered, front.terms.csrf_name)[front.terms.csrf_name]
    token = unquote(cookie).partition("|")[0]
    assert answered["body"] == {"csrfToken": token}
    assert front.sessions().csrf_token(cookie) == token
    assert front.sessions().csrf_token(unquote(cookie)) == token
    assert front.sessions().check_csrf(cookie, token)
    assert not front.sessions().check_csrf(cookie, token[:-1])


@fronts
def test_the_library_keeps_the_form_token_of_our_cookie(libraries: Libraries, front: FrontEnd) -> None:
    token, cookie = front.sessions().csrf_cookie()

    answered = front.handle(libraries, "csrf", cookies={front.terms.csrf_name: cookie})

    assert answered["body"] == {"csrfToken": token}
    assert cookies_of(answered, front.terms.csrf_name) == {}


@fronts
def test_who_signs_in_at_the_library_with_our_form_token_is_signed_in_here(libraries: Libraries, front: FrontEnd) -> None:
    token, cookie = front.sessions().csrf_cookie()
    form = {"csrfToken": token, "name": "Ada"}

    answered = front.handle(libraries, "callback/credentials", method="POST", cookies={front.terms.csrf_name: cookie}, body=form)

    sealed = front.sessions().from_cookies(cookies_of(answered, front.cookie))
    session = front.sessions().read(sealed or "")
    assert (session.subject, session.name, session.email) == ("p-1", "Ada", None)
    assert abs(session.expires_at - time.time() - 30 * 24 * 3_600) < 60


@fronts
def test_the_library_signs_nobody_in_with_a_form_token_that_our_cookie_does_not_vouch_for(libraries: Libraries, front: FrontEnd) -> None:
    _, cookie = front.sessions().csrf_cookie()
    other, _ = front.sessions().csrf_cookie()
    form = {"csrfToken": other, "name": "Ada"}

    answered = front.handle(libraries, "callback/credentials", method="POST", cookies={front.terms.csrf_name: cookie}, body=form)

    assert cookies_of(answered, front.cookie) == {}


def test_a_front_end_that_signs_its_own_sessions_signs_in_here(libraries: Libraries) -> None:
    token, cookie = SIGNED.sessions().csrf_cookie()
    form = {"csrfToken": token, "name": "Ada"}

    answered = SIGNED.handle(
        libraries, "callback/credentials", method="POST", cookies={SIGNED.terms.csrf_name: cookie}, body=form, hs256=True
    )

    sealed = SIGNED.sessions().from_cookies(cookies_of(answered, SIGNED.cookie))
    assert SIGNED.sessions().read(sealed or "").name == "Ada"


@fronts
def test_a_session_is_told_in_the_shape_of_the_library(libraries: Libraries, front: FrontEnd) -> None:
    session = person(NOW + 30 * 24 * 3_600)
    cookies = dict(front.sessions().to_cookies(front.sessions().issue(session)).set)

    theirs = front.handle(libraries, "session", cookies=cookies)["body"]

    ours = front.sessions().body(session)
    assert isinstance(theirs, dict)
    assert ours is not None
    assert ours["user"] == theirs["user"] == {"name": "Ada Ωmega", "email": "ada@shop.example", "image": "https://shop.example/ada.png"}
    assert set(ours) == set(theirs)
    assert len(str(ours["expires"])) == len(theirs["expires"])
    assert front.sessions().body(person(1_797_871_387))["expires"] == "2026-12-21T16:43:07.000Z"  # type: ignore[index]


@fronts
def test_what_a_session_does_not_say_is_left_out_as_the_library_does(libraries: Libraries, front: FrontEnd) -> None:
    session = person(NOW + 3_600, name=None, picture=None)
    cookies = dict(front.sessions().to_cookies(front.sessions().issue(session)).set)

    theirs = front.handle(libraries, "session", cookies=cookies)["body"]

    ours = front.sessions().body(session)
    assert isinstance(theirs, dict)
    assert ours is not None
    assert ours["user"] == theirs["user"] == {"email": "ada@shop.example"}


@pytest.mark.parametrize(("front", "expected"), [(V4, {}), (V5, None)], ids=["v4", "v5"])
def test_nobody_is_told_as_the_library_tells_it(libraries: Libraries, front: FrontEnd, expected: object) -> None:
    assert front.handle(libraries, "session")["body"] == expected
    assert front.sessions().body(None) == expected


def test_a_form_token_of_a_rotation_is_hashed_with_all_secrets_in_their_order() -> None:
    token, cookie = ROTATED.sessions().csrf_cookie()

    assert ROTATED.sessions().check_csrf(cookie, token)
    assert not V5.sessions().check_csrf(cookie, token)
    assert not front_end(SessionMode.V5_JWE, 5, SECRET, NEWER_SECRET).sessions().check_csrf(cookie, token)


def test_a_form_token_made_before_a_rotation_of_next_auth_4_still_counts() -> None:
    token, cookie = V4.sessions().csrf_cookie()

    assert front_end(SessionMode.V4_JWE, 4, NEWER_SECRET, SECRET).sessions().check_csrf(cookie, token)


def test_form_tokens_are_never_the_same() -> None:
    first, second = V5.sessions().csrf_cookie(), V5.sessions().csrf_cookie()

    assert first[0] != second[0]
    assert len(first[0]) == len(second[0]) == 64
