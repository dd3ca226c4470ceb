"""The tables of series: what occurrences have in common, and which event is the occurrence of which date."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Interval,
    PrimaryKeyConstraint,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.tables import metadata

NO_DATES = text("'{}'::date[]")

event_series = Table(
    "event_series",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("slug", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("description", JSONB, nullable=False, server_default="{}"),
    Column("attendance_mode", Text, nullable=False),
    Column("venue_id", Uuid),
    Column("time_zone", Text, nullable=False),
    Column("start_time", Time, nullable=False),
    Column("lasts", Interval, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("rule", Text, nullable=False),
    Column("excluded_dates", ARRAY(Date), nullable=False, server_default=NO_DATES),
    Column("extra_dates", ARRAY(Date), nullable=False, server_default=NO_DATES),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "slug"),
    CheckConstraint("attendance_mode IN ('PHYSICAL', 'VIRTUAL', 'HYBRID')", name="attendance_mode"),
    CheckConstraint("lasts > interval '0'", name="lasts"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    ForeignKeyConstraint(["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]),
    Index("event_series_venue_idx", "organization_id", "venue_id"),
)

event_occurrences = Table(
    "event_occurrences",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("series_id", Uuid, nullable=False),
    Column("date", Date, nullable=False),
    PrimaryKeyConstraint("organization_id", "event_id"),
    UniqueConstraint("organization_id", "series_id", "date"),
    ForeignKeyConstraint(["organization_id", "event_id"], ["events.organization_id", "events.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organization_id", "series_id"], ["event_series.organization_id", "event_series.id"]),
)
