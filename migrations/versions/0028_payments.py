"""Payments, refunds and the ledger; notices of providers; each organization's own account, and what it gives back to whom."""

from alembic import op

revision = "0028_payments"
down_revision = "0027_pricing"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
CREATE TABLE payments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    provider text NOT NULL,
    method text NOT NULL,
    status text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    reference text,
    intent text,
    captured_minor bigint NOT NULL DEFAULT 0,
    refunded_minor bigint NOT NULL DEFAULT 0,
    refunding_minor bigint NOT NULL DEFAULT 0,
    disputed boolean NOT NULL DEFAULT false,
    late boolean NOT NULL DEFAULT false,
    failure text,
    return_url text,
    note text NOT NULL DEFAULT '',
    due_at timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, provider, reference),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders,
    CONSTRAINT payments_status_check
        CHECK (status IN ('CREATED', 'REQUIRES_ACTION', 'PENDING', 'CONFIRMED', 'FAILED', 'CANCELLED')),
    CONSTRAINT payments_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT payments_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT payments_captured_minor_check CHECK (captured_minor IN (0, amount_minor)),
    CONSTRAINT payments_refunded_minor_check
        CHECK (refunded_minor >= 0 AND refunding_minor >= 0 AND refunded_minor + refunding_minor <= captured_minor),
    CONSTRAINT payments_confirmed_check CHECK ((status = 'CONFIRMED') = (captured_minor > 0))
);
CREATE INDEX payments_order_idx ON payments (organization_id, order_id, id);
CREATE INDEX payments_intent_idx ON payments (organization_id, intent);
CREATE INDEX payments_due_idx ON payments (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE refunds (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    status text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    reference text,
    failure text,
    by uuid,
    due_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders,
    FOREIGN KEY (organization_id, payment_id) REFERENCES payments,
    CONSTRAINT refunds_status_check CHECK (status IN ('REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXTERNAL')),
    CONSTRAINT refunds_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT refunds_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX refunds_order_idx ON refunds (organization_id, order_id, id);
CREATE INDEX refunds_payment_idx ON refunds (organization_id, payment_id);
CREATE INDEX refunds_due_idx ON refunds (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE refund_lines (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    refund_id uuid NOT NULL,
    order_line_id uuid,
    amount_minor bigint NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, refund_id) REFERENCES refunds,
    FOREIGN KEY (organization_id, order_line_id) REFERENCES order_lines,
    CONSTRAINT refund_lines_amount_minor_check CHECK (amount_minor > 0)
);
CREATE INDEX refund_lines_refund_idx ON refund_lines (organization_id, refund_id, id);
CREATE INDEX refund_lines_line_idx ON refund_lines (organization_id, order_line_id);

CREATE TABLE ledger (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    refund_id uuid,
    kind text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders,
    FOREIGN KEY (organization_id, payment_id) REFERENCES payments,
    FOREIGN KEY (organization_id, refund_id) REFERENCES refunds,
    CONSTRAINT ledger_kind_check CHECK (kind IN ('CAPTURE', 'REFUND', 'REFUND_REVERSED')),
    CONSTRAINT ledger_amount_minor_check CHECK (amount_minor <> 0 AND (amount_minor < 0) = (kind = 'REFUND')),
    CONSTRAINT ledger_refund_id_check CHECK ((refund_id IS NULL) = (kind = 'CAPTURE')),
    CONSTRAINT ledger_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE UNIQUE INDEX ledger_once_idx ON ledger (organization_id, payment_id, kind, refund_id) NULLS NOT DISTINCT;
CREATE INDEX ledger_order_idx ON ledger (organization_id, order_id, id);
CREATE INDEX ledger_refund_idx ON ledger (organization_id, refund_id);
CREATE INDEX ledger_at_idx ON ledger (organization_id, at);

CREATE TABLE payment_notices (
    organization_id uuid NOT NULL REFERENCES organizations,
    provider text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT app_now(),
    due_at timestamptz DEFAULT app_now(),
    tries integer NOT NULL DEFAULT 0,
    fault text,
    PRIMARY KEY (organization_id, provider, id),
    CONSTRAINT payment_notices_tries_check CHECK (tries >= 0)
);
CREATE INDEX payment_notices_due_idx ON payment_notices (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE payment_settings (
    organization_id uuid NOT NULL REFERENCES organizations,
    provider text NOT NULL,
    publishable_key text NOT NULL,
    secret_key_sealed bytea,
    webhook_secret_sealed bytea,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id)
);

CREATE TABLE refund_policies (
    organization_id uuid NOT NULL REFERENCES organizations,
    event_id uuid,
    hours_before integer NOT NULL,
    kept_rate integer NOT NULL,
    fees boolean NOT NULL,
    UNIQUE NULLS NOT DISTINCT (organization_id, event_id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    CONSTRAINT refund_policies_hours_before_check CHECK (hours_before >= 0),
    CONSTRAINT refund_policies_kept_rate_check CHECK (kept_rate >= 0 AND kept_rate <= 1000000)
)
"""

APP_MAY = {
    "payments": "SELECT, INSERT, UPDATE (status, changed_at, reference, intent, captured_minor, refunded_minor, refunding_minor,"
    " disputed, late, failure, due_at)",
    "refunds": "SELECT, INSERT, UPDATE (status, changed_at, reference, failure, due_at)",
    "refund_lines": "SELECT, INSERT",
    "ledger": "SELECT, INSERT",
    "payment_notices": "SELECT, INSERT, UPDATE (due_at, tries, fault)",
    "payment_settings": "SELECT, INSERT, UPDATE (provider, publishable_key, secret_key_sealed, webhook_secret_sealed, version)",
    "refund_policies": "SELECT, INSERT, DELETE, UPDATE (hours_before, kept_rate, fees)",
}
# What the system's role is shown across tenants: which things are due, and nothing of what they are.
DUE = {"payments": "organization_id, id, due_at", "refunds": "organization_id, id, due_at"}
DUE_NOTICES = "organization_id, provider, id, due_at"


def upgrade() -> None:
    """Make the tables, put each under row security, and let the system's role see what is due."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    rule = f"organization_id = {CURRENT}"
    for table, rights in APP_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")
    for table, columns in {**DUE, "payment_notices": DUE_NOTICES}.items():
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING (due_at IS NOT NULL) WITH CHECK (false)")
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO ticketbase_system")


def downgrade() -> None:
    """Take them away, and with them every trace of money."""
    for table in reversed(APP_MAY):
        op.execute(f"DROP TABLE {table}")
