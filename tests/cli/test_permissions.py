"""The table of permissions that people read is the one that deeds ask."""

from pathlib import Path

from domain.identity import GRANTABLE, GRANTS, PUBLIC, Permission, Role
from gateway.cli.permissions import SAID, permission_table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_the_document_holds_the_table_of_the_code() -> None:
    assert permission_table() in DOCUMENT.read_text(encoding="utf-8")


def test_every_permission_is_explained() -> None:
    assert set(SAID) == set(Permission)


def test_roles_have_what_they_had_and_no_more() -> None:
    """Written down a second time on purpose: whoever grants more has to say so here."""
    public = {"accounts:use", "holds:place", "orders:place"}
    reads = public | {"events:read-unpublished", "organization:read"}
    sells = reads | {
        "events:create", "events:update", "events:publish", "events:read-join-link", "tickets:manage", "venues:manage",
        "orders:read", "orders:manage",
    }  # fmt: skip
    everything = {each.value for each in Permission} - {"people:sync"}

    assert {role: {each.value for each in GRANTS[role]} for role in Role} == {
        Role.OWNER: everything,
        Role.ADMIN: everything - {"organization:own"},
        Role.MANAGER: sells
        | {"events:delete", "events:change-others", "programme:manage", "members:read", "prices:manage", "refunds:make"},
        Role.ORGANIZER: sells,
        Role.SUPPORT: reads | {"events:read-join-link", "orders:read", "orders:manage"},
        Role.ANALYST: reads,
        Role.USER: public,
    }
    assert {each.value for each in GRANTABLE} == (everything | {"people:sync"}) - public - {
        "organization:own",
        "members:manage",
        "service-keys:manage",
    }
    assert {each.value for each in PUBLIC} == public
