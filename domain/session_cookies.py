"""Cookies of NextAuth and Auth.js: a session spread over several of them, the proof where a form came from, the answer about a session."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import quote, unquote

LONGEST_PROOF = 512
"""Letters of a CSRF cookie; the libraries write 129, or 131 when encoded."""


@dataclass(frozen=True, slots=True)
class CookieChanges:
    """Cookies to set, as names and values, and the names of cookies to clear."""

    set: tuple[tuple[str, str], ...]
    clear: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CookieStyle:
    """The name of a cookie, and how many letters one cookie takes before its value goes on in `name.0`, `name.1` ….

    Names that only begin alike (`name-legacy`, `name.01`, `name.0.1`) are other cookies. The libraries read them as part of the
    session; to whoever can set one of them that would be a way to spoil it.
    """

    name: str
    room: int

    def join(self, cookies: Mapping[str, str]) -> str | None:
        """The value, from one cookie or from pieces numbered without a gap; what lies behind a gap or is empty is left out."""
        if whole := cookies.get(self.name):
            return whole
        pieces: list[str] = []
        while piece := cookies.get(f"{self.name}.{len(pieces)}"):
            pieces.append(piece)
        return "".join(pieces) or None

    def split(self, value: str, present: Iterable[str]) -> CookieChanges:
        """The cookies that carry `value`, and which of those `present` must go."""
        pieces = [value[start : start + self.room] for start in range(0, len(value), self.room)]
        names = [self.name] if len(pieces) == 1 else [f"{self.name}.{number}" for number in range(len(pieces))]
        return CookieChanges(tuple(zip(names, pieces, strict=True)), self._own(present, names))

    def gone(self, present: Iterable[str]) -> CookieChanges:
        """Which of the cookies `present` must go where nothing takes their place."""
        return CookieChanges((), self._own(present, ()))

    def _own(self, present: Iterable[str], kept: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({each for each in present if self._is_own(each)} - set(kept)))

    def _is_own(self, name: str) -> bool:
        return re.fullmatch(re.escape(self.name) + r"(\.(0|[1-9][0-9]{0,3}))?", name) is not None


def csrf_value(token: str, secret: str) -> str:
    """The cookie that vouches for a form's token: both joined by a bar, encoded as the libraries write it."""
    return quote(f"{token}|{_proof(token, secret)}", safe="")


def csrf_token_of(cookie: str | None, secrets: Iterable[str]) -> str | None:
    """The token a cookie vouches for under one of these secrets; None where it does not. The cookie may be encoded or not."""
    if not cookie or len(cookie) > LONGEST_PROOF or not cookie.isascii():
        return None
    token, bar, proof = unquote(cookie).partition("|")
    if not token or not bar:
        return None
    given = proof.encode()
    return token if any(compare_digest(_proof(token, secret).encode(), given) for secret in secrets) else None


def session_body(name: str | None, email: str | None, image: str | None, expires_at: int) -> dict[str, object]:
    """What the libraries tell a page about its session, with the end to the millisecond; what is not known is left out."""
    user = {key: value for key, value in (("name", name), ("email", email), ("image", image)) if value is not None}
    ends = datetime.fromtimestamp(expires_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"user": user, "expires": ends}


def _proof(token: str, secret: str) -> str:
    return sha256(f"{token}{secret}".encode()).hexdigest()
