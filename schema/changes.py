"""Changes: tells what an input leaves as it is from what it takes away."""

from typing import TypeVar

import strawberry

Value = TypeVar("Value")


def cleared(given: object, *names: str) -> frozenset[str]:
    """The fields that the input says are null, which empties them; those left out stay as they are."""
    return frozenset(name for name in names if getattr(given, name) is None)


def said(value: Value | None) -> Value | None:
    """The value of a field that may be left out; None when it was."""
    return None if value is strawberry.UNSET else value
