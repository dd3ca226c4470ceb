"""The tables of members to come, service keys and admins of the platform, as `tables.py` has the others."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.columns import time_column
from adapters.postgres.tables import metadata

invitations = Table(
    "invitations",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("invited_by", Uuid),
    time_column("invited_at"),
    time_column("expires_at"),
    time_column("accepted_at", optional=True),
    time_column("revoked_at", optional=True),
    PrimaryKeyConstraint("organization_id", "id"),
    # Across tenants on purpose: whoever shows a link has not said yet for which organization.
    UniqueConstraint("token_hash"),
    CheckConstraint("role IN ('owner', 'admin', 'manager', 'support', 'analyst', 'organizer', 'user')", name="role"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    Index(
        "invitations_pending_idx",
        "organization_id",
        "email",
        unique=True,
        postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
    ),
)

service_keys = Table(
    "service_keys",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("hint", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    Column("created_by", Uuid, nullable=False),
    time_column("created_at"),
    time_column("expires_at", optional=True),
    time_column("last_used_at", optional=True),
    time_column("revoked_at", optional=True),
    PrimaryKeyConstraint("organization_id", "id"),
    # Across tenants on purpose, as above.
    UniqueConstraint("token_hash"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
)

platform_admin_acts = Table(
    "platform_admin_acts",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("news", ARRAY(Text), nullable=False),
    Column("correlation_id", Text),
    time_column("at", now=True),
    PrimaryKeyConstraint("organization_id", "id"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
)

platform_admins = Table(
    "platform_admins",
    metadata,
    Column("person_id", Uuid, nullable=False),
    time_column("granted_at", now=True),
    PrimaryKeyConstraint("person_id"),
    ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
)
