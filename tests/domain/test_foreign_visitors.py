"""Whom a front end's session speaks for."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.foreign_sessions import ForeignSession, ForeignSessionInvalid
from domain.foreign_visitors import KnownPerson, recognise
from domain.identity import Limits, Permission, Role
from domain.refusals import Refused

CHANGED = datetime(2026, 11, 21, 12, 0, 0, 900_000, UTC)
SECOND = int(CHANGED.timestamp())
ADA = KnownPerson(UUID(int=1), "ada@example.org", CHANGED, None)
EVE = KnownPerson(UUID(int=2), "eve@example.org", None, None)


def session(**said: Any) -> ForeignSession:
    return ForeignSession(**{"subject": "gh-1", "expires_at": SECOND + 3_600, "issued_at": SECOND, **said})


def found(said: ForeignSession, subject: UUID | None = None) -> str | None:
    """Whom it finds among both; None where it is refused."""
    try:
        return recognise(said, subject, (ADA, EVE)).email
    except Refused as refused:
        return None if isinstance(refused.refusal, ForeignSessionInvalid) else "another refusal"


def test_an_id_of_ours_finds_its_person_and_a_proven_address_hers() -> None:
    assert found(session(), ADA.person_id) == "ada@example.org"
    assert found(session(email="Ada@Example.org ", email_verified=True)) == "ada@example.org"
    assert found(session(email="ada@example.org", email_verified=False), ADA.person_id) == "ada@example.org"


def test_nobody_is_found_by_what_proves_nothing() -> None:
    assert found(session()) is None
    assert found(session(), UUID(int=3)) is None
    assert found(session(email="ada@example.org")) is None
    assert found(session(email="ada@example.org", email_verified=False)) is None


@pytest.mark.parametrize("verified", [True, False, None])
def test_an_id_with_anothers_address_finds_neither(verified: bool | None) -> None:
    assert found(session(email="eve@example.org", email_verified=verified), ADA.person_id) is None


@pytest.mark.parametrize(
    ("said", "lives"),
    [
        ({"issued_at": SECOND - 1}, False),
        ({"issued_at": SECOND}, True),
        ({"issued_at": None}, False),
        ({"issued_at": SECOND - 1, "session_id": "begun here"}, True),
    ],
    ids=["a second before", "in that second", "who knows when", "begun here"],
)
def test_another_password_ends_what_was_sealed_before(said: dict[str, Any], lives: bool) -> None:
    assert (found(session(**said), ADA.person_id) is not None) is lives
    assert found(session(**said), EVE.person_id) == "eve@example.org"


@pytest.mark.parametrize(
    ("held", "named", "acts"),
    [
        (Role.OWNER, None, Role.OWNER),
        (Role.OWNER, Role.ADMIN, Role.ADMIN),
        (Role.OWNER, Role.USER, Role.USER),
        (Role.ADMIN, Role.OWNER, Role.ADMIN),
        (Role.MANAGER, Role.ORGANIZER, Role.ORGANIZER),
        (Role.SUPPORT, Role.ORGANIZER, Role.SUPPORT),
        (Role.USER, Role.OWNER, Role.USER),
        (None, Role.OWNER, None),
    ],
)
def test_the_lesser_role_is_acted_in(held: Role | None, named: Role | None, acts: Role | None) -> None:
    assert Limits(frozenset(Permission), named).lower(held) is acts
