"""What a front end says about rights takes away and never grants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.foreign_sessions import ForeignSession, allowed
from domain.identity import GRANTS, PUBLIC, Permission, Role

OWNER, ORGANIZER, USER = (GRANTS[role] for role in (Role.OWNER, Role.ORGANIZER, Role.USER))


def session(role: str | None = None, permissions: frozenset[str] | None = None) -> ForeignSession:
    return ForeignSession("p-1", 0, role=role, permissions=permissions)


@pytest.mark.parametrize(
    ("granted", "role", "permissions", "expected"),
    [
        (OWNER, None, None, OWNER),
        (USER, "owner", None, USER),
        (USER, "owner", {each.value for each in Permission}, USER),
        (ORGANIZER, "owner", None, ORGANIZER),
        (OWNER, "organizer", None, ORGANIZER),
        (OWNER, "ORGANIZER", None, ORGANIZER),
        (OWNER, "user", None, PUBLIC),
        (OWNER, "superadmin", None, PUBLIC),
        (OWNER, None, set(), PUBLIC),
        (OWNER, None, {"events:create", "everything"}, PUBLIC | {Permission.EVENTS_CREATE}),
        (OWNER, "analyst", {"events:create"}, PUBLIC),
        (frozenset(), "owner", {"holds:place"}, frozenset()),
    ],
)
def test_the_claims_of_a_front_end_narrow_a_membership(
    granted: frozenset[Permission], role: str | None, permissions: set[str] | None, expected: frozenset[Permission]
) -> None:
    assert allowed(granted, session(role, None if permissions is None else frozenset(permissions))) == expected


@given(
    granted=st.frozensets(st.sampled_from(Permission)),
    role=st.none() | st.sampled_from([each.value for each in Role]) | st.text(),
    permissions=st.none() | st.frozensets(st.sampled_from([each.value for each in Permission]) | st.text()),
)
def test_no_claims_at_all_grant_anything(granted: frozenset[Permission], role: str | None, permissions: frozenset[str] | None) -> None:
    may = allowed(granted, session(role, permissions))

    assert may <= granted
    assert may >= granted & PUBLIC


def test_only_a_verified_address_may_find_an_account() -> None:
    addressed = [ForeignSession("p-1", 0, email="ada@shop.example", email_verified=verified) for verified in (True, False, None)]

    assert [each.proven_email for each in addressed] == ["ada@shop.example", None, None]
