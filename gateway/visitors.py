"""Tells who is at the door, from an access token or from the cookie of a session; and whether her session still lives."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol
from uuid import UUID

from domain.foreign_sessions import ForeignSessionInvalid, ForeignSessions
from domain.refusals import Refused
from domain.secrets import digest
from domain.sessions import Session, SessionEnded
from domain.tokens import Claims, TokenInvalid
from gateway.cookies import SessionCookie
from gateway.foreign_visitors import Asked, ForeignVisitors
from gateway.remembered import Remembered

_BEARER = re.compile(r"bearer +([\w.~+/=-]+)", re.IGNORECASE)
_LONGEST_SECRET = 200


class LiveSessions(Protocol):
    """Finds sessions that live, and notes that they were seen."""

    async def by_cookie(self, token_hash: bytes) -> Session | None: ...
    async def by_id(self, session_id: UUID) -> Session | None: ...


class Visitors:
    """Reads what a request says of who sends it; sessions are remembered for as long as their end may take to reach every replica.

    `foreign` knows the sessions of a front end, None where none is agreed.
    """

    def __init__(
        self,
        read_token: Callable[[str], Awaitable[Claims]],
        sessions: LiveSessions,
        cookie: SessionCookie,
        foreign: ForeignVisitors | None = None,
    ) -> None:
        self._read_token = read_token
        self._cookie = cookie
        self._foreign = foreign
        self._by_cookie: Remembered[Session | None] = Remembered(sessions.by_cookie)
        self._by_id: Remembered[Session | None] = Remembered(sessions.by_id)

    @property
    def front_end(self) -> ForeignSessions | None:
        """The sessions of the front end, where one is agreed."""
        return self._foreign.sessions if self._foreign else None

    async def who(self, authorization: str | None, headers: Mapping[str, str], asked: Asked) -> Claims | None:
        """Who sends the request, None for nobody; refused with TokenInvalid, ForeignSessionInvalid, SessionEnded or TenantMismatch.

        A cookie that is worth nothing any more is no fault of the page that sends it along: such a visitor is nobody. Our own cookie
        goes before a front end's.
        """
        if authorization:
            return await self._of_token(authorization, asked)
        return await self._of_cookie(headers) or await self._of_foreign_cookies(headers, asked)

    def forget(self, ended: Collection[UUID]) -> None:
        """These sessions ended a moment ago: whoever comes with one is not let in any more, here at least at once."""
        for each in ended:
            self._by_id.forget(each)
        self._by_cookie.forget_where(lambda session: session is not None and session.id in ended)

    async def lives(self, session_id: UUID | None) -> bool:
        """Whether the session lives; a token without one (an operator's) does until it expires."""
        return session_id is None or await self._by_id.get(session_id) is not None

    async def _of_token(self, authorization: str, asked: Asked) -> Claims:
        if (match := _BEARER.fullmatch(authorization.strip())) is None:
            raise Refused(TokenInvalid("the Authorization header is not `Bearer` and a token"))
        if self._foreign and self._foreign.sessions.recognises(match[1]):
            return await self._of_foreign(self._foreign, match[1], asked)
        claims = await self._read_token(match[1])
        if not await self.lives(claims.session_id):
            raise Refused(SessionEnded())
        return claims

    async def _of_cookie(self, headers: Mapping[str, str]) -> Claims | None:
        secret = self._cookie.of(headers)
        if not secret or len(secret) > _LONGEST_SECRET:
            return None
        session = await self._by_cookie.get(digest(secret))
        return _claims(session) if session else None

    async def _of_foreign_cookies(self, headers: Mapping[str, str], asked: Asked) -> Claims | None:
        sealed = self._foreign.in_cookies(headers) if self._foreign else None
        if self._foreign is None or sealed is None:
            return None
        try:
            return await self._of_foreign(self._foreign, sealed, asked)
        except Refused as refused:
            if isinstance(refused.refusal, ForeignSessionInvalid | SessionEnded):
                return None
            raise

    async def _of_foreign(self, foreign: ForeignVisitors, sealed: str, asked: Asked) -> Claims:
        """A front end's session that was begun here ends here, too."""
        claims = await foreign.who(sealed, asked)
        begun = await self._by_id.get(claims.session_id) if claims.session_id else None
        if claims.session_id and (begun is None or begun.person_id != claims.person_id):
            raise Refused(SessionEnded())
        return claims


def _claims(session: Session) -> Claims:
    """What a token of this session would say; a stream that it opens ends with the session, whose idle time the stream itself renews."""
    return Claims(session.person_id, session.organization_id, 0, int(session.expires_at.timestamp()), session.id)
