"""Says whether sessions of a NextAuth or Auth.js front end are accepted, and what is agreed with it."""

from dataclasses import dataclass

from domain.foreign_sessions import SessionMode, SessionTerms, SessionVersion
from gateway import variables
from gateway.environment import Environment, Secret

_VERSIONS = {SessionMode.V4_JWE: SessionVersion.NEXT_AUTH_4, SessionMode.V5_JWE: SessionVersion.AUTH_JS_5}


@dataclass(frozen=True, slots=True)
class NextAuthTerms:
    """What is agreed with the front end, its secrets kept out of sight; the first seals, every one opens."""

    mode: SessionMode
    secrets: tuple[Secret, ...]
    is_secure: bool
    version: SessionVersion

    def reveal(self) -> SessionTerms:
        """The same for the one who seals and opens sessions."""
        return SessionTerms(self.mode, tuple(each.reveal() for each in self.secrets), self.is_secure, self.version)


def read_nextauth(source: Environment, *, developing: bool) -> NextAuthTerms | None:
    """The terms, or None where no secret is shared with a front end.

    Auth.js reads `AUTH_SECRET`, and for rotation `AUTH_SECRET_1` to `AUTH_SECRET_3`, the highest number first; so do we.
    """
    mode = source.read("NEXTAUTH_MODE", variables.one_of(SessionMode), _usual_mode(source))
    version = _read_version(source, mode)
    secret = source.read("NEXTAUTH_SECRET", variables.long_secret, None, aliases=("AUTH_SECRET",))
    newer = [source.read(f"AUTH_SECRET_{number}", variables.long_secret, None) for number in (3, 2, 1)]
    address = source.read("NEXTAUTH_URL", variables.web_address, None, aliases=("AUTH_URL",))
    is_secure = address.startswith("https://") if address else not developing
    if secrets := tuple(each for each in (*newer, secret) if each):
        return NextAuthTerms(mode, secrets, is_secure, version)
    if source.find("NEXTAUTH_MODE")[1] and not _has_secret(source):
        source.refuse("NEXTAUTH_MODE", "is set, and no secret is", "Set NEXTAUTH_SECRET to the front end's, or remove NEXTAUTH_MODE.")
    return None


def _has_secret(source: Environment) -> bool:
    """Whether any is set, be it at fault."""
    return any(source.find(name)[1] for name in ("NEXTAUTH_SECRET", "AUTH_SECRET", "AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3"))


def _usual_mode(source: Environment) -> SessionMode:
    """The names of the secrets tell which library the front end has."""
    is_newer = not source.find("NEXTAUTH_SECRET")[1] and _has_secret(source)
    return SessionMode.V5_JWE if is_newer else SessionMode.V4_JWE


def _read_version(source: Environment, mode: SessionMode) -> SessionVersion:
    """4 or 5; the two modes of the libraries themselves leave no choice."""
    implied = _VERSIONS.get(mode, SessionVersion.NEXT_AUTH_4)
    version = SessionVersion(source.read("NEXTAUTH_VERSION", variables.whole(4, 5), implied.value))
    if mode in _VERSIONS and version is not implied:
        source.refuse("NEXTAUTH_VERSION", f"is {version.value}, but NEXTAUTH_MODE is {mode.value}", "Remove one of them.")
    return version
