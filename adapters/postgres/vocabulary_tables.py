"""The tables of a programme's vocabulary: categories, metadata fields, what events have of them, and where to join events."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables import metadata


def _of(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organization_id", column], [f"{table}.organization_id", f"{table}.id"], ondelete="CASCADE")


event_categories = Table(
    "event_categories",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("slug", Text, nullable=False),
    Column("name", JSONB, nullable=False),
    Column("parent_id", Uuid),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "slug"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    ForeignKeyConstraint(["organization_id", "parent_id"], ["event_categories.organization_id", "event_categories.id"]),
    Index("event_categories_parent_idx", "organization_id", "parent_id"),
)

event_category_choices = Table(
    "event_category_choices",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("category_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("organization_id", "event_id", "category_id"),
    _of("event_id", "events"),
    _of("category_id", "event_categories"),
    Index("event_category_choices_category_idx", "organization_id", "category_id", "event_id"),
)

metadata_fields = Table(
    "metadata_fields",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("key", Text, nullable=False),
    Column("label", JSONB, nullable=False),
    Column("kind", Text, nullable=False),
    Column("options", JSONB, nullable=False, server_default="[]"),
    Column("public", Boolean, nullable=False, server_default=text("false")),
    Column("filterable", Boolean, nullable=False, server_default=text("false")),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "key"),
    CheckConstraint("kind IN ('STRING', 'NUMBER', 'BOOLEAN', 'DATE', 'ENUM')", name="kind"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
)

event_metadata = Table(
    "event_metadata",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("field_id", Uuid, nullable=False),
    Column("text_value", Text),
    Column("number_value", Numeric),
    Column("boolean_value", Boolean),
    Column("date_value", Date),
    PrimaryKeyConstraint("organization_id", "event_id", "field_id"),
    _of("event_id", "events"),
    _of("field_id", "metadata_fields"),
    CheckConstraint("num_nonnulls(text_value, number_value, boolean_value, date_value) = 1", name="value"),
    Index("event_metadata_text_idx", "organization_id", "field_id", "text_value", "event_id"),
    Index(
        "event_metadata_number_idx",
        "organization_id",
        "field_id",
        "number_value",
        "event_id",
        postgresql_where=text("number_value IS NOT NULL"),
    ),
    Index(
        "event_metadata_date_idx",
        "organization_id",
        "field_id",
        "date_value",
        "event_id",
        postgresql_where=text("date_value IS NOT NULL"),
    ),
)

event_join_links = Table(
    "event_join_links",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("url", Text, nullable=False),
    PrimaryKeyConstraint("organization_id", "event_id"),
    CheckConstraint("length(url) <= 2000", name="url"),
    _of("event_id", "events"),
)
