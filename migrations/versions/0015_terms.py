"""The terms of ticket types, limits of an event, and the codes that open hidden types."""

from alembic import op

revision = "0015_terms"
down_revision = "0014_seat_moves"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
ALTER TABLE ticket_types
    ADD COLUMN min_per_order integer CHECK (min_per_order > 0),
    ADD COLUMN max_per_buyer integer CHECK (max_per_buyer > 0),
    ADD COLUMN hidden boolean NOT NULL DEFAULT false,
    ADD COLUMN paused boolean NOT NULL DEFAULT false,
    ADD COLUMN created_by uuid;
GRANT UPDATE (min_per_order, max_per_buyer, hidden, paused) ON ticket_types TO ticketbase_app;

DROP INDEX ticket_types_price_idx;
CREATE INDEX ticket_types_price_idx ON ticket_types (organization_id, currency, price_minor, event_id) WHERE NOT hidden;

ALTER TABLE events ADD COLUMN buyer_limit integer CHECK (buyer_limit > 0);
GRANT UPDATE (buyer_limit) ON events TO ticketbase_app;

ALTER TABLE inventories ADD COLUMN reshaped_at bigint NOT NULL DEFAULT 0;
GRANT UPDATE (reshaped_at) ON inventories TO ticketbase_app;

CREATE TABLE access_codes (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    code text NOT NULL,
    label text NOT NULL DEFAULT '',
    valid_from timestamptz,
    valid_until timestamptz,
    use_limit integer CHECK (use_limit > 0),
    used integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    created_by uuid,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, event_id, code),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    CONSTRAINT access_codes_used_check CHECK (used >= 0 AND used <= use_limit)
);
CREATE INDEX access_codes_event_idx ON access_codes (organization_id, event_id, id);

CREATE TABLE access_code_types (
    organization_id uuid NOT NULL,
    access_code_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    PRIMARY KEY (organization_id, access_code_id, ticket_type_id),
    FOREIGN KEY (organization_id, access_code_id) REFERENCES access_codes ON DELETE CASCADE,
    FOREIGN KEY (organization_id, ticket_type_id) REFERENCES ticket_types ON DELETE CASCADE
);
CREATE INDEX access_code_types_type_idx ON access_code_types (organization_id, ticket_type_id);

CREATE TABLE access_code_uses (
    organization_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    access_code_id uuid NOT NULL,
    PRIMARY KEY (organization_id, hold_id, access_code_id),
    FOREIGN KEY (organization_id, access_code_id) REFERENCES access_codes ON DELETE CASCADE
);
CREATE INDEX access_code_uses_code_idx ON access_code_uses (organization_id, access_code_id)
"""

APP_MAY = {
    "access_codes": "SELECT, INSERT, UPDATE (used, revoked_at)",
    "access_code_types": "SELECT, INSERT",
    "access_code_uses": "SELECT, INSERT",
}


def upgrade() -> None:
    """Widen what is there, make the new tables, and put each under row security."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    for table, rights in APP_MAY.items():
        rule = f"organization_id = {CURRENT}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")


def downgrade() -> None:
    """Take all of it away; hidden types are then seen by everybody."""
    for table in reversed(APP_MAY):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE inventories DROP COLUMN reshaped_at")
    op.execute("ALTER TABLE events DROP COLUMN buyer_limit")
    op.execute("DROP INDEX ticket_types_price_idx")
    op.execute("CREATE INDEX ticket_types_price_idx ON ticket_types (organization_id, currency, price_minor, event_id)")
    for column in ("min_per_order", "max_per_buyer", "hidden", "paused", "created_by"):
        op.execute(f"ALTER TABLE ticket_types DROP COLUMN {column}")
