"""The tables of payments, as `tables.py` has the others: money that came and went, notices, accounts, policies."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from adapters.postgres.columns import text_column, time_column, uuid_column
from adapters.postgres.tables import metadata


def _minor(name: str, *, default: int | None = None) -> Column[int]:
    return Column(f"{name}_minor", BigInteger, nullable=False, server_default=None if default is None else str(default))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default="false")


def _within(column: str, table: str) -> ForeignKeyConstraint:
    """A reference inside the same organization."""
    return ForeignKeyConstraint(["organization_id", column], [f"{table}.organization_id", f"{table}.id"])


CURRENCY = "currency ~ '^[A-Z]{3}$'"
DUE = text("due_at IS NOT NULL")

payments = Table(
    "payments",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("order_id"),
    text_column("provider"),
    text_column("method"),
    text_column("status"),
    _minor("amount"),
    text_column("currency"),
    time_column("created_at"),
    time_column("changed_at"),
    text_column("reference", optional=True),
    text_column("intent", optional=True),
    _minor("captured", default=0),
    _minor("refunded", default=0),
    _minor("refunding", default=0),
    _flag("disputed"),
    _flag("late"),
    text_column("failure", optional=True),
    text_column("return_url", optional=True),
    text_column("note", default=""),
    time_column("due_at", optional=True),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "provider", "reference"),
    _within("order_id", "orders"),
    CheckConstraint("status IN ('CREATED', 'REQUIRES_ACTION', 'PENDING', 'CONFIRMED', 'FAILED', 'CANCELLED')", name="status"),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    CheckConstraint(CURRENCY, name="currency"),
    CheckConstraint("captured_minor IN (0, amount_minor)", name="captured_minor"),
    CheckConstraint(
        "refunded_minor >= 0 AND refunding_minor >= 0 AND refunded_minor + refunding_minor <= captured_minor", name="refunded_minor"
    ),
    CheckConstraint("(status = 'CONFIRMED') = (captured_minor > 0)", name="confirmed"),
    Index("payments_order_idx", "organization_id", "order_id", "id"),
    Index("payments_intent_idx", "organization_id", "intent"),
    # Serves the sweeper, which looks across tenants.
    Index("payments_due_idx", "due_at", postgresql_where=DUE),
)

refunds = Table(
    "refunds",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("order_id"),
    uuid_column("payment_id"),
    text_column("status"),
    _minor("amount"),
    text_column("currency"),
    text_column("reason"),
    time_column("created_at"),
    time_column("changed_at"),
    text_column("reference", optional=True),
    text_column("failure", optional=True),
    uuid_column("by", optional=True),
    time_column("due_at", optional=True),
    PrimaryKeyConstraint("organization_id", "id"),
    _within("order_id", "orders"),
    _within("payment_id", "payments"),
    CheckConstraint("status IN ('REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXTERNAL')", name="status"),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    CheckConstraint(CURRENCY, name="currency"),
    Index("refunds_order_idx", "organization_id", "order_id", "id"),
    Index("refunds_payment_idx", "organization_id", "payment_id"),
    Index("refunds_due_idx", "due_at", postgresql_where=DUE),
)

refund_lines = Table(
    "refund_lines",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("refund_id"),
    uuid_column("order_line_id", optional=True),
    _minor("amount"),
    PrimaryKeyConstraint("organization_id", "id"),
    _within("refund_id", "refunds"),
    _within("order_line_id", "order_lines"),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    Index("refund_lines_refund_idx", "organization_id", "refund_id", "id"),
    Index("refund_lines_line_idx", "organization_id", "order_line_id"),
)

ledger = Table(
    "ledger",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("order_id"),
    uuid_column("payment_id"),
    uuid_column("refund_id", optional=True),
    text_column("kind"),
    _minor("amount"),
    text_column("currency"),
    time_column("at"),
    PrimaryKeyConstraint("organization_id", "id"),
    _within("order_id", "orders"),
    _within("payment_id", "payments"),
    _within("refund_id", "refunds"),
    CheckConstraint("kind IN ('CAPTURE', 'REFUND', 'REFUND_REVERSED')", name="kind"),
    CheckConstraint("amount_minor <> 0 AND (amount_minor < 0) = (kind = 'REFUND')", name="amount_minor"),
    CheckConstraint("(refund_id IS NULL) = (kind = 'CAPTURE')", name="refund_id"),
    CheckConstraint(CURRENCY, name="currency"),
    # The last line of defence: no movement of money is entered twice.
    Index("ledger_once_idx", "organization_id", "payment_id", "kind", "refund_id", unique=True, postgresql_nulls_not_distinct=True),
    Index("ledger_order_idx", "organization_id", "order_id", "id"),
    Index("ledger_refund_idx", "organization_id", "refund_id"),
    Index("ledger_at_idx", "organization_id", "at"),
)

payment_notices = Table(
    "payment_notices",
    metadata,
    uuid_column("organization_id"),
    text_column("provider"),
    text_column("id"),
    text_column("kind"),
    Column("body", LargeBinary, nullable=False),
    time_column("received_at", now=True),
    time_column("due_at", optional=True, now=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    text_column("fault", optional=True),
    PrimaryKeyConstraint("organization_id", "provider", "id"),
    CheckConstraint("tries >= 0", name="tries"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    Index("payment_notices_due_idx", "due_at", postgresql_where=DUE),
)

payment_settings = Table(
    "payment_settings",
    metadata,
    uuid_column("organization_id"),
    text_column("provider"),
    text_column("publishable_key"),
    Column("secret_key_sealed", LargeBinary),
    Column("webhook_secret_sealed", LargeBinary),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("organization_id"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
)

refund_policies = Table(
    "refund_policies",
    metadata,
    uuid_column("organization_id"),
    uuid_column("event_id", optional=True),
    Column("hours_before", Integer, nullable=False),
    Column("kept_rate", Integer, nullable=False),
    Column("fees", Boolean, nullable=False),
    # The organization's own has no event.
    UniqueConstraint("organization_id", "event_id", postgresql_nulls_not_distinct=True),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    ForeignKeyConstraint(["organization_id", "event_id"], ["events.organization_id", "events.id"], ondelete="CASCADE"),
    CheckConstraint("hours_before >= 0", name="hours_before"),
    CheckConstraint("kept_rate >= 0 AND kept_rate <= 10000", name="kept_rate"),
)
