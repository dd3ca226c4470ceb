"""Signing keys in a ring of three; the devices that a person is known by; and finding sessions that ended long ago."""

from alembic import op

revision = "0022_signing_keys"
down_revision = "0021_two_factor"

STATEMENTS = """
CREATE TABLE signing_keys (
    id text PRIMARY KEY,
    place text NOT NULL CHECK (place IN ('CURRENT', 'NEXT', 'PREVIOUS')),
    key_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    placed_at timestamptz NOT NULL DEFAULT app_now()
);
CREATE UNIQUE INDEX signing_keys_current_idx ON signing_keys (place) WHERE place = 'CURRENT';

CREATE TABLE known_devices (
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    mark bytea NOT NULL,
    last_seen_at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (person_id, mark)
);
CREATE INDEX known_devices_last_seen_at_idx ON known_devices (last_seen_at);

CREATE INDEX sessions_revoked_at_idx ON sessions (revoked_at) WHERE revoked_at IS NOT NULL
"""

SYSTEM_MAY = {
    "signing_keys": "SELECT, INSERT, UPDATE (key_sealed), DELETE",
    "known_devices": "SELECT, INSERT, UPDATE (last_seen_at), DELETE",
}


def upgrade() -> None:
    """Make the tables, which the system's role alone sees."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    for table, rights in SYSTEM_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_system")


def downgrade() -> None:
    """Take the tables away; the next process signs with the key of its settings."""
    op.execute("DROP INDEX sessions_revoked_at_idx")
    for table in reversed(SYSTEM_MAY):
        op.execute(f"DROP TABLE {table}")
