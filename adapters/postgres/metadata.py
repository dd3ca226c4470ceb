"""The store of metadata: one row for each value, in the column of its kind, so that an index orders it as it should be."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from adapters.postgres.metadata_fields import MetadataFieldRow
from adapters.postgres.rows import columns_of, facts_of, grouped
from adapters.postgres.transaction import Transaction
from domain.metadata import EventMetadata, Value
from domain.metadata_fields import MetadataField, MetadataKind

OF_EVENTS = f"""
SELECT m.event_id, m.text_value, m.number_value, m.boolean_value, m.date_value, {columns_of(MetadataField, table="f")}
FROM event_metadata m JOIN metadata_fields f ON f.organization_id = m.organization_id AND f.id = m.field_id
WHERE m.event_id = ANY($1::uuid[]) AND (f.public OR $2) ORDER BY f.position, f.key
"""
EMPTY = "DELETE FROM event_metadata WHERE event_id = $1"
FILL = """
INSERT INTO event_metadata (organization_id, event_id, field_id, text_value, number_value, boolean_value, date_value)
SELECT $1, $2, * FROM unnest($3::uuid[], $4::text[], $5::numeric[], $6::boolean[], $7::date[])
"""
COLUMNS = {
    MetadataKind.STRING: "text_value",
    MetadataKind.ENUM: "text_value",
    MetadataKind.NUMBER: "number_value",
    MetadataKind.BOOLEAN: "boolean_value",
    MetadataKind.DATE: "date_value",
}
"""Where the values of each kind are."""


class MetadataStore:
    """Implements `Metadata`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def of_events(self, event_ids: Sequence[UUID], *, staff: bool) -> list[Sequence[EventMetadata]]:
        """By the fields' positions; what is not public, for the staff only."""
        rows = await self._connection.fetch(OF_EVENTS, event_ids, staff, record_class=MetadataFieldRow)
        return grouped([_value(row) for row in rows], event_ids, by="event_id")

    async def put(self, event_id: UUID, fields: Sequence[MetadataField], values: Mapping[UUID, Value]) -> None:
        """These and no others."""
        await self._connection.execute(EMPTY, event_id)
        columns = {each.id: COLUMNS[each.kind] for each in fields}
        told = [[value if columns[key] == column else None for key, value in values.items()] for column in _IN_ORDER]
        if values:
            await self._connection.execute(FILL, self._organization_id, event_id, list(values), *told)


def _value(row: MetadataFieldRow) -> EventMetadata:
    field = MetadataField(**facts_of(row, MetadataField))
    return EventMetadata(row["event_id"], field, row[COLUMNS[field.kind]])


_IN_ORDER = ("text_value", "number_value", "boolean_value", "date_value")
