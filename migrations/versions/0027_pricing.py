"""Prices: the rules of ticket types, how organizations price, promo codes with what was used of them; and regions of venues.

A use belongs to an order and outlives it being given back; whose it was is forgotten then.
"""

from alembic import op

revision = "0027_pricing"
down_revision = "0026_orders"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
ALTER TABLE venues ADD COLUMN region text NOT NULL DEFAULT '' CHECK (region ~ '^[A-Z0-9]{0,3}$');
GRANT UPDATE (region) ON venues TO ticketbase_app;

CREATE TABLE price_rules (
    organization_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    document jsonb NOT NULL,
    counts_tickets boolean NOT NULL,
    PRIMARY KEY (organization_id, ticket_type_id),
    FOREIGN KEY (organization_id, ticket_type_id) REFERENCES ticket_types ON DELETE CASCADE
);

CREATE TABLE pricing_settings (
    organization_id uuid NOT NULL REFERENCES organizations,
    version integer NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (organization_id)
);

CREATE TABLE promo_codes (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    code text NOT NULL,
    label text NOT NULL DEFAULT '',
    kind text NOT NULL CHECK (kind IN ('PERCENTAGE', 'PER_TICKET', 'PER_ORDER')),
    created_at timestamptz NOT NULL,
    rate integer NOT NULL DEFAULT 0 CHECK (rate BETWEEN 0 AND 1000000),
    amount_minor bigint NOT NULL DEFAULT 0 CHECK (amount_minor >= 0),
    currency text,
    event_ids uuid[] NOT NULL DEFAULT '{}',
    ticket_type_ids uuid[] NOT NULL DEFAULT '{}',
    valid_from timestamptz,
    valid_until timestamptz,
    minimum_minor bigint NOT NULL DEFAULT 0,
    budget_minor bigint,
    use_limit integer,
    buyer_limit integer,
    stackable boolean NOT NULL DEFAULT false,
    created_by uuid,
    deactivated_at timestamptz,
    uses integer NOT NULL DEFAULT 0,
    spent_minor bigint NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, code),
    CONSTRAINT promo_codes_uses_check CHECK (uses >= 0 AND uses <= use_limit),
    CONSTRAINT promo_codes_spent_minor_check CHECK (spent_minor >= 0 AND spent_minor <= budget_minor)
);

CREATE TABLE promo_code_uses (
    organization_id uuid NOT NULL,
    order_id uuid NOT NULL,
    promo_code_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    used_at timestamptz NOT NULL DEFAULT app_now(),
    returned_at timestamptz,
    PRIMARY KEY (organization_id, order_id, promo_code_id),
    FOREIGN KEY (organization_id, promo_code_id) REFERENCES promo_codes
);
CREATE INDEX promo_code_uses_code_idx ON promo_code_uses (organization_id, promo_code_id);

CREATE TABLE promo_code_buyers (
    organization_id uuid NOT NULL,
    promo_code_id uuid NOT NULL,
    buyer text NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (organization_id, promo_code_id, buyer, order_id),
    FOREIGN KEY (organization_id, order_id, promo_code_id) REFERENCES promo_code_uses
);
CREATE INDEX promo_code_buyers_order_idx ON promo_code_buyers (organization_id, order_id)
"""

PROMO_TERMS = "label, kind, rate, amount_minor, currency, event_ids, ticket_type_ids, valid_from, valid_until, minimum_minor"
PROMO_LIMITS = "budget_minor, use_limit, buyer_limit, stackable, deactivated_at, uses, spent_minor, version"
APP_MAY = {
    "price_rules": "SELECT, INSERT, UPDATE (document, counts_tickets), DELETE",
    "pricing_settings": "SELECT, INSERT, UPDATE (version, document)",
    "promo_codes": f"SELECT, INSERT, UPDATE ({PROMO_TERMS}, {PROMO_LIMITS})",
    "promo_code_uses": "SELECT, INSERT, UPDATE (amount_minor, returned_at)",
    "promo_code_buyers": "SELECT, INSERT, DELETE",
}


def upgrade() -> None:
    """Make the tables, put them under row security, and say who may do what."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    rule = f"organization_id = {CURRENT}"
    for table, rights in APP_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")


def downgrade() -> None:
    """Take them away; tickets cost their base price again."""
    for table in ("promo_code_buyers", "promo_code_uses", "promo_codes", "pricing_settings", "price_rules"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE venues DROP COLUMN region")
