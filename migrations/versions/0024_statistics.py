"""How many rows of a tenant there are is estimated, for the tables that every batch of holds looks up, instead of counted.

PostgreSQL counts now and then which tenants have how many rows, and takes one that is not among them for a tenant with a single row. Then
each index that begins with the tenant seems as good as the one that is meant: with a new tenant's 3,000 holds a batch of 256 took 770 ms
to find out what its buyers have. Without the count a tenant is taken for half a percent of the table, which is wrong and does no harm.
"""

from alembic import op

revision = "0024_statistics"
down_revision = "0023_members"

TABLES = ("seats", "holds", "hold_lines", "pools")
# What was counted before is never counted anew, so it must go. PostgreSQL has a function for that since version 18; docs/operating.md says
# what to do with an older one.
FORGET = """
DO $$ BEGIN
    IF current_setting('server_version_num')::integer >= 180000 THEN
        PERFORM pg_clear_attribute_stats(current_schema(), '{}', 'organization_id', false);
    END IF;
END $$
"""


def upgrade() -> None:
    """Leave tenants uncounted."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN organization_id SET STATISTICS 0")
        op.execute(FORGET.format(table))


def downgrade() -> None:
    """Count them again."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN organization_id SET STATISTICS -1")
