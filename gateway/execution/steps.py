"""What is done for a selected field, chosen once when its selection set is compiled, so that nothing is chosen for each execution."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from operator import attrgetter
from typing import Any

from gateway.execution.leaves import Leaf
from gateway.execution.resolutions import Attribute, Called, Column, Resolution
from gateway.execution.shapes import Rows

Read = Callable[[Any, Sequence[Any]], list[Any]]
"""`(context, sources) -> values`: the values of a field that needs no more than its sources, an error where there is none."""


def reader_of(resolution: Resolution) -> Read | None:
    """How the values of a field are read that needs neither arguments nor information, if it is such a field."""
    if isinstance(resolution, Attribute):
        return _each(attrgetter(resolution.name))
    if isinstance(resolution, Column):
        return _at_once(resolution.function)
    if isinstance(resolution, Called) and resolution.plain is not None:
        return _each(resolution.plain)
    return None


def fill_constant(key: str, value: str, rows: Rows) -> None:
    """The same for all rows."""
    for out in rows.outs:
        out[key] = value


def fill_leaves(key: str, leaf: Leaf, values: list[Any], rows: Rows) -> bool:
    """Copy a column of scalars that need no work into the response; False, and nothing is done, where they may need some."""
    kinds = set(map(type, values))
    if kinds != leaf.passing:
        return False
    for out, value in zip(rows.outs, values, strict=True):
        out[key] = value
    return True


def _each(function: Callable[[Any], Any]) -> Read:
    def read(_context: Any, sources: Sequence[Any]) -> list[Any]:
        return collect(function, sources)

    return read


def _at_once(function: Callable[[Any, Sequence[Any]], Sequence[object]]) -> Read:
    def read(context: Any, sources: Sequence[Any]) -> list[Any]:
        values: Sequence[Any] = ()
        with suppress(Exception):  # it belongs to one of the sources, which is found out below
            values = function(context, sources)
        if len(values) == len(sources):
            return list(values)
        return collect(lambda source: function(context, [source])[0], sources)

    return read


def collect(function: Callable[[Any], Any], sources: Iterable[Any]) -> list[Any]:
    """What the function gives for each source, its error where it raises one."""
    sources = sources if isinstance(sources, list) else list(sources)
    values: list[Any] = []
    results = map(function, sources)
    while len(values) < len(sources):
        try:
            values.extend(results)
            if len(values) < len(sources):  # which is how a StopIteration of the function shows
                values.append(StopIteration())
        except Exception as error:  # noqa: BLE001 - an error of the field, whatever it is
            values.append(error)
    return values
