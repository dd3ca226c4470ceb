"""The tables of durable groups, and of the news that wait for them or were given up."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
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

news_groups = Table(
    "news_groups",
    metadata,
    Column("name", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False),
    Column("joined_at", DateTime(timezone=True), nullable=False, server_default=func.app_now()),
    PrimaryKeyConstraint("name"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("group_name", Text, nullable=False),
    Column("news_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("correlation_id", Text),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.app_now()),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("fault", Text),
    Column("died_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("group_name", "news_id", "organization_id"),
    CheckConstraint("tries >= 0", name="tries"),
    CheckConstraint("(died_at IS NULL) OR (fault IS NOT NULL)", name="died_at"),
    Index("deliveries_line_idx", "group_name", "organization_id", "subject", "position", postgresql_where=text("died_at IS NULL")),
    Index("deliveries_due_idx", "group_name", "due_at", postgresql_where=text("died_at IS NULL")),
    Index("deliveries_dead_idx", "died_at", "group_name", "news_id", postgresql_where=text("died_at IS NOT NULL")),
)
