"""Front ends of every kind, each with the real library behind it, and the person who is signed in there."""

import time
from dataclasses import dataclass, replace

from adapters.nextauth import NextAuthSessions
from domain.foreign_sessions import ForeignSession, ForeignSessionInvalid, SessionMode, SessionTerms, SessionVersion
from domain.refusals import Refused
from tests.nextauth.libraries import Libraries

SECRET = "the-front-end-and-ticketbase-share-this"
NEWER_SECRET = "the-secret,that-comes-next-with-a-comma"
FOREIGN_SECRET = "nobody-here-was-ever-told-this-secret-x"
NOBODY = None
CLAIMS: dict[str, object] = {
    "sub": "p-1",
    "name": "Ada Ωmega",
    "email": "ada@shop.example",
    "picture": "https://shop.example/ada.png",
    "email_verified": True,
    "tenantId": "demo",
    "role": "organizer",
    "permissions": ["events:create", "holds:place"],
}


def person(expires_at: int, **changes: object) -> ForeignSession:
    """What CLAIMS say, with this end."""
    said = ForeignSession(
        subject="p-1",
        expires_at=expires_at,
        email="ada@shop.example",
        email_verified=True,
        name="Ada Ωmega",
        picture="https://shop.example/ada.png",
        tenant_id="demo",
        role="organizer",
        permissions=frozenset({"events:create", "holds:place"}),
    )
    return replace(said, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """What is agreed with one front end, and how its library is asked."""

    terms: SessionTerms

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{self.terms.mode}-{self.terms.version.value}-{'https' if self.terms.is_secure else 'http'}"

    @property
    def cookie(self) -> str:
        """The session's cookie."""
        return self.terms.session_style.name

    @property
    def library_secret(self) -> str | list[str]:
        """The secret as the library takes it: Auth.js a list, next-auth 4 one."""
        return list(self.terms.secrets) if self.terms.version is SessionVersion.AUTH_JS_5 else self.terms.secrets[0]

    def sessions(self, now: float | None = None) -> NextAuthSessions:
        """What is tested; `now` holds its clock still."""
        return NextAuthSessions(self.terms, time.time if now is None else lambda: now)

    def encode(self, libraries: Libraries, claims: dict[str, object], **more: object) -> str:
        """A session made by the library."""
        return libraries.text(self._verb("encode"), token=claims, **self._keys(), **more)

    def decode(self, libraries: Libraries, token: str) -> dict[str, object]:
        """What the library reads in a session."""
        return libraries.fields(self._verb("decode"), token=token, **self._keys())

    def find(self, libraries: Libraries, cookies: dict[str, str], **more: object) -> object:
        """What the library's `getToken` finds in a request with these cookies."""
        return libraries.ask(
            f"getToken{self.terms.version.value}", cookies=cookies, secureCookie=self.terms.is_secure, **self._keys(), **more
        )

    def handle(self, libraries: Libraries, action: str, **more: object) -> dict[str, object]:
        """What the library's routes answer."""
        verb, secret = f"handle{self.terms.version.value}", self.library_secret
        return libraries.fields(verb, action=action, secret=secret, secure=self.terms.is_secure, **more)

    def _verb(self, what: str) -> str:
        return f"{what}Signed" if self.terms.mode is SessionMode.HS256 else f"{what}{self.terms.version.value}"

    def _keys(self) -> dict[str, object]:
        if self.terms.mode is SessionMode.V5_JWE:
            return {"secret": self.library_secret, "salt": self.cookie}
        return {"secret": self.terms.secrets[0]}


def front_end(mode: SessionMode, version: int, *secrets: str, secure: bool = False) -> FrontEnd:
    """One front end, with the usual secret unless others are given."""
    return FrontEnd(SessionTerms(mode, secrets or (SECRET,), secure, SessionVersion(version)))


V4 = front_end(SessionMode.V4_JWE, 4)
V5 = front_end(SessionMode.V5_JWE, 5)
SIGNED = front_end(SessionMode.HS256, 4)
SECURE_V4 = front_end(SessionMode.V4_JWE, 4, secure=True)
SECURE_V5 = front_end(SessionMode.V5_JWE, 5, secure=True)
ENCRYPTED = [V4, SECURE_V4, V5, SECURE_V5]
EVERY = [*ENCRYPTED, SIGNED, front_end(SessionMode.HS256, 5, secure=True)]


def refusal_of(sessions: NextAuthSessions, token: str) -> str | None:
    """Why the session is refused; None when it is read."""
    try:
        sessions.read(token)
    except Refused as refused:
        refusal = refused.refusal
    else:
        return None
    assert isinstance(refusal, ForeignSessionInvalid)
    return refusal.reason


def cookies_of(answered: dict[str, object], name: str) -> dict[str, str]:
    """The cookies that a library set, of those whose names begin so."""
    given = answered["cookies"]
    assert isinstance(given, list)
    return {each["name"]: each["value"] for each in given if each["name"].startswith(name)}
