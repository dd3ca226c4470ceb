"""E-mail addresses have one form in which they are kept."""

import pytest

from domain.emails import read_email
from domain.refusals import Faults


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace+Tickets@Example.ORG ", "ada.lovelace+tickets@example.org"),
        ("o'hara@mail.example.co.uk", "o'hara@mail.example.co.uk"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@münchen.example", None),
        ("ada", None),
        ("ada@", None),
        ("@example.org", None),
        ("ada@localhost", None),
        ("ada@example..org", None),
        ("ada@-example.org", None),
        (".ada@example.org", None),
        ("ada..l@example.org", None),
        ("ada@example.org, bob@example.org", None),
        ("ada@exam\nple.org", None),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
        ("a" * 65 + "@example.org", None),
        ("a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + "." + "f" * 10 + ".org", None),
    ],
)
def test_an_address_is_read(typed: str, kept: str | None) -> None:
    faults = Faults()

    read = read_email(faults, typed, ("input", "email"))

    assert (read if not faults.found else None) == kept
    assert [each.path for each in faults.found] == ([] if kept else [("input", "email")])
