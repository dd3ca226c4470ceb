"""What is done for a selected field, chosen once when its selection set is compiled, so that nothing is chosen for each execution."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from gateway.execution.resolutions import Attribute, Called, Column, Resolution
from gateway.execution.shapes import Rows

Each = Callable[[Any], Any]
Read = Callable[[Any, Sequence[Any]], list[Any]]
"""`(context, sources) -> values`: the values of a field that needs no more than its sources, an error where there is none."""


def reader_of(resolution: Resolution) -> Read | None:
    """How the values of a field are read that needs neither arguments nor information, if it is such a field."""
    if isinstance(resolution, Column):
        return _at_once(resolution.function)
    each = each_of(resolution)
    return _each(each) if each else None


def each_of(resolution: Resolution) -> Each | None:
    """What reads the value of one source, where nothing but the source is needed."""
    if isinstance(resolution, Attribute):
        return attrgetter(resolution.name)
    return resolution.plain if isinstance(resolution, Called) else None


def fill_constant(key: str, value: str, rows: Rows) -> None:
    """The same for all rows."""
    for out in rows.outs:
        out[key] = value


class Leaves:
    """The scalars and enums among the fields of one type that need nothing but their sources: read and copied without a call for each."""

    __slots__ = ("_steps",)

    def __init__(self, sites: Iterable[Any]) -> None:
        self._steps = [(each.key, each.each, each.read, each.leaf.leaf.passing, each.leaf.convert, each) for each in sites]

    def fill(self, context: Any, rows: Rows) -> list[tuple[Any, list[Any]]]:
        """Copy their values into the response; given back are the fields with values that must be completed one by one."""
        sources, outs = rows.sources, rows.outs
        left = []
        for key, each, read, passing, convert, site in self._steps:
            if each is None:
                values = read(context, sources)
            else:
                values = []
                results = map(each, sources)
                try:
                    values.extend(results)
                except Exception as error:  # noqa: BLE001 - an error of the field, whatever it is
                    values.append(error)
                if len(values) < len(sources):
                    _go_on(results, values, len(sources))
            kinds = set(map(type, values))
            if kinds != passing and (values := convert(given := values, kinds)) is None:
                left.append((site, given))
                continue
            for out, value in zip(outs, values, strict=True):
                out[key] = value
        return left


def _each(function: Each) -> Read:
    def read(_context: Any, sources: Sequence[Any]) -> list[Any]:
        return collect(function, sources)

    return read


def _at_once(function: Callable[[Any, Sequence[Any]], Sequence[object]]) -> Read:
    def read(context: Any, sources: Sequence[Any]) -> list[Any]:
        try:
            values = function(context, sources)
            if len(values) == len(sources):
                return list(values)
        except Exception:  # noqa: BLE001, S110 - it belongs to one of the sources, which is found out below
            pass
        return collect(lambda source: function(context, [source])[0], sources)

    return read


def collect(function: Callable[[Any], Any], sources: Iterable[Any]) -> list[Any]:
    """What the function gives for each source, its error where it raises one."""
    sources = sources if isinstance(sources, list) else list(sources)
    values: list[Any] = []
    _go_on(map(function, sources), values, len(sources))
    return values


def _go_on(results: Iterator[Any], values: list[Any], wanted: int) -> None:
    """Take results until there are as many values as are wanted."""
    while len(values) < wanted:
        try:
            values.extend(results)
            if len(values) < wanted:  # which is how a StopIteration of the function shows
                values.append(StopIteration())
        except Exception as error:  # noqa: BLE001 - an error of the field, whatever it is
            values.append(error)
