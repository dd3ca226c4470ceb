"""Finding events: by which conditions, and in which order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

from domain.events.searching import MOST_WORDS, Search, words_in
from domain.events.values import AttendanceMode, EventStatus
from domain.metadata import MetadataCondition, MetadataMatch
from domain.money import is_currency
from domain.refusals import Faults

MOST_FILTERS = 100
DEEPEST_FILTERS = 12
HIGHEST_PRICE = 2**63 - 1


class PriceRange(NamedTuple):
    """What the cheapest ticket type in a currency costs, both ends included, in minor units; None is the organization's own currency."""

    currency: str | None = None
    least: int = 0
    most: int = HIGHEST_PRICE


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: every condition given must hold; `all_of`, `any_of` and `none_of` nest.

    `metadata` is asked by keys; the store compares what `domain.event_vocabulary` makes of it in `matching`.
    `currency` is no condition but the one that prices are ordered in, and `search` at the top is what relevance is measured by.
    """

    statuses: Sequence[EventStatus] | None = None
    slugs: Sequence[str] | None = None
    venue_ids: Sequence[UUID] | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    ends_from: datetime | None = None
    ends_before: datetime | None = None
    attendance_modes: Sequence[AttendanceMode] | None = None
    cities: Sequence[str] | None = None
    countries: Sequence[str] | None = None
    price: PriceRange | None = None
    currency: str | None = None
    free: bool | None = None
    available: bool | None = None
    search: Search | None = None
    categories: Sequence[UUID] | None = None
    metadata: Sequence[MetadataCondition] = ()
    matching: Sequence[MetadataMatch] = ()
    all_of: Sequence["EventFilter"] = ()
    any_of: Sequence["EventFilter"] = ()
    none_of: Sequence["EventFilter"] = ()


class EventOrder(StrEnum):
    """By what a list of events is ordered; the id is appended always."""

    STARTS_AT_ASC = "STARTS_AT_ASC"
    STARTS_AT_DESC = "STARTS_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"
    TITLE_ASC = "TITLE_ASC"
    TITLE_DESC = "TITLE_DESC"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    RELEVANCE = "RELEVANCE"


TITLES = frozenset({EventOrder.TITLE_ASC, EventOrder.TITLE_DESC})
PRICES = frozenset({EventOrder.PRICE_ASC, EventOrder.PRICE_DESC})


def usual_order(where: EventFilter) -> list[EventOrder]:
    """The order when nothing is said: what fits a search best, and the next first."""
    return [EventOrder.RELEVANCE, EventOrder.STARTS_AT_ASC] if where.search else [EventOrder.STARTS_AT_ASC]


def mark_of(where: EventFilter, order: Sequence[EventOrder], locales: Sequence[str]) -> str:
    """What tells the cursors of one list from those of another that is ordered otherwise: by other keys, words, languages or currencies."""
    facts = [
        [each.value for each in order],
        where.search if EventOrder.RELEVANCE in order else None,
        list(locales) if TITLES & set(order) else None,
        where.currency if PRICES & set(order) else None,
    ]
    return f"{crc32(repr(facts).encode()):08x}"


def check_filter(where: EventFilter) -> None:
    """Refuse with InputInvalid more than 100 nested filters or 24 words to search for: every row would be compared with each.

    Refused are also filters within more than 12 others, since a statement is written level by level, and prices in unknown currencies.
    """
    filters = list(nested(where))
    words = sum(words_in(text) for each in filters if each.search for wish in each.search.wishes for text in wish.texts)
    faults = Faults()
    faults.check(len(filters) <= MOST_FILTERS, ("where",), f"nests {len(filters)} filters, {MOST_FILTERS} are allowed")
    faults.check(_depth(where) <= DEEPEST_FILTERS, ("where",), f"nests filters more than {DEEPEST_FILTERS} deep")
    for unknown in (code for each in filters for code in _currencies(each) if not is_currency(code)):
        faults.add(("where", "price", "currency"), f"{unknown} is not a currency of ISO 4217 such as EUR")
    faults.check(words <= MOST_WORDS, ("where",), f"searches for {words} words, {MOST_WORDS} are allowed")
    faults.refuse()


def check_order(order: Sequence[EventOrder], where: EventFilter) -> None:
    """Refuse with InputInvalid an order that says a thing twice, or one by relevance without a search to be relevant to."""
    faults = Faults()
    keys = [each.value.rpartition("_")[0] or each.value for each in order]
    faults.check(len(set(keys)) == len(keys), ("orderBy",), "orders by the same thing twice")
    faults.check(EventOrder.RELEVANCE not in order or where.search is not None, ("orderBy",), "RELEVANCE needs where.search")
    faults.refuse()


def nested(where: EventFilter) -> Iterator[EventFilter]:
    """The filter and all within it."""
    waiting = [where]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += _within(each)


def _currencies(where: EventFilter) -> set[str]:
    return {code for code in (where.currency, where.price.currency if where.price else None) if code}


def _within(where: EventFilter) -> tuple[EventFilter, ...]:
    return (*where.all_of, *where.any_of, *where.none_of)


def _depth(where: EventFilter) -> int:
    """In how many filters the innermost lies."""
    depth, level = -1, [where]
    while level:
        depth, level = depth + 1, [inner for each in level for inner in _within(each)]
    return depth
