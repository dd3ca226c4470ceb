"""Orders: their lines, fees and history, the secrets that open them and the words they are found by; and events that need approval.

An order's lines name events, ticket types, holds and seats without foreign keys: an order tells what was sold, and outlives all of them.
"""

from alembic import op

revision = "0026_orders"
down_revision = "0025_news_of_joining"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
CREATE TABLE orders (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    number text NOT NULL,
    buyer text NOT NULL,
    person_id uuid,
    email text,
    name text NOT NULL,
    locale text NOT NULL,
    status text NOT NULL,
    channel text NOT NULL,
    currency text NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    paid_minor bigint NOT NULL DEFAULT 0,
    refunded_minor bigint NOT NULL DEFAULT 0,
    country text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    notes text NOT NULL DEFAULT '',
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    CONSTRAINT orders_status_check CHECK (status IN ('PENDING_APPROVAL', 'PENDING', 'CONFIRMED', 'EXPIRED', 'CANCELLED')),
    CONSTRAINT orders_channel_check CHECK (channel IN ('ONLINE', 'BOX_OFFICE', 'COMPLIMENTARY')),
    CONSTRAINT orders_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT orders_country_check CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT orders_total_minor_check CHECK (total_minor >= 0 AND fee_minor >= 0 AND discount_minor >= 0),
    CONSTRAINT orders_refunded_minor_check CHECK (paid_minor >= 0 AND refunded_minor >= 0 AND refunded_minor <= paid_minor),
    CONSTRAINT orders_ended_at_check CHECK ((ended_at IS NOT NULL) = (status IN ('EXPIRED', 'CANCELLED'))),
    CONSTRAINT orders_confirmed_at_check CHECK (status <> 'CONFIRMED' OR confirmed_at IS NOT NULL)
);
CREATE INDEX orders_created_at_idx ON orders (organization_id, created_at, id);
CREATE INDEX orders_total_idx ON orders (organization_id, total_minor, id);
CREATE INDEX orders_buyer_idx ON orders (organization_id, buyer, created_at, id);
CREATE INDEX orders_email_idx ON orders (organization_id, email);
CREATE INDEX orders_status_idx ON orders (organization_id, status, created_at, id);
CREATE INDEX orders_expiry_idx ON orders (expires_at, organization_id, id) WHERE status IN ('PENDING_APPROVAL', 'PENDING');

CREATE TABLE order_lines (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    position integer NOT NULL,
    event_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    seat_id uuid,
    list_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    price_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    tax_rate integer NOT NULL,
    tax_code text,
    attendee_name text,
    attendee_email text,
    cancelled_at timestamptz,
    refunded_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, order_id, position),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders ON DELETE CASCADE,
    CONSTRAINT order_lines_price_minor_check CHECK (price_minor >= 0 AND net_minor + tax_minor = price_minor AND discount_minor >= 0),
    CONSTRAINT order_lines_refunded_minor_check CHECK (refunded_minor >= 0 AND refunded_minor <= price_minor),
    CONSTRAINT order_lines_tax_rate_check CHECK (tax_rate >= 0)
);
CREATE INDEX order_lines_event_idx ON order_lines (organization_id, event_id, order_id);
CREATE INDEX order_lines_hold_idx ON order_lines (organization_id, hold_id);

CREATE TABLE order_fees (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    price_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    tax_rate integer NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders ON DELETE CASCADE,
    CONSTRAINT order_fees_price_minor_check CHECK (price_minor >= 0 AND net_minor + tax_minor = price_minor),
    CONSTRAINT order_fees_tax_rate_check CHECK (tax_rate >= 0)
);
CREATE INDEX order_fees_order_idx ON order_fees (organization_id, order_id, id);

CREATE TABLE order_history (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    service_key_id uuid,
    by_platform_admin boolean NOT NULL DEFAULT false,
    kind text NOT NULL,
    version integer NOT NULL,
    facts jsonb NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders ON DELETE CASCADE
);
CREATE INDEX order_history_order_idx ON order_history (organization_id, order_id, id);

CREATE TABLE order_secrets (
    organization_id uuid NOT NULL,
    digest bytea NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (organization_id, digest),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders ON DELETE CASCADE
);
CREATE INDEX order_secrets_order_idx ON order_secrets (organization_id, order_id);

CREATE TABLE order_words (
    organization_id uuid NOT NULL,
    order_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, word, order_id),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders ON DELETE CASCADE
);
CREATE INDEX order_words_order_idx ON order_words (organization_id, order_id);

GRANT UPDATE (quantity, seat_ids) ON hold_lines TO ticketbase_app;

ALTER TABLE events ADD COLUMN approval_required boolean NOT NULL DEFAULT false;
GRANT UPDATE (approval_required) ON events TO ticketbase_app
"""

APP_MAY = {
    "orders": "SELECT, INSERT, UPDATE (email, name, status, net_minor, tax_minor, fee_minor, discount_minor, total_minor, paid_minor,"
    " refunded_minor, expires_at, confirmed_at, ended_at, version, notes)",
    "order_lines": "SELECT, INSERT, UPDATE (hold_id, attendee_name, attendee_email, cancelled_at, refunded_minor)",
    "order_fees": "SELECT, INSERT",
    "order_history": "SELECT, INSERT",
    "order_secrets": "SELECT, INSERT",
    "order_words": "SELECT, INSERT, DELETE",
}
WAITS = "status IN ('PENDING_APPROVAL', 'PENDING')"


def upgrade() -> None:
    """Make the tables, put each under row security, and let the system role see what is overdue."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    for table, rights in APP_MAY.items():
        rule = f"organization_id = {CURRENT}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")
    op.execute(f"CREATE POLICY system ON orders TO ticketbase_system USING ({WAITS}) WITH CHECK (false)")
    op.execute("GRANT SELECT (organization_id, id, status, expires_at) ON orders TO ticketbase_system")


def downgrade() -> None:
    """Take them away, and with them what was sold; events need no approval then."""
    for table in reversed(APP_MAY):
        op.execute(f"DROP TABLE {table}")
    op.execute("REVOKE UPDATE (quantity, seat_ids) ON hold_lines FROM ticketbase_app")
    op.execute("ALTER TABLE events DROP COLUMN approval_required")
