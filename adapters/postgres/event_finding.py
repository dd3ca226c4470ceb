"""Finding events: turns a filter and an order into one statement, compiled once for each shape of question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres import event_sales, event_search, event_vocabulary, pages, search_tables, tables
from adapters.postgres.event_search import Found
from adapters.postgres.pages import Sort, Statement
from domain.events import HIGHEST_PRICE, PRICES, TITLES, Event, EventFilter, EventOrder

columns = tables.events.c
MOST_LOCALES = 12
UNREAD = ("title", "description", "cancellation_reason")
"""What an event's row decodes when it is asked for: most reads want one of the three, or none."""

# A condition is a function of its values, of which there is one for each type; a filter gives several as a tuple.
CONDITIONS: dict[str, tuple[Any, Any]] = {
    "statuses": (lambda given: columns.status == any_(given), ARRAY(Text)),
    "slugs": (lambda given: columns.slug == any_(given), ARRAY(Text)),
    "venue_ids": (lambda given: columns.venue_id == any_(given), ARRAY(Uuid)),
    "attendance_modes": (lambda given: columns.attendance_mode == any_(given), ARRAY(Text)),
    "starts_from": (lambda given: columns.starts_at >= given, columns.starts_at.type),
    "starts_before": (lambda given: columns.starts_at < given, columns.starts_at.type),
    "ends_from": (lambda given: columns.ends_at >= given, columns.ends_at.type),
    "ends_before": (lambda given: columns.ends_at < given, columns.ends_at.type),
    **event_sales.CONDITIONS,
    **event_search.CONDITIONS,
    **event_vocabulary.CONDITIONS,
}
_CONDITIONS = CONDITIONS | event_vocabulary.MATCHES

Shape = tuple[tuple[str, ...], tuple["Shape", ...], tuple["Shape", ...], tuple["Shape", ...]]
"""Which conditions a filter gives, without their values: its own, and the shapes of those nested in all_of, any_of, none_of."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted, without the values it is sorted by: `needles` tells of each word searched for whether it is a beginning."""

    keys: tuple[EventOrder, ...]
    needles: tuple[bool, ...] = ()
    locales: int = 0


def order_of(keys: Sequence[EventOrder], found: Found, locales: Sequence[str]) -> tuple[Order, dict[str, object]]:
    """The order and the values that its sorts name."""
    needles = found.needles if EventOrder.RELEVANCE in keys else ()
    titles = _languages(locales) if TITLES & set(keys) else []
    values = event_search.score_values(needles) | {f"locale{at}": each for at, each in enumerate(titles)}
    if PRICES & set(keys):
        values["currency"] = found.where.currency
    return Order(tuple(keys), tuple(needle.end is not None for needle in needles), len(titles)), values


def _nested(where: EventFilter) -> Iterator[Sequence[EventFilter]]:
    yield from (where.all_of, where.any_of, where.none_of)


def shape_of(where: EventFilter) -> Shape:
    given = tuple(name for name, _ in _given(where))
    all_of, any_of, none_of = (tuple(shape_of(each) for each in filters) for filters in _nested(where))
    return given, all_of, any_of, none_of


def values_of(where: EventFilter) -> dict[str, object]:
    """The filter's values, named in the order in which `_condition` meets them."""
    return {f"value{at}": value for at, value in enumerate(_each_value(where))}


def _each_value(where: EventFilter) -> Iterator[object]:
    for name, value in _given(where):
        yield from value if isinstance(_CONDITIONS[name][1], tuple) else (value,)
    for filters in _nested(where):
        for each in filters:
            yield from _each_value(each)


def _given(where: EventFilter) -> Iterator[tuple[str, Any]]:
    """The filter's own conditions by their names in _CONDITIONS, with their values."""
    yield from ((name, value) for name in CONDITIONS if (value := getattr(where, name, None)) is not None)
    yield from event_vocabulary.matches_of(where)


