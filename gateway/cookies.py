"""The cookie of a browser that is signed in: out of reach of scripts, sent to this host alone, never by another site's form."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie

from starlette.requests import cookie_parser

PLAIN_NAME = "ticketbase-session"
# Browsers keep a cookie of this prefix only when it is Secure, of the whole host and of no domain around it (RFC 6265bis, §4.1.3.2).
SECURE_NAME = f"__Host-{PLAIN_NAME}"


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """`is_secure` is false in development alone, where pages come over HTTP."""

    is_secure: bool

    @property
    def name(self) -> str:
        """Its name."""
        return SECURE_NAME if self.is_secure else PLAIN_NAME

    def of(self, headers: Mapping[str, str]) -> str | None:
        """What the request carries."""
        return cookie_parser(headers["cookie"]).get(self.name) if "cookie" in headers else None

    def set(self, secret: str, seconds: int) -> str:
        """The value of Set-Cookie that hands it out, for as long as the session can last."""
        return self._written(secret, seconds)

    def clear(self) -> str:
        """The value of Set-Cookie that takes it back."""
        return self._written("", 0)

    def _written(self, value: str, seconds: int) -> str:
        cookie: SimpleCookie = SimpleCookie({self.name: value})
        morsel = cookie[self.name]
        morsel["path"], morsel["max-age"], morsel["httponly"], morsel["samesite"] = "/", str(seconds), True, "Lax"
        if self.is_secure:
            morsel["secure"] = True
        return morsel.OutputString()
