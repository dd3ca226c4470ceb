"""Finding events by category and metadata: each condition looks for one row about the event, which an index has."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, Uuid, any_, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres import tables
from adapters.postgres.metadata import COLUMNS
from adapters.postgres.vocabulary_tables import event_category_choices, event_metadata
from domain.events import EventFilter

events = tables.events.c
_NOWHERE: ColumnElement[int] = literal_column("0", Integer)
choices, values = event_category_choices.c, event_metadata.c


def _chosen(given: Any) -> ColumnElement[bool]:
    mine = (choices.organization_id == events.organization_id, choices.event_id == events.id)
    return select(1).where(*mine, choices.category_id == any_(given)).exists()


def _compared(compare: Any) -> Any:
    def condition(field: Any, given: Any) -> ColumnElement[bool]:
        mine = (values.organization_id == events.organization_id, values.event_id == events.id)
        return select(1).where(*mine, values.field_id == field, compare(given)).exists()

    return condition


def _of(name: str) -> dict[str, tuple[Any, Any]]:
    column = values[name]
    return {
        f"any {name}": (_compared(lambda given: column == any_(given)), (Uuid(), ARRAY(column.type))),
        f"gte {name}": (_compared(lambda given: column >= given), (Uuid(), column.type)),
        f"lte {name}": (_compared(lambda given: column <= given), (Uuid(), column.type)),
    }


CONDITIONS: dict[str, tuple[Any, Any]] = {"categories": (_chosen, ARRAY(Uuid))}
MATCHES: dict[str, tuple[Any, Any]] = {
    **{name: each for column in sorted(set(COLUMNS.values())) for name, each in _of(column).items()},
    "contains text_value": (
        _compared(lambda given: func.strpos(func.lower(values.text_value), func.lower(given)) > _NOWHERE),
        (Uuid(), Text()),
    ),
}
"""By what a comparison is and the column of its values; each takes the field and what to compare with."""


def matches_of(where: EventFilter) -> Iterator[tuple[str, tuple[object, object]]]:
    """The comparisons of metadata by their names in MATCHES, with their values."""
    for each in where.matching:
        given = list(each.values) if each.compares == "any" else each.values[0]
        yield f"{each.compares} {COLUMNS[each.kind]}", (each.field_id, given)
