"""Where a value stands in the response, and what a null takes with it.

A place is a plain tuple, because one is made for every object: `(parent, container, key, nullable, typename)`. The parent is the place
around it (None for the root), the value is `container[key]`, and `typename` names the type whose field the key is, None for an index.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from graphql import FieldNode, GraphQLError, located_error
from graphql.pyutils import Path

Place: TypeAlias = tuple[Any, Any, Any, bool, str | None]
PARENT: Final = 0
CONTAINER: Final = 1
KEY: Final = 2
NULLABLE: Final = 3
TYPENAME: Final = 4


def path_of(place: Place | None) -> list[str | int]:
    """The keys from the root to a place, as errors tell them."""
    keys: list[str | int] = []
    while place is not None:
        keys.append(place[KEY])
        place = place[PARENT]
    keys.reverse()
    return keys


def core_path(place: Place | None) -> Path | None:
    """The same as graphql-core writes it."""
    chain: list[Place] = []
    while place is not None:
        chain.append(place)
        place = place[PARENT]
    path: Path | None = None
    for each in reversed(chain):
        path = Path(path, each[KEY], each[TYPENAME])
    return path


class Damage:
    """The errors of one execution. An error makes its place null, or the nearest around it that may be; what is null hears of no other."""

    __slots__ = ("_dead", "_when_null", "errors", "is_total")

    def __init__(self) -> None:
        self.errors: list[GraphQLError] = []
        self.is_total = False
        self._dead: dict[int, Place] = {}  # by identity; kept, so that no identity is used again
        self._when_null: Callable[[], None] | None = None

    def when_null(self, hear: Callable[[], None] | None) -> None:
        """Call `hear` whenever something became null because of an error; None ends that."""
        self._when_null = hear

    def is_alive(self, place: Place | None) -> bool:
        """Whether neither the place nor anything around it became null."""
        if self.is_total:
            return False
        dead = self._dead
        if not dead:
            return True
        while place is not None:
            if id(place) in dead:
                return False
            place = place[PARENT]
        return True

    @property
    def is_none(self) -> bool:
        """Whether nothing became null so far."""
        return not self._dead and not self.is_total

    def fail(self, error: Exception, nodes: Sequence[FieldNode], place: Place) -> None:
        """Note an error at a place, unless it is within what is null already."""
        nulled: Place | None = place
        while nulled is not None and not nulled[NULLABLE]:
            nulled = nulled[PARENT]
        if not self.is_alive(nulled):
            return
        self.errors.append(located_error(error, nodes, path_of(place)))
        if nulled is None:
            self.is_total = True
        else:
            nulled[CONTAINER][nulled[KEY]] = None
            self._dead[id(nulled)] = nulled
        if self._when_null is not None:
            self._when_null()
