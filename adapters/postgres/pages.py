"""Keyset pages: a window of an ordered list that costs the same wherever it lies, compiled once for each shape of question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Executable, and_, bindparam, or_, tuple_
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql.compiler import SQLCompiler

from domain.paging import Page, Slice

Item = TypeVar("Item")

_DIALECT = dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Sort:
    """A column to sort by. Columns that may be NULL do not fit: nothing is before or after NULL."""

    column: ColumnElement[Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with $1, $2 … and the names of what belongs there."""

    text: str
    names: tuple[str, ...]

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """The values in the statement's order."""
        return [values[name] for name in self.names]


def compiled(statement: Executable) -> Statement:
    """The text of a statement as asyncpg takes it; worth keeping, since compiling costs more than most queries."""
    made = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined] # every statement that we build has it
    assert isinstance(made, SQLCompiler)  # noqa: S101 - for mypy
    return Statement(made.string, tuple(made.positiontup or ()))


def turned(sorts: Sequence[Sort]) -> list[Sort]:
    """The opposite order, in which a page before an edge is read."""
    return [Sort(sort.column, not sort.descending) for sort in sorts]


def ordering(sorts: Sequence[Sort]) -> list[ColumnElement[Any]]:
    """What stands after ORDER BY."""
    return [sort.column.desc() if sort.descending else sort.column.asc() for sort in sorts]


def beyond(sorts: Sequence[Sort]) -> ColumnElement[bool]:
    """The rows after the edge whose values are named `edge0`, `edge1` …: a row comparison, which an index answers, where
    all directions agree; else the comparison written out."""
    edges = [bindparam(f"edge{at}", type_=sort.column.type) for at, sort in enumerate(sorts)]
    if len({sort.descending for sort in sorts}) == 1:
        row, last = tuple_(*(sort.column for sort in sorts)), tuple_(*edges)
        return row < last if sorts[0].descending else row > last
    cases: list[ColumnElement[bool]] = []
    for at, (sort, edge) in enumerate(zip(sorts, edges, strict=True)):
        equal = [earlier.column == same for earlier, same in zip(sorts[:at], edges[:at], strict=True)]
        cases.append(and_(*equal, sort.column < edge if sort.descending else sort.column > edge))
    return or_(*cases)


def edge_values(page: Page, sorts: int) -> dict[str, object]:
    """The page's edge by name. Raises ValueError when it does not have one value for each of the sorts."""
    if page.edge is None:
        return {}
    if len(page.edge) != sorts:
        raise ValueError(f"the edge of a page has {len(page.edge)} values where {sorts} are sorted by")
    return {f"edge{at}": value for at, value in enumerate(page.edge)}


def slice_of(rows: Sequence[Item], page: Page) -> Slice[Item]:
    """The page out of the rows read, of which there is one too many when more follow; what lies behind the edge counts as there."""
    more, behind = len(rows) > page.size, page.edge is not None
    kept = rows[: page.size]
    if page.backward:
        return Slice(kept[::-1], has_next=behind, has_previous=more)
    return Slice(kept, has_next=more, has_previous=behind)
