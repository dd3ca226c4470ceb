"""The tables of access codes: the codes, which ticket types each opens, and to which holds it opened one."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from adapters.postgres.tables import metadata

access_codes = Table(
    "access_codes",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("valid_from", DateTime(timezone=True)),
    Column("valid_until", DateTime(timezone=True)),
    Column("use_limit", Integer),
    Column("used", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Uuid),
    Column("revoked_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "event_id", "code"),
    CheckConstraint("use_limit > 0", name="use_limit"),
    CheckConstraint("used >= 0 AND used <= use_limit", name="used"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    ForeignKeyConstraint(["organization_id", "event_id"], ["events.organization_id", "events.id"], ondelete="CASCADE"),
    Index("access_codes_event_idx", "organization_id", "event_id", "id"),
)

access_code_types = Table(
    "access_code_types",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("access_code_id", Uuid, nullable=False),
    Column("ticket_type_id", Uuid, nullable=False),
    PrimaryKeyConstraint("organization_id", "access_code_id", "ticket_type_id"),
    ForeignKeyConstraint(["organization_id", "access_code_id"], ["access_codes.organization_id", "access_codes.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organization_id", "ticket_type_id"], ["ticket_types.organization_id", "ticket_types.id"], ondelete="CASCADE"),
    Index("access_code_types_type_idx", "organization_id", "ticket_type_id"),
)

access_code_uses = Table(
    "access_code_uses",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("hold_id", Uuid, nullable=False),
    Column("access_code_id", Uuid, nullable=False),
    PrimaryKeyConstraint("organization_id", "hold_id", "access_code_id"),
    ForeignKeyConstraint(["organization_id", "access_code_id"], ["access_codes.organization_id", "access_codes.id"], ondelete="CASCADE"),
    Index("access_code_uses_code_idx", "organization_id", "access_code_id"),
)
