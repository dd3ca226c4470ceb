"""Whom a front end's session speaks for: the account that its id or its verified address finds, as long as nothing speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.foreign_sessions import ForeignSession, ForeignSessionInvalid
from domain.refusals import Refused


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whose address is proved here. `home` is the organization she joined first, None for one who belongs to none.

    `password_changed_at` is None for those who have no password here.
    """

    person_id: UUID
    email: str
    password_changed_at: datetime | None
    home: UUID | None


class KnownPeople(Protocol):
    """Finds people who can sign in."""

    async def known(self, person_id: UUID | None, email: str | None) -> Sequence[KnownPerson]:
        """Who has this id or this address: two at most."""


def recognise(session: ForeignSession, subject: UUID | None, known: Sequence[KnownPerson]) -> KnownPerson:
    """Which of those known the session speaks for; refused with ForeignSessionInvalid.

    `subject` is the session's subject where that is an id of ours. Where it finds somebody, an address in the session must be hers: two
    that belong to different people would let whoever can choose one of them be the other.
    """
    named = next((each for each in known if each.person_id == subject), None)
    if named and session.email and tidy(session.email) != named.email:
        raise Refused(ForeignSessionInvalid("its id and its address belong to different people"))
    person = named or next((each for each in known if each.email == tidy(session.proven_email)), None)
    if person is None:
        raise Refused(ForeignSessionInvalid("it speaks for nobody who has an account here"))
    _expect_current(session, person)
    return person


def tidy(email: str | None) -> str | None:
    """The address in the form in which addresses are kept."""
    return email.strip().lower() if email else None


def _expect_current(session: ForeignSession, person: KnownPerson) -> None:
    """Another password ends the sessions made before; one that was begun here is looked up instead, and ends with that."""
    if session.session_id is not None or person.password_changed_at is None:
        return
    if session.issued_at is None or session.issued_at < int(person.password_changed_at.timestamp()):
        raise Refused(ForeignSessionInvalid("it was made before the password was changed"))