def _condition(shape: Shape, numbers: Iterator[int]) -> ColumnElement[bool]:
    given, all_of, any_of, none_of = shape
    own = [_compared(*_CONDITIONS[name], numbers) for name in given]
    every = [_condition(each, numbers) for each in all_of]
    some = [_condition(each, numbers) for each in any_of]
    # NULL is not true, so an event without a venue is none of those at a venue.
    none = [not_(func.coalesce(_condition(each, numbers), false())) for each in none_of]
    return and_(true(), *own, *every, *([or_(false(), *some)] if some else []), *none)


def _compared(compare: Any, types: Any, numbers: Iterator[int]) -> ColumnElement[bool]:
    each_type = types if isinstance(types, tuple) else (types,)
    compared: ColumnElement[bool] = compare(*(bindparam(f"value{next(numbers)}", type_=each) for each in each_type))
    return compared


@lru_cache(maxsize=256)
def page_statement(shape: Shape, order: Order, backward: bool, has_edge: bool) -> Statement:  # noqa: FBT001 - part of the shape
    keys = [_key(each, order) for each in order.keys]
    sorts = [key.sort for key in keys]
    shown = [sort.column.label(f"sort{at}") for at, sort in enumerate(sorts)]
    sorts.append(Sort(columns.id, descending=bool(sorts) and sorts[-1].descending))
    if backward:
        sorts = pages.turned(sorts)
    conditions = [_condition(shape, count()), *([pages.beyond(sorts)] if has_edge else [])]
    asked = select(*(_shown(each.name) for each in fields(Event)), *shown).select_from(_joined(keys)).where(*conditions)
    return pages.compiled(asked.order_by(*pages.ordering(sorts)).limit(bindparam("size", type_=Integer)))


def _shown(name: str) -> ColumnElement[Any]:
    return cast(columns[name], Text).label(name) if name in UNREAD else columns[name]


@lru_cache(maxsize=256)
def count_statement(shape: Shape) -> Statement:
    matching = select(columns.id).where(_condition(shape, count())).limit(bindparam("at_most", type_=Integer))
    return pages.compiled(select(func.count()).select_from(matching.subquery()))


@dataclass(frozen=True, slots=True)
class Key:
    """What is sorted by, and the rows by `event_id` that it is read from where it is not in the event itself."""

    sort: Sort
    source: FromClause | None = None


def _key(key: EventOrder, order: Order) -> Key:
    name, _, direction = key.value.rpartition("_")
    descending = direction == "DESC"
    if key is EventOrder.RELEVANCE:
        return _relevance(order)
    if key in TITLES:
        return Key(Sort(_title(order.locales), descending), search_tables.event_texts)
    return _price(descending=descending) if key in PRICES else Key(Sort(columns[name.lower()], descending))


def _joined(keys: Sequence[Key]) -> FromClause:
    source: FromClause = tables.events
    for key in keys:
        if key.source is not None:
            source = source.outerjoin(key.source, key.source.c.event_id == columns.id)
    return source


def _relevance(order: Order) -> Key:
    if not order.needles:
        return Key(Sort(literal_column("0::bigint", BigInteger), descending=True))
    scores = event_search.scores(order.needles)
    return Key(Sort(func.coalesce(scores.c.score, literal_column("0"), type_=BigInteger), descending=True), scores)


def _price(*, descending: bool) -> Key:
    """What has no price comes last, whichever way."""
    prices = event_sales.cheapest()
    last: ColumnElement[int] = literal_column("-1" if descending else str(HIGHEST_PRICE))
    return Key(Sort(func.coalesce(prices.c.price_minor, last, type_=BigInteger), descending), prices)


def _title(locales: int) -> ColumnElement[str]:
    """The title that the reader sees, folded: in the first of his languages that it has (`domain.texts.in_language`), else in any."""
    titles = search_tables.event_texts.c.titles
    any_title = select(func.jsonb_each_text(titles).table_valued("key", "value").c.value).limit(literal_column("1")).scalar_subquery()
    named = [titles.op("->>", return_type=Text)(bindparam(f"locale{at}", type_=Text)) for at in range(locales)]
    return func.coalesce(*named, any_title, literal_column("''"), type_=Text).collate("C")


def _languages(locales: Sequence[str]) -> list[str]:
    """Each locale and after it its language alone."""
    return list(dict.fromkeys(name for locale in locales for name in (locale, locale.partition("-")[0])))[:MOST_LOCALES]
