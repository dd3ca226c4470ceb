"""What a deed is handed stays small."""

from dataclasses import fields

from resolvers.context import Context


def test_a_context_has_at_most_eight_doors() -> None:
    """The trap: the god context, through which every function reaches everything and nothing can be called without it."""
    doors = [field.name for field in fields(Context)]

    assert len(doors) <= 8, sorted(doors)
