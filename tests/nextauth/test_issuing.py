"""Sessions and cookies made here are understood by next-auth 4 and Auth.js, however large they are."""

import time

import pytest

from domain.foreign_sessions import SessionMode, SessionVersion
from tests.nextauth.front_ends import CLAIMS, ENCRYPTED, EVERY, NEWER_SECRET, SECRET, V4, V5, FrontEnd, cookies_of, front_end, person
from tests.nextauth.libraries import Libraries, LibraryRefused

every = pytest.mark.parametrize("front", EVERY, ids=lambda front: front.name)
encrypted = pytest.mark.parametrize("front", ENCRYPTED, ids=lambda front: front.name)
NOW = int(time.time())
DAY = 86_400
LARGE = "data:image/png;base64," + "iVBORw0K" * 900


@every
def test_a_session_made_here_says_there_what_it_says_here(libraries: Libraries, front: FrontEnd) -> None:
    session = person(NOW + 3_600)

    read = front.decode(libraries, front.sessions(NOW).issue(session))

    token_id = read.pop("jti")
    assert read == {**CLAIMS, "iat": NOW, "exp": NOW + 3_600}
    assert isinstance(token_id, str)
    assert len(token_id) == 36


@every
def test_a_session_made_here_is_read_here(front: FrontEnd) -> None:
    bare = person(NOW + DAY, email=None, email_verified=None, name=None, picture=None, tenant_id=None, role=None, permissions=None)

    for session in (person(NOW + 3_600), bare, person(NOW + DAY, permissions=frozenset(), email_verified=False)):
        assert front.sessions(NOW).read(front.sessions(NOW).issue(session)) == session


def test_the_library_refuses_what_is_sealed_for_another(libraries: Libraries) -> None:
    """The trap: a test of interoperability that would pass with any key."""
    stranger = front_end(SessionMode.V5_JWE, 5, NEWER_SECRET)

    with pytest.raises(LibraryRefused, match="no matching decryption secret"):
        V5.decode(libraries, stranger.sessions().issue(person(NOW + DAY)))
    with pytest.raises(LibraryRefused, match='"exp" claim timestamp check failed'):
        V4.decode(libraries, V4.sessions().issue(person(NOW - 60)))


def test_auth_js_finds_the_key_of_a_rotation_by_its_name(libraries: Libraries) -> None:
    rotated = front_end(SessionMode.V5_JWE, 5, NEWER_SECRET, SECRET)

    new = rotated.sessions().issue(person(NOW + DAY))
    old = V5.sessions().issue(person(NOW + DAY))

    assert rotated.decode(libraries, new)["sub"] == "p-1"
    assert rotated.decode(libraries, old)["sub"] == "p-1"
    with pytest.raises(LibraryRefused, match="no matching decryption secret"):
        V5.decode(libraries, new)


@encrypted
@pytest.mark.parametrize("picture", ["https://shop.example/ada.png", LARGE], ids=["in one cookie", "in several"])
def test_the_library_finds_our_cookies(libraries: Libraries, front: FrontEnd, picture: str) -> None:
    token = front.sessions().issue(person(NOW + 3_600, picture=picture))
    cookies = dict(front.sessions().to_cookies(token).set)

    found = front.find(libraries, cookies)

    assert isinstance(found, dict)
    assert (found["sub"], found["picture"]) == ("p-1", picture)
    assert list(cookies) == ([front.cookie] if picture != LARGE else [f"{front.cookie}.{number}" for number in range(len(cookies))])
    assert len(cookies) == (3 if picture == LARGE else 1)
    assert front.sessions().from_cookies(cookies) == token


@encrypted
def test_the_library_finds_a_session_sent_as_a_bearer_token(libraries: Libraries, front: FrontEnd) -> None:
    token = front.sessions().issue(person(NOW + 3_600))

    found = front.find(libraries, {}, headers={"authorization": f"Bearer {token}"})

    assert isinstance(found, dict)
    assert found["email"] == "ada@shop.example"


@encrypted
def test_the_cookies_of_a_large_session_are_cut_where_the_library_cuts_them(libraries: Libraries, front: FrontEnd) -> None:
    token = front.encode(libraries, {**CLAIMS, "picture": LARGE})
    ours = dict(front.sessions().to_cookies(token).set)

    answered = front.handle(libraries, "session", cookies=ours)

    theirs = cookies_of(answered, front.cookie)
    session = front.sessions().read(front.sessions().from_cookies(theirs) or "")
    assert (session.email, session.picture) == ("ada@shop.example", LARGE)
    assert {name: len(value) for name, value in theirs.items()} == {name: len(value) for name, value in ours.items()}


@encrypted
def test_a_session_that_shrinks_clears_the_cookies_it_leaves(libraries: Libraries, front: FrontEnd) -> None:
    """The trap: the end of the old session read behind the new one, which neither side can open."""
    sessions = front.sessions()
    before = dict(sessions.to_cookies(sessions.issue(person(NOW + DAY, picture=LARGE))).set)

    changes = sessions.to_cookies(sessions.issue(person(NOW + DAY)), present=[*before, "other", f"{front.cookie}X"])

    kept = {name: value for name, value in {**before, **dict(changes.set)}.items() if name not in changes.clear}
    found = front.find(libraries, kept)
    assert changes.clear == tuple(before)
    assert isinstance(found, dict)
    assert found["picture"] == "https://shop.example/ada.png"
    assert front.find(libraries, {**before, **dict(changes.set)}) is None


def test_cookies_have_the_names_and_the_room_of_their_library() -> None:
    terms = {front.name: (front.cookie, front.terms.session_style.room, front.terms.csrf_name) for front in EVERY}

    assert terms == {
        "v4-jwe-4-http": ("next-auth.session-token", 3_933, "next-auth.csrf-token"),
        "v4-jwe-4-https": ("__Secure-next-auth.session-token", 3_933, "__Host-next-auth.csrf-token"),
        "v5-jwe-5-http": ("authjs.session-token", 3_936, "authjs.csrf-token"),
        "v5-jwe-5-https": ("__Secure-authjs.session-token", 3_936, "__Host-authjs.csrf-token"),
        "hs256-4-http": ("next-auth.session-token", 3_933, "next-auth.csrf-token"),
        "hs256-5-https": ("__Secure-authjs.session-token", 3_936, "__Host-authjs.csrf-token"),
    }
    assert V5.terms.version is SessionVersion.AUTH_JS_5
