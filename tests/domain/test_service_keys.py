"""The rules of service keys that no role of today reaches: a key has no more than its maker, and no more than a key may have."""

from datetime import UTC, datetime

import pytest

from domain.identity import GRANTS, PUBLIC, Permission, Role, Viewer
from domain.refusals import Refused
from domain.service_keys import CreateServiceKey, PermissionTooHigh, create, is_secret, known, write_secret
from tests.samples import an_event

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ID = an_event().id


def test_a_key_has_no_more_than_whoever_makes_it() -> None:
    allowed = GRANTS[Role.ORGANIZER]

    made = create(ID, write_secret("A" * 43), CreateServiceKey("Till", ("events:create", "events:create")), allowed, ID, NOW)
    with pytest.raises(Refused) as refused:
        create(ID, write_secret("A" * 43), CreateServiceKey("Till", ("events:create", "events:delete")), allowed, ID, NOW)

    assert made.permissions == ("events:create",)
    assert refused.value.refusal == PermissionTooHigh("events:delete")


def test_a_key_that_was_given_what_is_for_people_has_it_not() -> None:
    program = Viewer(ID, service_key=ID, granted=frozenset({Permission.MEMBERS_MANAGE, Permission.VENUES_MANAGE}))

    assert program.permissions == PUBLIC | {Permission.VENUES_MANAGE}
    assert known(["venues:manage", "members:manage", "events:fly"]) == {Permission.VENUES_MANAGE}


def test_a_secret_is_told_from_other_words_by_its_checksum() -> None:
    secret = write_secret("A" * 43)

    assert secret == f"tbs_{'A' * 43}{secret[-6:]}"
    assert is_secret(secret)
    assert [is_secret(each) for each in (secret[:-1], secret + "0", secret.lower(), f"tbs_{'B' * 43}{secret[-6:]}", "")] == [False] * 5
