"""Sessions: a person signed in on one device, for one organization; how long that lasts, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.devices import device_of
from domain.refusals import ErrorCode, NotFound, Refusal, Refused

GRACE = timedelta(seconds=10)
"""How long after its use a refresh token still gets the answer that was lost on the way."""


class Method(StrEnum):
    """How somebody proved who she is."""

    PASSWORD = "PASSWORD"  # noqa: S105 - no secret
    TOTP = "TOTP"
    RECOVERY_CODE = "RECOVERY_CODE"
    FOREIGN = "FOREIGN"


class Carrier(StrEnum):
    """What whoever signs in carries from then on: a browser one cookie, a program an access and a refresh token."""

    COOKIE = "COOKIE"
    TOKENS = "TOKENS"


class Ending(StrEnum):
    """Why a session ended before its time."""

    SIGNED_OUT = "SIGNED_OUT"
    REVOKED = "REVOKED"
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105 - no secret
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - no secret


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How long sessions last: `idle` without being used, `longest` in any case; `access` is the life of an access token."""

    idle: timedelta = timedelta(days=7)
    longest: timedelta = timedelta(days=30)
    access: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from: the network address and what the User-Agent header says."""

    address: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in on one device. Times are UTC; it ends `idle_seconds` after it was last seen, or at `expires_at`.

    `begun_from` is the session that went over to another organization with it, None for one that somebody signed in to.
    """

    id: UUID
    person_id: UUID
    organization_id: UUID
    device: str
    address: str | None
    methods: tuple[str, ...]
    created_at: datetime
    last_seen_at: datetime
    idle_seconds: int
    expires_at: datetime
    revoked_at: datetime | None = None
    begun_from: UUID | None = None

    typename: ClassVar[str] = "Session"

    @property
    def ends_at(self) -> datetime:
        """When it ends if it is not used before."""
        return min(self.last_seen_at + timedelta(seconds=self.idle_seconds), self.expires_at)

    def lives_at(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.revoked_at is None and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Presented:
    """A refresh token that was shown: its session (locked), when it was used, and whether one of the successors named is still unused."""

    session: Session
    used_at: datetime | None
    unused_successor: bytes | None


class Verdict(StrEnum):
    """What becomes of a refresh token that was shown."""

    ROTATE = "ROTATE"
    REPEAT = "REPEAT"
    REUSED = "REUSED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class CookieSession(Refusal):
    """A session carried by a cookie that no script can read makes no tokens, which one could."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "You are signed in by a cookie; go over at POST /api/auth/switch-organization, which sets another one."


@dataclass(frozen=True, slots=True)
class SessionEnded(Refusal):
    """The session is over, or there never was one."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "The session has ended; sign in again."


@dataclass(frozen=True, slots=True)
class Tickets:
    """What a program carries: `access` is good until `expires_at` (seconds since 1970), `refresh` once, for the next pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: int


class Sessions(Protocol):
    """The store of sessions and refresh tokens; it belongs to no tenant."""

    async def add(self, session: Session, carrier: Carrier, secret: bytes) -> None:
        """Write a new session with the digest of its cookie, or of its first refresh token."""

    async def of_person(self, person_id: UUID) -> Sequence[Session]:
        """The person's live sessions, the one last used first."""

    async def end(self, person_id: UUID, because: Ending, now: datetime, *, only: UUID | None = None, but: UUID | None = None) -> int:
        """End the person's sessions (`only` this one, all `but` this one); how many were ended.

        With one end those that were begun from it, unless it was signed out: a thief who had it may have gone over to another
        organization, and the person who did so herself may stay there.
        """

    async def for_change(self, session_id: UUID) -> Session:
        """The session, locked until the work ends; refused with SessionEnded."""

    async def carrier_of(self, session_id: UUID) -> Carrier:
        """What the bearer of a session that there is carries."""

    async def is_new_device(self, person_id: UUID, mark: bytes) -> bool:
        """Whether the person was seen elsewhere before, and never there (see `domain.devices.mark_of`); from now on she was."""

    async def presented(self, refresh: bytes, successors: Sequence[bytes]) -> Presented | None:
        """The refresh token that was shown, its session locked until the work ends."""

    async def rotate(self, refresh: bytes, successor: bytes, session_id: UUID, now: datetime) -> None:
        """Use the token up, write its successor, and note that the session was seen."""


def open_session(
    session_id: UUID, whose: tuple[UUID, UUID], caller: Caller, methods: Sequence[Method], now: datetime, terms: SessionTerms
) -> Session:
    """A new session; `whose` are the ids of the person and of the organization."""
    idle, proved = int(terms.idle.total_seconds()), tuple(each.value for each in methods)
    return Session(session_id, *whose, device_of(caller.agent), caller.address, proved, now, now, idle, now + terms.longest)


def expect_carried(carried: Carrier, wanted: Carrier) -> None:
    """Refuse with CookieSession whoever came by a cookie and wants tokens: a script in her page would have what it cannot read now."""
    if carried is Carrier.COOKIE and wanted is Carrier.TOKENS:
        raise Refused(CookieSession())


def continue_in(before: Session, session_id: UUID, organization_id: UUID, caller: Caller, now: datetime) -> Session:
    """A session in another organization for who proved herself in `before`: with the same methods, and no longer than that one."""
    return replace(
        before,
        id=session_id,
        organization_id=organization_id,
        device=device_of(caller.agent),
        address=caller.address,
        created_at=now,
        last_seen_at=now,
        begun_from=before.id,
    )


def expect_any(ended: int) -> int:
    """How many sessions were ended; refused with NotFound when there was none of one's own by that id."""
    if not ended:
        raise Refused(NotFound("session", ("input", "sessionId")))
    return ended


def judge(presented: Presented | None, now: datetime) -> Verdict:
    """What to do: rotate an unused token; repeat the answer that was lost; end the family of one that somebody used before.

    The family may be larger than a session that has ended: a thief could sign out where he came in, and stay where he went from there.
    """
    if presented is None:
        return Verdict.ENDED
    if presented.used_at and not (now - presented.used_at <= GRACE and presented.unused_successor):
        return Verdict.REUSED
    if not presented.session.lives_at(now):
        return Verdict.ENDED
    return Verdict.REPEAT if presented.used_at else Verdict.ROTATE
