"""Tickets, one for each line of a confirmed order, and the keys that sign their codes, some for each event.

The secret half of a key lies here sealed by the vault. A ticket is never deleted, because its code may be on paper; like the line of an
order it names an event, a type and a seat without foreign keys, and may outlive them.
"""

from alembic import op

revision = "0029_tickets"
down_revision = "0028_payments"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
CREATE TABLE ticket_keys (
    organization_id uuid NOT NULL REFERENCES organizations,
    id text NOT NULL CHECK (id ~ '^[A-Za-z0-9_-]{11}$'),
    event_id uuid NOT NULL,
    public bytea NOT NULL CHECK (octet_length(public) = 32),
    secret_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    retired_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX ticket_keys_signing_idx ON ticket_keys (organization_id, event_id) WHERE retired_at IS NULL;
CREATE INDEX ticket_keys_event_idx ON ticket_keys (organization_id, event_id);

CREATE TABLE tickets (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    order_line_id uuid,
    event_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    seat_id uuid,
    holder text NOT NULL,
    code text NOT NULL CHECK (code ~ '^[2-9AC-HJKMNP-TV-Z]{12}$'),
    status text NOT NULL CHECK (status IN ('RESERVED', 'VALID', 'BLOCKED', 'VOIDED')),
    revision integer NOT NULL DEFAULT 1 CHECK (revision BETWEEN 1 AND 65535),
    complimentary boolean NOT NULL DEFAULT false,
    key_id text NOT NULL,
    valid_from timestamptz,
    valid_until timestamptz,
    issued_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, code),
    UNIQUE (organization_id, order_line_id),
    FOREIGN KEY (organization_id, order_line_id) REFERENCES order_lines
);
CREATE INDEX tickets_event_idx ON tickets (organization_id, event_id, id);
CREATE INDEX tickets_holder_idx ON tickets (organization_id, holder, id);
CREATE INDEX tickets_type_idx ON tickets (organization_id, ticket_type_id);
CREATE INDEX tickets_key_idx ON tickets (organization_id, key_id);
CREATE INDEX tickets_changed_idx ON tickets (organization_id, event_id) WHERE version > 1
"""

APP_MAY = {
    "ticket_keys": "SELECT, INSERT, UPDATE (secret_sealed, retired_at), DELETE",
    "tickets": "SELECT, INSERT, UPDATE (holder, code, status, revision, key_id, valid_from, valid_until, version)",
}


def upgrade() -> None:
    """Make the tables, and say who may do what."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    for table, rights in APP_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        rule = f"organization_id = {CURRENT}"
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")


def downgrade() -> None:
    """Take them away; nobody can show any more that he may come in."""
    for table in ("tickets", "ticket_keys"):
        op.execute(f"DROP TABLE {table}")
