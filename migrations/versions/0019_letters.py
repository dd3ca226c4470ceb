"""Letters that wait for the mail server. To whom they go and what they say is sealed; when they are taken, their row goes."""

from alembic import op

revision = "0019_letters"
down_revision = "0016_overdue_holds"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

# No key into `organizations`: a letter of the platform itself has none, and deeds that write letters shall not wait for its row.
# `due_at` is the queue and the lease at once: whoever takes a letter moves it ahead, and who dies lets it come back.
TABLE = """
CREATE TABLE letters (
    id uuid PRIMARY KEY,
    organization_id uuid,
    kind text NOT NULL,
    content_sealed bytea NOT NULL,
    posted_at timestamptz NOT NULL DEFAULT app_now(),
    due_at timestamptz NOT NULL DEFAULT app_now(),
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    fault text,
    died_at timestamptz,
    CONSTRAINT letters_died_at_check CHECK ((died_at IS NULL) OR (fault IS NOT NULL))
)
"""
INDEXES = (
    "CREATE INDEX letters_due_idx ON letters (due_at) WHERE died_at IS NULL",
    "CREATE INDEX letters_dead_idx ON letters (died_at, id) WHERE died_at IS NOT NULL",
)
# A transaction of a tenant writes letters of that tenant; one without a tenant writes the platform's own.
OWN = f"organization_id IS NOT DISTINCT FROM {CURRENT}"


def upgrade() -> None:
    """Make the table and put it under row security."""
    for statement in (TABLE, *INDEXES):
        op.execute(statement)
    op.execute("ALTER TABLE letters ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE letters FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON letters TO ticketbase_app USING ({OWN}) WITH CHECK ({OWN})")
    op.execute("CREATE POLICY audit ON letters FOR SELECT TO CURRENT_USER USING (true)")
    op.execute("GRANT INSERT ON letters TO ticketbase_app")
    op.execute("CREATE POLICY system ON letters TO ticketbase_system USING (true) WITH CHECK (true)")
    # `content_sealed` for the day when its key is changed, which is done across tenants.
    op.execute("GRANT SELECT, DELETE, UPDATE (content_sealed, due_at, tries, fault, died_at) ON letters TO ticketbase_system")


def downgrade() -> None:
    """Drop the table; letters that wait are never sent."""
    op.execute("DROP TABLE letters")
