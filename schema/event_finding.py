"""Finding events: conditions that only lists of events have, and the cursors of lists in any order."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import strawberry

from domain import events as domain
from domain.events import EventFilter, EventOrder, PriceRange
from domain.names import is_country
from domain.texts import is_line
from domain.venues import LONGEST_ADDRESS
from schema.connections import read_cursor, show_cursor
from schema.enums import show_enum
from schema.scalars import BigInt, CurrencyCode, read_time, show_time

show_enum(
    EventOrder,
    "By what a list of events is ordered; what is equal is ordered by id.",
    {
        "STARTS_AT_ASC": "The next first.",
        "STARTS_AT_DESC": "The latest first.",
        "CREATED_AT_ASC": "The oldest entry first.",
        "CREATED_AT_DESC": "The newest entry first.",
        "TITLE_ASC": "By title in the viewer's language, from a to z; letter case, accents and signs do not count.",
        "TITLE_DESC": "By title in the viewer's language, from z to a.",
        "PRICE_ASC": "The cheapest first, by each event's cheapest ticket type in the currency of `where.price`, else in the "
        "organization's own; events without a price in it come last.",
        "PRICE_DESC": "The dearest first, by each event's cheapest ticket type; events without a price in the currency come last.",
        "RELEVANCE": "What fits `where.search` best first; refused without a search.",
    },
)


@strawberry.input(description="Conditions on what the cheapest ticket type costs; events without one in the currency meet none.")
class PriceFilter:
    """Read into `domain.events.PriceRange`."""

    currency: CurrencyCode | None = strawberry.field(
        default=None,
        description="In this currency, the organization's own without one; also the one that `PRICE_ASC` and `PRICE_DESC` go by.",
    )
    gte: BigInt | None = strawberry.field(default=None, description="So much or more, in minor units.")
    lte: BigInt | None = strawberry.field(default=None, description="So much or less, in minor units.")

    def to_domain(self) -> PriceRange | None:
        """The range meant, None without bounds."""
        if self.gte is None and self.lte is None:
            return None
        least = 0 if self.gte is None else max(self.gte, 0)
        return PriceRange(self.currency, least, domain.HIGHEST_PRICE if self.lte is None else self.lte)


def addressed(wanted: Sequence[str] | None) -> list[str] | None:
    """What can be a city; anything else matches nothing."""
    return None if wanted is None else [each for each in wanted if is_line(each) and len(each) <= LONGEST_ADDRESS]


def countries(wanted: Sequence[str] | None) -> list[str] | None:
    """What can be a country; anything else matches nothing."""
    return None if wanted is None else [each for each in wanted if is_country(each)]


class Cursors:
    """The cursors of one list: they hold its mark, the sort values and the id, and one of a list in another order is refused."""

    def __init__(self, where: EventFilter, order: Sequence[EventOrder], locales: Sequence[str]) -> None:
        self._mark = domain.mark_of(where, order, locales)
        self._kinds = [_KINDS[each.value.rpartition("_")[0]] for each in order]

    def read(self, cursor: str | None, argument: str) -> tuple[object, ...] | None:
        """The edge a cursor names; refused with InputInvalid when it is not one of this list."""
        values = read_cursor(cursor, [self._same_list, *(read for read, _ in self._kinds), UUID], argument)
        return values and values[1:]

    def show(self, edge: Sequence[Any]) -> str:
        """The cursor of an edge."""
        *values, event_id = edge
        shown = [show(value) for (_, show), value in zip(self._kinds, values, strict=True)]
        return show_cursor([self._mark, *shown, str(event_id)])

    def _same_list(self, mark: str) -> str:
        if mark != self._mark:
            raise ValueError("a cursor of a list in another order")
        return mark


def _read_text(value: str) -> str:
    if not is_line(value):
        raise ValueError("not a title that is sorted by")
    return value


def _read_number(value: str) -> int:
    number = int(value)
    if not -1 <= number <= domain.HIGHEST_PRICE:
        raise ValueError("not a number that is sorted by")
    return number


_NUMBER, _TIME, _TEXT = (_read_number, str), (read_time, show_time), (_read_text, str)
_KINDS: dict[str, tuple[Callable[[str], object], Callable[[Any], str]]] = {
    "STARTS_AT": _TIME,
    "CREATED_AT": _TIME,
    "TITLE": _TEXT,
    "PRICE": _NUMBER,
    "": _NUMBER,
}
