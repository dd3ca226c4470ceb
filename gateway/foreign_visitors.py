"""Tells whom a session of a NextAuth or Auth.js front end speaks for, and in which organization."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from starlette.requests import HTTPConnection, cookie_parser

from domain.foreign_sessions import ForeignSession, ForeignSessionInvalid, ForeignSessions
from domain.foreign_visitors import KnownPeople, KnownPerson, recognise, tidy
from domain.refusals import Refused
from domain.tokens import Claims
from gateway.remembered import Remembered
from gateway.tenants import TenantMismatch, Tenants
from schema import ids


@dataclass(frozen=True, slots=True)
class Asked:
    """Which organization a request names: by name where it says one, and by its host."""

    connection: HTTPConnection
    organization: str | None

    @classmethod
    def of(cls, connection: HTTPConnection, organization: str | None = None) -> Self:
        """What a request says; `organization` goes before its headers."""
        headers = connection.headers
        return cls(connection, organization or headers.get("x-organization") or headers.get("x-tenant-id"))

    @property
    def host(self) -> str:
        """The name of the host, which takes long to read."""
        return self.connection.url.hostname or ""


class ForeignVisitors:
    """Reads the sessions of one front end; people are remembered as long as their sessions are."""

    def __init__(self, sessions: ForeignSessions, people: KnownPeople, tenants: Tenants) -> None:
        self.sessions = sessions
        self._tenants = tenants
        self._people: Remembered[tuple[KnownPerson, ...]] = Remembered(lambda pair: _all(people, *pair))

    def in_cookies(self, headers: Mapping[str, str]) -> str | None:
        """The sealed session that a request carries in cookies."""
        return self.sessions.from_cookies(cookie_parser(headers["cookie"])) if "cookie" in headers else None

    async def who(self, token: str, asked: Asked) -> Claims:
        """Whom it speaks for; refused with ForeignSessionInvalid, or TenantMismatch where the request names another organization."""
        session = self.sessions.read(token)
        subject, begun = _id_of("Person", session.subject), _begun(session)
        person = recognise(session, subject, await self._people.get((subject, tidy(session.proven_email))))
        organization_id = await self._organization(session, person, asked)
        return Claims(person.person_id, organization_id, 0, session.expires_at, begun, session)

    async def _organization(self, session: ForeignSession, person: KnownPerson, asked: Asked) -> UUID:
        if session.tenant_id is None:
            asked_for = await self._tenants.of_request(asked.host, asked.organization, None)
            return _expect(asked_for.id if asked_for is not None else person.home, "it names no organization, nor does the request")
        meant = await self._tenants.named(str(_id_of("Organization", session.tenant_id) or session.tenant_id))
        meant_id = _expect(meant.id if meant else None, "it names an organization that does not exist")
        # What a request names is compared with the claims like that of any token; its host counts where it names nothing.
        at_host = await self._tenants.at_host(asked.host) if asked.organization is None else None
        if at_host and at_host.id != meant_id:
            raise Refused(TenantMismatch())
        return meant_id


async def _all(people: KnownPeople, person_id: UUID | None, email: str | None) -> tuple[KnownPerson, ...]:
    return tuple(await people.known(person_id, email)) if person_id or email else ()


def _begun(session: ForeignSession) -> UUID | None:
    """The session that was begun here when the front end asked for the credentials."""
    if session.session_id is None:
        return None
    return _expect(_id_of("Session", session.session_id), "it names a session that never was")


def _expect(id_: UUID | None, reason: str) -> UUID:
    if id_ is None:
        raise Refused(ForeignSessionInvalid(reason))
    return id_


def _id_of(typename: str, word: str) -> UUID | None:
    """The id in a global id of this type, or written plainly; None for words of the front end's own."""
    if (read := ids.read(word)) and read[0] == typename:
        return read[1]
    try:
        return UUID(word)
    except ValueError:
        return None
