"""Rows that read like domain values, so that what is only shown is never copied."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any, ClassVar, TypeVar

import asyncpg
import orjson

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")

LISTED = ("uuid", "text", "integer", "bigint", "boolean", "numeric", "bytea", "timestamptz", "date", "jsonb", "record")


class Row(asyncpg.Record):  # type: ignore[misc] # asyncpg has no types
    """A row whose columns are attributes; `class EventRow(Row, reads=Event)` reads like an Event.

    Ids are asyncpg's UUIDs, which equal and hash like Python's; orjson wants them as text.
    """

    __slots__ = ()

    typename: ClassVar[str]

    def __init_subclass__(cls, reads: type[Any], unread: Iterable[str] = ()) -> None:
        """Give the class an attribute for each field of the value; those it defines itself (enums) stay.

        Those that are `unread` come as the text of their jsonb, and are decoded when they are asked for.
        """
        cls.typename = reads.typename
        for each in fields(reads):
            if each.name not in vars(cls):
                setattr(cls, each.name, property(_document(each.name) if each.name in unread else itemgetter(each.name)))


def _document(name: str) -> Callable[[Any], Any]:
    read, decode = itemgetter(name), orjson.loads

    def document(row: Any) -> Any:
        text = read(row)
        return None if text is None else decode(text)

    return document


def columns_of(value: type[Any], *, table: str = "", but: Iterable[str] = (), unread: Iterable[str] = ()) -> str:
    """The fields of a domain value as a column list for SELECT; `unread` ones as text, for rows that decode them later."""
    prefix = f"{table}." if table else ""
    left_out = set(but)
    shown = {each: f"{prefix}{each}::text AS {each}" for each in unread}
    return ", ".join(shown.get(each.name, f"{prefix}{each.name}") for each in fields(value) if each.name not in left_out)


def facts_of(row: Row, value: type[Any]) -> dict[str, Any]:
    """The value's fields as the row reads, enums as enums: what the value is made of where rows will not do."""
    return {each.name: getattr(row, each.name) for each in fields(value)}


def in_order(rows: Iterable[Item], asked: Sequence[Key], by: str = "id") -> list[Item | None]:
    """The rows in the order of the keys asked for, None where there is none."""
    found = dict(zip(*_keyed(rows, by), strict=True))
    return [found.get(each) for each in asked]


def grouped(rows: Iterable[Item], asked: Sequence[Key], by: str) -> list[Sequence[Item]]:
    """For each key asked for its rows, in the order they came."""
    groups: dict[Key, list[Item]] = {each: [] for each in asked}
    for key, row in zip(*_keyed(rows, by), strict=True):
        groups[key].append(row)
    return [groups[each] for each in asked]


def _keyed(rows: Iterable[Item], by: str) -> tuple[list[Any], list[Item]]:
    """The keys of the rows, and the rows. Records are asked for their column, which is quicker than for the attribute made of it."""
    listed = list(rows)
    read: Any = itemgetter(by) if listed and isinstance(listed[0], asyncpg.Record) else attrgetter(by)
    return list(map(read, listed)), listed


async def teach_types(connection: Any) -> None:
    """Teach a new connection of a pool to read and write jsonb as Python values, and to know the lists that we send.

    asyncpg looks a list type up when it first meets one, which costs more than the statement; here all are looked up at once.
    """
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_written, decoder=orjson.loads)
    await connection.prepare(f"SELECT {', '.join(f'NULL::{each}[]' for each in LISTED)}")


def _written(value: object) -> str:
    return orjson.dumps(value, default=dict).decode()
