"""What the conditions of a list ask for: `eq` and `in` together, and the things behind global ids."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from schema import ids


class Filter(Protocol):
    """An input with `eq` and `in`."""

    @property
    def eq(self) -> Any: ...
    @property
    def in_(self) -> Sequence[Any] | None: ...


def wanted(given: Filter | None) -> list[Any] | None:
    """What `eq` and `in` leave together: None for no condition, an empty list for one that nothing meets."""
    if given is None or (given.eq is None and given.in_ is None):
        return None
    if given.eq is None:
        return list(given.in_ or ())
    return [given.eq] if given.in_ is None or given.eq in given.in_ else []


def ids_wanted(named: list[str] | None, typename: str) -> list[UUID] | None:
    """The things' UUIDs; an id of something else matches nothing."""
    if named is None:
        return None
    return [found[1] for each in named if (found := ids.read(each)) and found[0] == typename]
