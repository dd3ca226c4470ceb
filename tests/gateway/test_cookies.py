"""The cookie of a session stays with this host and out of reach of scripts."""

import pytest

from gateway.cookies import SessionCookie


def test_in_public_it_is_bound_to_the_host_and_to_https() -> None:
    cookie = SessionCookie(is_secure=True)

    assert cookie.set("secret", 60) == "__Host-ticketbase-session=secret; HttpOnly; Max-Age=60; Path=/; SameSite=Lax; Secure"
    assert cookie.clear() == '__Host-ticketbase-session=""; HttpOnly; Max-Age=0; Path=/; SameSite=Lax; Secure'


def test_in_development_it_comes_over_http() -> None:
    assert SessionCookie(is_secure=False).set("secret", 60) == "ticketbase-session=secret; HttpOnly; Max-Age=60; Path=/; SameSite=Lax"


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("__Host-ticketbase-session=secret", "secret"),
        ("theme=dark; __Host-ticketbase-session=secret", "secret"),
        ("ticketbase-session=secret", None),
        ("__Host-ticketbase-sessionX=secret", None),
        ("", None),
    ],
)
def test_only_the_cookie_of_this_name_counts(sent: str, found: str | None) -> None:
    assert SessionCookie(is_secure=True).of({"cookie": sent} if sent else {}) == found
