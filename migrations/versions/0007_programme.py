"""The programme: what became of an event, and the log of what was done to it."""

from alembic import op

revision = "0007_programme"
down_revision = "0006_seating"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
ALTER TABLE events
    ADD COLUMN previous_starts_at timestamptz,
    ADD COLUMN cancellation_reason jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (previous_starts_at, cancellation_reason) ON events TO ticketbase_app;

CREATE TABLE event_activity (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    actor_id uuid,
    deed text NOT NULL,
    version integer NOT NULL,
    changes jsonb NOT NULL,
    at timestamptz NOT NULL,
    correlation_id text,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX event_activity_event_idx ON event_activity (organization_id, event_id, at, id)
"""

APP_MAY = {
    # A log is added to and read, and nothing else.
    "event_activity": "SELECT, INSERT",
}


def upgrade() -> None:
    """Widen events, make the new tables, and put each under row security."""
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
    """Take all of it away; the log is lost."""
    for table in APP_MAY:
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE events DROP COLUMN previous_starts_at, DROP COLUMN cancellation_reason")
