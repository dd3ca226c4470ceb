"""Metadata fields: what an organization wants to say of its events besides what every event has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.counts import counted, verb
from domain.refusals import Faults, NotFound, Refusal, Refused, VersionConflict
from domain.texts import LocalizedText, check_title

MOST_FIELDS = 50
MOST_OPTIONS = 100
LONGEST_LABEL = 100
LAST_POSITION = 10_000

_KEY = re.compile(r"[a-z][A-Za-z0-9_]{0,49}")
_OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}")


class MetadataKind(StrEnum):
    """What the values of a field are."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    ENUM = "ENUM"


@dataclass(frozen=True, slots=True)
class MetadataOption:
    """One of the values that an ENUM field may have, and what people call it."""

    value: str
    label: LocalizedText


@dataclass(frozen=True, slots=True)
class MetadataField:
    """A field; `public` tells whether others than the staff see it, `filterable` whether events can be found by it."""

    id: UUID
    key: str
    label: LocalizedText
    kind: MetadataKind
    options: tuple[MetadataOption, ...] = ()
    public: bool = False
    filterable: bool = False
    position: int = 0
    version: int = 1

    typename: ClassVar[str] = "MetadataField"


@dataclass(frozen=True, slots=True)
class MetadataFieldDetails:
    """What may be said of a field, new or changed; None means: leave it. The key stays for good."""

    key: str | None = None
    label: LocalizedText | None = None
    kind: MetadataKind | None = None
    options: tuple[MetadataOption, ...] | None = None
    public: bool | None = None
    filterable: bool | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class CreateMetadataField:
    """The wish for a new field."""

    details: MetadataFieldDetails


@dataclass(frozen=True, slots=True)
class UpdateMetadataField:
    """The wish to change a field as it was at `expected_version`."""

    field_id: UUID
    expected_version: int
    changes: MetadataFieldDetails


@dataclass(frozen=True, slots=True)
class DeleteMetadataField:
    """The wish to delete a field; with `even_if_used` its values are lost."""

    field_id: UUID
    expected_version: int
    even_if_used: bool = False


@dataclass(frozen=True, slots=True)
class MetadataKeyTaken(Refusal):
    """Another field of the organization has this key."""

    key: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Another field has the key {self.key}; choose another key."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "key")


@dataclass(frozen=True, slots=True)
class MetadataFieldInUse(Refusal):
    """Events have values of the field that the change would lose."""

    events: int
    at: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        what = {"kind": "of the old kind", "options": "that would no longer be options"}.get(self.at)
        events = f"{counted(self.events, 'event')} {verb(self.events, 'has', 'have')} values {what or 'of it'}"
        return f"{events}; change them first{'' if what else ', or repeat with evenIfUsed'}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", self.at)


class MetadataFields(Protocol):
    """The store of fields. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[MetadataField | None]:
        """The fields by id, in the order asked, None where there is none."""

    async def all(self) -> Sequence[MetadataField]:
        """All of them by position, then by key."""

    async def for_use(self) -> Sequence[MetadataField]:
        """All of them; none changes elsewhere until the work ends."""

    async def for_change(self) -> Sequence[MetadataField]:
        """All of them; none changes, and no value of them is written elsewhere, until the work ends."""

    async def uses(self, field_id: UUID, options: Sequence[str] | None) -> int:
        """How many events have a value of it: any, or one of these options."""

    async def keep(self, field: MetadataField) -> None:
        """Write the field, new (version 1) or changed; refused with MetadataKeyTaken."""

    async def delete(self, field_id: UUID) -> None:
        """Remove it with its values."""


def create(field_id: UUID, details: MetadataFieldDetails, others: Sequence[MetadataField]) -> MetadataField:
    """A new field; refused with InputInvalid where the details break a rule."""
    faults = Faults()
    full = len(others) >= MOST_FIELDS
    faults.check(not full, ("input",), f"is one too many: an organization has {MOST_FIELDS} metadata fields at most")
    field = MetadataField(field_id, details.key or "", details.label or {}, details.kind or MetadataKind.STRING)
    return _checked(field, details, faults)


def update(field: MetadataField, expected_version: int, changes: MetadataFieldDetails) -> MetadataField:
    """The field with the changes; refused with VersionConflict, or InputInvalid. Whether values stand against it is asked by `losses`."""
    if field.version != expected_version:
        raise Refused(VersionConflict(field.version))
    leaves_options = changes.kind not in {None, MetadataKind.ENUM} and changes.options is None
    return _checked(replace(field, version=field.version + 1), replace(changes, options=()) if leaves_options else changes, Faults())


def losses(before: MetadataField, after: MetadataField) -> tuple[str, tuple[str, ...] | None] | None:
    """Which values a change would lose: `kind` and all of them, or `options` and those; None when it loses none."""
    if before.kind is not after.kind:
        return "kind", None
    gone = {each.value for each in before.options} - {each.value for each in after.options}
    return ("options", tuple(sorted(gone))) if gone else None


def keeps_values(at: str, events: int) -> None:
    """Refuse with MetadataFieldInUse a change that would lose the values of so many events."""
    if events:
        raise Refused(MetadataFieldInUse(events, at))


def deletable(field: MetadataField, ask: DeleteMetadataField, events: int) -> MetadataField:
    """The field when it may be deleted; refused with VersionConflict, or MetadataFieldInUse."""
    if field.version != ask.expected_version:
        raise Refused(VersionConflict(field.version))
    keeps_values("fieldId", 0 if ask.even_if_used else events)
    return field


def named(field_id: UUID, fields: Sequence[MetadataField]) -> MetadataField:
    """The field with this id; refused with NotFound."""
    for each in fields:
        if each.id == field_id:
            return each
    raise Refused(NotFound("metadata field", ("input", "fieldId")))


def visible(field: MetadataField | None, *, staff: bool) -> MetadataField | None:
    """The field when this reader may know of it: the staff of all, others of public ones."""
    return field if field is not None and (staff or field.public) else None


def _checked(field: MetadataField, said: MetadataFieldDetails, faults: Faults) -> MetadataField:
    given = {name: value for name in _CHANGEABLE if (value := getattr(said, name)) is not None}
    changed = replace(field, **given)
    is_key = bool(_KEY.fullmatch(changed.key))
    faults.check(is_key, ("input", "key"), "must begin with a small letter and be letters, digits and underscores, 50 at most")
    check_title(faults, changed.label, ("input", "label"), longest=LONGEST_LABEL)
    faults.check(0 <= changed.position <= LAST_POSITION, ("input", "position"), f"must be between 0 and {LAST_POSITION}")
    _check_options(faults, changed)
    faults.refuse()
    return changed


def _check_options(faults: Faults, field: MetadataField) -> None:
    path = ("input", "options")
    listed = field.kind is MetadataKind.ENUM
    faults.check(listed == bool(field.options), path, "is required of ENUM" if listed else "belongs to ENUM only")
    faults.check(len(field.options) <= MOST_OPTIONS, path, f"names {len(field.options)} options, {MOST_OPTIONS} are allowed")
    known = set()
    for at, option in enumerate(field.options):
        place = (*path, str(at))
        faults.check(bool(_OPTION.fullmatch(option.value)), (*place, "value"), "must be letters, digits, . _ and -, 50 at most")
        faults.check(option.value not in known, (*place, "value"), "is given twice")
        check_title(faults, option.label, (*place, "label"), longest=LONGEST_LABEL)
        known.add(option.value)


_CHANGEABLE = ("label", "kind", "options", "public", "filterable", "position")
