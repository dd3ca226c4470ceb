"""The tables of orders, as `tables.py` has the others: what was bought, what became of it, and how it is found."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.columns import number_column, text_column, time_column, uuid_column
from adapters.postgres.tables import metadata


def _minor(name: str, *, default: int | None = None) -> Column[int]:
    return Column(f"{name}_minor", BigInteger, nullable=False, server_default=None if default is None else str(default))


def _of_order() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organization_id", "order_id"], ["orders.organization_id", "orders.id"], ondelete="CASCADE")


WAITING = "status IN ('PENDING_APPROVAL', 'PENDING')"

orders = Table(
    "orders",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    text_column("number"),
    text_column("buyer"),
    uuid_column("person_id", optional=True),
    text_column("email", optional=True),
    text_column("name"),
    text_column("locale"),
    text_column("status"),
    text_column("channel"),
    text_column("currency"),
    _minor("net"),
    _minor("tax"),
    _minor("fee"),
    _minor("discount"),
    _minor("total"),
    _minor("paid", default=0),
    _minor("refunded", default=0),
    text_column("country", optional=True),
    time_column("created_at"),
    time_column("expires_at"),
    time_column("confirmed_at", optional=True),
    time_column("ended_at", optional=True),
    number_column("version", default=1),
    text_column("notes", default=""),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "number"),
    CheckConstraint("status IN ('PENDING_APPROVAL', 'PENDING', 'CONFIRMED', 'EXPIRED', 'CANCELLED')", name="status"),
    CheckConstraint("channel IN ('ONLINE', 'BOX_OFFICE', 'COMPLIMENTARY')", name="channel"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    CheckConstraint("total_minor >= 0 AND fee_minor >= 0 AND discount_minor >= 0", name="total_minor"),
    CheckConstraint("paid_minor >= 0 AND refunded_minor >= 0 AND refunded_minor <= paid_minor", name="refunded_minor"),
    CheckConstraint("(ended_at IS NOT NULL) = (status IN ('EXPIRED', 'CANCELLED'))", name="ended_at"),
    CheckConstraint("status <> 'CONFIRMED' OR confirmed_at IS NOT NULL", name="confirmed_at"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    Index("orders_created_at_idx", "organization_id", "created_at", "id"),
    Index("orders_total_idx", "organization_id", "total_minor", "id"),
    Index("orders_buyer_idx", "organization_id", "buyer", "created_at", "id"),
    Index("orders_email_idx", "organization_id", "email"),
    Index("orders_status_idx", "organization_id", "status", "created_at", "id"),
    # Serves the sweeper, which looks across tenants.
    Index("orders_expiry_idx", "expires_at", "organization_id", "id", postgresql_where=text(WAITING)),
)

order_lines = Table(
    "order_lines",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("order_id"),
    number_column("position"),
    uuid_column("event_id"),
    uuid_column("ticket_type_id"),
    uuid_column("hold_id"),
    uuid_column("seat_id", optional=True),
    _minor("list"),
    _minor("discount"),
    _minor("price"),
    _minor("net"),
    _minor("tax"),
    number_column("tax_rate"),
    text_column("tax_code", optional=True),
    text_column("attendee_name", optional=True),
    text_column("attendee_email", optional=True),
    time_column("cancelled_at", optional=True),
    _minor("refunded", default=0),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "order_id", "position"),
    CheckConstraint("price_minor >= 0 AND net_minor + tax_minor = price_minor AND discount_minor >= 0", name="price_minor"),
    CheckConstraint("refunded_minor >= 0 AND refunded_minor <= price_minor", name="refunded_minor"),
    CheckConstraint("tax_rate >= 0", name="tax_rate"),
    _of_order(),
    Index("order_lines_event_idx", "organization_id", "event_id", "order_id"),
    Index("order_lines_hold_idx", "organization_id", "hold_id"),
)

order_fees = Table(
    "order_fees",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("order_id"),
    text_column("kind"),
    text_column("label"),
    _minor("price"),
    _minor("net"),
    _minor("tax"),
    number_column("tax_rate"),
    PrimaryKeyConstraint("organization_id", "id"),
    CheckConstraint("price_minor >= 0 AND net_minor + tax_minor = price_minor", name="price_minor"),
    CheckConstraint("tax_rate >= 0", name="tax_rate"),
    _of_order(),
    Index("order_fees_order_idx", "organization_id", "order_id", "id"),
)

order_history = Table(
    "order_history",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("order_id"),
    time_column("at"),
    uuid_column("actor_id", optional=True),
    uuid_column("service_key_id", optional=True),
    Column("by_platform_admin", Boolean, nullable=False, server_default=text("false")),
    text_column("kind"),
    number_column("version"),
    Column("facts", JSONB, nullable=False),
    PrimaryKeyConstraint("organization_id", "id"),
    _of_order(),
    Index("order_history_order_idx", "organization_id", "order_id", "id"),
)

order_secrets = Table(
    "order_secrets",
    metadata,
    uuid_column("organization_id"),
    Column("digest", LargeBinary, nullable=False),
    uuid_column("order_id"),
    PrimaryKeyConstraint("organization_id", "digest"),
    _of_order(),
    Index("order_secrets_order_idx", "organization_id", "order_id"),
)

order_words = Table(
    "order_words",
    metadata,
    uuid_column("organization_id"),
    uuid_column("order_id"),
    Column("word", Text(collation="C"), nullable=False),
    PrimaryKeyConstraint("organization_id", "word", "order_id"),
    _of_order(),
    Index("order_words_order_idx", "organization_id", "order_id"),
)
