"""The tables of images: what is shown, and what was removed but may still lie in the object storage."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables import metadata

images = Table(
    "images",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("alt", JSONB, nullable=False, server_default="{}"),
    Column("status", Text, nullable=False),
    Column("fault", Text),
    Column("content_type", Text, nullable=False),
    Column("byte_size", Integer, nullable=False),
    Column("counted_bytes", BigInteger, nullable=False),
    Column("sha256", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("variants", JSONB, nullable=False, server_default="[]"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Uuid, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("organization_id", "id"),
    ForeignKeyConstraint(["organization_id", "event_id"], ["events.organization_id", "events.id"], ondelete="CASCADE"),
    CheckConstraint("status IN ('PENDING', 'READY', 'REFUSED')", name="status"),
    CheckConstraint("byte_size > 0", name="byte_size"),
    CheckConstraint("counted_bytes >= 0", name="counted_bytes"),
    CheckConstraint("(fault IS NOT NULL) = (status = 'REFUSED')", name="fault"),
    Index("images_event_idx", "organization_id", "event_id", "position", "id"),
    # Serves the worker, which looks across tenants.
    Index("images_unfinished_idx", "created_at", postgresql_where=text("status <> 'READY'")),
)

discarded_images = Table(
    "discarded_images",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("image_id", Uuid, nullable=False),
    Column("discarded_at", DateTime(timezone=True), nullable=False, server_default=func.app_now()),
    PrimaryKeyConstraint("organization_id", "image_id"),
    Index("discarded_images_discarded_at_idx", "discarded_at"),
)
