"""Accounts, one-time links and sessions: how a person is let in. The role of the system alone sees them, for they belong to no tenant.

A person is one for the whole platform; what she may do in an organization is her membership there. A session is of one person in one
organization. Secrets that a client carries (session cookies, refresh tokens, links) are kept as SHA-256 only.
"""

from alembic import op

revision = "0020_identity"
down_revision = "0019_letters"

STATEMENTS = """
CREATE TABLE accounts (
    person_id uuid PRIMARY KEY REFERENCES people ON DELETE CASCADE,
    email_verified_at timestamptz,
    password_hash text,
    password_changed_at timestamptz,
    locale text NOT NULL DEFAULT 'en',
    profile jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT app_now(),
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE one_time_links (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('SIGN_UP', 'RESET_PASSWORD')),
    email text NOT NULL,
    wish jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT app_now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_links_email_idx ON one_time_links (email);
CREATE INDEX one_time_links_expires_at_idx ON one_time_links (expires_at);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES organizations,
    token_hash bytea UNIQUE,
    device text NOT NULL,
    address text,
    methods text[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    idle_seconds integer NOT NULL CHECK (idle_seconds > 0),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_because text
);
CREATE INDEX sessions_person_idx ON sessions (person_id, created_at);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_session_idx ON refresh_tokens (session_id)
"""

SYSTEM_MAY = {
    "accounts": "SELECT, INSERT, UPDATE (email_verified_at, password_hash, password_changed_at, locale, profile, version)",
    "one_time_links": "SELECT, INSERT, UPDATE (used_at), DELETE",
    "sessions": "SELECT, INSERT, UPDATE (token_hash, organization_id, last_seen_at, methods, revoked_at, revoked_because), DELETE",
    "refresh_tokens": "SELECT, INSERT, UPDATE (used_at), DELETE",
}
# Who signs up is entered with the organization that she founds, if any, in one transaction.
FOUNDS = {
    "people": "SELECT, INSERT, UPDATE (email, name)",
    "organizations": "INSERT (id, slug, name, default_locale, default_currency)",
    "memberships": "INSERT (organization_id, person_id, role)",
    "letters": "INSERT",
}


def upgrade() -> None:
    """Make the tables, and let the system enter people and what they found."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    for table, rights in SYSTEM_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_system")
    op.execute("CREATE POLICY system ON people TO ticketbase_system USING (true) WITH CHECK (true)")
    for table in ("organizations", "memberships"):
        op.execute(f"CREATE POLICY founding ON {table} FOR INSERT TO ticketbase_system WITH CHECK (true)")
    for table, rights in FOUNDS.items():
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_system")


def downgrade() -> None:
    """Take the tables away; nobody can sign in then, and the people stay."""
    for table, rights in FOUNDS.items():
        op.execute(f"REVOKE {rights} ON {table} FROM ticketbase_system")
    for table in ("organizations", "memberships"):
        op.execute(f"DROP POLICY founding ON {table}")
    op.execute("DROP POLICY system ON people")
    for table in reversed(SYSTEM_MAY):
        op.execute(f"DROP TABLE {table}")
