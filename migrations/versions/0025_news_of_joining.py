"""News of what the system's role does for an organization: who accepts an invitation is no member of it before."""

from alembic import op

revision = "0025_news_of_joining"
down_revision = "0024_statistics"


def upgrade() -> None:
    """Let the system's role write to the outbox what it takes out there already."""
    op.execute("DROP POLICY system ON outbox")
    op.execute("CREATE POLICY system ON outbox TO ticketbase_system USING (true) WITH CHECK (true)")
    op.execute("GRANT INSERT ON outbox TO ticketbase_system")


def downgrade() -> None:
    """As it was before."""
    op.execute("REVOKE INSERT ON outbox FROM ticketbase_system")
    op.execute("DROP POLICY system ON outbox")
    op.execute("CREATE POLICY system ON outbox TO ticketbase_system USING (true) WITH CHECK (false)")
