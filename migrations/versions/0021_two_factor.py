"""Second factors: the sealed secret of a person's authenticator, recovery codes, and sign-ins that wait for a code.

The role of the system alone sees them, for they belong to no tenant. Whoever loses a second factor loses its codes and challenges with it.
"""

from alembic import op

revision = "0021_two_factor"
down_revision = "0020_identity"

STATEMENTS = """
CREATE TABLE two_factors (
    person_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    secret_sealed bytea NOT NULL,
    enrolled_at timestamptz NOT NULL DEFAULT app_now(),
    enabled_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE recovery_codes (
    person_id uuid NOT NULL REFERENCES two_factors ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (person_id, code_hash)
);

CREATE TABLE sign_in_challenges (
    token_hash bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES two_factors ON DELETE CASCADE,
    organization_id uuid REFERENCES organizations ON DELETE CASCADE,
    carrier text NOT NULL CHECK (carrier IN ('COOKIE', 'TOKENS')),
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_challenges_person_idx ON sign_in_challenges (person_id, expires_at)
"""

SYSTEM_MAY = {
    "two_factors": "SELECT, INSERT, UPDATE (secret_sealed, enrolled_at, enabled_at, last_step), DELETE",
    "recovery_codes": "SELECT, INSERT, UPDATE (used_at), DELETE",
    "sign_in_challenges": "SELECT, INSERT, UPDATE (tries), DELETE",
}


def upgrade() -> None:
    """Make the tables, for the system alone."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    for table, rights in SYSTEM_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_system")


def downgrade() -> None:
    """Take the tables away; a password is enough then for everybody."""
    for table in reversed(SYSTEM_MAY):
        op.execute(f"DROP TABLE {table}")
