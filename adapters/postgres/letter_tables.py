"""The table of letters that wait for the mail server, and of those that were given up."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, Uuid, func, text

from adapters.postgres.tables import metadata

letters = Table(
    "letters",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("organization_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False, server_default=func.app_now()),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.app_now()),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("fault", Text),
    Column("died_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("id"),
    CheckConstraint("tries >= 0", name="tries"),
    CheckConstraint("(died_at IS NULL) OR (fault IS NOT NULL)", name="died_at"),
    Index("letters_due_idx", "due_at", postgresql_where=text("died_at IS NULL")),
    Index("letters_dead_idx", "died_at", "id", postgresql_where=text("died_at IS NOT NULL")),
)
