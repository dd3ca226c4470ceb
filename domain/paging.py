"""Pages: a keyset window over an ordered list, never an offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.refusals import Faults

Item = TypeVar("Item")

DEFAULT_PAGE = 20
LONGEST_PAGE = 100
COUNTED_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """A window: `size` items after (or, going backward, before) the sort values and id in `edge`."""

    size: int = DEFAULT_PAGE
    edge: tuple[object, ...] | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """The items of a page in list order, and whether there are more on either side."""

    items: Sequence[Item]
    has_next: bool
    has_previous: bool
    edges: Sequence[tuple[object, ...]] = ()
    """Each item's sort values and id, where a list can be ordered by what the item itself does not show."""


def page_of(
    first: int | None,
    after: tuple[object, ...] | None,
    last: int | None,
    before: tuple[object, ...] | None,
) -> Page:
    """The window asked for; refused when both directions are asked for, or a size is not between 0 and 100."""
    faults = Faults()
    backward = last is not None or before is not None
    faults.check(
        not (backward and (first is not None or after is not None)),
        ("last",),
        "use first/after or last/before, not both",
    )
    name, size = ("last", last) if backward else ("first", first)
    size = DEFAULT_PAGE if size is None else size
    faults.check(0 <= size <= LONGEST_PAGE, (name,), f"must be between 0 and {LONGEST_PAGE}")
    faults.refuse()
    return Page(size, before if backward else after, backward)
