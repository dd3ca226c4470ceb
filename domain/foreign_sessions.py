"""Sessions of a front end that signs people in with NextAuth or Auth.js: what they say, how far they reach, why one is turned away.

Such a session is opened with a secret shared with the front end. It says who somebody is; what they may do, their membership says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import ClassVar, Protocol

from domain.identity import GRANTS, PUBLIC, Limits, Permission, Role
from domain.refusals import ErrorCode, Refusal
from domain.session_cookies import CookieChanges, CookieStyle

TOLERANCE = 15
"""Seconds by which the clocks of the front end and of TicketBase may differ; both libraries grant as many."""


class SessionMode(StrEnum):
    """How the front end seals its sessions: as each library does by itself, or signed by its own `encode`."""

    V4_JWE = "v4-jwe"
    V5_JWE = "v5-jwe"
    HS256 = "hs256"


class SessionVersion(IntEnum):
    """The library of the front end, which names the cookies and shapes the answers: next-auth 4, or Auth.js (next-auth 5)."""

    NEXT_AUTH_4 = 4
    AUTH_JS_5 = 5


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """What is agreed with the front end.

    The first of `secrets` seals what is issued, every one opens what is read. `is_secure` says that the front end is reached by
    https, which prefixes the names of its cookies. With `hs256` the version cannot be told from the mode.
    """

    mode: SessionMode
    secrets: tuple[str, ...] = field(repr=False)
    is_secure: bool
    version: SessionVersion

    @property
    def session_style(self) -> CookieStyle:
        """The name of the session's cookie, and how much one cookie takes: 4,096 bytes less what each library leaves for attributes."""
        prefix = "__Secure-" if self.is_secure else ""
        if self.version is SessionVersion.NEXT_AUTH_4:
            return CookieStyle(f"{prefix}next-auth.session-token", 4_096 - 163)
        return CookieStyle(f"{prefix}authjs.session-token", 4_096 - 160)

    @property
    def csrf_name(self) -> str:
        """The name of the cookie that proves where a form came from."""
        prefix = "__Host-" if self.is_secure else ""
        return f"{prefix}{'next-auth' if self.version is SessionVersion.NEXT_AUTH_4 else 'authjs'}.csrf-token"

    @property
    def csrf_secrets(self) -> tuple[str, ...]:
        """What may stand behind a token where it is hashed, the one to hash with first; Auth.js writes its list of secrets with commas."""
        return self.secrets if self.version is SessionVersion.NEXT_AUTH_4 else (",".join(self.secrets),)


@dataclass(frozen=True, slots=True)
class ForeignSession:
    """What the front end says about whoever is signed in, until `expires_at` (seconds since 1970); None where it says nothing.

    `subject` is the front end's id of the person, or ours where the front end took it over. `tenant_id`, `role` and `permissions` are
    words of the front end: they can choose and narrow, never grant (see `limits_of`). `session_id` is the session that was begun here
    when the front end asked for the credentials, `issued_at` (seconds since 1970) when the front end last sealed what it says.
    """

    subject: str
    expires_at: int
    email: str | None = field(default=None, repr=False)
    email_verified: bool | None = None
    name: str | None = field(default=None, repr=False)
    picture: str | None = field(default=None, repr=False)
    tenant_id: str | None = None
    role: str | None = None
    permissions: frozenset[str] | None = None
    session_id: str | None = None
    issued_at: int | None = field(default=None, compare=False)

    @property
    def proven_email(self) -> str | None:
        """The address by which an account may be found: only one that the front end has verified."""
        return self.email if self.email_verified else None


@dataclass(frozen=True, slots=True)
class ForeignSessionInvalid(Refusal):
    """The front end's session is not accepted; `reason` says why without repeating any of it."""

    reason: str

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The session is not accepted: {self.reason}. Sign in again."


class ForeignSessions(Protocol):
    """Reads and issues the front end's sessions and the cookies they travel in.

    Cookies come as a mapping of names to values, as a framework parses them.
    """

    @property
    def terms(self) -> SessionTerms:
        """What is agreed with the front end; the names of its cookies among it."""

    def recognises(self, token: str) -> bool:
        """Whether this is sealed the way that was agreed, by the look of it; that says nothing of whether it is worth anything."""

    def read(self, token: str) -> ForeignSession:
        """What the session says; refused with ForeignSessionInvalid."""

    def issue(self, session: ForeignSession) -> str:
        """The sealed session, readable by the front end's library."""

    def from_cookies(self, cookies: Mapping[str, str]) -> str | None:
        """The sealed session in these cookies, put together where it is spread over several; None without one."""

    def to_cookies(self, token: str, present: Iterable[str] = ()) -> CookieChanges:
        """The cookies to set for a sealed session; of those `present`, the ones to clear because they would be read with it."""

    def without_cookies(self, present: Iterable[str]) -> CookieChanges:
        """The cookies to clear where somebody signs out."""

    def csrf_cookie(self) -> tuple[str, str]:
        """A new token for forms, and the value of the cookie that vouches for it."""

    def csrf_token(self, cookie: str | None) -> str | None:
        """The token that a cookie vouches for; None for a missing or foreign cookie."""

    def check_csrf(self, cookie: str | None, token: str) -> bool:
        """Whether a form's token is the one that its cookie vouches for."""

    def body(self, session: ForeignSession | None) -> dict[str, object] | None:
        """What `/api/auth/session` answers for a session, or for nobody."""


def allowed(granted: frozenset[Permission], session: ForeignSession) -> frozenset[Permission]:
    """What a member with the permissions `granted` may do in this session."""
    return granted & limits_of(session).permissions


def limits_of(session: ForeignSession) -> Limits:
    """What the session is limited to, whoever came with it.

    The claims `role` and `permissions` take away what they do not name, and a role that TicketBase does not know names nothing; what
    is public stays. Neither ever adds anything.
    """
    role = None if session.role is None else _role(session.role)
    may = frozenset(Permission) if role is None else GRANTS[role]
    if session.permissions is not None:
        may &= {each for each in Permission if each.value in session.permissions}
    return Limits(may | PUBLIC, role)


def _role(word: str) -> Role:
    try:
        return Role(word.lower())
    except ValueError:
        return Role.USER
