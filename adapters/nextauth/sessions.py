"""The sessions of one front end: sealed and opened, carried in cookies, forms vouched for."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from hmac import compare_digest
from uuid import uuid4

from adapters.nextauth.claims import read_claims, write_claims
from adapters.nextauth.seals import seal_of
from domain.foreign_sessions import ForeignSession, SessionTerms, SessionVersion
from domain.session_cookies import CookieChanges, csrf_token_of, csrf_value, session_body


class NextAuthSessions:
    """Speaks with next-auth 4 and Auth.js as they speak with themselves; implements `domain.foreign_sessions.ForeignSessions`.

    Keys are derived once, here. `clock` gives seconds since 1970.
    """

    def __init__(self, terms: SessionTerms, clock: Callable[[], float] = time.time) -> None:
        self.terms = terms
        self._seal = seal_of(terms)
        self._style = terms.session_style
        self._clock = clock

    def recognises(self, token: str) -> bool:
        """Whether this is sealed the way that was agreed, by the look of it."""
        return self._seal.fits(token)

    def read(self, token: str) -> ForeignSession:
        """What the session says; refused with ForeignSessionInvalid."""
        return read_claims(self._seal.open(token), self._clock())

    def issue(self, session: ForeignSession) -> str:
        """The sealed session, readable by the front end's library."""
        return self._seal.close(write_claims(session, self._clock(), str(uuid4())))

    def from_cookies(self, cookies: Mapping[str, str]) -> str | None:
        """The sealed session in these cookies, put together where it is spread over several; None without one."""
        return self._style.join(cookies)

    def to_cookies(self, token: str, present: Iterable[str] = ()) -> CookieChanges:
        """The cookies to set for a sealed session; of those `present`, the ones to clear because they would be read with it."""
        return self._style.split(token, present)

    def without_cookies(self, present: Iterable[str]) -> CookieChanges:
        """The cookies to clear where somebody signs out."""
        return self._style.gone(present)

    def csrf_cookie(self) -> tuple[str, str]:
        """A new token for forms, and the value of the cookie that vouches for it."""
        token = secrets.token_hex(32)
        return token, csrf_value(token, self.terms.csrf_secrets[0])

    def csrf_token(self, cookie: str | None) -> str | None:
        """The token that a cookie vouches for; None for a missing or foreign cookie."""
        return csrf_token_of(cookie, self.terms.csrf_secrets)

    def check_csrf(self, cookie: str | None, token: str) -> bool:
        """Whether a form's token is the one that its cookie vouches for."""
        vouched = self.csrf_token(cookie)
        return vouched is not None and compare_digest(vouched.encode(), token.encode(errors="replace"))

    def body(self, session: ForeignSession | None) -> dict[str, object] | None:
        """What `/api/auth/session` answers for a session, or for nobody."""
        if session is not None:
            return session_body(session.name, session.email, session.picture, session.expires_at)
        return {} if self.terms.version is SessionVersion.NEXT_AUTH_4 else None
