"""Metadata: the values that events have in the fields of their organization, and finding events by them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from domain.metadata_fields import MetadataField, MetadataKind, MetadataOption
from domain.refusals import Faults
from domain.texts import check_line

LONGEST_VALUE = 500
MOST_WANTED = 100
METADATA = ("input", "metadata")

Value = str | Decimal | bool | date
"""STRING and ENUM are text, NUMBER is an exact decimal, BOOLEAN is true or false, DATE is a day."""

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class MetadataEntry:
    """What shall be written in the field with this key; a value of None takes away what is there."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class EventMetadata:
    """What one event has in one field."""

    event_id: UUID
    field: MetadataField
    value: Value


@dataclass(frozen=True, slots=True)
class MetadataCondition:
    """A condition on the field with this key, its values as a client writes them."""

    key: str
    eq: str | None = None
    in_: Sequence[str] | None = None
    gte: str | None = None
    lte: str | None = None
    contains: str | None = None


@dataclass(frozen=True, slots=True)
class MetadataMatch:
    """One comparison of the values of a field: `any` of several, `gte`, `lte`, or `contains`."""

    field_id: UUID
    kind: MetadataKind
    compares: str
    values: tuple[Value, ...]


class Metadata(Protocol):
    """The store of values."""

    async def of_events(self, event_ids: Sequence[UUID], *, staff: bool) -> list[Sequence[EventMetadata]]:
        """For each event its values by the fields' positions; only those of public fields unless asked for the staff."""

    async def put(self, event_id: UUID, fields: Sequence[MetadataField], values: Mapping[UUID, Value]) -> None:
        """Write the event's values by the ids of their fields, and take away all others."""


def merged(
    faults: Faults, before: Mapping[UUID, Value], said: Sequence[MetadataEntry], fields: Sequence[MetadataField]
) -> dict[UUID, Value]:
    """The event's values after what was said, with every fault noted; fields that are not named keep theirs."""
    by_key = {each.key: each for each in fields}
    values, seen = dict(before), set()
    for at, entry in enumerate(said):
        place = (*METADATA, str(at))
        field = by_key.get(entry.key)
        if field is None:
            faults.add((*place, "key"), "is no metadata field of this organization")
            continue
        faults.check(entry.key not in seen, (*place, "key"), "is given twice")
        seen.add(entry.key)
        value = None if entry.value is None else read_value(faults, field, entry.value, (*place, "value"))
        values.pop(field.id, None)
        if value is not None:
            values[field.id] = value
    return values


def read_value(faults: Faults, field: MetadataField, written: str, path: tuple[str, ...]) -> Value | None:
    """The value as the field has it; a fault is noted, and None given, for what it cannot have."""
    match field.kind:
        case MetadataKind.STRING:
            check_line(faults, written, path, longest=LONGEST_VALUE)
            return written
        case MetadataKind.NUMBER if _NUMBER.fullmatch(written):
            return Decimal(written)
        case MetadataKind.BOOLEAN if written in {"true", "false"}:
            return written == "true"
        case MetadataKind.DATE if (day := _day(written)) is not None:
            return day
        case MetadataKind.ENUM if any(each.value == written for each in field.options):
            return written
    faults.add(path, _EXPECTED.get(field.kind) or f"is none of {', '.join(each.value for each in field.options[:20])}")
    return None


def show_value(value: Value) -> str:
    """The value as clients write it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
    return value


def option_of(metadata: EventMetadata) -> MetadataOption | None:
    """The option that the value is; None unless the field is an ENUM."""
    options = metadata.field.options if metadata.field.kind is MetadataKind.ENUM else ()
    return next((each for each in options if each.value == metadata.value), None)


def matches(faults: Faults, condition: MetadataCondition, fields: Sequence[MetadataField], path: tuple[str, ...]) -> list[MetadataMatch]:
    """The comparisons meant, with every fault noted at its place below `path`; `fields` are those that the asker may know of."""
    field = next((each for each in fields if each.key == condition.key), None)
    if field is None or not field.filterable:
        what = "is no metadata field of this organization" if field is None else "is a field that is not filterable"
        faults.add((*path, "key"), what)
        return []
    found = [_compared(faults, field, (*path, name), written) for name, written in _said(condition)]
    return [each for each in found if each is not None]


def _said(condition: MetadataCondition) -> list[tuple[str, Sequence[str]]]:
    one = [(name, [each]) for name in ("eq", "gte", "lte", "contains") if (each := getattr(condition, name)) is not None]
    return [*one, *([("in", condition.in_)] if condition.in_ is not None else [])]


def _compared(faults: Faults, field: MetadataField, path: tuple[str, ...], written: Sequence[str]) -> MetadataMatch | None:
    name = path[-1]
    if field.kind not in _COMPARED.get(name, MetadataKind):
        faults.add(path, f"does not compare values of the kind {field.kind.value}")
        return None
    if name == "contains":
        check_line(faults, written[0], path, longest=LONGEST_VALUE)
        return MetadataMatch(field.id, field.kind, name, (written[0],))
    faults.check(len(written) <= MOST_WANTED, path, f"names {len(written)} values, {MOST_WANTED} are allowed")
    places = [(*path, str(at)) if name == "in" else path for at in range(len(written[:MOST_WANTED]))]
    values = [read_value(faults, field, each, place) for each, place in zip(written, places, strict=False)]
    compares = name if name in {"gte", "lte"} else "any"
    return MetadataMatch(field.id, field.kind, compares, tuple(each for each in values if each is not None))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if _DATE.fullmatch(written) else None
    except ValueError:
        return None


_EXPECTED = {
    MetadataKind.NUMBER: "is not a number of up to 15 digits, and 6 after the point, such as 12.5",
    MetadataKind.BOOLEAN: "is neither true nor false",
    MetadataKind.DATE: "is not a date such as 2027-05-01",
}
_COMPARED = {
    "gte": {MetadataKind.NUMBER, MetadataKind.DATE},
    "lte": {MetadataKind.NUMBER, MetadataKind.DATE},
    "contains": {MetadataKind.STRING},
}
"""Which kinds an operator compares; those that are not named compare all."""
