"""Members that are invited, service keys, admins of the platform; and who made an event.

An invitation and a service key belong to their organization. The system's role finds both by the digest of what somebody shows, before
it is known for whom he asks. An admin of the platform acts in every organization, and each of her works is noted in its own log.
"""

from alembic import op

revision = "0023_members"
down_revision = "0022_signing_keys"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
ALTER TABLE memberships ADD COLUMN joined_at timestamptz NOT NULL DEFAULT app_now();

CREATE TABLE invitations (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    email text NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'support', 'analyst', 'organizer', 'user')),
    token_hash bytea NOT NULL,
    invited_by uuid,
    invited_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (token_hash)
);
CREATE UNIQUE INDEX invitations_pending_idx ON invitations (organization_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE service_keys (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    hint text NOT NULL,
    permissions text[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (token_hash)
);

CREATE TABLE platform_admin_acts (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    news text[] NOT NULL,
    correlation_id text,
    at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE platform_admins (
    person_id uuid PRIMARY KEY REFERENCES people ON DELETE CASCADE,
    granted_at timestamptz NOT NULL DEFAULT app_now()
);

ALTER TABLE event_activity ADD COLUMN service_key_id uuid, ADD COLUMN by_platform_admin boolean NOT NULL DEFAULT false;

ALTER TABLE events ADD COLUMN created_by uuid;
GRANT UPDATE (created_by) ON events TO ticketbase_app
"""

# Row security is forced on the owner, too, who would change nothing here.
WHO_MADE_IT = """
ALTER TABLE events NO FORCE ROW LEVEL SECURITY;
UPDATE events e SET created_by = a.actor_id FROM event_activity a
WHERE a.organization_id = e.organization_id AND a.event_id = e.id AND a.deed = 'event:created' AND a.actor_id IS NOT NULL;
ALTER TABLE events FORCE ROW LEVEL SECURITY
"""

APP_MAY = {
    "invitations": "SELECT, INSERT, UPDATE (role, token_hash, invited_by, invited_at, expires_at, revoked_at)",
    "service_keys": "SELECT, INSERT, UPDATE (revoked_at)",
    "platform_admin_acts": "SELECT, INSERT",
}
SYSTEM_MAY = {
    "invitations": "SELECT, UPDATE (accepted_at)",
    "service_keys": "SELECT, UPDATE (last_used_at)",
}


def upgrade() -> None:
    """Make the tables and columns, and say who may do what."""
    for statement in (*STATEMENTS.split(";\n"), *WHO_MADE_IT.split(";\n")):
        op.execute(statement)
    for table, rights in APP_MAY.items():
        _protect(table)
        rule = f"organization_id = {CURRENT}"
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")
    _protect("platform_admins")
    for table, rights in (*SYSTEM_MAY.items(), ("platform_admins", "SELECT, INSERT, DELETE")):
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING (true) WITH CHECK (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_system")


def _protect(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")


def downgrade() -> None:
    """Take them away; members stay members, and whoever came with a service key comes no more."""
    op.execute("ALTER TABLE events DROP COLUMN created_by")
    op.execute("ALTER TABLE event_activity DROP COLUMN service_key_id, DROP COLUMN by_platform_admin")
    for table in ("platform_admins", "platform_admin_acts", "service_keys", "invitations"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE memberships DROP COLUMN joined_at")
