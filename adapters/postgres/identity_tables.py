"""The tables of identity: accounts, links that were mailed, sessions and refresh tokens. They belong to no tenant."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.columns import time_column
from adapters.postgres.tables import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("person_id", Uuid, nullable=False),
    time_column("email_verified_at", optional=True),
    Column("password_hash", Text),
    time_column("password_changed_at", optional=True),
    Column("locale", Text, nullable=False, server_default="en"),
    Column("profile", JSONB, nullable=False, server_default="{}"),
    time_column("created_at", now=True),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("person_id"),
    ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", LargeBinary, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("wish", JSONB, nullable=False, server_default="{}"),
    time_column("created_at", now=True),
    time_column("expires_at"),
    time_column("used_at", optional=True),
    PrimaryKeyConstraint("token_hash"),
    CheckConstraint("purpose IN ('SIGN_UP', 'RESET_PASSWORD')", name="purpose"),
    Index("one_time_links_email_idx", "email"),
    Index("one_time_links_expires_at_idx", "expires_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary),
    Column("device", Text, nullable=False),
    Column("address", Text),
    Column("methods", ARRAY(Text), nullable=False),
    time_column("created_at"),
    time_column("last_seen_at"),
    Column("idle_seconds", Integer, nullable=False),
    time_column("expires_at"),
    time_column("revoked_at", optional=True),
    Column("revoked_because", Text),
    Column("begun_from", Uuid),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("token_hash"),
    CheckConstraint("idle_seconds > 0", name="idle_seconds"),
    ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    Index("sessions_person_idx", "person_id", "created_at"),
    Index("sessions_expires_at_idx", "expires_at"),
    Index("sessions_revoked_at_idx", "revoked_at", postgresql_where=text("revoked_at IS NOT NULL")),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary, nullable=False),
    Column("session_id", Uuid, nullable=False),
    time_column("created_at"),
    time_column("used_at", optional=True),
    PrimaryKeyConstraint("token_hash"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], ondelete="CASCADE"),
    Index("refresh_tokens_session_idx", "session_id"),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("key_sealed", LargeBinary, nullable=False),
    time_column("created_at", now=True),
    time_column("placed_at", now=True),
    PrimaryKeyConstraint("id"),
    CheckConstraint("place IN ('CURRENT', 'NEXT', 'PREVIOUS')", name="place"),
    Index("signing_keys_current_idx", "place", unique=True, postgresql_where=text("place = 'CURRENT'")),
)

known_devices = Table(
    "known_devices",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("mark", LargeBinary, nullable=False),
    time_column("last_seen_at", now=True),
    PrimaryKeyConstraint("person_id", "mark"),
    ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
    Index("known_devices_last_seen_at_idx", "last_seen_at"),
)
