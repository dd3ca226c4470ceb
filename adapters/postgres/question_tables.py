"""The tables of questions: what events ask, and what is answered of orders and their lines."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.tables import metadata

questions = Table(
    "questions",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("scope", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("label", JSONB, nullable=False),
    Column("help", JSONB, nullable=False, server_default="{}"),
    Column("choices", JSONB, nullable=False, server_default="[]"),
    Column("required", Boolean, nullable=False, server_default="false"),
    Column("encrypted", Boolean, nullable=False, server_default="false"),
    Column("least", BigInteger),
    Column("most", BigInteger),
    Column("earliest", Date),
    Column("latest", Date),
    Column("ticket_type_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("depends_on_id", Uuid),
    Column("depends_on_values", ARRAY(Text), nullable=False, server_default="{}"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("archived_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("organization_id", "id"),
    ForeignKeyConstraint(["organization_id", "event_id"], ["events.organization_id", "events.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organization_id", "depends_on_id"], ["questions.organization_id", "questions.id"]),
    CheckConstraint("scope IN ('TICKET', 'ORDER')", name="scope"),
    CheckConstraint(
        "kind IN ('TEXT', 'LONG_TEXT', 'NUMBER', 'BOOLEAN', 'CHOICE', 'CHOICES', 'DATE', 'EMAIL', 'PHONE', 'COUNTRY')",
        name="kind",
    ),
    CheckConstraint(
        "depends_on_id <> id AND (depends_on_id IS NULL) = (depends_on_values = '{}')",
        name="depends_on",
    ),
    Index("questions_event_idx", "organization_id", "event_id", "position", "id"),
    Index("questions_depends_on_idx", "organization_id", "depends_on_id"),
)

order_answers = Table(
    "order_answers",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("about_id", Uuid, nullable=False),
    Column("question_id", Uuid, nullable=False),
    Column("plain", ARRAY(Text)),
    Column("values_sealed", LargeBinary),
    PrimaryKeyConstraint("organization_id", "about_id", "question_id"),
    ForeignKeyConstraint(["organization_id", "order_id"], ["orders.organization_id", "orders.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organization_id", "question_id"], ["questions.organization_id", "questions.id"], ondelete="CASCADE"),
    CheckConstraint("(plain IS NULL) <> (values_sealed IS NULL)", name="plain"),
    Index("order_answers_order_idx", "organization_id", "order_id"),
    Index("order_answers_question_idx", "organization_id", "question_id"),
)
