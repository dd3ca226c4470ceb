"""Durable groups of the bus, and what each of them has not done yet: news stay here until it has, whatever becomes of Valkey."""

from alembic import op

revision = "0030_bus"
down_revision = "0029_tickets"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

# `position` is that of the outbox: in this order a group is told about a subject. No key into `organizations`, as in the outbox.
STATEMENTS = """
CREATE TABLE news_groups (
    name text PRIMARY KEY,
    types text[] NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT app_now()
);

CREATE TABLE deliveries (
    organization_id uuid NOT NULL,
    group_name text NOT NULL,
    news_id uuid NOT NULL,
    position bigint NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    subject text NOT NULL,
    payload jsonb NOT NULL,
    correlation_id text,
    occurred_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL DEFAULT app_now(),
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    fault text,
    died_at timestamptz,
    PRIMARY KEY (group_name, news_id, organization_id),
    CONSTRAINT deliveries_died_at_check CHECK ((died_at IS NULL) OR (fault IS NOT NULL))
);
CREATE INDEX deliveries_line_idx ON deliveries (group_name, organization_id, subject, position) WHERE died_at IS NULL;
CREATE INDEX deliveries_due_idx ON deliveries (group_name, due_at) WHERE died_at IS NULL;
CREATE INDEX deliveries_dead_idx ON deliveries (died_at, group_name, news_id) WHERE died_at IS NOT NULL
"""

SYSTEM_MAY = {
    "news_groups": "SELECT, INSERT, UPDATE (types), DELETE",
    "deliveries": "SELECT, INSERT, UPDATE (due_at, tries, fault, died_at), DELETE",
}
# The work that does what the news ask for takes them away; UPDATE is what locking a row needs.
APP_MAY = {"deliveries": "SELECT, UPDATE (due_at), DELETE"}


def upgrade() -> None:
    """Make the tables and put them under row security."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    for table, rights in SYSTEM_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_system")
    own = f"organization_id = {CURRENT}"
    for table, rights in APP_MAY.items():
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({own}) WITH CHECK ({own})")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")


def downgrade() -> None:
    """Drop the tables; what groups have not done by then they never do."""
    for table in reversed(SYSTEM_MAY):
        op.execute(f"DROP TABLE {table}")
