"""Finding events: turns a filter and an order into one statement, compiled once for each shape of question."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, Uuid, and_, any_, bindparam, false, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres import event_vocabulary, pages, tables
from adapters.postgres.pages import Sort, Statement
from domain.events import Event, EventFilter, EventOrder

columns = tables.events.c

# A condition is a function of its values, of which there is one for each type; a filter gives several as a tuple.
CONDITIONS: dict[str, tuple[Any, Any]] = {
    "statuses": (lambda given: columns.status == any_(given), ARRAY(Text)),
    "slugs": (lambda given: columns.slug == any_(given), ARRAY(Text)),
    "venue_ids": (lambda given: columns.venue_id == any_(given), ARRAY(Uuid)),
    "starts_from": (lambda given: columns.starts_at >= given, columns.starts_at.type),
    "starts_before": (lambda given: columns.starts_at < given, columns.starts_at.type),
    **event_vocabulary.CONDITIONS,
}
_CONDITIONS = CONDITIONS | event_vocabulary.MATCHES
SORTS = {
    EventOrder.STARTS_AT_ASC: Sort(columns.starts_at),
    EventOrder.STARTS_AT_DESC: Sort(columns.starts_at, descending=True),
    EventOrder.CREATED_AT_ASC: Sort(columns.created_at),
    EventOrder.CREATED_AT_DESC: Sort(columns.created_at, descending=True),
}

Shape = tuple[tuple[str, ...], tuple["Shape", ...], tuple["Shape", ...], tuple["Shape", ...]]
"""Which conditions a filter gives, without their values: its own, and the shapes of those nested in all_of, any_of, none_of."""


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
    yield from ((name, value) for name in CONDITIONS if (value := getattr(where, name)) is not None)
    yield from event_vocabulary.matches_of(where)


def _compared(compare: Any, types: Any, numbers: Iterator[int]) -> ColumnElement[bool]:
    each_type = types if isinstance(types, tuple) else (types,)
    compared: ColumnElement[bool] = compare(*(bindparam(f"value{next(numbers)}", type_=each) for each in each_type))
    return compared


def _condition(shape: Shape, numbers: Iterator[int]) -> ColumnElement[bool]:
    given, all_of, any_of, none_of = shape
    own = [_compared(*_CONDITIONS[name], numbers) for name in given]
    every = [_condition(each, numbers) for each in all_of]
    some = [_condition(each, numbers) for each in any_of]
    # NULL is not true, so an event without a venue is none of those at a venue.
    none = [not_(func.coalesce(_condition(each, numbers), false())) for each in none_of]
    return and_(true(), *own, *every, *([or_(false(), *some)] if some else []), *none)


@lru_cache(maxsize=256)
def page_statement(shape: Shape, order: tuple[EventOrder, ...], backward: bool, has_edge: bool) -> Statement:  # noqa: FBT001 - part of the shape
    sorts = [SORTS[each] for each in order]
    sorts.append(Sort(columns.id, descending=bool(sorts) and sorts[-1].descending))
    if backward:
        sorts = pages.turned(sorts)
    conditions = [_condition(shape, count()), *([pages.beyond(sorts)] if has_edge else [])]
    asked = select(*(columns[each.name] for each in fields(Event))).where(*conditions)
    return pages.compiled(asked.order_by(*pages.ordering(sorts)).limit(bindparam("size", type_=Integer)))


@lru_cache(maxsize=256)
def count_statement(shape: Shape) -> Statement:
    matching = select(columns.id).where(_condition(shape, count())).limit(bindparam("at_most", type_=Integer))
    return pages.compiled(select(func.count()).select_from(matching.subquery()))
