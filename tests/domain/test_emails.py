"""E-mail addresses have one form in which they are kept."""

import pytest

from domain.emails import read_email, sought
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


def test_an_address_is_looked_up_as_it_is_kept_and_zero_is_in_none() -> None:
    assert sought("  Ada@Example.ORG\t") == "ada@example.org"
    assert sought("ada\0@example.org") == "ada\ufffd@example.org"
