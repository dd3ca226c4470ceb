"""The tables of prices: rules of ticket types, how organizations price, promo codes, and what orders used of them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.tables import metadata

price_rules = Table(
    "price_rules",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("ticket_type_id", Uuid, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("counts_tickets", Boolean, nullable=False),
    PrimaryKeyConstraint("organization_id", "ticket_type_id"),
    ForeignKeyConstraint(["organization_id", "ticket_type_id"], ["ticket_types.organization_id", "ticket_types.id"], ondelete="CASCADE"),
)

pricing_settings = Table(
    "pricing_settings",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    PrimaryKeyConstraint("organization_id"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
)

promo_codes = Table(
    "promo_codes",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("rate", Integer, nullable=False, server_default="0"),
    Column("amount_minor", BigInteger, nullable=False, server_default="0"),
    Column("currency", Text),
    Column("event_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("ticket_type_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("valid_from", DateTime(timezone=True)),
    Column("valid_until", DateTime(timezone=True)),
    Column("minimum_minor", BigInteger, nullable=False, server_default="0"),
    Column("budget_minor", BigInteger),
    Column("use_limit", Integer),
    Column("buyer_limit", Integer),
    Column("stackable", Boolean, nullable=False, server_default="false"),
    Column("created_by", Uuid),
    Column("deactivated_at", DateTime(timezone=True)),
    Column("uses", Integer, nullable=False, server_default="0"),
    Column("spent_minor", BigInteger, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "code"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    CheckConstraint("kind IN ('PERCENTAGE', 'PER_TICKET', 'PER_ORDER')", name="kind"),
    CheckConstraint("rate BETWEEN 0 AND 1000000", name="rate"),
    CheckConstraint("amount_minor >= 0", name="amount_minor"),
    CheckConstraint("uses >= 0 AND uses <= use_limit", name="uses"),
    CheckConstraint("spent_minor >= 0 AND spent_minor <= budget_minor", name="spent_minor"),
)

promo_code_uses = Table(
    "promo_code_uses",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("promo_code_id", Uuid, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False, server_default=func.app_now()),
    Column("returned_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("organization_id", "order_id", "promo_code_id"),
    ForeignKeyConstraint(["organization_id", "promo_code_id"], ["promo_codes.organization_id", "promo_codes.id"]),
    Index("promo_code_uses_code_idx", "organization_id", "promo_code_id"),
)

promo_code_buyers = Table(
    "promo_code_buyers",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("promo_code_id", Uuid, nullable=False),
    Column("buyer", Text, nullable=False),
    Column("order_id", Uuid, nullable=False),
    PrimaryKeyConstraint("organization_id", "promo_code_id", "buyer", "order_id"),
    ForeignKeyConstraint(
        ["organization_id", "order_id", "promo_code_id"],
        ["promo_code_uses.organization_id", "promo_code_uses.order_id", "promo_code_uses.promo_code_id"],
    ),
    Index("promo_code_buyers_order_idx", "organization_id", "order_id"),
)
