"""The store of metadata fields."""

from collections.abc import Sequence
from dataclasses import asdict
from operator import attrgetter
from typing import cast
from uuid import UUID

import asyncpg

from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.metadata_fields import MetadataField, MetadataKeyTaken, MetadataKind, MetadataOption
from domain.refusals import NotFound, Refused

COLUMNS = columns_of(MetadataField)
GET_MANY = f"SELECT {COLUMNS} FROM metadata_fields WHERE id = ANY($1::uuid[])"
ALL = f"SELECT {COLUMNS} FROM metadata_fields ORDER BY position, key"
# Whoever writes values shares the fields, whoever changes a field has all of them alone: so no value is written that no longer fits.
LOCK_TO_USE = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))"
LOCK_TO_CHANGE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
USES = "SELECT count(*) FROM event_metadata WHERE field_id = $1 AND ($2::text[] IS NULL OR text_value = ANY($2))"
ADD = """
INSERT INTO metadata_fields (organization_id, id, key, label, kind, options, public, filterable, position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
CHANGE = """
UPDATE metadata_fields SET label = $2, kind = $3, options = $4, public = $5, filterable = $6, position = $7, version = $8 WHERE id = $1
"""
DELETE = "DELETE FROM metadata_fields WHERE id = $1"

STATED = attrgetter("public", "filterable", "position")


class MetadataFieldRow(Row, reads=MetadataField):
    """Reads like a MetadataField."""

    __slots__ = ()

    @property
    def kind(self) -> MetadataKind:
        return MetadataKind(self["kind"])

    @property
    def options(self) -> tuple[MetadataOption, ...]:
        return tuple(MetadataOption(**each) for each in self["options"])


class MetadataFieldStore:
    """Implements `MetadataFields`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[MetadataField | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=MetadataFieldRow), ids)

    async def all(self) -> Sequence[MetadataField]:
        """All of them by position, then by key."""
        return cast("list[MetadataField]", await self._connection.fetch(ALL, record_class=MetadataFieldRow))

    async def for_use(self) -> Sequence[MetadataField]:
        """All of them, for writing values."""
        return await self._locked(LOCK_TO_USE)

    async def for_change(self) -> Sequence[MetadataField]:
        """All of them, for changing one."""
        return await self._locked(LOCK_TO_CHANGE)

    async def uses(self, field_id: UUID, options: Sequence[str] | None) -> int:
        """How many events have a value of it; exact when asked after `for_change`."""
        counted: int = await self._connection.fetchval(USES, field_id, options)
        return counted

    async def keep(self, field: MetadataField) -> None:
        """Write it, new or changed; its version was checked under the lock of `for_change`."""
        options = [asdict(each) for each in field.options]
        try:
            if field.version == 1:
                facts = (field.id, field.key, field.label, field.kind.value, options)
                await self._connection.execute(ADD, self._organization_id, *facts, *STATED(field))
            else:
                await self._connection.execute(CHANGE, field.id, field.label, field.kind.value, options, *STATED(field), field.version)
        except asyncpg.UniqueViolationError as taken:
            raise Refused(MetadataKeyTaken(field.key)) from taken

    async def delete(self, field_id: UUID) -> None:
        """Remove it; its values go with it."""
        if await self._connection.execute(DELETE, field_id) == "DELETE 0":
            raise Refused(NotFound("metadata field", ("input", "fieldId")))

    async def _locked(self, lock: str) -> Sequence[MetadataField]:
        await self._connection.execute(lock, f"metadata fields {self._organization_id}")
        return [MetadataField(**facts_of(row, MetadataField)) for row in await self._connection.fetch(ALL, record_class=MetadataFieldRow)]
