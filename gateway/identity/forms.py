"""Proves that a form came from a page of the front end: its token must be the one that the cookie beside it vouches for."""

from starlette.requests import Request, cookie_parser

from domain.foreign_sessions import ForeignSessions
from domain.identity import Viewer
from gateway.identity.bodies import Body
from gateway.rest.problems import FORM_UNPROVED, stop

HEADER = "x-csrf-token"
WHAT_TO_DO = "Send the csrfToken that GET /api/auth/csrf answers, with the cookie that it sets."


def expect_proved(request: Request, body: Body, viewer: Viewer, front_end: ForeignSessions | None) -> None:
    """Stop a change asked for in a front end's session that came by cookie, unless the form's token is right.

    A token is looked at wherever its cookie comes with it; a credentials provider that passes on all it was given sends one alone.
    """
    if front_end is None:
        return
    cookie = cookie_parser(request.headers.get("cookie", "")).get(front_end.terms.csrf_name)
    token = request.headers.get(HEADER) or body.optional_text("csrfToken")
    by_cookie = viewer.limits is not None and not request.headers.get("authorization")
    if (by_cookie or (token and cookie)) and not front_end.check_csrf(cookie, token or ""):
        raise stop(FORM_UNPROVED, WHAT_TO_DO)
